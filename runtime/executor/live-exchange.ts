/**
 * The runtime's side of one run's live files: judges each question of the child by the program's rights, answers it, now
 * or when there is something to answer, and adds what the program writes. A read that waits costs nothing but its place.
 */
import { TruceError } from '../../proto/errors.ts';
import type { AccessTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import type { LiveReadiness } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import type { LiveFile } from '../vfs/live-file.ts';
import {
  ANSWER_HEAD_BYTES,
  decodeLiveRequest,
  decodeLiveWrite,
  encodeLiveAnswer,
  encodePolled,
  type LivePlace,
  type LiveRequest,
} from './live-protocol.ts';
import { RequestAllowance } from './request-allowance.ts';

/** A frame costs work however little it carries: writing byte by byte is charged as what it takes to handle. */
const LEAST_WRITE_CHARGE = 512;
/** To ask again for what was read already, and to be told that there is nothing, in parts of the allowance. */
const REPEATED_COST = 1;
const NOTHING_COST = 10;
/** A poll looks at every place that it names: so many are as much work as a question. */
const PLACES_PER_COST = 16;
/** A read that brings less than this of what is new is counted as one that brings nothing: it is no less work. */
const NEW_BYTES = 4096;
/** The longest that a timer can wait; who has time for more asks again. Source: Node's documentation of setTimeout. */
const LONGEST_TIMER = 2 ** 31 - 1;

const NO_ROOM: ReadonlySet<Errno> = new Set([Errno.DQUOT, Errno.NFILE]);
const SET_SIZE = Rights.FD_FILESTAT_SET_SIZE | Rights.PATH_FILESTAT_SET_SIZE;

export interface LiveExchangeOptions {
  /** In the order of the job. */
  readonly files: readonly LiveFile[];
  readonly access: AccessTable;
  readonly fileSystem: FileSystem;
  /** Told of a file before the program adds to it or begins it anew. What it throws ends the run. */
  readonly changing?: (file: LiveFile) => void;
  /** Counts what the program writes. @throws TruceError where that is too much */
  readonly charge: (bytes: number) => void;
  /** Sends a LIVE_ANSWER. @throws TruceError where the child does not take them */
  readonly answer: (payload: Uint8Array) => void;
  /** Told of what goes wrong while no frame is being handled. */
  readonly failed: (error: Error) => void;
}

export class LiveExchange {
  readonly #options: LiveExchangeOptions;
  readonly #allowance = new RequestAllowance();
  /** How far each file was read. */
  readonly #furthest: number[];
  /** Ends what the open question waits for; undefined while there is none. */
  #stopWaiting: (() => void) | undefined;

  constructor(options: LiveExchangeOptions) {
    this.#options = options;
    this.#furthest = options.files.map(() => 0);
  }

  /** Takes a LIVE_REQUEST. @throws TruceError RUN_PROTOCOL, RUN_COMMIT_REFUSED for what is not the program's to ask */
  request(payload: Uint8Array): void {
    this.#requireIdle();
    const request = decodeLiveRequest(payload, this.#options.files.length);
    this.#judge(request);
    if (request.kind === 'read') this.#read(request);
    else if (request.kind === 'poll') this.#poll(request);
    else this.#later(this.#allowance.take(REPEATED_COST), () => this.#change(request));
  }

  /** Takes a LIVE_WRITE. @throws TruceError as `request`, and what `charge` throws */
  write(payload: Uint8Array): void {
    this.#requireIdle();
    const { files, fileSystem, charge } = this.#options;
    const { file: index, bytes } = decodeLiveWrite(payload, files.length);
    const file = files[index]!;
    this.#require(file, Rights.FD_WRITE, 'write to a live file');
    charge(Math.max(bytes.length, LEAST_WRITE_CHARGE));
    this.#guarded(file, () => {
      if (file.ended && !file.endedByRun) throw new VfsError(Errno.PIPE, 'a party has ended it');
      this.#options.changing?.(file);
      fileSystem.write(file.inode, bytes, file.size);
      file.grownByRun();
    });
  }

  /** The run is over: nobody waits any more. */
  close(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  #judge(request: LiveRequest): void {
    const { files } = this.#options;
    if (request.kind === 'read') this.#require(files[request.file]!, Rights.FD_READ, 'read a live file');
    else if (request.kind === 'restart') this.#require(files[request.file]!, SET_SIZE, 'cut a live file');
    else if (request.kind === 'poll')
      for (const { file } of request.places)
        this.#require(files[file]!, Rights.FD_READ, 'wait for a live file');
  }

  /** Any bit of `rights` will do. What the program has none on is not in the job, so how large it is may be told. */
  #require(file: LiveFile, rights: number, what: string): void {
    if ((this.#options.access.rightsAt(file.path) & rights) === 0)
      throw new TruceError('RUN_COMMIT_REFUSED', { what });
  }

  #requireIdle(): void {
    if (this.#stopWaiting !== undefined)
      throw new TruceError('RUN_PROTOCOL', { reason: 'two questions at once' });
  }

  #change({ kind, file: index }: LiveRequest & { kind: 'status' | 'restart' }): void {
    const file = this.#options.files[index]!;
    this.#guarded(file, () => {
      if (kind === 'status') return;
      this.#options.changing?.(file);
      const before = file.size;
      this.#options.fileSystem.setSize(file.inode, 0);
      file.restartedByRun(before);
    });
  }

  #read(request: LiveRequest & { kind: 'read' }): void {
    const file = this.#options.files[request.file]!;
    const sight = file.look(request.position, request.generation);
    if (sight === 'bytes') this.#readBytes(file, request);
    else if (sight === 'nothing' && request.wait) this.#waitFor([file], undefined, () => this.#read(request));
    else {
      const errno = { nothing: Errno.AGAIN, stale: Errno.STALE, end: Errno.SUCCESS }[sight];
      this.#later(this.#allowance.take(NOTHING_COST), () => this.#answer(file, errno));
    }
  }

  #readBytes(file: LiveFile, request: LiveRequest & { kind: 'read' }): void {
    const end = Math.min(file.size, request.position + request.length);
    const furthest = this.#furthest[request.file]!;
    this.#furthest[request.file] = Math.max(furthest, end);
    this.#later(end - furthest >= NEW_BYTES ? 0 : this.#allowance.take(REPEATED_COST), () =>
      this.#answerBytes(file, request.position, request.length),
    );
  }

  #answerBytes(file: LiveFile, position: number, most: number): void {
    // It may have been started anew while the answer waited for its turn.
    const length = Math.max(0, Math.min(most, file.size - position));
    const answer = encodeLiveAnswer(this.#head(file, Errno.SUCCESS), length);
    this.#options.fileSystem.read(file.inode, answer.subarray(ANSWER_HEAD_BYTES), position);
    this.#send(answer);
  }

  #poll({ places, milliseconds }: LiveRequest & { kind: 'poll' }): void {
    const awaited = new Set(places.map(({ file }) => this.#options.files[file]!));
    const until = milliseconds === undefined ? undefined : performance.now() + milliseconds;
    const sights = () => places.map((place) => this.#sight(place));
    const answer = (found: readonly LiveReadiness[]) => this.#send(encodePolled(found));
    const look = (): void => {
      const found = sights();
      const left = until === undefined ? undefined : until - performance.now();
      if (found.some(({ ready }) => ready)) answer(found);
      else if (milliseconds === 0) this.#later(this.#allowance.take(NOTHING_COST), () => answer(sights()));
      else if (left !== undefined && left <= 0) answer(found);
      else this.#waitFor(awaited, left, paidLook);
    };
    // Others wake it as often as they like.
    const paidLook = (): void =>
      this.#later(this.#allowance.take(REPEATED_COST + Math.floor(places.length / PLACES_PER_COST)), look);
    paidLook();
  }

  #sight({ file: index, position, generation }: LivePlace): LiveReadiness {
    const file = this.#options.files[index]!;
    const sight = file.look(position, generation);
    const available = sight === 'bytes' ? file.size - position : 0;
    return { ready: sight !== 'nothing', ended: file.ended, available };
  }

  /** Goes on when something happens to one of the files, or the time is over. */
  #waitFor(files: Iterable<LiveFile>, milliseconds: number | undefined, goOn: () => void): void {
    const takeBack: (() => void)[] = [];
    const stop = () => {
      for (const undo of takeBack) undo();
    };
    const wake = () => this.#wake(goOn);
    for (const file of files) takeBack.push(file.once(wake));
    if (milliseconds !== undefined) {
      const timer = setTimeout(wake, Math.min(milliseconds, LONGEST_TIMER));
      takeBack.push(() => clearTimeout(timer));
    }
    this.#stopWaiting = stop;
  }

  #later(milliseconds: number, work: () => void): void {
    if (milliseconds === 0) {
      work();
      return;
    }
    const timer = setTimeout(() => this.#wake(work), milliseconds);
    this.#stopWaiting = () => clearTimeout(timer);
  }

  #wake(work: () => void): void {
    // Several things that were waited for may have happened at once.
    if (this.#stopWaiting === undefined) return;
    this.#stopWaiting();
    this.#stopWaiting = undefined;
    try {
      work();
    } catch (error) {
      this.#options.failed(error as Error);
    }
  }

  /** Answers with what the file is after a change, or why there was none. */
  #guarded(file: LiveFile, change: () => void): void {
    let errno: Errno = Errno.SUCCESS;
    try {
      change();
    } catch (error) {
      if (!(error instanceof VfsError)) throw error;
      // Which of the bounds it was is the runtime's matter.
      errno = NO_ROOM.has(error.errno) ? Errno.NOSPC : error.errno;
    }
    this.#answer(file, errno);
  }

  #answer(file: LiveFile, errno: Errno): void {
    this.#send(encodeLiveAnswer(this.#head(file, errno)));
  }

  #head(file: LiveFile, errno: Errno) {
    return { errno, ended: file.ended, generation: file.generation, size: file.size };
  }

  #send(payload: Uint8Array): void {
    this.#options.answer(payload);
  }
}

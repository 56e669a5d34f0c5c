/**
 * What an idle child does until its job comes: the calls that programs make most, over a file system of its own, again
 * and again. V8 compiles what has run often; a program would otherwise pay for that with its first thousands of calls.
 */
import { reserveMuch } from '../../native/memory-map.ts';
import { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS, Rights } from '../../proto/rights.ts';
import { FileType } from '../vfs/inode.ts';
import { LARGEST_SMALL_BYTES, OVERLAY_CHUNK_BYTES } from '../vfs/overlay-content.ts';
import { ROOT_INODE } from '../vfs/volume.ts';
import { Clock, DirectoryEntry, IoVector, LookupFlags, OpenFlags, Whence } from '../wasi/abi.ts';
import { Preview1 } from '../wasi/preview1.ts';
import type { CallName } from '../wasi/signatures.ts';
import { silentLink } from './child-link.ts';
import { extentFrames } from './extent-frames.ts';
import { RunJournal } from './journal.ts';
import { programClock } from './program-clock.ts';
import { buildReplica } from './replica.ts';
import type { JobInode } from './run-protocol.ts';

/** More of them compile nothing new. */
const ROUNDS = 100;
/** A round takes as long: half of a processor is left to others. */
const PAUSE_MILLISECONDS = 3;

const FILES = 40;
const BLOCKS = 12;
const BLOCK_BYTES = 4096;
/** Beyond them a file has chunks of full size. */
const GROWING_BLOCKS = LARGEST_SMALL_BYTES / BLOCK_BYTES + 1;
/** Half of the blocks lie in one chunk of memory, half in the next. */
const LARGE_START = BigInt(OVERLAY_CHUNK_BYTES - (BLOCKS / 2) * BLOCK_BYTES);
const SMALL_BYTES = 100;
/** In all rounds together enough for V8's last compiler, which takes a function that ran some 5,000 times. */
const SINGLE_CALLS = 100;
const SINGLE_BYTES = 1;
const LISTINGS = 3;
/** Such as a run has: V8 compiles for the kinds of numbers that it has seen. */
const ROOM = { bytes: 2 ** 40, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 2 ** 40 };
/** Several, as policies have: one for everything would decide without a look at any path. */
const ENTRIES = [
  { path: '/', rights: PREVIEW1_RIGHTS, scope: 'subtree' },
  { path: '/input', rights: Rights.FD_READ | Rights.PATH_OPEN, scope: 'subtree' },
  { path: '/result', rights: PREVIEW1_RIGHTS, scope: 'file' },
] as const;

/** Two, as programs have: V8 would else compile for the one. */
const STDOUT_SINK = { rights: Rights.FD_WRITE, write: (bytes: Uint8Array) => bytes.length };
const STDERR_SINK = { rights: Rights.FD_WRITE, write: ({ length }: Uint8Array) => length };

const STDOUT = 1;
const STDERR = 2;
/** The preopened directory. */
const ROOT = 3;
const RIGHTS = BigInt(PREVIEW1_RIGHTS);
const READING = BigInt(Rights.FD_READ | Rights.FD_SEEK | Rights.FD_FILESTAT_GET);
const LISTING = BigInt(Rights.FD_READDIR);

/** Where what in the one page of memory is. */
const AT = {
  block: 0,
  small: 16,
  single: 24,
  number: 32,
  structure: 64,
  path: 256,
  data: 4096,
  listing: 16_384,
} as const;
/** Less than a listing has, so that it takes several calls, and entries are cut. */
const LISTING_BYTES = 512;

type Calls = Readonly<Record<CallName, (...values: readonly (number | bigint)[]) => number>>;

const NEVER = { version: 0, accessed: '0', modified: '0', changed: '0' };
const INPUT_BYTES = 3 * BLOCK_BYTES;
/** What a run is given: a directory, with one file in it. */
const INPUT: readonly JobInode[] = [
  { ...NEVER, number: 6, type: FileType.directory, names: [{ parent: ROOT_INODE, name: 'input' }] },
  {
    ...NEVER,
    number: 7,
    type: FileType.regularFile,
    names: [{ parent: 6, name: 'data' }],
    content: { size: INPUT_BYTES, pieces: [{ position: 0, length: INPUT_BYTES, inlineOffset: 0 }] },
  },
];

/** Goes on until there is nothing left to compile, or the job is here; `jobIsHere` waits a while for it. */
export function exerciseUntil(jobIsHere: (milliseconds: number) => boolean): void {
  reserveMuch();
  const exercise = new Exercise();
  for (let round = 0; round < ROUNDS && !jobIsHere(PAUSE_MILLISECONDS); round++) exercise.round();
}

export class Exercise {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #bytes = new Uint8Array(this.#memory.buffer);
  readonly #view = new DataView(this.#memory.buffer);
  readonly #encoder = new TextEncoder();
  readonly #input = { inline: new Uint8Array(INPUT_BYTES), mappings: [] };

  constructor() {
    this.#vector(AT.block, BLOCK_BYTES);
    this.#vector(AT.small, SMALL_BYTES);
    this.#vector(AT.single, SINGLE_BYTES);
  }

  /** A few milliseconds of work; leaves nothing behind. */
  round(): void {
    const journal = new RunJournal(10 * FILES);
    const fileSystem = buildReplica(
      { inodes: INPUT, limits: { vfs: ROOM } },
      this.#input,
      programClock.realtime,
      silentLink,
    );
    fileSystem.observer = journal;
    const wasi = new Preview1({
      fileSystem,
      access: new AccessTable(ENTRIES),
      boundaries: new BoundaryTable(ENTRIES.map(({ path }) => path)),
      args: ['/p'],
      env: [],
      streams: { stdin: undefined, stdout: STDOUT_SINK, stderr: STDERR_SINK },
      clock: programClock,
      random: () => undefined,
      openFiles: 8,
    });
    wasi.bind(this.#memory);
    const calls = wasi.imports as Calls;
    this.#inputFile(calls);
    this.#largeFile(calls);
    this.#changedFile(calls);
    this.#smallFiles(calls);
    for (const stream of [STDOUT, STDERR]) succeed(calls.fd_write(stream, AT.small, 1, AT.number));
    journal.finish();
    for (const _ of extentFrames(journal.changedFiles()));
    wasi.close();
  }

  #inputFile(calls: Calls): void {
    const file = this.#open(calls, 'input/data', 0, READING);
    for (let at = 0; at < INPUT_BYTES; at += BLOCK_BYTES)
      succeed(calls.fd_read(file, AT.block, 1, AT.number));
    succeed(calls.fd_close(file));
  }

  #largeFile(calls: Calls): void {
    const file = this.#open(calls, 'large', OpenFlags.CREAT | OpenFlags.TRUNC, RIGHTS);
    for (let block = 0; block < GROWING_BLOCKS; block++)
      succeed(calls.fd_write(file, AT.block, 1, AT.number));
    succeed(calls.fd_seek(file, LARGE_START, Whence.set, AT.structure));
    for (let block = 0; block < BLOCKS; block++) {
      succeed(calls.fd_write(file, AT.block, 1, AT.number));
      succeed(calls.fd_pwrite(file, AT.small, 1, BigInt(block), AT.number));
    }
    succeed(calls.fd_seek(file, LARGE_START, Whence.set, AT.structure));
    for (let block = 0; block < BLOCKS; block++) {
      succeed(calls.fd_read(file, AT.block, 1, AT.number));
      succeed(calls.fd_pread(file, AT.small, 1, BigInt(block), AT.number));
    }
    for (let single = 0; single < SINGLE_CALLS; single++) this.#singleCalls(calls, file, BigInt(single));
    succeed(calls.fd_close(file));
    succeed(calls.path_unlink_file(ROOT, AT.path, this.#path('large')));
  }

  #singleCalls(calls: Calls, file: number, position: bigint): void {
    succeed(calls.fd_seek(file, position, Whence.set, AT.structure));
    succeed(calls.fd_pwrite(file, AT.single, 1, position, AT.number));
    succeed(calls.fd_pread(file, AT.single, 1, position, AT.number));
    succeed(calls.fd_filestat_get(file, AT.structure));
    for (const clock of [Clock.realtime, Clock.monotonic])
      succeed(calls.clock_time_get(clock, 0n, AT.structure));
  }

  /** Stays, so that there is something to send back. */
  #changedFile(calls: Calls): void {
    const file = this.#open(calls, 'changed', OpenFlags.CREAT | OpenFlags.TRUNC, RIGHTS);
    for (const bytes of [AT.block, AT.small]) succeed(calls.fd_write(file, bytes, 1, AT.number));
    succeed(calls.fd_close(file));
  }

  #smallFiles(calls: Calls): void {
    succeed(calls.path_create_directory(ROOT, AT.path, this.#path('many')));
    for (let index = 0; index < FILES; index++) {
      const file = this.#open(calls, nameOf(index), OpenFlags.CREAT | OpenFlags.EXCL, RIGHTS);
      succeed(calls.fd_fdstat_get(file, AT.structure));
      succeed(calls.fd_write(file, AT.small, 1, AT.number));
      succeed(calls.fd_close(file));
    }
    for (let index = 0; index < FILES; index++) {
      const file = this.#open(calls, nameOf(index), 0, READING);
      succeed(calls.fd_read(file, AT.block, 1, AT.number));
      succeed(calls.fd_seek(file, 0n, Whence.set, AT.structure));
      succeed(calls.fd_close(file));
    }
    for (let index = 0; index < FILES; index++)
      succeed(
        calls.path_filestat_get(
          ROOT,
          LookupFlags.SYMLINK_FOLLOW,
          AT.path,
          this.#path(nameOf(index)),
          AT.structure,
        ),
      );
    for (let listing = 0; listing < LISTINGS; listing++) this.#list(calls);
    for (let index = 0; index < FILES; index++)
      succeed(calls.path_unlink_file(ROOT, AT.path, this.#path(nameOf(index))));
    succeed(calls.path_remove_directory(ROOT, AT.path, this.#path('many')));
  }

  #list(calls: Calls): void {
    const directory = this.#open(calls, 'many', OpenFlags.DIRECTORY, LISTING);
    let cookie = 0n;
    for (let used = LISTING_BYTES; used === LISTING_BYTES; ) {
      succeed(calls.fd_readdir(directory, AT.listing, LISTING_BYTES, cookie, AT.number));
      used = this.#view.getUint32(AT.number, true);
      for (let at = 0; at + DirectoryEntry.size <= used; ) {
        cookie = this.#view.getBigUint64(AT.listing + at + DirectoryEntry.next, true);
        at += DirectoryEntry.size + this.#view.getUint32(AT.listing + at + DirectoryEntry.nameLength, true);
      }
    }
    succeed(calls.fd_close(directory));
  }

  #open(calls: Calls, path: string, flags: number, rights: bigint): number {
    const follow = LookupFlags.SYMLINK_FOLLOW;
    succeed(calls.path_open(ROOT, follow, AT.path, this.#path(path), flags, rights, 0n, 0, AT.number));
    return this.#view.getUint32(AT.number, true);
  }

  /** Puts a path where the calls find it; its bytes. */
  #path(path: string): number {
    return this.#encoder.encodeInto(path, this.#bytes.subarray(AT.path, AT.data)).written;
  }

  #vector(at: number, length: number): void {
    this.#view.setUint32(at + IoVector.buffer, AT.data, true);
    this.#view.setUint32(at + IoVector.length, length, true);
  }
}

function nameOf(index: number): string {
  return `many/file-${index}`;
}

function succeed(errno: number): void {
  if (errno !== 0) throw new Error(`a call of the exercise answers ${errno}`);
}

/**
 * A live file inside an executor child: its bytes are the runtime's, which is asked for them, and asked again. What came
 * more than the program wanted is kept for its next read: bytes of one generation never change.
 */
import type { FileContent, LiveHandle, LivePoll } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { ChildLink } from './child-link.ts';
import {
  decodeLiveAnswer,
  decodePolled,
  encodeLiveRequest,
  LIVE_BYTES,
  type LiveRequest,
  MOST_POLLED,
  READ_AHEAD_BYTES,
  WRITE_HEAD_BYTES,
} from './live-protocol.ts';

const NOTHING = new Uint8Array(0);

export class LiveContent implements FileContent {
  readonly #link: ChildLink;
  readonly #file: number;

  /** `file`: its place in the list of the job. */
  constructor(link: ChildLink, file: number) {
    this.#link = link;
    this.#file = file;
  }

  /** As of now. */
  get size(): number {
    return ask(this.#link, { kind: 'status', file: this.#file }).size;
  }

  openLive(): LiveHandle {
    return new LiveReader(this.#link, this.#file);
  }

  read(target: Uint8Array, position: number): number {
    return this.openLive().read(target, position, true);
  }

  /** All that changes it goes through a descriptor's handle. */
  write(): never {
    throw new VfsError(Errno.NOTSUP, 'a live file is added to');
  }

  writePieces(): never {
    this.write();
  }

  setSize(): never {
    this.write();
  }

  snapshot(): never {
    this.write();
  }

  dispose(): void {
    // There is nothing here to give back.
  }
}

class LiveReader implements LiveHandle {
  readonly file: number;
  end = 0;
  readonly #link: ChildLink;
  /** Undefined: nothing was read of it. */
  #generation: number | undefined;
  /** What came last, from `#start` on. */
  #bytes: Uint8Array = NOTHING;
  #start = 0;
  /** How large the file was then. */
  #size = 0;

  constructor(link: ChildLink, file: number) {
    this.#link = link;
    this.file = file;
  }

  /** Who has read nothing yet begins with what is there now. */
  get generation(): number {
    this.#generation ??= ask(this.#link, { kind: 'status', file: this.file }).generation;
    return this.#generation;
  }

  read(target: Uint8Array, position: number, wait: boolean): number {
    // From the beginning everyone reads what is there now, and that may be another beginning.
    if (position === 0) this.#bytes = NOTHING;
    let total = this.#copyKept(target, position);
    while (total < target.length) {
      // The rest may be there by now, but who asked has something to go on with.
      if (total > 0 && position + total >= this.#size) return total;
      const answer = ask(this.#link, {
        kind: 'read',
        file: this.file,
        generation: position + total === 0 ? 0 : this.generation,
        position: position + total,
        length: Math.min(Math.max(target.length - total, READ_AHEAD_BYTES), LIVE_BYTES),
        wait: wait && total === 0,
      });
      if (answer.errno !== Errno.SUCCESS) {
        // Of a file that was begun anew nothing that came before is left.
        if (answer.errno === Errno.STALE) this.#bytes = NOTHING;
        if (total > 0) return total;
        throw new VfsError(answer.errno, 'the live file gives nothing');
      }
      if (answer.bytes.length === 0) return total;
      this.#generation = answer.generation;
      this.#bytes = answer.bytes;
      this.#start = position + total;
      this.#size = answer.size;
      total += this.#copyKept(target.subarray(total), position + total);
    }
    return total;
  }

  append(source: Uint8Array): number {
    const head = new Uint8Array(WRITE_HEAD_BYTES);
    new DataView(head.buffer).setUint32(0, this.file, true);
    const piece = source.subarray(0, LIVE_BYTES);
    const { errno, size } = decodeLiveAnswer(this.#link.ask('liveWrite', head, piece));
    if (errno !== Errno.SUCCESS) throw new VfsError(errno, 'the live file takes nothing');
    this.end = size;
    return piece.length;
  }

  restart(): void {
    const { errno } = ask(this.#link, { kind: 'restart', file: this.file });
    if (errno !== Errno.SUCCESS) throw new VfsError(errno, 'the live file cannot be started anew');
    this.#bytes = NOTHING;
  }

  #copyKept(target: Uint8Array, position: number): number {
    const offset = position - this.#start;
    if (offset < 0 || offset >= this.#bytes.length) return 0;
    const kept = this.#bytes.subarray(offset, offset + target.length);
    target.set(kept);
    return kept.length;
  }
}

/** What `poll_oneoff` asks about live files. */
export function livePoll(link: ChildLink): LivePoll {
  return (reads, milliseconds) => {
    if (reads.length > MOST_POLLED) throw new RangeError('more reads than a poll can name');
    const places = reads.map(({ handle, position }) => ({
      file: handle.file,
      generation: position === 0 ? 0 : handle.generation,
      position,
    }));
    return decodePolled(link.ask('liveRequest', encodeLiveRequest({ kind: 'poll', milliseconds, places })));
  };
}

function ask(link: ChildLink, request: LiveRequest) {
  return decodeLiveAnswer(link.ask('liveRequest', encodeLiveRequest(request)));
}

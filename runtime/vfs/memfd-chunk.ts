/**
 * One fixed-size part of a large file in a memory file of its own, written and read by descriptor, never mapped: the
 * runtime's memory stays out of reach of whoever holds the descriptor, and a fault in the mapping cannot happen.
 */
import { closeSync, ftruncateSync, readSync, writeSync, writevSync } from 'node:fs';
import type { SpareChunks } from './spare-chunks.ts';
import { type StorageAccount, storageFailure } from './storage-account.ts';

/** The kernel gives memory files whole pages. */
const PAGE_BYTES = 4096;

/** Large enough for the kernel's copying to dominate the calls, small enough to stay in the cache. */
const COPY_BYTES = 1 << 20;

/** The calls that make and seal memory files; native/memfd.ts has the real ones. */
export interface MemfdCalls {
  create(name: string): number;
  seal(descriptor: number): void;
}

export class MemfdChunk {
  readonly descriptor: number;
  readonly #account: StorageAccount;
  readonly #calls: MemfdCalls;
  readonly #spares: SpareChunks;
  #extent = 0;
  /** The memory file's own size: from the extent up to here lie bytes of its life before, which nobody may see. */
  #size = 0;
  #references = 1;
  #sealed = false;

  /** Throws DQUOT, NFILE or NOSPC. */
  constructor(account: StorageAccount, calls: MemfdCalls, spares: SpareChunks) {
    this.#account = account;
    this.#calls = calls;
    this.#spares = spares;
    account.charge(0, 1);
    try {
      const spare = spares.take((size) => account.tryCharge(wholePages(size)));
      this.#size = spare?.size ?? 0;
      this.descriptor = spare?.descriptor ?? calls.create('truce-file');
    } catch (failure) {
      account.giveBack(0, 1);
      throw storageFailure(failure);
    }
  }

  /** Bytes that were ever written here and not cut since. */
  get extent(): number {
    return this.#extent;
  }

  get sealed(): boolean {
    return this.#sealed;
  }

  /** Whether one content alone has it. */
  get exclusive(): boolean {
    return this.#references === 1;
  }

  /** Fills `target`; beyond the extent there are zeros. */
  read(target: Uint8Array, position: number): void {
    const present = Math.max(0, Math.min(target.length, this.#extent - position));
    try {
      for (let done = 0; done < present; ) {
        const count = readSync(this.descriptor, target, done, present - done, position + done);
        if (count === 0) throw new Error('a memory file is shorter than what was written to it');
        done += count;
      }
    } catch (failure) {
      throw storageFailure(failure);
    }
    target.fill(0, present);
  }

  /** Bytes that `extendTo(end)` would charge. */
  growth(end: number): number {
    return Math.max(0, wholePages(end) - wholePages(this.#held));
  }

  write(source: Uint8Array, position: number): void {
    this.writePieces([source], source.length, position);
  }

  /** Writes pieces of `length` bytes in all, one behind the other. */
  writePieces(pieces: readonly Uint8Array[], length: number, position: number): void {
    if (this.#sealed) throw new Error('a sealed chunk is written');
    const before = this.#extent;
    const end = position + length;
    // What is skipped is to be zeros.
    if (position > before) this.trim();
    const growth = this.growth(end);
    this.#account.charge(growth, 0);
    this.#extent = Math.max(before, end);
    try {
      putAll(this.descriptor, pieces, length, position);
    } catch (failure) {
      this.#extent = before;
      this.#account.giveBack(growth, 0);
      // So that no reader finds a half-written end; the kernel may refuse on what is no memory file.
      if (end > before) cutQuietly(this.descriptor, before);
      throw storageFailure(failure);
    }
    this.#size = Math.max(this.#size, end);
  }

  /** Forgets everything from `length` on and gives its pages back. */
  truncate(length: number): void {
    if (length >= this.#extent) return;
    if (this.#sealed) throw new Error('a sealed chunk is cut');
    try {
      ftruncateSync(this.descriptor, length);
    } catch (failure) {
      throw storageFailure(failure);
    }
    this.#account.giveBack(wholePages(this.#held) - wholePages(length), 0);
    this.#extent = length;
    this.#size = length;
  }

  /** Takes over the first `length` bytes of another chunk; both end there. */
  copyFrom(other: MemfdChunk, length: number): void {
    const buffer = new Uint8Array(Math.min(COPY_BYTES, length));
    for (let done = 0; done < length; ) {
      const piece = buffer.subarray(0, Math.min(buffer.length, length - done));
      other.read(piece, done);
      this.write(piece, done);
      done += piece.length;
    }
  }

  /** Makes the content final for every holder of the descriptor. */
  seal(): void {
    if (this.#sealed) return;
    try {
      this.trim();
      this.#calls.seal(this.descriptor);
    } catch (failure) {
      throw storageFailure(failure);
    }
    this.#sealed = true;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (this.#references === 0) throw new Error('a chunk is released twice');
    if (--this.#references > 0) return;
    this.#account.giveBack(wholePages(this.#held), 1);
    if (this.#sealed) closeSync(this.descriptor);
    else this.#spares.give({ descriptor: this.descriptor, size: this.#size });
  }

  /** Gives back what this chunk holds of its life before, once no more is coming. */
  trim(): void {
    if (this.#size <= this.#extent) return;
    try {
      ftruncateSync(this.descriptor, this.#extent);
    } catch (failure) {
      throw storageFailure(failure);
    }
    this.#account.giveBack(wholePages(this.#size) - wholePages(this.#extent), 0);
    this.#size = this.#extent;
  }

  /** What is charged, in whole pages: old bytes take memory too. */
  get #held(): number {
    return Math.max(this.#extent, this.#size);
  }
}

function putAll(descriptor: number, pieces: readonly Uint8Array[], length: number, position: number): void {
  let done = pieces.length === 1 ? 0 : writevSync(descriptor, pieces, position);
  if (done === length) return;
  // One piece, or the rest where the kernel took less than all.
  let start = 0;
  for (const piece of pieces) {
    for (let at = Math.max(0, done - start); at < piece.length; done = start + at)
      at += writeSync(descriptor, piece, at, piece.length - at, position + start + at);
    start += piece.length;
  }
}

/** What `length` bytes of a memory file take. */
export function wholePages(length: number): number {
  return Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
}

function cutQuietly(descriptor: number, length: number): void {
  try {
    ftruncateSync(descriptor, length);
  } catch {
    // The write's own failure is the one to report; the extent says already that nothing is there.
  }
}

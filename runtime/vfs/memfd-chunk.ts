/**
 * One fixed-size part of a large file in a memory file of its own, written and read by descriptor, never mapped: the
 * runtime's memory stays out of reach of whoever holds the descriptor, and a fault in the mapping cannot happen.
 */
import { closeSync, ftruncateSync, readSync, writeSync } from 'node:fs';
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
  #extent = 0;
  #references = 1;
  #sealed = false;

  /** Throws DQUOT, NFILE or NOSPC. */
  constructor(account: StorageAccount, calls: MemfdCalls) {
    this.#account = account;
    this.#calls = calls;
    account.charge(0, 1);
    try {
      this.descriptor = calls.create('truce-file');
    } catch (failure) {
      account.giveBack(0, 1);
      throw storageFailure(failure);
    }
  }

  /** Bytes that were ever written here and not cut since: what is charged, in whole pages. */
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
    try {
      for (let done = 0; done < target.length; ) {
        const count = readSync(this.descriptor, target, done, target.length - done, position + done);
        if (count === 0) target.fill(0, done);
        done = count === 0 ? target.length : done + count;
      }
    } catch (failure) {
      throw storageFailure(failure);
    }
  }

  /** Bytes that `extendTo(end)` would charge. */
  growth(end: number): number {
    return Math.max(0, wholePages(end) - wholePages(this.#extent));
  }

  write(source: Uint8Array, position: number): void {
    if (this.#sealed) throw new Error('a sealed chunk is written');
    const before = this.#extent;
    const end = position + source.length;
    const growth = this.growth(end);
    this.#account.charge(growth, 0);
    this.#extent = Math.max(before, end);
    try {
      for (let done = 0; done < source.length; )
        done += writeSync(this.descriptor, source, done, source.length - done, position + done);
    } catch (failure) {
      this.#extent = before;
      this.#account.giveBack(growth, 0);
      // So that no reader finds a half-written end; the kernel may refuse on what is no memory file.
      if (end > before) cutQuietly(this.descriptor, before);
      throw storageFailure(failure);
    }
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
    this.#account.giveBack(wholePages(this.#extent) - wholePages(length), 0);
    this.#extent = length;
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
    this.#account.giveBack(wholePages(this.#extent), 1);
    closeSync(this.descriptor);
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

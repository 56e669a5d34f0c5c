/**
 * Which bytes of one chunk were written. A short list of ranges while they are few; beyond that, one range from the
 * first to the last where the bytes between are known, or a bit for each byte where they are not: what lies between
 * must then not be taken for written, because nobody here knows what it is.
 */

/** Half-open, in bytes from the chunk's start. */
export interface DirtyRange {
  readonly start: number;
  readonly end: number;
}

/** Ranges that one chunk keeps apart before it is coarser about them. */
export const MAXIMUM_RANGES = 64;

export class DirtyRanges {
  readonly #chunkBytes: number;
  readonly #mayMerge: boolean;
  /** start, end, start, end ...: ascending, apart by at least one byte. */
  #bounds: number[] = [];
  #bits: Uint8Array | undefined;

  /** `mayMerge`: the bytes between two ranges are known, so that they may be reported as if they were written. */
  constructor(chunkBytes: number, mayMerge: boolean) {
    this.#chunkBytes = chunkBytes;
    this.#mayMerge = mayMerge;
  }

  add(start: number, end: number): void {
    if (start >= end) return;
    if (this.#bits !== undefined) {
      setBits(this.#bits, start, end);
      return;
    }
    const bounds = this.#bounds;
    if (bounds.length === 0) {
      // Not pushed: an array that grows makes room for many.
      this.#bounds = [start, end];
      return;
    }
    const last = bounds.length - 1;
    // Written front to back: the last range grows.
    if (start >= bounds[last - 1]! && start <= bounds[last]!) {
      if (end > bounds[last]!) bounds[last] = end;
      return;
    }
    this.#insert(start, end);
    if (bounds.length <= 2 * MAXIMUM_RANGES) return;
    if (this.#mayMerge) this.#bounds = [bounds[0]!, bounds.at(-1)!];
    else this.#useBits();
  }

  /** Forgets everything from `size` on. */
  truncate(size: number): void {
    if (this.#bits !== undefined) {
      clearBitsFrom(this.#bits, size);
      return;
    }
    const bounds = this.#bounds;
    while (bounds.length > 0 && bounds.at(-2)! >= size) bounds.length -= 2;
    if (bounds.length > 0 && bounds.at(-1)! > size) bounds[bounds.length - 1] = size;
  }

  clone(): DirtyRanges {
    const copy = new DirtyRanges(this.#chunkBytes, this.#mayMerge);
    copy.#bounds = [...this.#bounds];
    copy.#bits = this.#bits?.slice();
    return copy;
  }

  *[Symbol.iterator](): IterableIterator<DirtyRange> {
    if (this.#bits !== undefined) {
      yield* bitRuns(this.#bits);
      return;
    }
    for (let index = 0; index < this.#bounds.length; index += 2)
      yield { start: this.#bounds[index]!, end: this.#bounds[index + 1]! };
  }

  /** Puts a range in its place and melts those it touches into it. */
  #insert(start: number, end: number): void {
    const bounds = this.#bounds;
    let first = 0;
    while (first < bounds.length && bounds[first + 1]! < start) first += 2;
    let after = first;
    let from = start;
    let to = end;
    while (after < bounds.length && bounds[after]! <= end) {
      from = Math.min(from, bounds[after]!);
      to = Math.max(to, bounds[after + 1]!);
      after += 2;
    }
    bounds.splice(first, after - first, from, to);
  }

  #useBits(): void {
    const bits = new Uint8Array(Math.ceil(this.#chunkBytes / 8));
    for (const { start, end } of this) setBits(bits, start, end);
    this.#bits = bits;
    this.#bounds = [];
  }
}

function setBits(bits: Uint8Array, start: number, end: number): void {
  let at = start;
  for (; at < end && (at & 7) !== 0; at++) bits[at >> 3]! |= 1 << (at & 7);
  const whole = end & ~7;
  if (at < whole) {
    bits.fill(0xff, at >> 3, whole >> 3);
    at = whole;
  }
  for (; at < end; at++) bits[at >> 3]! |= 1 << (at & 7);
}

function clearBitsFrom(bits: Uint8Array, start: number): void {
  const byte = start >> 3;
  if (byte >= bits.length) return;
  bits[byte]! &= (1 << (start & 7)) - 1;
  bits.fill(0, byte + 1);
}

function* bitRuns(bits: Uint8Array): IterableIterator<DirtyRange> {
  let start = -1;
  for (let at = 0; at < bits.length * 8; at++) {
    const set = (bits[at >> 3]! & (1 << (at & 7))) !== 0;
    if (set && start === -1) start = at;
    if (!set && start !== -1) {
      yield { start, end: at };
      start = -1;
    }
  }
  if (start !== -1) yield { start, end: bits.length * 8 };
}

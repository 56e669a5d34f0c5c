/** Bytes that grow at their end: what is made of a module is written once, from front to back. */

const FIRST_BYTES = 256;
/** Longer pieces are worth a call of the engine's own copy. */
const SHORT_COPY = 64;

export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = FIRST_BYTES) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, until more is. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(...values: readonly number[]): void {
    for (const value of values) this.byte(value);
  }

  /** LEB128, as short as can be. */
  u32(value: number): void {
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** A signed LEB128 of any size. */
  signed(value: bigint): void {
    let rest = value;
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const last = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  copy(source: Uint8Array, from = 0, to = source.length): void {
    const length = to - from;
    if (this.#bytes.length - this.#length < length) this.#grow(length);
    if (length > SHORT_COPY) this.#bytes.set(source.subarray(from, to), this.#length);
    else for (let at = 0; at < length; at++) this.#bytes[this.#length + at] = source[from + at]!;
    this.#length += length;
  }

  /** Over bytes that were written before. */
  patch(position: number, value: number): void {
    this.#bytes[position] = value;
  }

  #grow(more: number): void {
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

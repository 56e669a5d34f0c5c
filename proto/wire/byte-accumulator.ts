/** Bytes of a message that came in parts. Memory follows what has arrived, never what a header announces. */

const FIRST_CAPACITY = 256;

export class ByteAccumulator {
  #buffer = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of what has been collected, valid until the next append or clear. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  append(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2, FIRST_CAPACITY));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(part, this.#length);
    this.#length = needed;
  }

  /** Hands out what has been collected and starts over with a buffer of its own. */
  take(): Uint8Array {
    const taken = this.bytes;
    this.#buffer = new Uint8Array(0);
    this.#length = 0;
    return taken;
  }
}

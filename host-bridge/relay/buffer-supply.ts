/**
 * Buffers that sockets read into, used again and again: a relay that has new memory for each read spends more time on
 * memory than on bytes. Large ones go to connections that fill them; the others hold little.
 */

/** Enough for what is idle or slow: Node's own size for reads. */
export const SMALL_BYTES = 64 * 1024;
/** A quarter of the system calls for those that have much to say. */
export const LARGE_BYTES = 256 * 1024;

/** Buffers of each size that wait for use; more are left to the collector. */
const MOST_SPARE = 32;

export class BufferSupply {
  readonly #spare: Readonly<Record<number, Uint8Array[]>> = { [SMALL_BYTES]: [], [LARGE_BYTES]: [] };

  take(large: boolean): Uint8Array {
    const size = large ? LARGE_BYTES : SMALL_BYTES;
    return this.#spare[size]?.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  /** Takes back a buffer that nobody reads or writes any more. */
  give(buffer: Uint8Array): void {
    const spare = this.#spare[buffer.length];
    if (spare !== undefined && spare.length < MOST_SPARE) spare.push(buffer);
  }
}

/**
 * Memory for what a program writes. What a file gives back is used again: memory that the kernel has yet to find pages
 * for costs several times as much. Buffers come with whatever was in them; their users know what they have filled.
 */

/** Bytes of one chunk: large enough that a gigabyte is a few thousand, small enough that one changed byte is cheap. */
export const OVERLAY_CHUNK_BYTES = 256 * 1024;

/** The first buffer of a file. Many share one allocation: an ArrayBuffer of its own would cost more than its bytes. */
export const SMALLEST_BUFFER_BYTES = 256;

const SLAB_BYTES = 64 * 1024;

/** Chunks kept for later: what a program may write is bounded elsewhere, and is in use or in here, never in both. */
const KEPT_CHUNKS = 1024;

/** Makes `bytes` of zeros. @throws RangeError where there is no memory for them */
export type AllocateChunk = (bytes: number) => Uint8Array;

export class OverlayStorage {
  readonly #allocate: AllocateChunk;
  readonly #chunks: Uint8Array[] = [];
  readonly #smallest: Uint8Array[] = [];
  #slab: Uint8Array | undefined;
  #slabUsed = 0;

  constructor(allocate: AllocateChunk = (bytes) => new Uint8Array(bytes)) {
    this.#allocate = allocate;
  }

  /** A buffer of exactly `bytes`, with anything in it. */
  take(bytes: number): Uint8Array {
    if (bytes === SMALLEST_BUFFER_BYTES) return this.#smallest.pop() ?? this.#carve();
    if (bytes === OVERLAY_CHUNK_BYTES) return this.#chunks.pop() ?? this.#allocate(bytes);
    return new Uint8Array(bytes);
  }

  /** Takes a buffer back, which nobody may look at any more. */
  give(buffer: Uint8Array): void {
    if (buffer.length === SMALLEST_BUFFER_BYTES) this.#smallest.push(buffer);
    else if (buffer.length === OVERLAY_CHUNK_BYTES && this.#chunks.length < KEPT_CHUNKS)
      this.#chunks.push(buffer);
  }

  #carve(): Uint8Array {
    if (this.#slab === undefined || this.#slabUsed === SLAB_BYTES) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#slabUsed = 0;
    }
    const start = this.#slabUsed;
    this.#slabUsed += SMALLEST_BUFFER_BYTES;
    return this.#slab.subarray(start, this.#slabUsed);
  }
}

/**
 * Memory files that nobody uses any more, kept for a moment: what replaces a file takes their pages over, which costs a
 * fraction of what new pages cost. Their old bytes are never read: MemfdChunk sees to that. Only files that were never
 * sealed come here, so no one else holds a descriptor of them.
 */
import { closeSync } from 'node:fs';

export interface SpareChunk {
  readonly descriptor: number;
  /** The file's size: all of it is old bytes. */
  readonly size: number;
}

const KEEP_MILLISECONDS = 5000;

export class SpareChunks {
  readonly #limit: number;
  readonly #chunks: SpareChunk[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** Keeps up to `limit` of them. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** One whose size can be charged for, if there is one. */
  take(charge: (bytes: number) => boolean): SpareChunk | undefined {
    const last = this.#chunks.at(-1);
    return last !== undefined && charge(last.size) ? this.#chunks.pop() : undefined;
  }

  /** Takes a file over, or closes it. */
  give(chunk: SpareChunk): void {
    if (this.#chunks.length >= this.#limit || chunk.size === 0) {
      closeSync(chunk.descriptor);
      return;
    }
    this.#chunks.push(chunk);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), KEEP_MILLISECONDS).unref();
  }

  /** Gives the memory back to the kernel. */
  clear(): void {
    clearTimeout(this.#timer);
    for (const { descriptor } of this.#chunks.splice(0)) closeSync(descriptor);
  }
}

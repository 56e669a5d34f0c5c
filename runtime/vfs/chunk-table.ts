/** The chunks of one large content, by their place in it: what is absent is zeros, what is shared is copied on write. */
import { type MemfdCalls, MemfdChunk, wholePages } from './memfd-chunk.ts';
import type { SpareChunks } from './spare-chunks.ts';
import type { StorageAccount } from './storage-account.ts';

export interface ChunkStorage {
  readonly account: StorageAccount;
  /** A power of two. */
  readonly chunkBytes: number;
  readonly memfd: MemfdCalls;
  readonly spares: SpareChunks;
}

/** A content's share of a chunk: its first `length` bytes. What follows, up to the next chunk, is zeros. */
interface ChunkView {
  readonly chunk: MemfdChunk;
  length: number;
}

export interface ChunkPlace {
  readonly position: number;
  readonly length: number;
  readonly descriptor: number;
}

export class ChunkTable {
  readonly #storage: ChunkStorage;
  readonly #views = new Map<number, ChunkView>();

  constructor(storage: ChunkStorage) {
    this.#storage = storage;
  }

  /** Fills `target` with the bytes from `position` on. */
  read(target: Uint8Array, position: number): void {
    const { chunkBytes } = this.#storage;
    for (let done = 0; done < target.length; ) {
      const index = Math.floor((position + done) / chunkBytes);
      const offset = position + done - index * chunkBytes;
      const count = Math.min(chunkBytes - offset, target.length - done);
      const view = this.#views.get(index);
      const present = Math.max(0, Math.min(count, (view?.length ?? 0) - offset));
      if (view !== undefined && present > 0) view.chunk.read(target.subarray(done, done + present), offset);
      target.fill(0, done + present, done + count);
      done += count;
    }
  }

  /** As `write`, of pieces one behind the other: with one call where they lie in one chunk. */
  writePieces(pieces: readonly Uint8Array[], length: number, position: number): void {
    const { chunkBytes } = this.#storage;
    const index = Math.floor(position / chunkBytes);
    const offset = position - index * chunkBytes;
    if (offset + length <= chunkBytes) {
      this.#checkRoom(position, length);
      this.#writeChunk(index, pieces, length, offset);
      return;
    }
    let at = position;
    for (const piece of pieces) {
      this.write(piece, at);
      at += piece.length;
    }
  }

  /** Throws DQUOT or NFILE before anything is written where the quota does not allow all of it. */
  write(source: Uint8Array, position: number): void {
    const { chunkBytes } = this.#storage;
    this.#checkRoom(position, source.length);
    for (let done = 0; done < source.length; ) {
      const index = Math.floor((position + done) / chunkBytes);
      const offset = position + done - index * chunkBytes;
      const piece = source.subarray(done, done + Math.min(chunkBytes - offset, source.length - done));
      this.#writeChunk(index, [piece], piece.length, offset);
      done += piece.length;
    }
  }

  /** Forgets everything from `size` on. */
  cut(size: number): void {
    for (const [index, view] of this.#views) {
      const length = Math.min(view.length, size - index * this.#storage.chunkBytes);
      if (length <= 0) this.#drop(index, view);
      else {
        view.length = length;
        if (view.chunk.exclusive && !view.chunk.sealed) view.chunk.truncate(length);
      }
    }
  }

  /** Gives back room that chunks hold for bytes to come. */
  trim(): void {
    for (const { chunk } of this.#views.values()) if (chunk.exclusive && !chunk.sealed) chunk.trim();
  }

  /** A table of the same chunks. */
  share(): ChunkTable {
    const copy = new ChunkTable(this.#storage);
    for (const [index, { chunk, length }] of this.#views)
      copy.#views.set(index, { chunk: chunk.retain(), length });
    return copy;
  }

  clear(): void {
    for (const [index, view] of this.#views) this.#drop(index, view);
  }

  /**
   * Makes every chunk final and end where this content's share does: bytes that were cut off here but live on in another
   * copy would otherwise be there to read for whoever is given the descriptor.
   */
  seal(): void {
    for (const [index, view] of this.#views) {
      if (view.chunk.extent > view.length) {
        if (view.chunk.exclusive && !view.chunk.sealed) view.chunk.truncate(view.length);
        else this.#replace(index, view, (fresh) => fresh.copyFrom(view.chunk, view.length));
      }
      this.#views.get(index)?.chunk.seal();
    }
  }

  /** Where the chunks lie, ascending. */
  places(): ChunkPlace[] {
    return [...this.#views]
      .sort(([a], [b]) => a - b)
      .map(([index, { chunk, length }]) => ({
        position: index * this.#storage.chunkBytes,
        length,
        descriptor: chunk.descriptor,
      }));
  }

  #writeChunk(index: number, pieces: readonly Uint8Array[], length: number, offset: number): void {
    const view = this.#views.get(index);
    const end = offset + length;
    if (view === undefined || !mayWriteAt(view, offset)) {
      // What is written over from the start to the end need not be copied first.
      const kept = view === undefined || (offset === 0 && end >= view.length) ? 0 : view.length;
      this.#replace(index, view, (fresh) => {
        if (view !== undefined && kept > 0) fresh.copyFrom(view.chunk, kept);
        fresh.writePieces(pieces, length, offset);
      });
      return;
    }
    if (view.chunk.exclusive) view.chunk.truncate(view.length);
    view.chunk.writePieces(pieces, length, offset);
    view.length = Math.max(view.length, end);
  }

  /** Puts a new chunk in the place of one (or of none) once `fill` has succeeded. */
  #replace(index: number, before: ChunkView | undefined, fill: (fresh: MemfdChunk) => void): void {
    const { account, memfd, spares } = this.#storage;
    const fresh = new MemfdChunk(account, memfd, spares);
    try {
      fill(fresh);
    } catch (failure) {
      fresh.release();
      throw failure;
    }
    this.#views.set(index, { chunk: fresh, length: fresh.extent });
    before?.chunk.release();
  }

  #checkRoom(position: number, length: number): void {
    const { account, chunkBytes } = this.#storage;
    let bytes = 0;
    let descriptors = 0;
    for (let at = position; at < position + length; ) {
      const index = Math.floor(at / chunkBytes);
      const offset = at - index * chunkBytes;
      const end = Math.min(chunkBytes, offset + position + length - at);
      const view = this.#views.get(index);
      if (view !== undefined && mayWriteAt(view, offset)) bytes += view.chunk.growth(end);
      else {
        bytes += wholePages(Math.max(end, view?.length ?? 0));
        descriptors++;
      }
      at += end - offset;
    }
    account.check(bytes, descriptors);
  }

  #drop(index: number, view: ChunkView): void {
    this.#views.delete(index);
    view.chunk.release();
  }
}

/**
 * Whether a write at `offset` changes nothing that another content sees. Appending where the chunk ends is one such case
 * even while it is shared, since each content sees only its own length of it.
 */
function mayWriteAt({ chunk, length }: ChunkView, offset: number): boolean {
  if (chunk.sealed) return false;
  return chunk.exclusive || (length === chunk.extent && offset >= length);
}

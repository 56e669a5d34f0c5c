/**
 * A file's bytes in the runtime: inline while small, then in chunks that are memory files. Copies share storage until one
 * is written. A chunk that an executor child has seen is sealed for good; writing there afterwards makes a new one.
 */
import { createMemfd, sealMemfd } from '../../native/memfd.ts';
import { type ChunkPlace, type ChunkStorage, ChunkTable } from './chunk-table.ts';
import type { ContentFactory, FileContent } from './content.ts';
import { Errno, VfsError } from './errno.ts';
import { InlineBuffer, inlineCapacity } from './inline-buffer.ts';
import type { MemfdCalls } from './memfd-chunk.ts';
import { SpareChunks } from './spare-chunks.ts';
import { StorageAccount, type StorageLimits } from './storage-account.ts';

/** Files up to here are no memory files: a page and a descriptor for each tiny file would be waste. */
export const INLINE_BYTES = 64 * 1024;
/** A gigabyte is 64 descriptors; changing a byte that a child has seen copies at most this much. */
export const MEMFD_CHUNK_BYTES = 16 * 1024 * 1024;
/** For callers that set no limits of their own. */
export const DEFAULT_STORAGE_LIMITS: StorageLimits = { limit: 2 ** 30, descriptors: 4096 };

export interface MemfdContentsOptions extends Partial<StorageLimits> {
  readonly inlineBytes?: number;
  /** A power of two. */
  readonly chunkBytes?: number;
  readonly memfd?: MemfdCalls;
  /** How many chunks that nobody uses any more are kept for a moment; none unless told. */
  readonly spareChunks?: number;
}

/** What a child gets of a content; where no piece lies there are zeros. */
export type LayoutPiece =
  | {
      readonly kind: 'inline';
      readonly position: number;
      readonly length: number;
      readonly bytes: Uint8Array;
    }
  | ({ readonly kind: 'memfd' } & ChunkPlace);

interface Storage extends ChunkStorage {
  readonly inlineBytes: number;
}

export class MemfdContents implements ContentFactory {
  readonly #storage: Storage;

  /** `limit`, in bytes, and `descriptors` bound all contents made here together. */
  constructor(options: MemfdContentsOptions = {}) {
    const chunkBytes = options.chunkBytes ?? MEMFD_CHUNK_BYTES;
    // Only then is the division of a position exact up to the largest one.
    if (!Number.isInteger(Math.log2(chunkBytes))) throw new RangeError('a chunk is a power of two of bytes');
    this.#storage = {
      account: new StorageAccount({ ...DEFAULT_STORAGE_LIMITS, ...options }),
      inlineBytes: options.inlineBytes ?? INLINE_BYTES,
      chunkBytes,
      memfd: options.memfd ?? { create: createMemfd, seal: sealMemfd },
      spares: new SpareChunks(options.spareChunks ?? 0),
    };
  }

  create(): MemfdContent {
    return new MemfdContent(this.#storage);
  }

  /** What is charged now. Chunks count from their start to the last byte written, holes inside included. */
  usage(): { bytes: number; descriptors: number } {
    const { bytes, descriptors } = this.#storage.account;
    return { bytes, descriptors };
  }
}

export class MemfdContent implements FileContent {
  readonly #storage: Storage;
  /** Where one of the two holds anything, the other is empty. */
  #inline: InlineBuffer | undefined;
  /** Made with the first chunk: most files are small. */
  #chunks: ChunkTable | undefined;
  #size = 0;
  #disposed = false;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get size(): number {
    return this.#size;
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.min(target.length, this.#size - position);
    if (length <= 0) return 0;
    const wanted = target.subarray(0, length);
    if (this.#chunks !== undefined) this.#chunks.read(wanted, position);
    else {
      const bytes = this.#inline?.bytes.subarray(position, position + length);
      if (bytes !== undefined) wanted.set(bytes);
      wanted.fill(0, bytes?.length ?? 0);
    }
    return length;
  }

  /** Throws DQUOT, NFILE or NOSPC. */
  write(source: Uint8Array, position: number): void {
    this.#checkAlive();
    if (source.length === 0) return;
    const end = position + source.length;
    if (!Number.isSafeInteger(end)) throw new VfsError(Errno.FBIG, 'a position beyond what a file can have');
    if (this.#chunks === undefined && Math.max(end, this.#size) <= this.#storage.inlineBytes)
      this.#writableInline(end).bytes.set(source, position);
    else {
      this.#useChunks().write(source, position);
    }
    this.#size = Math.max(this.#size, end);
  }

  /** Throws DQUOT, NFILE or NOSPC where what is kept must be copied. */
  writePieces(pieces: readonly Uint8Array[], position: number): void {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (this.#chunks === undefined || position !== this.#size) {
      let at = position;
      for (const piece of pieces) {
        this.write(piece, at);
        at += piece.length;
      }
      return;
    }
    this.#checkAlive();
    if (!Number.isSafeInteger(position + length))
      throw new VfsError(Errno.FBIG, 'a position beyond what a file can have');
    if (length > 0) this.#chunks.writePieces(pieces, length, position);
    this.#size += length;
  }

  setSize(size: number): void {
    this.#checkAlive();
    if (size === this.#size) this.#chunks?.trim();
    else if (size > this.#size) {
      if (size > this.#storage.inlineBytes) this.#useChunks();
    } else if (this.#chunks !== undefined) this.#cutChunks(this.#chunks, size);
    else if (size === 0) this.#dropInline();
    else if (size < (this.#inline?.bytes.length ?? 0)) this.#writableInline(0).bytes.fill(0, size);
    this.#size = size;
  }

  snapshot(): MemfdContent {
    this.#checkAlive();
    const copy = new MemfdContent(this.#storage);
    copy.#size = this.#size;
    copy.#inline = this.#inline?.retain();
    copy.#chunks = this.#chunks?.share();
    return copy;
  }

  dispose(): void {
    this.#disposed = true;
    this.#size = 0;
    this.#dropInline();
    this.#dropChunks();
  }

  /** Seals every chunk, so that a child may be given it: nobody can change it any more, and no more is in it than here. */
  seal(): void {
    this.#checkAlive();
    this.#chunks?.seal();
  }

  /**
   * The pieces in ascending order, sealed. Descriptors and bytes are good until this content is written or disposed of:
   * who keeps them longer lays out a snapshot and disposes of that.
   */
  layout(): LayoutPiece[] {
    this.seal();
    if (this.#chunks !== undefined)
      return this.#chunks.places().map((place) => ({ kind: 'memfd', ...place }));
    const inline = this.#inline;
    if (inline === undefined) return [];
    inline.freeze();
    const bytes = inline.bytes.subarray(0, this.#size);
    return [{ kind: 'inline', position: 0, length: bytes.length, bytes }];
  }

  /** A buffer that this content alone may change, with room for `end` bytes. */
  #writableInline(end: number): InlineBuffer {
    const { account, inlineBytes } = this.#storage;
    const before = this.#inline;
    if (before?.writable && before.bytes.length >= end) return before;
    const capacity = Math.max(inlineCapacity(end, inlineBytes), before?.bytes.length ?? 0);
    const after = new InlineBuffer(account, capacity);
    if (before !== undefined) after.bytes.set(before.bytes);
    before?.release();
    this.#inline = after;
    return after;
  }

  /** The table of chunks; what lay inline is moved into it. */
  #useChunks(): ChunkTable {
    if (this.#chunks !== undefined) return this.#chunks;
    const chunks = new ChunkTable(this.#storage);
    if (this.#inline !== undefined) {
      try {
        chunks.write(this.#inline.bytes.subarray(0, this.#size), 0);
      } catch (failure) {
        chunks.clear();
        throw failure;
      }
    }
    this.#dropInline();
    this.#chunks = chunks;
    return chunks;
  }

  #cutChunks(chunks: ChunkTable, size: number): void {
    chunks.cut(size);
    // Emptied, the file may be small again.
    if (size === 0) this.#dropChunks();
  }

  #dropChunks(): void {
    this.#chunks?.clear();
    this.#chunks = undefined;
  }

  #dropInline(): void {
    this.#inline?.release();
    this.#inline = undefined;
  }

  #checkAlive(): void {
    if (this.#disposed) throw new Error('a content is used after it was disposed of');
  }
}

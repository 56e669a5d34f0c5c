/**
 * A file's bytes in the runtime: inline while small, then in chunks that are memory files. Copies share chunks until one
 * is written. A chunk that an executor child has seen is sealed for good; writing there afterwards makes a new one.
 */
import { createMemfd, sealMemfd } from '../../native/memfd.ts';
import type { ContentFactory, FileContent } from './content.ts';
import { Errno, VfsError } from './errno.ts';
import { InlineBuffer, inlineCapacity } from './inline-buffer.ts';
import { type MemfdCalls, MemfdChunk, wholePages } from './memfd-chunk.ts';
import { StorageAccount, type StorageLimits } from './storage-account.ts';

/** Files up to here are no memory files: a page and a descriptor for each tiny file would be waste. */
export const INLINE_BYTES = 64 * 1024;
/** A gigabyte is 64 descriptors; changing a byte that a child has seen copies at most this much. */
export const MEMFD_CHUNK_BYTES = 16 * 1024 * 1024;
/** For callers that set no limits of their own. */
export const DEFAULT_STORAGE_LIMITS: StorageLimits = { limit: 2 ** 30, descriptors: 4096 };

export interface MemfdContentsOptions extends Partial<StorageLimits> {
  readonly inlineBytes?: number;
  readonly chunkBytes?: number;
  readonly memfd?: MemfdCalls;
}

/** What one child gets of a content; where no piece lies there are zeros. */
export type LayoutPiece =
  | {
      readonly kind: 'inline';
      readonly position: number;
      readonly length: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'memfd';
      readonly position: number;
      readonly length: number;
      readonly descriptor: number;
    };

interface Storage {
  readonly account: StorageAccount;
  readonly inlineBytes: number;
  readonly chunkBytes: number;
  readonly memfd: MemfdCalls;
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

/** A content's share of a chunk: its first `length` bytes. What follows, up to the next chunk, is zeros. */
interface ChunkView {
  readonly chunk: MemfdChunk;
  length: number;
}

export class MemfdContent implements FileContent {
  readonly #storage: Storage;
  /** At most one of the two holds anything. */
  #inline: InlineBuffer | undefined;
  readonly #chunks = new Map<number, ChunkView>();
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
    if (this.#inline !== undefined) {
      const bytes = this.#inline.bytes.subarray(position, position + length);
      target.set(bytes);
      target.fill(0, bytes.length, length);
      return length;
    }
    const { chunkBytes } = this.#storage;
    for (let done = 0; done < length; ) {
      const index = Math.floor((position + done) / chunkBytes);
      const offset = position + done - index * chunkBytes;
      const count = Math.min(chunkBytes - offset, length - done);
      const view = this.#chunks.get(index);
      const present = Math.max(0, Math.min(count, (view?.length ?? 0) - offset));
      if (view !== undefined && present > 0) view.chunk.read(target.subarray(done, done + present), offset);
      target.fill(0, done + present, done + count);
      done += count;
    }
    return length;
  }

  write(source: Uint8Array, position: number): void {
    this.#checkAlive();
    if (source.length === 0) return;
    const end = position + source.length;
    if (!Number.isSafeInteger(end)) throw new VfsError(Errno.FBIG, 'a position beyond what a file can have');
    if (this.#chunks.size === 0 && Math.max(end, this.#size) <= this.#storage.inlineBytes)
      this.#writableInline(end).bytes.set(source, position);
    else {
      this.#moveInlineToChunk();
      this.#writeChunks(source, position);
    }
    this.#size = Math.max(this.#size, end);
  }

  setSize(size: number): void {
    this.#checkAlive();
    if (size < this.#size) this.#cut(size);
    else if (size > this.#storage.inlineBytes) this.#moveInlineToChunk();
    this.#size = size;
  }

  snapshot(): MemfdContent {
    this.#checkAlive();
    const copy = new MemfdContent(this.#storage);
    copy.#size = this.#size;
    copy.#inline = this.#inline?.retain();
    for (const [index, { chunk, length }] of this.#chunks)
      copy.#chunks.set(index, { chunk: chunk.retain(), length });
    return copy;
  }

  dispose(): void {
    this.#disposed = true;
    this.#size = 0;
    this.#dropInline();
    for (const index of this.#chunks.keys()) this.#dropChunk(index);
  }

  /**
   * Seals every chunk, so that a child may be given it: nobody can change it any more, and it ends where this content
   * does. Bytes that were cut off here but live on in another copy would otherwise be there to read.
   */
  seal(): void {
    this.#checkAlive();
    for (const [index, view] of this.#chunks) {
      if (view.chunk.extent > view.length) {
        if (view.chunk.exclusive && !view.chunk.sealed) view.chunk.truncate(view.length);
        else this.#replaceChunk(index, view, (fresh) => fresh.copyFrom(view.chunk, view.length));
      }
      this.#chunks.get(index)?.chunk.seal();
    }
  }

  /**
   * The pieces in ascending order, sealed. Descriptors and bytes are good until this content is written or disposed of:
   * who keeps them longer lays out a snapshot and disposes of that.
   */
  layout(): LayoutPiece[] {
    this.seal();
    const pieces: LayoutPiece[] = [];
    if (this.#inline !== undefined) {
      this.#inline.freeze();
      const bytes = this.#inline.bytes.subarray(0, this.#size);
      if (bytes.length > 0) pieces.push({ kind: 'inline', position: 0, length: bytes.length, bytes });
    }
    for (const [index, { chunk, length }] of [...this.#chunks].sort(([a], [b]) => a - b)) {
      const position = index * this.#storage.chunkBytes;
      pieces.push({ kind: 'memfd', position, length, descriptor: chunk.descriptor });
    }
    return pieces;
  }

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

  #moveInlineToChunk(): void {
    const inline = this.#inline;
    if (inline === undefined) return;
    const { account, chunkBytes } = this.#storage;
    const bytes = inline.bytes.subarray(0, this.#size);
    account.check(wholePages(bytes.length), Math.ceil(bytes.length / chunkBytes));
    this.#inline = undefined;
    try {
      this.#writeChunks(bytes, 0);
    } catch (failure) {
      for (const index of this.#chunks.keys()) this.#dropChunk(index);
      this.#inline = inline;
      throw failure;
    }
    inline.release();
  }

  #writeChunks(source: Uint8Array, position: number): void {
    const { chunkBytes } = this.#storage;
    this.#checkRoom(position, source.length);
    for (let done = 0; done < source.length; ) {
      const index = Math.floor((position + done) / chunkBytes);
      const offset = position + done - index * chunkBytes;
      const piece = source.subarray(done, done + Math.min(chunkBytes - offset, source.length - done));
      this.#writeChunk(index, piece, offset);
      done += piece.length;
    }
  }

  #writeChunk(index: number, source: Uint8Array, offset: number): void {
    const view = this.#chunks.get(index);
    const end = offset + source.length;
    if (view === undefined || !mayWriteAt(view, offset)) {
      // What is written over need not be copied first, as far as it reaches from the start.
      const kept = view === undefined || (offset === 0 && end >= view.length) ? 0 : view.length;
      this.#replaceChunk(index, view, (fresh) => {
        if (view !== undefined && kept > 0) fresh.copyFrom(view.chunk, kept);
        fresh.write(source, offset);
      });
      return;
    }
    if (view.chunk.exclusive) view.chunk.truncate(view.length);
    view.chunk.write(source, offset);
    view.length = Math.max(view.length, end);
  }

  /** Puts a new chunk in the place of one (or of none) once `fill` has succeeded. */
  #replaceChunk(index: number, before: ChunkView | undefined, fill: (fresh: MemfdChunk) => void): void {
    const fresh = new MemfdChunk(this.#storage.account, this.#storage.memfd);
    try {
      fill(fresh);
    } catch (failure) {
      fresh.release();
      throw failure;
    }
    this.#chunks.set(index, { chunk: fresh, length: fresh.extent });
    before?.chunk.release();
  }

  /** Throws before anything is written where the quota does not allow all of it. */
  #checkRoom(position: number, length: number): void {
    const { account, chunkBytes } = this.#storage;
    let bytes = 0;
    let descriptors = 0;
    for (let at = position; at < position + length; ) {
      const index = Math.floor(at / chunkBytes);
      const offset = at - index * chunkBytes;
      const end = Math.min(chunkBytes, offset + position + length - at);
      const view = this.#chunks.get(index);
      if (view !== undefined && mayWriteAt(view, offset)) bytes += view.chunk.growth(end);
      else {
        bytes += wholePages(Math.max(end, view?.length ?? 0));
        descriptors++;
      }
      at += end - offset;
    }
    account.check(bytes, descriptors);
  }

  #cut(size: number): void {
    if (this.#inline !== undefined) {
      if (size === 0) this.#dropInline();
      else if (size < this.#inline.bytes.length) this.#writableInline(0).bytes.fill(0, size);
      return;
    }
    const { chunkBytes } = this.#storage;
    for (const [index, view] of this.#chunks) {
      const length = Math.min(view.length, size - index * chunkBytes);
      if (length <= 0) this.#dropChunk(index);
      else {
        view.length = length;
        if (view.chunk.exclusive && !view.chunk.sealed) view.chunk.truncate(length);
      }
    }
  }

  #dropInline(): void {
    this.#inline?.release();
    this.#inline = undefined;
  }

  #dropChunk(index: number): void {
    const view = this.#chunks.get(index);
    this.#chunks.delete(index);
    view?.chunk.release();
  }

  #checkAlive(): void {
    if (this.#disposed) throw new Error('a content is used after it was disposed of');
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

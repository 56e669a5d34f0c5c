/**
 * A file's bytes in an executor child: what the runtime sent, read where it lies and never changed, and over it what the
 * program wrote, in chunks of its own. Knows which bytes were written, so that only those travel back.
 */
import { BaseImage, type BasePiece, EMPTY_BASE } from './base-image.ts';
import type { ContentFactory, FileContent } from './content.ts';
import { DirtyRanges } from './dirty-ranges.ts';
import { Errno, VfsError } from './errno.ts';
import { OVERLAY_CHUNK_BYTES, OverlayStorage, SMALLEST_BUFFER_BYTES } from './overlay-storage.ts';

export type { BasePiece } from './base-image.ts';
export { OVERLAY_CHUNK_BYTES } from './overlay-storage.ts';

/** The first chunk starts small and doubles up to here, then takes its full size: tiny files stay tiny. */
export const LARGEST_SMALL_BYTES = 64 * 1024;

/** Below this a loop is faster than making a view. */
const LOOP_BYTES = 32;

interface Chunk {
  /** Shorter than a chunk only in the first one. */
  bytes: Uint8Array;
  /** Bytes from the start that are the file's; behind them is what was left there before, and zeros are read. */
  filled: number;
  /** Another content has the same bytes: a write takes a copy first. */
  shared: boolean;
  dirty: DirtyRanges;
}

export interface Extent {
  readonly position: number;
  readonly length: number;
}

export class OverlayContents implements ContentFactory {
  readonly #storage: OverlayStorage;

  /** `storage`: where the memory for what is written comes from. */
  constructor(storage = new OverlayStorage()) {
    this.#storage = storage;
  }

  create(): OverlayContent {
    return new OverlayContent(0, [], this.#storage);
  }

  /** As the constructor of OverlayContent. */
  over(size: number, pieces: readonly BasePiece[]): OverlayContent {
    return new OverlayContent(size, pieces, this.#storage);
  }
}

export class OverlayContent implements FileContent {
  #base: BaseImage;
  #baseSize: number;
  #size: number;
  readonly #storage: OverlayStorage;
  /** Most files have one chunk at most. */
  #first: Chunk | undefined;
  /** The others. */
  #chunks: Map<number, Chunk> | undefined;
  /** The chunk that was used last: most calls go on where the one before ended. */
  #lastIndex = -1;
  #lastChunk: Chunk | undefined;

  /** `pieces`: the known bytes of a base of `size` bytes, ascending. Throws RangeError when they do not fit it. */
  constructor(size: number, pieces: readonly BasePiece[], storage = new OverlayStorage()) {
    this.#storage = storage;
    this.#base = size === 0 && pieces.length === 0 ? EMPTY_BASE : new BaseImage(size, pieces);
    this.#baseSize = size;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /** How many bytes of the base still count: its size, or the smallest size that the file has had since. */
  get baseSize(): number {
    return this.#baseSize;
  }

  read(target: Uint8Array, position: number): number {
    const length = Math.min(target.length, this.#size - position);
    if (length <= 0) return 0;
    for (let done = 0; done < length; ) {
      const index = Math.floor((position + done) / OVERLAY_CHUNK_BYTES);
      const offset = position + done - index * OVERLAY_CHUNK_BYTES;
      const count = Math.min(OVERLAY_CHUNK_BYTES - offset, length - done);
      const chunk = this.#find(index);
      if (chunk === undefined) this.#readBase(target.subarray(done, done + count), position + done);
      else copyPadded(chunk, offset, target, done, count);
      done += count;
    }
    return length;
  }

  write(source: Uint8Array, position: number): void {
    const { length } = source;
    if (!Number.isSafeInteger(position + length))
      throw new VfsError(Errno.FBIG, 'a position beyond what a file can have');
    for (let done = 0; done < length; ) {
      const index = Math.floor((position + done) / OVERLAY_CHUNK_BYTES);
      const offset = position + done - index * OVERLAY_CHUNK_BYTES;
      const count = Math.min(OVERLAY_CHUNK_BYTES - offset, length - done);
      const chunk = this.#writable(index, offset + count);
      if (chunk.filled < offset) chunk.bytes.fill(0, chunk.filled, offset);
      if (chunk.filled < offset + count) chunk.filled = offset + count;
      if (count <= LOOP_BYTES)
        for (let at = 0; at < count; at++) chunk.bytes[offset + at] = source[done + at]!;
      else chunk.bytes.set(count === length ? source : source.subarray(done, done + count), offset);
      chunk.dirty.add(offset, offset + count);
      done += count;
    }
    if (length > 0 && position + length > this.#size) this.#size = position + length;
  }

  writePieces(pieces: readonly Uint8Array[], position: number): void {
    let at = position;
    for (const piece of pieces) {
      this.write(piece, at);
      at += piece.length;
    }
  }

  setSize(size: number): void {
    if (size < this.#size) this.#cut(size);
    this.#size = size;
  }

  snapshot(): OverlayContent {
    const copy = new OverlayContent(0, [], this.#storage);
    copy.#base = this.#base;
    copy.#baseSize = this.#baseSize;
    copy.#size = this.#size;
    for (const [index, chunk] of this.#allChunks()) {
      chunk.shared = true;
      copy.#addChunk(index, { ...chunk, dirty: chunk.dirty.clone() });
    }
    return copy;
  }

  dispose(): void {
    if (this.#first !== undefined) this.#giveBack(this.#first);
    for (const chunk of this.#chunks?.values() ?? []) this.#giveBack(chunk);
    this.#first = undefined;
    this.#chunks = undefined;
    this.#remember(-1, undefined);
    this.#base = EMPTY_BASE;
    this.#baseSize = 0;
    this.#size = 0;
  }

  /**
   * What was written, ascending, never overlapping, inside of the size. Cuts are not in it: the file is its base cut to
   * `baseSize`, grown with zeros to `size`, with these bytes over it. Where many small writes lie close together and
   * the base between them is known, one extent may cover them all.
   */
  dirtyExtents(): Extent[] {
    const extents: { position: number; length: number }[] = [];
    for (const [index, chunk] of this.#allChunks().sort(([a], [b]) => a - b)) {
      const start = index * OVERLAY_CHUNK_BYTES;
      for (const range of chunk.dirty) {
        const position = start + range.start;
        const length = range.end - range.start;
        const last = extents.at(-1);
        if (last !== undefined && last.position + last.length === position) last.length += length;
        else extents.push({ position, length });
      }
    }
    return extents;
  }

  #find(index: number): Chunk | undefined {
    if (index === this.#lastIndex) return this.#lastChunk;
    const chunk = index === 0 ? this.#first : this.#chunks?.get(index);
    this.#remember(index, chunk);
    return chunk;
  }

  #allChunks(): [index: number, chunk: Chunk][] {
    const first: [number, Chunk][] = this.#first === undefined ? [] : [[0, this.#first]];
    return this.#chunks === undefined ? first : [...first, ...this.#chunks];
  }

  #addChunk(index: number, chunk: Chunk): void {
    if (index === 0) this.#first = chunk;
    else {
      this.#chunks ??= new Map();
      this.#chunks.set(index, chunk);
    }
    this.#remember(index, chunk);
  }

  #remember(index: number, chunk: Chunk | undefined): void {
    this.#lastIndex = index;
    this.#lastChunk = chunk;
  }

  /** The chunk, ready for bytes up to `end`: made from the base, unshared or enlarged as needed. */
  #writable(index: number, end: number): Chunk {
    let chunk = this.#find(index);
    if (chunk === undefined) {
      chunk = this.#makeChunk(index, end);
      this.#addChunk(index, chunk);
    } else if (chunk.bytes.length < end)
      this.#move(chunk, chunkBytes(index, Math.max(end, chunk.bytes.length * 2)));
    else if (chunk.shared) this.#move(chunk, chunk.bytes.length);
    return chunk;
  }

  #makeChunk(index: number, end: number): Chunk {
    const start = index * OVERLAY_CHUNK_BYTES;
    const known = Math.max(0, Math.min(OVERLAY_CHUNK_BYTES, this.#baseSize - start));
    const bytes = this.#storage.take(chunkBytes(index, Math.max(end, known)));
    if (known > 0) this.#base.read(bytes.subarray(0, known), start);
    const mayMerge = known === 0 || this.#base.covers(start, start + known);
    return { bytes, filled: known, shared: false, dirty: new DirtyRanges(OVERLAY_CHUNK_BYTES, mayMerge) };
  }

  /** Takes what is filled to memory of its own, of that many bytes. */
  #move(chunk: Chunk, capacity: number): void {
    const { bytes, filled } = chunk;
    const moved = this.#storage.take(capacity);
    moved.set(filled === bytes.length ? bytes : bytes.subarray(0, filled));
    this.#giveBack(chunk);
    chunk.bytes = moved;
    chunk.shared = false;
  }

  /** What another content may still look at is left to the collector. */
  #giveBack(chunk: Chunk): void {
    if (!chunk.shared) this.#storage.give(chunk.bytes);
  }

  #readBase(target: Uint8Array, position: number): void {
    const known = Math.max(0, Math.min(target.length, this.#baseSize - position));
    if (known > 0) this.#base.read(known === target.length ? target : target.subarray(0, known), position);
    target.fill(0, known);
  }

  #cut(size: number): void {
    for (const [index, chunk] of this.#allChunks()) {
      const offset = size - index * OVERLAY_CHUNK_BYTES;
      if (offset >= OVERLAY_CHUNK_BYTES) continue;
      if (offset <= 0) {
        if (index === 0) this.#first = undefined;
        else this.#chunks?.delete(index);
        this.#giveBack(chunk);
        continue;
      }
      // What lies behind is no longer filled, and is left as it is: another content may have the same bytes.
      chunk.filled = Math.min(chunk.filled, offset);
      chunk.dirty.truncate(offset);
    }
    this.#remember(-1, undefined);
    this.#baseSize = Math.min(this.#baseSize, size);
  }
}

/** The capacity of a chunk that must hold `end` bytes. */
function chunkBytes(index: number, end: number): number {
  if (index > 0 || end > LARGEST_SMALL_BYTES) return OVERLAY_CHUNK_BYTES;
  let capacity = SMALLEST_BUFFER_BYTES;
  while (capacity < end) capacity *= 2;
  return capacity;
}

/** Copies `count` bytes from `offset` on; beyond what is filled there are zeros. */
function copyPadded(chunk: Chunk, offset: number, target: Uint8Array, at: number, count: number): void {
  const { bytes, filled } = chunk;
  const present = Math.max(0, Math.min(count, filled - offset));
  if (present <= LOOP_BYTES)
    for (let index = 0; index < present; index++) target[at + index] = bytes[offset + index]!;
  else target.set(bytes.subarray(offset, offset + present), at);
  if (present < count) target.fill(0, at + present, at + count);
}

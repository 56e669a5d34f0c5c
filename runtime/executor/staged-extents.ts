/** The bytes that a run wrote, as its child sends them: kept apart from the files until the commit, counted and bounded. */
import { TruceError } from '../../proto/errors.ts';
import type { ContentFactory, FileContent } from '../vfs/content.ts';
import { asFileError } from '../vfs/file-errors.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import type { FileInode } from '../vfs/inode.ts';
import { EXTENT_HEADER_BYTES } from './run-protocol.ts';

const COPY_BYTES = 1 << 20;
/**
 * Extents of one run. The child merges what lies close together, 64 of them in 256 KiB at most where it knows what is
 * between: a run of 4 GiB stays below. Each takes memory here, so their number needs a bound beside that of their bytes.
 */
export const MAXIMUM_EXTENTS = 1 << 20;

/** What was written to one file. */
export interface StagedFile {
  readonly content: FileContent;
  /** Ends where the furthest extent ends. */
  readonly extents: { readonly position: number; length: number }[];
}

export class StagedExtents {
  readonly #contents: ContentFactory;
  readonly #limit: number;
  readonly #mostFiles: number;
  readonly #files = new Map<number, StagedFile>();
  #written = 0;
  #extents = 0;

  /** `limit`: bytes of content that the run may send; `mostFiles`: to how many files. */
  constructor(contents: ContentFactory, limit: number, mostFiles: number) {
    this.#contents = contents;
    this.#limit = limit;
    this.#mostFiles = mostFiles;
  }

  /** Takes one EXTENT frame's payload. @throws TruceError RUN_PROTOCOL, RUN_WRITE_LIMIT, RUN_JOURNAL_LIMIT, STORAGE_FULL */
  add(payload: Uint8Array): void {
    if (payload.length <= EXTENT_HEADER_BYTES) throw broken('an extent without bytes');
    const view = new DataView(payload.buffer, payload.byteOffset, EXTENT_HEADER_BYTES);
    const [inode, position] = [view.getFloat64(0, true), view.getFloat64(8, true)];
    if (!Number.isSafeInteger(inode) || !Number.isSafeInteger(position) || position < 0)
      throw broken('an extent out of range');
    const bytes = payload.subarray(EXTENT_HEADER_BYTES);
    this.charge(bytes.length);
    const staged = this.#open(inode);
    try {
      staged.content.write(bytes, position);
    } catch (error) {
      throw asFileError('write', 'what the program wrote', error);
    }
    const last = staged.extents.at(-1);
    if (last !== undefined && last.position + last.length === position) {
      last.length += bytes.length;
      return;
    }
    if (++this.#extents > MAXIMUM_EXTENTS) throw new TruceError('RUN_JOURNAL_LIMIT');
    staged.extents.push({ position, length: bytes.length });
  }

  /** Counts bytes that the run writes. @throws TruceError RUN_WRITE_LIMIT */
  charge(bytes: number): void {
    this.#written += bytes;
    if (this.#written > this.#limit) throw new TruceError('RUN_WRITE_LIMIT', { limit: this.#limit });
  }

  /** All that came, whatever became of it. */
  get writtenBytes(): number {
    return this.#written;
  }

  get(inode: number): StagedFile | undefined {
    return this.#files.get(inode);
  }

  /** The content has become the file system's. */
  handOver(inode: number): void {
    this.#files.delete(inode);
  }

  /** Gives back what was not handed over. */
  release(): void {
    for (const { content } of this.#files.values()) content.dispose();
    this.#files.clear();
  }

  #open(inode: number): StagedFile {
    let staged = this.#files.get(inode);
    if (staged === undefined) {
      if (this.#files.size >= this.#mostFiles) throw broken('more files than it can have written to');
      staged = { content: this.#contents.create(), extents: [] };
      this.#files.set(inode, staged);
    }
    return staged;
  }
}

/** Writes the extents over what a file holds. */
export function copyExtents(fileSystem: FileSystem, file: FileInode, { content, extents }: StagedFile): void {
  const buffer = new Uint8Array(COPY_BYTES);
  for (const extent of extents) {
    for (let done = 0; done < extent.length; ) {
      const piece = buffer.subarray(0, Math.min(COPY_BYTES, extent.length - done));
      const length = content.read(piece, extent.position + done);
      fileSystem.write(file, piece.subarray(0, length), extent.position + done);
      done += length;
    }
  }
}

function broken(reason: string): TruceError {
  return new TruceError('RUN_PROTOCOL', { reason });
}

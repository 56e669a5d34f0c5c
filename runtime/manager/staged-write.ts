/** File contents in the making: they count against the quota, and no one can see them. */
import { createHash, type Hash } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';
import type { FileContent } from '../vfs/content.ts';
import { asFileError } from '../vfs/file-errors.ts';

const COPY_BYTES = 1 << 20;

export class StagedContent {
  readonly path: string;
  #content: FileContent | undefined;
  #position = 0;

  /** The content is this object's from here on. */
  constructor(path: string, content: FileContent) {
    this.path = path;
    this.#content = content;
  }

  get content(): FileContent {
    if (this.#content === undefined)
      throw new TruceError('INTERNAL', { incident: 'staged contents used twice' });
    return this.#content;
  }

  /** Adds bytes behind those that came before. */
  push(piece: Uint8Array): void {
    this.writeAt(piece, this.#position);
    this.#position += piece.length;
  }

  /** @throws TruceError STORAGE_FULL */
  writeAt(piece: Uint8Array, position: number): void {
    this.#changing(() => this.content.write(piece, position));
  }

  /** Cuts to `size` bytes, or grows with zeros to them. */
  cut(size: number): void {
    this.#changing(() => this.content.setSize(size));
  }

  /** The content changes hands. */
  take(): FileContent {
    const content = this.content;
    // No more is coming: room that was kept for it goes back.
    this.#changing(() => content.setSize(content.size));
    this.#content = undefined;
    return content;
  }

  discard(): void {
    this.#content?.dispose();
    this.#content = undefined;
  }

  #changing(change: () => void): void {
    try {
      change();
    } catch (error) {
      throw asFileError('write', this.path, error);
    }
  }
}

/** A write that becomes a file, or a part of one, when it is committed. */
export class StagedWrite extends StagedContent {
  /** For a file with a hash in the policy: it is written from its beginning to its end, and hashed on the way. */
  readonly #hash: Hash | undefined;
  readonly #publish: (staged: StagedWrite) => void;
  #hashed = 0;

  constructor(path: string, content: FileContent, hashed: boolean, publish: (staged: StagedWrite) => void) {
    super(path, content);
    this.#hash = hashed ? createHash('sha256') : undefined;
    this.#publish = publish;
  }

  /** @throws TruceError RANGE_INVALID for bytes of a file with a hash that come out of order */
  override writeAt(piece: Uint8Array, position: number): void {
    if (this.#hash !== undefined) {
      if (position !== this.#hashed) throw new TruceError('RANGE_INVALID', { path: this.path });
      this.#hash.update(piece);
      this.#hashed += piece.length;
    }
    super.writeAt(piece, position);
  }

  override cut(size: number): void {
    if (this.#hash !== undefined && size !== this.#hashed)
      throw new TruceError('RANGE_INVALID', { path: this.path });
    super.cut(size);
  }

  /** The SHA-256 of all bytes, where the file has one in the policy. To be asked once. */
  digest(): Uint8Array | undefined {
    return this.#hash?.digest();
  }

  /** @throws TruceError what refuses it; it is gone then, too */
  commit(): void {
    try {
      this.#publish(this);
    } finally {
      this.discard();
    }
  }
}

export function forEachPiece(
  content: FileContent,
  visit: (piece: Uint8Array, position: number) => void,
): void {
  const buffer = Buffer.allocUnsafeSlow(Math.min(COPY_BYTES, Math.max(1, content.size)));
  for (let position = 0; position < content.size; ) {
    const length = content.read(buffer, position);
    visit(buffer.subarray(0, length), position);
    position += length;
  }
}

/** File contents in the making: they count against the quota, and no one can see them. */
import { createHash, type Hash } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';
import type { FileContent } from '../vfs/content.ts';
import { asFileError } from '../vfs/file-errors.ts';

const COPY_BYTES = 1 << 20;
/** TLS gives 16 KiB at a time; the kernel takes many of them in one call. */
const GATHERED_BYTES = 256 << 10;

export class StagedContent {
  readonly path: string;
  #content: FileContent | undefined;
  #position = 0;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;

  /** The content is this object's from here on. */
  constructor(path: string, content: FileContent) {
    this.path = path;
    this.#content = content;
  }

  /** All that has been staged. @throws TruceError STORAGE_FULL */
  get content(): FileContent {
    this.flush();
    return this.#staged;
  }

  /** Adds bytes behind those that came before; they are kept as they are until there are enough of them to write. */
  push(piece: Uint8Array): void {
    this.#gathered.push(piece);
    this.#gatheredBytes += piece.length;
    if (this.#gatheredBytes >= GATHERED_BYTES) this.flush();
  }

  /** @throws TruceError STORAGE_FULL */
  writeAt(piece: Uint8Array, position: number): void {
    this.writePieces([piece], position);
  }

  protected writePieces(pieces: readonly Uint8Array[], position: number): void {
    this.#changing(() => this.#staged.writePieces(pieces, position));
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
    this.#gathered = [];
  }

  /** Writes what has been gathered. @throws TruceError STORAGE_FULL */
  protected flush(): void {
    if (this.#gathered.length === 0) return;
    const [pieces, bytes] = [this.#gathered, this.#gatheredBytes];
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.writePieces(pieces, this.#position);
    this.#position += bytes;
  }

  get #staged(): FileContent {
    if (this.#content === undefined)
      throw new TruceError('INTERNAL', { incident: 'staged contents used twice' });
    return this.#content;
  }

  #changing(change: () => void): void {
    try {
      change();
    } catch (error) {
      throw asFileError('write', this.path, error);
    }
  }
}

/** What becomes of a write; where that takes its time, what is promised settles when it is done. */
export type Publish = (staged: StagedWrite, signal: AbortSignal | undefined) => Promise<void> | void;

/** A write that becomes a file, or a part of one, when it is committed. */
export class StagedWrite extends StagedContent {
  /** For a file with a hash in the policy: it is written from its beginning to its end, and hashed on the way. */
  readonly #hash: Hash | undefined;
  readonly #publish: Publish;
  #hashed = 0;

  constructor(path: string, content: FileContent, hashed: boolean, publish: Publish) {
    super(path, content);
    this.#hash = hashed ? createHash('sha256') : undefined;
    this.#publish = publish;
  }

  /** @throws TruceError RANGE_INVALID for bytes of a file with a hash that come out of order */
  protected override writePieces(pieces: readonly Uint8Array[], position: number): void {
    if (this.#hash !== undefined) {
      if (position !== this.#hashed) throw new TruceError('RANGE_INVALID', { path: this.path });
      for (const piece of pieces) {
        this.#hash.update(piece);
        this.#hashed += piece.length;
      }
    }
    super.writePieces(pieces, position);
  }

  override cut(size: number): void {
    this.flush();
    if (this.#hash !== undefined && size !== this.#hashed)
      throw new TruceError('RANGE_INVALID', { path: this.path });
    super.cut(size);
  }

  /** The SHA-256 of all bytes, where the file has one in the policy. To be asked once. */
  digest(): Uint8Array | undefined {
    this.flush();
    return this.#hash?.digest();
  }

  /** Files change before it returns. Rejects with what refuses it; it is gone then, too. */
  async commit(signal?: AbortSignal): Promise<void> {
    try {
      await this.#publish(this, signal);
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

/**
 * Writes that a session spreads over several requests: kept out of sight until the last one says it is the last. Chunks
 * take effect in their turn among the session's other requests; until then their bytes are staged apart.
 */
import { TruceError } from '../../proto/errors.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { ClientFiles } from './client-files.ts';
import type { FileUser } from './client-places.ts';
import { forEachPiece, type StagedContent, type StagedWrite } from './staged-write.ts';

/** Unfinished files in one session. */
const MAXIMUM_PENDING = 16;
/** Broken writes that are remembered by name; beyond it, every write has to begin anew. */
const MAXIMUM_BROKEN = 64;

export interface Chunk {
  readonly fileName: string;
  readonly offset: number;
  /** Cut the file to `offset` first; at 0 the write begins anew, whatever came before. */
  readonly truncate: boolean;
  readonly final: boolean;
}

export class ChunkedWrites {
  readonly #files: ClientFiles;
  readonly #pending = new Map<string, StagedWrite>();
  /** Writes that lost a chunk: what follows of them is refused too, up to the last chunk or a new beginning. */
  readonly #broken = new Set<string>();
  #allBroken = false;

  constructor(files: ClientFiles) {
    this.#files = files;
  }

  /**
   * Puts a chunk's bytes into its write; the last one makes the file visible. A chunk that fails takes its whole write
   * along: half of it must never be committed.
   */
  async apply(user: FileUser, chunk: Chunk, bytes: StagedContent, signal: AbortSignal): Promise<void> {
    const path = canonicalPath(chunk.fileName);
    try {
      const staged = this.#open(user, path, chunk);
      if (chunk.truncate) staged.cut(chunk.offset);
      forEachPiece(bytes.content, (piece, position) => staged.writeAt(piece, chunk.offset + position));
      if (!chunk.final) return;
      this.#pending.delete(path);
      await staged.commit(signal);
    } catch (error) {
      this.fail(chunk);
      throw error;
    }
  }

  /** A chunk has been refused. */
  fail({ fileName, final }: Chunk): void {
    const path = canonicalPath(fileName);
    this.#forget(path);
    if (final) return;
    if (this.#broken.size < MAXIMUM_BROKEN) this.#broken.add(path);
    else this.#allBroken = true;
  }

  /** Gives back what never became a file. */
  close(): void {
    for (const staged of this.#pending.values()) staged.discard();
    this.#pending.clear();
  }

  /** The write that a chunk belongs to: the one that is under way, or a new one. */
  #open(user: FileUser, path: string, { truncate, offset }: Chunk): StagedWrite {
    const anew = truncate && offset === 0;
    if (anew) this.#forget(path);
    const pending = this.#pending.get(path);
    if (pending !== undefined) return pending;
    if (!anew && (this.#allBroken || this.#broken.has(path))) throw new TruceError('WRITE_BROKEN', { path });
    if (this.#pending.size >= MAXIMUM_PENDING)
      throw new TruceError('WRITES_PENDING_LIMIT', { limit: MAXIMUM_PENDING });
    const staged = anew ? this.#files.beginWrite(user, 'write', path) : this.#files.beginUpdate(user, path);
    this.#pending.set(path, staged);
    return staged;
  }

  #forget(path: string): void {
    this.#pending.get(path)?.discard();
    this.#pending.delete(path);
    this.#broken.delete(path);
  }
}

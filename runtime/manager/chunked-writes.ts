/** Writes that a session spreads over several requests: kept out of sight until the last one says it is the last. */
import { TruceError } from '../../proto/errors.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { ClientFiles, FileUser, StagedWrite } from './client-files.ts';

/** Unfinished files in one session. */
const MAXIMUM_PENDING = 16;

export interface Chunk {
  readonly fileName: string;
  readonly offset: number;
  readonly truncate: boolean;
  readonly final: boolean;
}

export class ChunkedWrites {
  readonly #files: ClientFiles;
  readonly #pending = new Map<string, StagedWrite>();
  /** Writes that lost a chunk: what follows of them is refused too, up to the last chunk or a new beginning. */
  readonly #broken = new Set<string>();

  constructor(files: ClientFiles) {
    this.#files = files;
  }

  /** The write that a chunk belongs to: the one that is under way, or a new one. */
  begin(user: FileUser, chunk: Chunk): StagedWrite {
    const path = canonicalPath(chunk.fileName);
    if (chunk.truncate) this.#forget(path);
    if (this.#broken.has(path)) {
      if (chunk.final) this.#broken.delete(path);
      throw new TruceError('WRITE_BROKEN', { path });
    }
    const pending = this.#pending.get(path);
    if (pending !== undefined) return pending;
    if (this.#pending.size + this.#broken.size >= MAXIMUM_PENDING)
      throw new TruceError('WRITES_PENDING_LIMIT', { limit: MAXIMUM_PENDING });
    const staged = chunk.truncate
      ? this.#files.beginWrite(user, 'write', path)
      : this.#files.beginUpdate(user, path);
    this.#pending.set(path, staged);
    return staged;
  }

  /** Ends a chunk; the last one makes the file visible. */
  end(staged: StagedWrite, final: boolean): void {
    if (!final) return;
    this.#pending.delete(staged.path);
    staged.commit();
  }

  /** A chunk that failed takes its whole write along: half of it must never be committed. */
  fail(staged: StagedWrite, final: boolean): void {
    this.#forget(staged.path);
    if (!final) this.#broken.add(staged.path);
  }

  /** Gives back what never became a file. */
  close(): void {
    for (const staged of this.#pending.values()) staged.discard();
    this.#pending.clear();
  }

  #forget(path: string): void {
    this.#pending.get(path)?.discard();
    this.#pending.delete(path);
    this.#broken.delete(path);
  }
}

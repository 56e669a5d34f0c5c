/** SHA-256 of file contents, each computed once for as long as the file stays as it is. */
import { createHash } from 'node:crypto';
import type { FileContent } from '../vfs/content.ts';
import type { FileInode } from '../vfs/inode.ts';

/** Hashed without letting others have a turn: about a millisecond. */
const PIECE_BYTES = 1 << 20;

/** A file's content as it was when it was noted: its digest where that is known, else a snapshot to compute it from. */
export interface NotedContent {
  readonly file: FileInode;
  readonly version: number;
  readonly size: number;
  readonly known: Uint8Array | undefined;
  readonly snapshot: FileContent | undefined;
}

export class ContentDigests {
  readonly #known = new WeakMap<FileInode, { readonly version: number; readonly sha256: Uint8Array }>();

  /** To be resolved by `digest`, or given up by `discard`. */
  note(file: FileInode): NotedContent {
    const { version, content } = file;
    const last = this.#known.get(file);
    const known = last?.version === version ? last.sha256 : undefined;
    const snapshot = known === undefined ? content.snapshot() : undefined;
    return { file, version, size: content.size, known, snapshot };
  }

  discard({ snapshot }: NotedContent): void {
    snapshot?.dispose();
  }

  /** Others have their turns meanwhile. The versions must be there to stay: none that a transaction could undo. */
  async digest({ file, version, known, snapshot }: NotedContent): Promise<Uint8Array> {
    if (snapshot === undefined) return known!;
    try {
      const sha256 = await hashContent(snapshot);
      this.#known.set(file, { version, sha256 });
      return sha256;
    } finally {
      snapshot.dispose();
    }
  }
}

/** The SHA-256 of a content that stays as it is meanwhile. Rejects with the signal's reason. */
export async function hashContent(content: FileContent, signal?: AbortSignal): Promise<Uint8Array> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, Math.max(1, content.size)));
  for (let position = 0; position < content.size; ) {
    const length = content.read(buffer, position);
    hash.update(buffer.subarray(0, length));
    position += length;
    if (position < content.size) await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  return hash.digest();
}

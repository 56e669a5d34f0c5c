/** Whether the files that a run changed are still as it found them: what a client did to them meanwhile stands. */
import { TruceError } from '../../proto/errors.ts';
import { FileType, type Inode } from '../vfs/inode.ts';
import type { LiveNames } from './live-names.ts';
import type { SnapshotInode } from './snapshot.ts';

export class UnchangedFiles {
  readonly #seen: ReadonlyMap<number, SnapshotInode>;
  readonly #names: LiveNames;

  constructor(seen: ReadonlyMap<number, SnapshotInode>, names: LiveNames) {
    this.#seen = seen;
    this.#names = names;
  }

  /**
   * To be called before the run's own changes move the versions on.
   * @throws TruceError RUN_CONFLICT for a file that a client changed or removed, RUN_PROTOCOL for one that is there twice
   */
  requireAll(changes: readonly { readonly inode: number }[], what: string): void {
    const inodes = new Set<number>();
    for (const { inode } of changes) {
      if (inodes.has(inode)) throw new TruceError('RUN_PROTOCOL', { reason: `${what} of a file twice` });
      inodes.add(inode);
      const before = this.#seen.get(inode);
      if (before !== undefined) this.#require(before);
    }
  }

  /** Before a name of a file goes: with the last one go the bytes that a client may have written meanwhile. */
  requireLosable(inode: Inode): void {
    const before = this.#seen.get(inode.number);
    if (before?.inode === inode && inode.links === 1) this.#require(before);
  }

  #require({ inode, version, names }: SnapshotInode): void {
    if (inode.type !== FileType.regularFile || (inode.version === version && inode.links > 0)) return;
    const [path] = this.#names.pathsOf(inode);
    throw conflict(path ?? names[0]?.name ?? 'a file');
  }
}

export function conflict(path: string): TruceError {
  return new TruceError('RUN_CONFLICT', { path });
}

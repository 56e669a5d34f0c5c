/** Who is told of changes, and how it is put off until they are final. */
import type { DirectoryInode, FileInode, Inode } from './inode.ts';
import type { UndoLog } from './undo-log.ts';

/** Told of each change that succeeded; inside a transaction, once the outermost has. */
export interface MutationObserver {
  created(inode: Inode, parent: DirectoryInode, name: string): void;
  linked(inode: Inode, parent: DirectoryInode, name: string): void;
  unlinked(inode: Inode, parent: DirectoryInode, name: string): void;
  renamed(
    inode: Inode,
    oldParent: DirectoryInode,
    oldName: string,
    newParent: DirectoryInode,
    newName: string,
    replaced: Inode | undefined,
  ): void;
  written(file: FileInode, position: number, length: number): void;
  resized(file: FileInode, size: number): void;
  timesSet(inode: Inode): void;
}

/** Tells the observer what it is told, when the transaction that is under way then has succeeded. */
export function observerWhenFinal(observer: MutationObserver, log: UndoLog): MutationObserver {
  return {
    created: (...change) => log.whenFinal(() => observer.created(...change)),
    linked: (...change) => log.whenFinal(() => observer.linked(...change)),
    unlinked: (...change) => log.whenFinal(() => observer.unlinked(...change)),
    renamed: (...change) => log.whenFinal(() => observer.renamed(...change)),
    written: (...change) => log.whenFinal(() => observer.written(...change)),
    resized: (...change) => log.whenFinal(() => observer.resized(...change)),
    timesSet: (...change) => log.whenFinal(() => observer.timesSet(...change)),
  };
}

/** Records, inside the child, what a program changes in its replica of the file system. */

import type { MutationObserver } from '../vfs/file-system.ts';
import type { DirectoryInode, FileInode, Inode } from '../vfs/inode.ts';
import { FileType } from '../vfs/inode.ts';
import type { OverlayContent } from '../vfs/overlay-content.ts';
import type { Journal, JournalOperation } from './run-protocol.ts';

/** The program made more changes than a run may make. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull';
}

export class RunJournal implements MutationObserver {
  readonly #operations: JournalOperation[] = [];
  readonly #contents = new Set<FileInode>();
  readonly #times = new Set<Inode>();
  readonly #limit: number;

  /** `limit`: the number of changes of the tree that one run may make. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  created(inode: Inode, parent: DirectoryInode, name: string): void {
    const { number, type } = inode;
    const created = { operation: 'create', inode: number, type, parent: parent.number, name } as const;
    this.#record(type === FileType.symbolicLink ? { ...created, target: inode.target } : created);
    if (type === FileType.regularFile) this.#contents.add(inode);
  }

  linked(inode: Inode, parent: DirectoryInode, name: string): void {
    this.#record({ operation: 'link', inode: inode.number, parent: parent.number, name });
  }

  unlinked(inode: Inode, parent: DirectoryInode, name: string): void {
    this.#record({ operation: 'unlink', inode: inode.number, parent: parent.number, name });
  }

  renamed(
    inode: Inode,
    oldParent: DirectoryInode,
    oldName: string,
    newParent: DirectoryInode,
    newName: string,
  ): void {
    const [parent, name] = [oldParent.number, oldName];
    this.#record({
      operation: 'rename',
      inode: inode.number,
      parent,
      name,
      newParent: newParent.number,
      newName,
    });
  }

  /** What has no name any more, or never had one, is the program's alone: nothing is to be remembered of it. */
  written(file: FileInode): void {
    if (file.links > 0) this.#contents.add(file);
  }

  resized(file: FileInode): void {
    if (file.links > 0) this.#contents.add(file);
  }

  timesSet(inode: Inode): void {
    if (inode.links > 0) this.#times.add(inode);
  }

  /** Files whose bytes changed and that still have a name. */
  changedFiles(): { file: FileInode; content: OverlayContent }[] {
    return [...this.#contents]
      .filter((file) => file.links > 0)
      .map((file) => ({ file, content: file.content as OverlayContent }));
  }

  finish(): Journal {
    return {
      operations: this.#operations,
      contents: this.changedFiles().map(({ file, content }) => ({
        inode: file.number,
        size: content.size,
        kept: content.baseSize,
      })),
      times: [...this.#times]
        .filter((inode) => inode.links > 0)
        .map((inode) => ({
          inode: inode.number,
          accessed: inode.accessed.toString(),
          modified: inode.modified.toString(),
        })),
    };
  }

  #record(operation: JournalOperation): void {
    if (this.#operations.length >= this.#limit) throw new JournalFull();
    this.#operations.push(operation);
  }
}

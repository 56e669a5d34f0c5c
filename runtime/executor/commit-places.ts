/** What a run's changes may speak of: inodes that it saw or made, the names they have by now, and the program's rights there. */
import { TruceError } from '../../proto/errors.ts';
import type { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../vfs/inode.ts';
import { joinPath, LiveNames } from './live-names.ts';
import type { JournalOperation } from './run-protocol.ts';
import type { SnapshotInode } from './snapshot.ts';
import { conflict } from './unchanged-files.ts';

export interface CommitPlacesContext {
  readonly fileSystem: FileSystem;
  readonly access: AccessTable;
  readonly boundaries: BoundaryTable;
  readonly seen: ReadonlyMap<number, SnapshotInode>;
}

export class CommitPlaces {
  /** Kept up to date by whoever changes names. */
  readonly names: LiveNames;
  readonly #context: CommitPlacesContext;
  /** Inodes that the run made, by the child's numbers. */
  readonly #created = new Map<number, Inode>();
  readonly #madeHere = new Set<Inode>();

  constructor(context: CommitPlacesContext) {
    this.#context = context;
    this.names = new LiveNames(context.fileSystem, context.seen);
  }

  /** Inodes that the run made. */
  get made(): ReadonlySet<Inode> {
    return this.#madeHere;
  }

  hasMade(number: number): boolean {
    return this.#created.has(number);
  }

  add(number: number, inode: Inode): void {
    this.#created.set(number, inode);
    this.#madeHere.add(inode);
  }

  /** Whether the run saw it or made it. */
  knows(inode: Inode): boolean {
    return this.#context.seen.get(inode.number)?.inode === inode || this.#madeHere.has(inode);
  }

  find(number: number): Inode | undefined {
    return this.#created.get(number) ?? this.#context.seen.get(number)?.inode;
  }

  /** @throws TruceError RUN_COMMIT_REFUSED */
  inode(number: number): Inode {
    const inode = this.find(number);
    if (inode === undefined) throw refused('change a file it never saw');
    return inode;
  }

  /** @throws TruceError RUN_COMMIT_REFUSED; RUN_CONFLICT for one that is gone */
  directory(number: number): DirectoryInode {
    const inode = this.inode(number);
    if (inode.type !== FileType.directory) throw refused('put a file into what is no directory');
    // A directory that was removed meanwhile hangs nowhere: nothing may be hung on it.
    if (inode.links === 0) throw conflict('a directory that is gone');
    return inode;
  }

  path(parent: DirectoryInode, name: string): string {
    return joinPath(this.#context.fileSystem.pathOf(parent), name);
  }

  /** The union of the program's rights on every name the inode has now. */
  rightsByNames(inode: Inode | undefined): number {
    let rights = 0;
    if (inode !== undefined)
      for (const path of this.names.pathsOf(inode)) rights |= this.#context.access.rightsAt(path);
    return rights;
  }

  /** The rights where an operation has just put an inode. */
  rightsAfter(operation: JournalOperation): number {
    if (operation.operation === 'unlink') return 0;
    const moved = operation.operation === 'rename';
    const parent = this.directory(moved ? operation.newParent : operation.parent);
    return this.#context.access.rightsAt(this.path(parent, moved ? operation.newName : operation.name));
  }

  /** All names of a file lie in one entry of the policy, so the first that will do is found at once. */
  mayLinkFrom(inode: Inode, path: string): boolean {
    for (const name of this.names.pathsOf(inode))
      if (
        (this.#context.access.rightsAt(name) & Rights.PATH_LINK_SOURCE) !== 0 &&
        this.sameBoundary(name, path)
      )
        return true;
    return false;
  }

  sameBoundary(from: string, to: string): boolean {
    const { boundaries } = this.#context;
    return (
      boundaries.governing(from) === boundaries.governing(to) &&
      !boundaries.containsBelow(from) &&
      !boundaries.containsBelow(to)
    );
  }
}

/** The program and its files are not named: who runs it need not know what it may do. */
export function refused(what: string): TruceError {
  return new TruceError('RUN_COMMIT_REFUSED', { what });
}

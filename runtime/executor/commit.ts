/**
 * Brings a run's changes into the file system, after its child is gone: each change is judged again by the program's
 * rights, as if nothing had been checked before; all of them happen or none does.
 *
 * Which rights a change needs (any one of a group separated by "or"):
 *   create a file           PATH_CREATE_FILE            create a directory   PATH_CREATE_DIRECTORY
 *   create a symbolic link  PATH_SYMLINK                link                 PATH_LINK_SOURCE, PATH_LINK_TARGET
 *   unlink                  PATH_UNLINK_FILE            remove a directory   PATH_REMOVE_DIRECTORY
 *   rename                  PATH_RENAME_SOURCE, PATH_RENAME_TARGET
 *   write bytes             FD_WRITE
 *   cut or grow             PATH_FILESTAT_SET_SIZE or FD_FILESTAT_SET_SIZE (growing also: FD_WRITE or FD_ALLOCATE)
 *   set times               PATH_FILESTAT_SET_TIMES or FD_FILESTAT_SET_TIMES
 */
import { TruceError } from '../../proto/errors.ts';
import { Rights } from '../../proto/rights.ts';
import type { ContentFactory } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import { asFileError } from '../vfs/file-errors.ts';
import { type DirectoryInode, FileType, type Inode } from '../vfs/inode.ts';
import { ChangedFiles } from './changed-files.ts';
import { CommitPlaces, type CommitPlacesContext, refused } from './commit-places.ts';
import { type Journal, type JournalContent, type JournalOperation, NEW_INODE } from './run-protocol.ts';
import type { RunWitness } from './run-report.ts';
import { copyExtents, StagedExtents } from './staged-extents.ts';
import { conflict, UnchangedFiles } from './unchanged-files.ts';

const SET_SIZE = Rights.PATH_FILESTAT_SET_SIZE | Rights.FD_FILESTAT_SET_SIZE;
const SET_TIMES = Rights.PATH_FILESTAT_SET_TIMES | Rights.FD_FILESTAT_SET_TIMES;

export interface CommitContext extends CommitPlacesContext {
  readonly contents: ContentFactory;
  /** Bytes of content that one run may send back. */
  readonly writtenBytes: number;
  /** Inodes that it may make. */
  readonly newInodes: number;
}

export class RunCommit {
  readonly #context: CommitContext;
  readonly #staged: StagedExtents;
  readonly #places: CommitPlaces;
  readonly #unchanged: UnchangedFiles;
  #journal: Journal | undefined;

  constructor(context: CommitContext) {
    this.#context = context;
    this.#staged = new StagedExtents(
      context.contents,
      context.writtenBytes,
      context.seen.size + context.newInodes,
    );
    this.#places = new CommitPlaces(context);
    this.#unchanged = new UnchangedFiles(context.seen, this.#places.names);
  }

  setJournal(journal: Journal): void {
    if (this.#journal !== undefined) throw new TruceError('RUN_PROTOCOL', { reason: 'two journals' });
    this.#journal = journal;
  }

  /** Takes one EXTENT frame's payload. @throws TruceError as StagedExtents.add */
  addExtent(payload: Uint8Array): void {
    this.#staged.add(payload);
  }

  /**
   * All or nothing. A witness is told while it can still be undone.
   * @throws TruceError RUN_CONFLICT where a client changed what the run changed, RUN_COMMIT_REFUSED for a lie,
   *   RUN_PROTOCOL where there is no journal, STORAGE_FULL
   */
  apply(witness?: RunWitness): void {
    const journal = this.#journal;
    if (journal === undefined) throw new TruceError('RUN_PROTOCOL', { reason: 'no journal' });
    try {
      this.#context.fileSystem.transaction(() => {
        if (witness === undefined) this.#applyAll(journal);
        else this.#applyWitnessed(journal, witness);
      });
    } catch (error) {
      if (!(error instanceof VfsError)) throw error;
      // A directory that the run removes or replaces has got entries from a client.
      if (error.errno === Errno.NOTEMPTY) throw conflict('a directory');
      if (error.errno === Errno.BUSY) throw refused('move or remove a live file');
      throw asFileError('commit', 'what the program wrote', error);
    }
  }

  /** Counts bytes that the run writes past the commit, to live files. @throws TruceError RUN_WRITE_LIMIT */
  charge(bytes: number): void {
    this.#staged.charge(bytes);
  }

  /** Bytes of content that the run sent. */
  get writtenBytes(): number {
    return this.#staged.writtenBytes;
  }

  /** Gives back what was staged and not committed. */
  release(): void {
    this.#staged.release();
  }

  #applyWitnessed(journal: Journal, witness: RunWitness): void {
    const seen = [...this.#context.seen.values()].map(({ inode }) => inode);
    const files = new ChangedFiles(seen, (inode) => this.#places.names.pathsOf(inode));
    this.#applyAll(journal);
    for (const { inode: number } of journal.contents) {
      const inode = this.#places.inode(number);
      if (inode.type === FileType.regularFile) files.rewritten(inode);
    }
    const { outputs, gone } = files.outcome([...seen, ...this.#places.made]);
    witness.wrote(outputs, gone);
  }

  #applyAll(journal: Journal): void {
    const { contents, operations, times } = journal;
    this.#unchanged.requireAll(contents, 'bytes');
    this.#unchanged.requireAll(times, 'times');
    // Writes are judged by the names that files had before the run moved or removed them, too.
    const rights = new Map(
      contents.map(({ inode }) => [inode, this.#places.rightsByNames(this.#places.find(inode))]),
    );
    for (const operation of operations) {
      this.#applyOperation(operation);
      const before = rights.get(operation.inode);
      if (before !== undefined) rights.set(operation.inode, before | this.#places.rightsAfter(operation));
    }
    for (const content of contents) this.#applyContent(content, rights.get(content.inode) ?? 0);
    for (const { inode: number, accessed, modified } of times) {
      const inode = this.#places.inode(number);
      if ((this.#places.rightsByNames(inode) & SET_TIMES) === 0) throw refused('set the times of a file');
      this.#context.fileSystem.setTimes(inode, BigInt(accessed), BigInt(modified));
    }
  }

  #applyOperation(operation: JournalOperation): void {
    const { fileSystem, access } = this.#context;
    const parent = this.#places.directory(operation.parent);
    const { name } = operation;
    const path = this.#places.path(parent, name);
    const present = parent.entries.get(name);
    switch (operation.operation) {
      case 'create': {
        if (operation.inode < NEW_INODE || this.#places.hasMade(operation.inode))
          throw refused('reuse the number of a file');
        if ((access.rightsAt(path) & rightToCreate(operation.type)) === 0)
          throw refused('create a file there');
        if (present !== undefined) throw conflict(path);
        const inode = this.#create(operation, parent);
        this.#places.add(operation.inode, inode);
        this.#places.names.added(inode, parent, name);
        return;
      }
      case 'link': {
        const inode = this.#places.inode(operation.inode);
        if (inode.type === FileType.directory) throw refused('link a directory');
        if ((access.rightsAt(path) & Rights.PATH_LINK_TARGET) === 0) throw refused('link to there');
        if (!this.#places.mayLinkFrom(inode, path)) throw refused('link a file from where it is');
        if (present !== undefined) throw conflict(path);
        fileSystem.link(inode, parent, name);
        this.#places.names.added(inode, parent, name);
        return;
      }
      case 'unlink': {
        const inode = this.#places.inode(operation.inode);
        const directory = inode.type === FileType.directory;
        const needed = directory ? Rights.PATH_REMOVE_DIRECTORY : Rights.PATH_UNLINK_FILE;
        if ((access.rightsAt(path) & needed) === 0) throw refused('remove a file there');
        if (present !== inode) throw conflict(path);
        this.#unchanged.requireLosable(inode);
        if (directory) fileSystem.removeDirectory(parent, name);
        else fileSystem.unlink(parent, name);
        this.#places.names.removed(inode, parent, name);
        return;
      }
      case 'rename':
        this.#rename(this.#places.inode(operation.inode), parent, name, operation);
    }
  }

  #create(operation: JournalOperation & { operation: 'create' }, parent: DirectoryInode): Inode {
    const { fileSystem } = this.#context;
    const { type, name, target = '' } = operation;
    if (type === FileType.directory) return fileSystem.createDirectory(parent, name);
    if (type === FileType.symbolicLink) return fileSystem.createSymbolicLink(parent, name, target);
    return fileSystem.createFile(parent, name);
  }

  #rename(
    inode: Inode,
    parent: DirectoryInode,
    name: string,
    operation: JournalOperation & { operation: 'rename' },
  ): void {
    const { fileSystem, access } = this.#context;
    const { newName } = operation;
    const newParent = this.#places.directory(operation.newParent);
    const [path, newPath] = [this.#places.path(parent, name), this.#places.path(newParent, newName)];
    const mayTake = (access.rightsAt(path) & Rights.PATH_RENAME_SOURCE) !== 0;
    const mayPut = (access.rightsAt(newPath) & Rights.PATH_RENAME_TARGET) !== 0;
    if (!mayTake || !mayPut) throw refused('move a file from or to there');
    if (!this.#places.sameBoundary(path, newPath)) throw refused('move a file across entries of the policy');
    if (parent.entries.get(name) !== inode) throw conflict(path);
    const replaced = newParent.entries.get(newName);
    if (replaced !== undefined && replaced !== inode) {
      // What it replaces must be something the run knew to be there, as it was.
      if (!this.#places.knows(replaced)) throw conflict(newPath);
      this.#unchanged.requireLosable(replaced);
    }
    fileSystem.rename(parent, name, newParent, newName);
    if (replaced === inode) return;
    if (replaced !== undefined) this.#places.names.removed(replaced, newParent, newName);
    this.#places.names.removed(inode, parent, name);
    this.#places.names.added(inode, newParent, newName);
  }

  #applyContent(change: JournalContent, rights: number): void {
    const { fileSystem, seen } = this.#context;
    const inode = this.#places.inode(change.inode);
    if (inode.type !== FileType.regularFile) throw refused('write to what is no file');
    if (inode.pinned === true) throw refused('change a live file with the others');
    const staged = this.#staged.get(change.inode);
    // More than there was, or than there is, cannot have been kept: judging by it would judge nothing.
    if (change.kept > Math.min(inode.content.size, change.size))
      throw refused('keep bytes that there are not');
    const cuts = change.kept < inode.content.size;
    const grows = change.size > change.kept;
    if (staged !== undefined && (rights & Rights.FD_WRITE) === 0) throw refused('write to a file');
    // A file that the run made itself begins empty: making it was judged already.
    if (cuts && (rights & SET_SIZE) === 0) throw refused('cut a file');
    if (grows && (rights & (SET_SIZE | Rights.FD_WRITE | Rights.FD_ALLOCATE)) === 0)
      throw refused('grow a file');
    if (cuts) fileSystem.setSize(inode, change.kept);
    if (staged !== undefined) {
      if (staged.extents.some(({ position, length }) => position + length > change.size))
        throw refused('write beyond the end of a file');
      if (inode.content.size === 0 && !seen.has(change.inode)) {
        fileSystem.replaceContent(inode, staged.content);
        this.#staged.handOver(change.inode);
      } else copyExtents(fileSystem, inode, staged);
    }
    if (inode.content.size !== change.size) fileSystem.setSize(inode, change.size);
  }
}

function rightToCreate(type: number): number {
  if (type === FileType.directory) return Rights.PATH_CREATE_DIRECTORY;
  return type === FileType.symbolicLink ? Rights.PATH_SYMLINK : Rights.PATH_CREATE_FILE;
}

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
import type { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import type { ContentFactory, FileContent } from '../vfs/content.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType, type Inode } from '../vfs/inode.ts';
import {
  EXTENT_HEADER_BYTES,
  type Journal,
  type JournalContent,
  type JournalOperation,
  NEW_INODE,
} from './run-protocol.ts';
import type { InodeName, SnapshotInode } from './snapshot.ts';

const COPY_BYTES = 1 << 20;

export interface CommitContext {
  readonly fileSystem: FileSystem;
  readonly contents: ContentFactory;
  readonly access: AccessTable;
  readonly boundaries: BoundaryTable;
  readonly seen: ReadonlyMap<number, SnapshotInode>;
  /** Bytes of content that one run may send back. */
  readonly writtenBytes: number;
}

/** The bytes a run wrote to one file, kept apart until the commit. */
interface Staged {
  readonly content: FileContent;
  readonly extents: { position: number; length: number }[];
}

export class RunCommit {
  readonly #context: CommitContext;
  readonly #staged = new Map<number, Staged>();
  #journal: Journal | undefined;
  #written = 0;
  /** Inodes by the child's numbers: those it saw, and, while applying, those it made. */
  readonly #created = new Map<number, Inode>();
  readonly #madeHere = new Set<Inode>();
  readonly #newNames = new Map<Inode, InodeName[]>();

  constructor(context: CommitContext) {
    this.#context = context;
  }

  setJournal(journal: Journal): void {
    if (this.#journal !== undefined) throw refused('two journals');
    this.#journal = journal;
  }

  /** Takes one EXTENT frame's payload. */
  addExtent(payload: Uint8Array): void {
    if (payload.length <= EXTENT_HEADER_BYTES) throw refused('an extent without bytes');
    const view = new DataView(payload.buffer, payload.byteOffset, EXTENT_HEADER_BYTES);
    const [inode, position] = [view.getFloat64(0, true), view.getFloat64(8, true)];
    if (!Number.isSafeInteger(inode) || !Number.isSafeInteger(position) || position < 0)
      throw refused('an extent out of range');
    const bytes = payload.subarray(EXTENT_HEADER_BYTES);
    this.#written += bytes.length;
    if (this.#written > this.#context.writtenBytes)
      throw new TruceError('RUN_WRITE_LIMIT', { limit: this.#context.writtenBytes });
    let staged = this.#staged.get(inode);
    if (staged === undefined) {
      staged = { content: this.#context.contents.create(), extents: [] };
      this.#staged.set(inode, staged);
    }
    staged.content.write(bytes, position);
    const last = staged.extents.at(-1);
    if (last !== undefined && last.position + last.length === position) last.length += bytes.length;
    else staged.extents.push({ position, length: bytes.length });
  }

  /** All or nothing. Throws RUN_CONFLICT where a client changed what the run changed, RUN_COMMIT_REFUSED for a lie. */
  apply(): void {
    const journal = this.#journal;
    if (journal === undefined) throw refused('no journal');
    const fileSystem = this.#context.fileSystem;
    fileSystem.transaction(() => {
      // Writes are judged by the names that files had before the run moved or removed them, too.
      const rights = new Map(
        journal.contents.map((content) => [content.inode, this.#rightsByNames(content.inode)]),
      );
      for (const operation of journal.operations) {
        this.#applyOperation(operation);
        if (operation.operation === 'unlink') continue;
        const path = this.#path(
          operation.operation === 'rename' ? operation.newParent : operation.parent,
          operation.operation === 'rename' ? operation.newName : operation.name,
        );
        if (rights.has(operation.inode))
          rights.set(
            operation.inode,
            (rights.get(operation.inode) ?? 0) | this.#context.access.rightsAt(path),
          );
      }
      for (const content of journal.contents) this.#applyContent(content, rights.get(content.inode) ?? 0);
      for (const times of journal.times) {
        const inode = this.#inode(times.inode);
        const allowed = this.#rightsByNames(times.inode);
        if ((allowed & (Rights.PATH_FILESTAT_SET_TIMES | Rights.FD_FILESTAT_SET_TIMES)) === 0)
          throw refused('times of a file it may not touch');
        fileSystem.setTimes(inode, BigInt(times.accessed), BigInt(times.modified));
      }
    });
  }

  /** Gives back what was staged and not committed. */
  release(): void {
    for (const staged of this.#staged.values()) staged.content.dispose();
    this.#staged.clear();
  }

  #applyOperation(operation: JournalOperation): void {
    const { fileSystem, access } = this.#context;
    const parent = this.#directory(operation.parent);
    const path = this.#path(operation.parent, operation.name);
    const present = parent.entries.get(operation.name);
    switch (operation.operation) {
      case 'create': {
        if (operation.inode < NEW_INODE || this.#created.has(operation.inode))
          throw refused('a new inode that is not new');
        const needed =
          operation.type === FileType.directory
            ? Rights.PATH_CREATE_DIRECTORY
            : operation.type === FileType.symbolicLink
              ? Rights.PATH_SYMLINK
              : Rights.PATH_CREATE_FILE;
        if ((access.rightsAt(path) & needed) === 0) throw refused(`creating ${path}`);
        if (present !== undefined) throw conflict(path);
        const inode =
          operation.type === FileType.directory
            ? fileSystem.createDirectory(parent, operation.name)
            : operation.type === FileType.symbolicLink
              ? fileSystem.createSymbolicLink(parent, operation.name, operation.target ?? '')
              : fileSystem.createFile(parent, operation.name);
        this.#created.set(operation.inode, inode);
        this.#madeHere.add(inode);
        this.#addName(inode, parent, operation.name);
        return;
      }
      case 'link': {
        const inode = this.#inode(operation.inode);
        if (inode.type === FileType.directory) throw refused('a link to a directory');
        if ((this.#rightsByNames(operation.inode) & Rights.PATH_LINK_SOURCE) === 0)
          throw refused('linking a file');
        if ((access.rightsAt(path) & Rights.PATH_LINK_TARGET) === 0) throw refused(`linking to ${path}`);
        if (!this.#namesOf(inode).some((name) => this.#sameBoundary(name, path)))
          throw refused('a link across entries');
        if (present !== undefined) throw conflict(path);
        fileSystem.link(inode, parent, operation.name);
        this.#addName(inode, parent, operation.name);
        return;
      }
      case 'unlink': {
        if (present !== this.#inode(operation.inode)) throw conflict(path);
        const directory = present.type === FileType.directory;
        const needed = directory ? Rights.PATH_REMOVE_DIRECTORY : Rights.PATH_UNLINK_FILE;
        if ((access.rightsAt(path) & needed) === 0) throw refused(`removing ${path}`);
        if (directory) {
          if (present.entries.size > 0) throw conflict(path);
          fileSystem.removeDirectory(parent, operation.name);
        } else fileSystem.unlink(parent, operation.name);
        return;
      }
      case 'rename': {
        const newParent = this.#directory(operation.newParent);
        const newPath = this.#path(operation.newParent, operation.newName);
        if (present !== this.#inode(operation.inode)) throw conflict(path);
        const rights = access.rightsAt(path) & Rights.PATH_RENAME_SOURCE;
        if (rights === 0 || (access.rightsAt(newPath) & Rights.PATH_RENAME_TARGET) === 0)
          throw refused(`renaming ${path} to ${newPath}`);
        if (!this.#sameBoundary(path, newPath)) throw refused('a rename across entries');
        const replaced = newParent.entries.get(operation.newName);
        // What it replaces must be something the run knew to be there.
        if (replaced !== undefined && !this.#knows(replaced)) throw conflict(newPath);
        fileSystem.rename(parent, operation.name, newParent, operation.newName);
        this.#addName(present, newParent, operation.newName);
      }
    }
  }

  #applyContent(change: JournalContent, rights: number): void {
    const { fileSystem, seen } = this.#context;
    const inode = this.#inode(change.inode);
    if (inode.type !== FileType.regularFile) throw refused('bytes for what is no file');
    const before = seen.get(change.inode);
    if (before !== undefined && before.version !== inode.version)
      throw conflict(this.#namesOf(inode)[0] ?? '?');
    const staged = this.#staged.get(change.inode);
    const size = inode.content.size;
    const cuts = change.kept < size;
    const grows = change.size > change.kept;
    const setSize = Rights.PATH_FILESTAT_SET_SIZE | Rights.FD_FILESTAT_SET_SIZE;
    if (staged !== undefined && (rights & Rights.FD_WRITE) === 0)
      throw refused('bytes of a file it may not write');
    // A file that the run made itself begins empty: making it was judged already.
    if (cuts && (rights & setSize) === 0) throw refused('the size of a file it may not cut');
    if (grows && (rights & (setSize | Rights.FD_WRITE | Rights.FD_ALLOCATE)) === 0)
      throw refused('the size of a file it may not grow');
    if (cuts) fileSystem.setSize(inode, change.kept);
    if (staged !== undefined) {
      if (staged.extents.some(({ position, length }) => position + length > change.size))
        throw refused('bytes beyond the end of a file');
      if (inode.content.size === 0 && before === undefined) {
        fileSystem.replaceContent(inode, staged.content);
        this.#staged.delete(change.inode);
      } else copyExtents(fileSystem, inode, staged);
    }
    if (inode.content.size !== change.size) fileSystem.setSize(inode, change.size);
  }

  /** The union of the program's rights on every name the inode has now. */
  #rightsByNames(number: number): number {
    const inode = this.#created.get(number) ?? this.#context.seen.get(number)?.inode;
    if (inode === undefined) return 0;
    return this.#namesOf(inode).reduce((rights, path) => rights | this.#context.access.rightsAt(path), 0);
  }

  /** The paths that name an inode now, out of those the run saw or made. */
  #namesOf(inode: Inode): string[] {
    const { fileSystem, seen } = this.#context;
    const names = [...(seen.get(inode.number)?.names ?? []), ...(this.#newNames.get(inode) ?? [])];
    return names
      .filter(({ parent, name }) => parent.entries.get(name) === inode)
      .map(({ parent, name }) => joinPath(fileSystem.pathOf(parent), name));
  }

  #addName(inode: Inode, parent: DirectoryInode, name: string): void {
    const names = this.#newNames.get(inode);
    if (names === undefined) this.#newNames.set(inode, [{ parent, name }]);
    else names.push({ parent, name });
  }

  #sameBoundary(from: string, to: string): boolean {
    const { boundaries } = this.#context;
    return (
      boundaries.governing(from) === boundaries.governing(to) &&
      !boundaries.containsBelow(from) &&
      !boundaries.containsBelow(to)
    );
  }

  #knows(inode: Inode): boolean {
    return this.#context.seen.get(inode.number)?.inode === inode || this.#madeHere.has(inode);
  }

  #inode(number: number): Inode {
    const inode = this.#created.get(number) ?? this.#context.seen.get(number)?.inode;
    if (inode === undefined) throw refused('an inode it never saw');
    return inode;
  }

  #directory(number: number): DirectoryInode {
    const inode = this.#inode(number);
    if (inode.type !== FileType.directory) throw refused('a parent that is no directory');
    // A directory that was removed meanwhile hangs nowhere: nothing may be hung on it.
    if (inode !== this.#context.fileSystem.root && inode.links === 0)
      throw conflict('a directory that is gone');
    return inode;
  }

  #path(parent: number, name: string): string {
    return joinPath(this.#context.fileSystem.pathOf(this.#directory(parent)), name);
  }
}

function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

function copyExtents(fileSystem: FileSystem, file: FileInode, staged: Staged): void {
  const buffer = new Uint8Array(COPY_BYTES);
  for (const extent of staged.extents) {
    for (let done = 0; done < extent.length; ) {
      const piece = buffer.subarray(0, Math.min(COPY_BYTES, extent.length - done));
      const length = staged.content.read(piece, extent.position + done);
      fileSystem.write(file, piece.subarray(0, length), extent.position + done);
      done += length;
    }
  }
}

function refused(what: string): TruceError {
  return new TruceError('RUN_COMMIT_REFUSED', { what });
}

function conflict(path: string): TruceError {
  return new TruceError('RUN_CONFLICT', { path });
}

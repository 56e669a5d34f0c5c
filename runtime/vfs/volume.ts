/** The state that every operation of one file system shares: limits, counters, the undo log, and how entries change. */
import type { ContentFactory, FileContent } from './content.ts';
import { Errno, VfsError } from './errno.ts';
import {
  type DirectoryInode,
  type FileInode,
  FileType,
  type Inode,
  type SymbolicLinkInode,
} from './inode.ts';
import { type MutationObserver, observerWhenFinal } from './mutation-observer.ts';
import { fitsBytes } from './names.ts';
import { Quota, type VfsLimits } from './quota.ts';
import { UndoLog } from './undo-log.ts';

export interface VolumeOptions {
  readonly contents: ContentFactory;
  readonly limits: VfsLimits;
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
  readonly observer?: MutationObserver;
  /** The first number given to a new inode; 6 when absent. */
  readonly firstInode?: number;
}

/** Root and streams have fixed numbers, so that a replica's are those of its original. */
export const ROOT_INODE = 2;
export const STREAM_INODES = { stdin: 3, stdout: 4, stderr: 5 } as const;
export const FIRST_INODE = 6;

export class Volume {
  readonly contents: ContentFactory;
  readonly limits: VfsLimits;
  readonly now: () => bigint;
  readonly quota: Quota;
  readonly log = new UndoLog();
  readonly root: DirectoryInode;
  #observer: MutationObserver | undefined;
  #observerWhenFinal: MutationObserver | undefined;
  #nextInode: number;
  #generation = 0;

  constructor(options: VolumeOptions) {
    this.contents = options.contents;
    const { bytes, inodes, nameBytes, pathBytes, fileBytes } = options.limits;
    // One shape, whoever made the options: what V8 has compiled for one file system then holds for the next.
    this.limits = { bytes, inodes, nameBytes, pathBytes, fileBytes };
    this.now = options.now;
    this.quota = new Quota(this.limits);
    this.observer = options.observer;
    this.#nextInode = options.firstInode ?? FIRST_INODE;
    if (!Number.isSafeInteger(this.#nextInode) || this.#nextInode < FIRST_INODE)
      throw new RangeError(`inode numbers start at ${FIRST_INODE} or higher`);
    this.root = this.newDirectory(undefined, ROOT_INODE);
    this.root.links = 1;
  }

  newFile(number = this.#nextInode++): FileInode {
    const now = this.now();
    const content = this.contents.create();
    const type = FileType.regularFile;
    return {
      number,
      type,
      links: 0,
      openings: 0,
      accessed: now,
      modified: now,
      changed: now,
      version: 0,
      content,
    };
  }

  newDirectory(parent: DirectoryInode | undefined, number = this.#nextInode++): DirectoryInode {
    return new Directory(number, this.now(), parent);
  }

  newSymbolicLink(target: string, number = this.#nextInode++): SymbolicLinkInode {
    const now = this.now();
    const type = FileType.symbolicLink;
    return {
      number,
      type,
      links: 0,
      openings: 0,
      accessed: now,
      modified: now,
      changed: now,
      version: 0,
      target,
    };
  }

  /** Keeps new numbers clear of one that came from elsewhere. */
  reserveNumber(number: number): void {
    if (number >= this.#nextInode) this.#nextInode = number + 1;
  }

  /** Adds an entry and counts it as a link; the caller has checked that it may be there. */
  insertEntry(directory: DirectoryInode, name: string, inode: Inode): void {
    directory.entries.set(name, inode);
    directory.sortedNames = undefined;
    inode.links++;
    if (this.log.active) this.#recordInsertion(directory, name, inode);
    if (inode.type !== FileType.directory) return;
    const { parent, name: oldName } = inode;
    inode.parent = directory;
    inode.name = name;
    this.log.record(() => {
      inode.parent = parent;
      inode.name = oldName;
    });
  }

  /** Takes an entry away; `settle` then frees an inode that nothing names or holds any more. */
  removeEntry(directory: DirectoryInode, name: string, inode: Inode): void {
    directory.entries.delete(name);
    directory.sortedNames = undefined;
    inode.links--;
    this.#moveOn(inode);
    if (this.log.active) this.#recordRemoval(directory, name, inode);
  }

  // Apart, because a function with closures makes room for what they see each time it is called, needed or not.
  #recordInsertion(directory: DirectoryInode, name: string, inode: Inode): void {
    this.log.record(() => {
      directory.entries.delete(name);
      directory.sortedNames = undefined;
      inode.links--;
      this.#moveOn(inode);
    });
  }

  #recordRemoval(directory: DirectoryInode, name: string, inode: Inode): void {
    this.log.record(() => {
      directory.entries.set(name, inode);
      directory.sortedNames = undefined;
      inode.links++;
    });
  }

  /** Another number whenever a directory has lost its place: paths that led through it lead elsewhere. */
  get generation(): number {
    return this.#generation;
  }

  #moveOn(inode: Inode): void {
    if (inode.type === FileType.directory) this.#generation++;
  }

  /** Notes a change of content, size, entries or times: the version moves on. */
  changed(inode: Inode, now = this.now()): void {
    this.log.keep(inode);
    inode.version++;
    inode.modified = now;
    inode.changed = now;
  }

  /** Notes a change of links or name, which leaves what the inode holds as it was. */
  renamed(inode: Inode): void {
    this.log.keep(inode);
    inode.changed = this.now();
  }

  /** To be called before a file's content changes. */
  keepContent(file: FileInode): void {
    if (!this.log.needsContent(file)) return;
    const before = file.content.snapshot();
    this.log.contentKept(file);
    this.log.record(() => {
      this.quota.adjust(before.size - file.content.size, 0);
      file.content.dispose();
      file.content = before;
    });
    this.log.whenFinal(() => before.dispose());
  }

  /** Frees an inode that no entry names and no descriptor holds. */
  settle(inode: Inode): void {
    if (inode.links > 0 || inode.openings > 0) return;
    const bytes = chargedBytes(inode);
    this.quota.adjust(-bytes, -1);
    const content = inode.type === FileType.regularFile ? inode.content : undefined;
    if (this.log.active) this.#recordSettling(inode, bytes, content);
    else content?.dispose();
  }

  #recordSettling(inode: Inode, bytes: number, content: FileContent | undefined): void {
    this.log.record(() => this.quota.adjust(bytes, 1));
    this.log.loosen(inode);
    this.log.whenFinal(() => content?.dispose());
  }

  get observer(): MutationObserver | undefined {
    return this.#observer;
  }

  set observer(observer: MutationObserver | undefined) {
    this.#observer = observer;
    this.#observerWhenFinal = observer === undefined ? undefined : observerWhenFinal(observer, this.log);
  }

  /** Whom to tell of a change that has been made: at once, or once the outermost transaction has succeeded. */
  get told(): MutationObserver | undefined {
    return this.log.active ? this.#observerWhenFinal : this.#observer;
  }

  /** The canonical absolute path. Throws NOENT for a directory that was removed, NAMETOOLONG for one beyond `pathBytes`. */
  pathOf(directory: DirectoryInode): string {
    if (directory.links === 0) throw new VfsError(Errno.NOENT, 'the directory was removed');
    let path = '';
    for (let at = directory; at !== this.root; at = at.parent) {
      path = `/${at.name}${path}`;
      if (path.length > this.limits.pathBytes) break;
    }
    if (!fitsBytes(path, this.limits.pathBytes))
      throw new VfsError(
        Errno.NAMETOOLONG,
        `a directory's path has more than ${this.limits.pathBytes} bytes`,
      );
    return path === '' ? '/' : path;
  }
}

/** What an inode counts against the byte limit when it comes or goes; a pinned file does neither, and grows elsewhere. */
export function chargedBytes(inode: Inode): number {
  if (inode.pinned === true) return 0;
  if (inode.type === FileType.regularFile) return inode.content.size;
  return inode.type === FileType.symbolicLink ? Buffer.byteLength(inode.target) : 0;
}

/** A class only because the root is its own parent. */
class Directory implements DirectoryInode {
  readonly type = FileType.directory;
  readonly entries = new Map<string, Inode>();
  readonly number: number;
  links = 0;
  openings = 0;
  accessed: bigint;
  modified: bigint;
  changed: bigint;
  version = 0;
  parent: DirectoryInode;
  name = '';
  sortedNames: readonly string[] | undefined;

  constructor(number: number, now: bigint, parent: DirectoryInode | undefined) {
    this.number = number;
    this.accessed = now;
    this.modified = now;
    this.changed = now;
    this.parent = parent ?? this;
  }
}

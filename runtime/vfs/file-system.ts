/**
 * The file system, used twice: in the runtime over memfd chunks, and as a replica inside an executor child over
 * overlays. A tree of inodes with POSIX's rules, quotas, and transactions; it knows nothing of rights or descriptors,
 * which its callers judge and hold. Every failure is a VfsError and changes nothing.
 *
 * Reading does not move access times: who reads a file would otherwise be plain to whoever may see it.
 */
import type { FileContent } from './content.ts';
import { Errno, VfsError } from './errno.ts';
import {
  type DirectoryInode,
  type FileInode,
  FileType,
  type Inode,
  type SymbolicLinkInode,
} from './inode.ts';
import { sortedNames } from './listing.ts';
import type { MutationObserver } from './mutation-observer.ts';
import * as namespace from './namespace.ts';
import { PathWalker, type Resolution, type ResolveOptions } from './path-walk.ts';
import type { VfsLimits } from './quota.ts';
import { STREAM_INODES, Volume, type VolumeOptions } from './volume.ts';

export type { MutationObserver } from './mutation-observer.ts';
export type { Resolution, ResolveOptions } from './path-walk.ts';
export type { VolumeOptions as FileSystemOptions } from './volume.ts';
export type { VfsLimits };

export class FileSystem {
  readonly root: DirectoryInode;
  /** Files outside of the tree; always there. */
  readonly streams: Readonly<Record<keyof typeof STREAM_INODES, FileInode>>;
  readonly #volume: Volume;
  readonly #walker: PathWalker;

  constructor(options: VolumeOptions) {
    const volume = new Volume(options);
    this.#volume = volume;
    this.#walker = new PathWalker(volume);
    this.root = volume.root;
    const stream = (number: number): FileInode => {
      const file = volume.newFile(number);
      file.links = 1;
      return file;
    };
    const { stdin, stdout, stderr } = STREAM_INODES;
    this.streams = { stdin: stream(stdin), stdout: stream(stdout), stderr: stream(stderr) };
  }

  get observer(): MutationObserver | undefined {
    return this.#volume.observer;
  }

  set observer(observer: MutationObserver | undefined) {
    this.#volume.observer = observer;
  }

  /**
   * Finds what `path` leads to from `start`, links included. Throws NOTCAPABLE for what would leave `start` (an absolute
   * path or link target, or `..`), NOENT, NOTDIR, LOOP (over 40 links), NAMETOOLONG, INVAL (NUL).
   */
  resolve(start: DirectoryInode, path: string, options: ResolveOptions): Resolution {
    return this.#walker.walk(start, path, options);
  }

  /** The canonical absolute path. Throws NOENT for a directory that was removed. */
  pathOf(directory: DirectoryInode): string {
    return this.#volume.pathOf(directory);
  }

  /** The entries in the order of their names (listing.ts). */
  *entries(directory: DirectoryInode): IterableIterator<[name: string, inode: Inode]> {
    for (const name of sortedNames(directory)) {
      const inode = directory.entries.get(name);
      if (inode !== undefined) yield [name, inode];
    }
  }

  createFile(parent: DirectoryInode, name: string): FileInode {
    return namespace.createFile(this.#volume, parent, name);
  }

  /** A file without a name, held as if by a descriptor: `release` lets it go, and with the last one it is freed. */
  createAnonymousFile(): FileInode {
    const { quota } = this.#volume;
    quota.charge(0, 1);
    const file = this.#volume.newFile();
    file.openings = 1;
    return file;
  }

  createDirectory(parent: DirectoryInode, name: string): DirectoryInode {
    return namespace.createDirectory(this.#volume, parent, name);
  }

  /** `target` is kept as it is given; it is judged where it is followed. */
  createSymbolicLink(parent: DirectoryInode, name: string, target: string): SymbolicLinkInode {
    return namespace.createSymbolicLink(this.#volume, parent, name, target);
  }

  link(inode: Inode, parent: DirectoryInode, name: string): void {
    namespace.link(this.#volume, inode, parent, name);
  }

  /**
   * For building a replica: adds an inode that was described from outside, links 0 before its first name. It is counted
   * as if it were made here, keeps its number, times and version, and no observer is told.
   */
  graft(inode: Inode, parent: DirectoryInode, name: string): void {
    namespace.graft(this.#volume, inode, parent, name);
  }

  /** Throws ISDIR for a directory. */
  unlink(parent: DirectoryInode, name: string): void {
    namespace.unlink(this.#volume, parent, name);
  }

  /** Throws NOTDIR, NOTEMPTY, or INVAL for `.`. */
  removeDirectory(parent: DirectoryInode, name: string): void {
    namespace.removeDirectory(this.#volume, parent, name);
  }

  /** Replaces a file by a file, an empty directory by a directory. Two names of one inode: nothing happens. */
  rename(oldParent: DirectoryInode, oldName: string, newParent: DirectoryInode, newName: string): void {
    namespace.rename(this.#volume, oldParent, oldName, newParent, newName);
  }

  /** The number of bytes read; 0 at and beyond the end. */
  read(file: FileInode, target: Uint8Array, position: number): number {
    checkPosition(position);
    return file.content.read(target, position);
  }

  /** Writes all of `source`, or throws FBIG, NOSPC or what the storage refuses. */
  write(file: FileInode, source: Uint8Array, position: number): void {
    checkPosition(position);
    const { length } = source;
    if (length === 0) return;
    const growth = this.#admit(file, Math.max(file.content.size, position + length));
    file.content.write(source, position);
    this.#account(file, growth);
    this.#volume.told?.written(file, position, length);
  }

  /** Cuts, or grows with zeros that take no storage but count as bytes. */
  setSize(file: FileInode, size: number): void {
    checkPosition(size);
    const growth = this.#admit(file, size);
    file.content.setSize(size);
    this.#account(file, growth);
    this.#volume.told?.resized(file, size);
  }

  /**
   * Gives the file a new content at once, copying nothing. The content belongs to the file system from then on; when
   * this throws, it is still the caller's. A rollback disposes of it.
   */
  replaceContent(file: FileInode, content: FileContent): void {
    if (content === file.content) return;
    const { size } = content;
    const growth = this.#admit(file, size);
    file.content.dispose();
    file.content = content;
    this.#account(file, growth);
    const { told } = this.#volume;
    told?.resized(file, size);
    told?.written(file, 0, size);
  }

  /** Nanoseconds since 1970; undefined leaves a time as it is. */
  setTimes(inode: Inode, accessed: bigint | undefined, modified: bigint | undefined): void {
    if (inode.pinned === true && inode.type === FileType.regularFile)
      throw new VfsError(Errno.NOTSUP, 'a live file’s times are those of its changes');
    const before = inode.modified;
    this.#volume.changed(inode);
    inode.modified = modified ?? before;
    if (accessed !== undefined) inode.accessed = accessed;
    this.#volume.told?.timesSet(inode);
  }

  /** Counts a descriptor that holds the inode; one that was freed is STALE. */
  retain(inode: Inode): void {
    if (inode.links === 0 && inode.openings === 0) throw new VfsError(Errno.STALE, 'the inode was freed');
    inode.openings++;
  }

  /** An inode without names is freed with its last opening. Openings are no part of a transaction. */
  release(inode: Inode): void {
    if (inode.openings === 0) throw new Error('released more often than retained');
    inode.openings--;
    this.#volume.settle(inode);
  }

  get limits(): VfsLimits {
    return this.#volume.limits;
  }

  /** What counts against the limits: logical bytes, and inodes with further hard links; root and streams are free. */
  usage(): { bytes: number; inodes: number } {
    const { bytes, inodes } = this.#volume.quota;
    return { bytes, inodes };
  }

  /**
   * All or nothing: when `work` throws, every change is undone, counters, versions and times included, and the error is
   * rethrown; observers then hear nothing. Freed storage comes back at the end. May be nested. Synchronous only.
   */
  transaction<T>(work: () => T): T {
    const { log } = this.#volume;
    log.begin();
    let result: T;
    try {
      result = work();
      if (result instanceof Promise) throw new TypeError('a transaction cannot wait');
    } catch (failure) {
      for (const inode of log.rollback()) this.#volume.settle(inode);
      throw failure;
    }
    log.commit();
    return result;
  }

  /** How much the file is to grow, which there is room for; its content is about to change. */
  #admit(file: FileInode, size: number): number {
    const { limits, quota } = this.#volume;
    // What such a file is charged was given back when it lost its last name, and would be charged for ever.
    if (file.links === 0 && file.openings === 0) throw new VfsError(Errno.STALE, 'the file was freed');
    const growth = size - file.content.size;
    if (growth > 0) {
      if (size > limits.fileBytes)
        throw new VfsError(Errno.FBIG, `a file of more than ${limits.fileBytes} bytes`, 'bytes');
      quota.require(growth, 0);
    }
    this.#volume.keepContent(file);
    return growth;
  }

  /** The file has changed, and grown. */
  #account(file: FileInode, growth: number): void {
    this.#volume.quota.adjust(growth, 0);
    this.#volume.changed(file);
  }
}

function checkPosition(position: number): void {
  if (!Number.isSafeInteger(position) || position < 0)
    throw new VfsError(Errno.INVAL, 'a position out of range');
}

/** The operations on directory entries, as POSIX has them: making, linking, removing and renaming. */
import { Errno, VfsError } from './errno.ts';
import {
  type DirectoryInode,
  type FileInode,
  FileType,
  type Inode,
  type SymbolicLinkInode,
} from './inode.ts';
import { checkNewName, checkWellFormed, fitsBytes } from './names.ts';
import { chargedBytes, STREAM_INODES, type Volume } from './volume.ts';

export function createFile(volume: Volume, parent: DirectoryInode, name: string): FileInode {
  checkNewEntry(volume, parent, name);
  volume.quota.charge(0, 1);
  const file = volume.newFile();
  // Whatever is written to it within the transaction that makes it goes when it goes.
  volume.log.contentKept(file);
  return addCreated(volume, parent, name, file);
}

export function createDirectory(volume: Volume, parent: DirectoryInode, name: string): DirectoryInode {
  checkNewEntry(volume, parent, name);
  checkDepth(volume, parent, name);
  volume.quota.charge(0, 1);
  return addCreated(volume, parent, name, volume.newDirectory(parent));
}

export function createSymbolicLink(
  volume: Volume,
  parent: DirectoryInode,
  name: string,
  target: string,
): SymbolicLinkInode {
  checkNewEntry(volume, parent, name);
  checkTarget(volume, target);
  volume.quota.charge(Buffer.byteLength(target), 1);
  return addCreated(volume, parent, name, volume.newSymbolicLink(target));
}

export function link(volume: Volume, inode: Inode, parent: DirectoryInode, name: string): void {
  if (inode.type === FileType.directory) throw new VfsError(Errno.PERM, 'directories have one name');
  checkInTree(inode);
  if (inode.links === 0) throw new VfsError(Errno.NOENT, 'the file was removed');
  checkMovable(inode);
  checkNewEntry(volume, parent, name);
  volume.quota.charge(0, 1);
  volume.log.record(() => volume.quota.adjust(0, -1));
  volume.insertEntry(parent, name, inode);
  volume.changed(parent);
  volume.renamed(inode);
  volume.told?.linked(inode, parent, name);
}

/** Adds an inode that was described from outside, with its number, times and version; tells no observer. */
export function graft(volume: Volume, inode: Inode, parent: DirectoryInode, name: string): void {
  checkNewEntry(volume, parent, name);
  checkInTree(inode);
  if (inode.type === FileType.directory) {
    if (inode.links > 0 || inode.entries.size > 0)
      throw new VfsError(Errno.PERM, 'a directory with a name or entries');
    checkDepth(volume, parent, name);
  }
  if (inode.type === FileType.symbolicLink) checkTarget(volume, inode.target);
  const bytes = inode.links === 0 ? chargedBytes(inode) : 0;
  if (inode.type === FileType.regularFile && bytes > volume.limits.fileBytes)
    throw new VfsError(Errno.FBIG, `a file of more than ${volume.limits.fileBytes} bytes`, 'bytes');
  volume.quota.charge(bytes, 1);
  if (inode.links === 0) volume.log.loosen(inode);
  else volume.log.record(() => volume.quota.adjust(0, -1));
  volume.reserveNumber(inode.number);
  volume.insertEntry(parent, name, inode);
}

export function unlink(volume: Volume, parent: DirectoryInode, name: string): void {
  const inode = lookUp(parent, name);
  if (inode.type === FileType.directory) throw new VfsError(Errno.ISDIR, 'a directory is not unlinked');
  checkMovable(inode);
  drop(volume, parent, name, inode);
  volume.changed(parent);
  volume.told?.unlinked(inode, parent, name);
}

export function removeDirectory(volume: Volume, parent: DirectoryInode, name: string): void {
  if (name === '.') throw new VfsError(Errno.INVAL, 'a directory is removed by its name');
  const inode = lookUp(parent, name);
  if (inode.type !== FileType.directory) throw new VfsError(Errno.NOTDIR, 'not a directory');
  if (inode.entries.size > 0) throw new VfsError(Errno.NOTEMPTY, 'the directory is not empty');
  drop(volume, parent, name, inode);
  volume.changed(parent);
  volume.told?.unlinked(inode, parent, name);
}

export function rename(
  volume: Volume,
  oldParent: DirectoryInode,
  oldName: string,
  newParent: DirectoryInode,
  newName: string,
): void {
  if (isDots(oldName) || isDots(newName)) throw new VfsError(Errno.INVAL, 'neither . nor .. can be renamed');
  const inode = lookUp(oldParent, oldName);
  const replaced = newParent.entries.get(newName);
  if (replaced === inode) return;
  checkMovable(inode);
  if (replaced !== undefined) checkMovable(replaced);
  if (replaced === undefined) checkNewEntry(volume, newParent, newName);
  if (inode.type === FileType.directory) {
    if (isWithin(newParent, inode)) throw new VfsError(Errno.INVAL, 'a directory cannot move into itself');
    checkDepth(volume, newParent, newName);
  }
  // A directory above what is to take its place is not empty, whatever the two are otherwise.
  if (replaced?.type === FileType.directory && isWithin(oldParent, replaced))
    throw new VfsError(Errno.NOTEMPTY, 'the directory in its place is not empty');
  if (replaced !== undefined) checkReplaceable(inode, replaced);

  volume.removeEntry(oldParent, oldName, inode);
  if (replaced !== undefined) drop(volume, newParent, newName, replaced);
  volume.insertEntry(newParent, newName, inode);
  volume.changed(oldParent);
  if (newParent !== oldParent) volume.changed(newParent);
  volume.renamed(inode);
  volume.told?.renamed(inode, oldParent, oldName, newParent, newName, replaced);
}

function addCreated<T extends Inode>(volume: Volume, parent: DirectoryInode, name: string, inode: T): T {
  volume.log.loosen(inode);
  volume.insertEntry(parent, name, inode);
  volume.changed(parent, inode.changed);
  volume.told?.created(inode, parent, name);
  return inode;
}

/** Takes one name of an inode away. Each name but the last is counted by itself; the last goes with the inode. */
function drop(volume: Volume, parent: DirectoryInode, name: string, inode: Inode): void {
  volume.removeEntry(parent, name, inode);
  // Nobody can ask any more when that was.
  if (inode.links > 0 || inode.openings > 0) volume.renamed(inode);
  if (inode.links === 0) volume.settle(inode);
  else giveBackName(volume);
}

function giveBackName(volume: Volume): void {
  volume.quota.adjust(0, -1);
  volume.log.record(() => volume.quota.adjust(0, 1));
}

function lookUp(parent: DirectoryInode, name: string): Inode {
  // `.` is how a resolution names a directory itself, whose entry may lie outside of what the caller may touch.
  const inode = isDots(name) ? parent : parent.entries.get(name);
  if (inode === undefined) throw new VfsError(Errno.NOENT, 'no such entry');
  return inode;
}

function checkNewEntry(volume: Volume, parent: DirectoryInode, name: string): void {
  checkNewName(name, volume.limits.nameBytes);
  if (parent.links === 0) throw new VfsError(Errno.NOENT, 'the directory was removed');
  if (parent.entries.has(name)) throw new VfsError(Errno.EXIST, 'the name is taken');
}

/** Refuses a directory that no path could name. */
function checkDepth(volume: Volume, parent: DirectoryInode, name: string): void {
  if (!fitsBytes(`${volume.pathOf(parent)}/${name}`, volume.limits.pathBytes))
    throw new VfsError(
      Errno.NAMETOOLONG,
      `a directory whose path has more than ${volume.limits.pathBytes} bytes`,
    );
}

function checkTarget(volume: Volume, target: string): void {
  if (target === '') throw new VfsError(Errno.NOENT, 'an empty link target');
  if (target.includes('\0')) throw new VfsError(Errno.INVAL, 'a link target with NUL');
  checkWellFormed(target);
  if (!fitsBytes(target, volume.limits.pathBytes))
    throw new VfsError(Errno.NAMETOOLONG, 'a link target over its limit');
}

function checkInTree(inode: Inode): void {
  const { stdin, stderr } = STREAM_INODES;
  if (inode.number >= stdin && inode.number <= stderr)
    throw new VfsError(Errno.XDEV, 'the streams lie outside of the tree');
}

/** A live file has one name, for as long as there is a policy: those who wait for its bytes know it by that. */
function checkMovable(inode: Inode): void {
  if (inode.pinned === true) throw new VfsError(Errno.BUSY, 'a live file, or a directory above one');
}

function checkReplaceable(inode: Inode, replaced: Inode): void {
  if (inode.type !== FileType.directory) {
    if (replaced.type === FileType.directory) throw new VfsError(Errno.ISDIR, 'a directory is in its place');
    return;
  }
  if (replaced.type !== FileType.directory)
    throw new VfsError(Errno.NOTDIR, 'what is in its place is no directory');
  if (replaced.entries.size > 0)
    throw new VfsError(Errno.NOTEMPTY, 'the directory in its place is not empty');
}

/** Whether `directory` is `ancestor` or lies below it. */
function isWithin(directory: DirectoryInode, ancestor: DirectoryInode): boolean {
  for (let at = directory; ; at = at.parent) {
    if (at === ancestor) return true;
    if (at === at.parent) return false;
  }
}

function isDots(name: string): boolean {
  return name === '.' || name === '..';
}

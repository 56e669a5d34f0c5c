/** What the tests of the file system share. */
import type { Test } from 'tap';
import type { Errno } from '../../../runtime/vfs/errno.ts';
import { FileSystem, type FileSystemOptions, type VfsLimits } from '../../../runtime/vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../../../runtime/vfs/inode.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';

export const LIMITS: VfsLimits = {
  bytes: 1 << 24,
  inodes: 1000,
  nameBytes: 255,
  pathBytes: 4096,
  fileBytes: 1 << 22,
};

/** Its clock moves on by one nanosecond each time it is read. */
export function makeFileSystem(options: Partial<FileSystemOptions> = {}): FileSystem {
  let time = 1000n;
  return new FileSystem({ contents: new OverlayContents(), limits: LIMITS, now: () => time++, ...options });
}

export function limitsWith(limits: Partial<VfsLimits>): VfsLimits {
  return { ...LIMITS, ...limits };
}

/** Ways to resolve a path: a link at its end is followed, or is what is meant. */
export const follow = { followLast: true };
export const keep = { followLast: false };

/** /a/b/c, /a/file, /sibling, and links of every kind in /a. */
export function sampleTree() {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const a = fileSystem.createDirectory(root, 'a');
  const b = fileSystem.createDirectory(a, 'b');
  const c = fileSystem.createDirectory(b, 'c');
  const file = fileSystem.createFile(a, 'file');
  fileSystem.createFile(root, 'sibling');
  fileSystem.createSymbolicLink(a, 'to-file', 'file');
  fileSystem.createSymbolicLink(a, 'to-b', 'b');
  fileSystem.createSymbolicLink(a, 'out', '../sibling');
  fileSystem.createSymbolicLink(b, 'up', '..');
  fileSystem.createSymbolicLink(a, 'absolute', '/a/file');
  fileSystem.createSymbolicLink(a, 'loop', 'loop');
  fileSystem.createSymbolicLink(a, 'dangling', 'b/new');
  fileSystem.createSymbolicLink(a, 'here', '.');
  fileSystem.createSymbolicLink(a, 'slashed', 'b/');
  return { fileSystem, root, a, b, c, file };
}

/** Asserts that `work` throws a VfsError with this errno. */
export function rejectsWith(t: Test, errno: Errno, work: () => unknown, message?: string): void {
  t.throws(work, { name: 'VfsError', errno }, message ?? `errno ${errno}`);
}

export function directoryAt(fileSystem: FileSystem, path: string): DirectoryInode {
  const { inode } = fileSystem.resolve(fileSystem.root, path, { followLast: true });
  if (inode?.type !== FileType.directory) throw new Error(`${path} is no directory`);
  return inode;
}

/** All that can be told of a tree: to compare before and after. */
export function describeTree(fileSystem: FileSystem): unknown {
  const lines: unknown[] = [fileSystem.usage()];
  const pending: [string, Inode][] = [['', fileSystem.root], ...Object.entries(fileSystem.streams)];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, inode] = next;
    const { number, type, links, openings, accessed, modified, changed, version } = inode;
    const line: unknown[] = [path, { number, type, links, openings, accessed, modified, changed, version }];
    if (inode.type === FileType.directory) {
      if (inode.name !== path.slice(path.lastIndexOf('/') + 1))
        throw new Error(`${path} calls itself ${inode.name}`);
      for (const [name, entry] of fileSystem.entries(inode)) pending.push([`${path}/${name}`, entry]);
    } else if (inode.type === FileType.symbolicLink) line.push(inode.target);
    else {
      const bytes = Buffer.alloc(inode.content.size);
      fileSystem.read(inode, bytes, 0);
      line.push(bytes.toString('latin1'));
    }
    lines.push(line);
  }
  return lines;
}

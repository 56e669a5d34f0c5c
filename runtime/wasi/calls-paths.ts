/** Calls on paths, all but `path_open`. Each is judged at the canonical path of what it acts on. */
import { Errno, VfsError } from '../vfs/errno.ts';
import type { Resolution } from '../vfs/file-system.ts';
import { FileType, type Inode } from '../vfs/inode.ts';
import { ALL_LOOKUP_FLAGS, FileStat, LookupFlags } from './abi.ts';
import { locate, type Program, requireDirectory } from './program.ts';
import { callRights, twoPathRights } from './rights-table.ts';
import type { CallName } from './signatures.ts';
import { putFileStat, setTimes } from './times.ts';

const needs = callRights;
const encoder = new TextEncoder();

export function pathCalls(program: Program) {
  const { memory, fileSystem, boundaries } = program;

  /** What is at a path. Undefined is NOENT, which is no exception: programs ask for what may not be there all the time. */
  function find(
    fd: number,
    lookupFlags: number,
    path: number,
    length: number,
    needed: number,
  ): Inode | undefined {
    const start = requireDirectory(program, fd, needed);
    const walk = walkOf(lookupFlags);
    return locate(program, start, memory.text(path, length), needed, walk).inode;
  }

  /** The entry itself, to be made or removed: a link there is not followed. */
  function findEntry(fd: number, path: number, length: number, needed: number): Resolution {
    const start = requireDirectory(program, fd, needed);
    return locate(program, start, memory.text(path, length), needed, 'entry');
  }

  /** Every policy entry is a device of its own for links and renames. */
  function requireOneSide(from: string, to: string): void {
    const inside = boundaries.governing(from) === boundaries.governing(to);
    if (!inside || boundaries.containsBelow(from) || boundaries.containsBelow(to))
      throw new VfsError(Errno.XDEV, 'a boundary of the policy lies between');
  }

  return {
    path_create_directory(fd: number, path: number, length: number): Errno {
      const { parent, name } = findEntry(fd, path, length, needs.path_create_directory);
      fileSystem.createDirectory(parent, name);
      return Errno.SUCCESS;
    },

    path_filestat_get(fd: number, lookupFlags: number, path: number, length: number, result: number): Errno {
      const inode = find(fd, lookupFlags, path, length, needs.path_filestat_get);
      if (inode === undefined) return Errno.NOENT;
      putFileStat(program, memory.check(result, FileStat.size), inode, inode.type);
      return Errno.SUCCESS;
    },

    path_filestat_set_times(
      fd: number,
      lookupFlags: number,
      path: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ): Errno {
      const inode = find(fd, lookupFlags, path, length, needs.path_filestat_set_times);
      if (inode === undefined) return Errno.NOENT;
      setTimes(program, inode, accessed, modified, flags);
      return Errno.SUCCESS;
    },

    path_link(
      oldFd: number,
      oldFlags: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ): Errno {
      const rights = twoPathRights.path_link;
      const from = requireDirectory(program, oldFd, rights.from);
      const to = requireDirectory(program, newFd, rights.to);
      const walk = walkOf(oldFlags);
      const source = locate(program, from, memory.text(oldPath, oldLength), rights.from, walk);
      const inode = existing(source);
      const target = locate(program, to, memory.text(newPath, newLength), rights.to, 'entry');
      requireAbsent(target);
      requireOneSide(source.path, target.path);
      fileSystem.link(inode, target.parent, target.name);
      return Errno.SUCCESS;
    },

    path_readlink(
      fd: number,
      path: number,
      length: number,
      buffer: number,
      bufferLength: number,
      result: number,
    ): Errno {
      const inode = find(fd, 0, path, length, needs.path_readlink);
      if (inode === undefined) return Errno.NOENT;
      const out = memory.check(result, 4);
      const start = memory.check(buffer, bufferLength);
      if (inode.type !== FileType.symbolicLink) return Errno.INVAL;
      const target = encoder.encode(inode.target);
      const fitting = Math.min(target.length, bufferLength >>> 0);
      memory.setBytes(start, target.subarray(0, fitting));
      memory.setU32(out, fitting);
      return Errno.SUCCESS;
    },

    path_remove_directory(fd: number, path: number, length: number): Errno {
      const found = findEntry(fd, path, length, needs.path_remove_directory);
      if (found.path === '/') return Errno.BUSY;
      fileSystem.removeDirectory(found.parent, found.name);
      return Errno.SUCCESS;
    },

    path_rename(
      oldFd: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ): Errno {
      const rights = twoPathRights.path_rename;
      const from = requireDirectory(program, oldFd, rights.from);
      const to = requireDirectory(program, newFd, rights.to);
      const source = locate(program, from, memory.text(oldPath, oldLength), rights.from, 'entry');
      const target = locate(program, to, memory.text(newPath, newLength), rights.to, 'entry');
      const inode = existing(source);
      if (target.trailingSlash && inode.type !== FileType.directory) return Errno.NOTDIR;
      if (source.path === '/' || target.path === '/') return Errno.BUSY;
      requireOneSide(source.path, target.path);
      fileSystem.rename(source.parent, source.name, target.parent, target.name);
      return Errno.SUCCESS;
    },

    /** A link that leads out of every directory it could be followed from is not made. */
    path_symlink(oldPath: number, oldLength: number, fd: number, newPath: number, newLength: number): Errno {
      const start = requireDirectory(program, fd, needs.path_symlink);
      const target = memory.text(oldPath, oldLength);
      const found = locate(program, start, memory.text(newPath, newLength), needs.path_symlink, 'entry');
      if (target.startsWith('/')) return Errno.NOTCAPABLE;
      requireAbsent(found);
      fileSystem.createSymbolicLink(found.parent, found.name, target);
      return Errno.SUCCESS;
    },

    path_unlink_file(fd: number, path: number, length: number): Errno {
      const { parent, name } = findEntry(fd, path, length, needs.path_unlink_file);
      fileSystem.unlink(parent, name);
      return Errno.SUCCESS;
    },
  } satisfies Partial<Record<CallName, unknown>>;
}

function walkOf(lookupFlags: number): 'followed' | 'kept' {
  if ((lookupFlags & ~ALL_LOOKUP_FLAGS) !== 0) throw new VfsError(Errno.INVAL, 'unknown lookup flags');
  return (lookupFlags & LookupFlags.SYMLINK_FOLLOW) !== 0 ? 'followed' : 'kept';
}

function existing(found: Resolution): Inode {
  if (found.inode === undefined) throw new VfsError(Errno.NOENT, 'no such entry');
  return found.inode;
}

/** What is about to be made is no directory, so that no slash can follow its name. */
function requireAbsent(found: Resolution): void {
  if (found.inode !== undefined) throw new VfsError(Errno.EXIST, 'it is there already');
  if (found.trailingSlash)
    throw new VfsError(Errno.NOENT, 'only a directory is made with a slash after its name');
}

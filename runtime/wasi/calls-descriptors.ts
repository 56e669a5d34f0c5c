/** Calls on descriptors themselves: closing, renumbering, flags and rights, attributes, the preopen, listing. */
import { Errno } from '../vfs/errno.ts';
import { DirectoryListing, type ListedEntry } from '../vfs/listing.ts';
import { ALL_FD_FLAGS, DirectoryEntry, FdStat, FileStat, PREOPEN_DIRECTORY, PreStat } from './abi.ts';
import type { Descriptor } from './descriptors.ts';
import { type Program, requireDescriptor } from './program.ts';
import { callRights, namedRights, namesUnknownRights } from './rights-table.ts';
import type { CallName } from './signatures.ts';
import { putFileStat, setTimes } from './times.ts';

const needs = callRights;
const encoder = new TextEncoder();

export function descriptorCalls(program: Program) {
  const { memory, descriptors, fileSystem, access } = program;
  const entryBytes = new Uint8Array(DirectoryEntry.size);
  const entryView = new DataView(entryBytes.buffer);
  /** The path of the directory that is being listed, with a slash at its end. */
  let listed = '';
  let seesAll = false;
  const seesListed = (name: string): boolean => seesAll || access.sees(listed + name);

  /** The listing of a directory, which leaves out what the program may not see. NOENT where it was removed. */
  function listingOf(descriptor: Descriptor): DirectoryListing | undefined {
    const { directory } = descriptor;
    if (directory === undefined) return undefined;
    const path = fileSystem.pathOf(directory);
    listed = path === '/' ? path : `${path}/`;
    seesAll = (access.rightsBelow(path) ?? 0) !== 0;
    descriptor.listing ??= new DirectoryListing(directory, seesListed);
    return descriptor.listing;
  }

  /** Copies as much as fits between `at` and `end`. */
  function put(at: number, end: number, bytes: Uint8Array): number {
    const fitting = Math.min(bytes.length, end - at);
    memory.setBytes(at, fitting === bytes.length ? bytes : bytes.subarray(0, fitting));
    return at + fitting;
  }

  /** As much of an entry as fits; where that ends. */
  function putEntry(at: number, end: number, { name, inode, next }: ListedEntry): number {
    const ascii = isAscii(name);
    const bytes = ascii ? undefined : encoder.encode(name);
    const nameLength = bytes?.length ?? name.length;
    entryView.setUint32(DirectoryEntry.next, next, true);
    const number = program.inodeNumber(inode);
    entryView.setUint32(DirectoryEntry.inode, number % 0x100000000, true);
    entryView.setUint32(DirectoryEntry.inode + 4, number / 0x100000000, true);
    entryView.setUint32(DirectoryEntry.nameLength, nameLength, true);
    entryView.setUint8(DirectoryEntry.fileType, inode.type);
    const start = put(at, end, entryBytes);
    return bytes === undefined ? memory.setAscii(start, end, name) : put(start, end, bytes);
  }

  function preopenName(number: number): Uint8Array | undefined {
    const name = descriptors.get(number)?.preopenName;
    return name === undefined ? undefined : encoder.encode(name);
  }

  return {
    fd_close(fd: number): Errno {
      descriptors.close(fd);
      return Errno.SUCCESS;
    },

    fd_renumber(from: number, to: number): Errno {
      descriptors.renumber(from, to);
      return Errno.SUCCESS;
    },

    fd_fdstat_get(fd: number, result: number): Errno {
      const descriptor = descriptors.require(fd);
      const out = memory.check(result, FdStat.size);
      memory.zero(out, FdStat.size);
      memory.setU8(out + FdStat.fileType, descriptor.fileType);
      memory.setU16(out + FdStat.flags, descriptor.flags);
      memory.setSafe64(out + FdStat.base, descriptor.base);
      memory.setSafe64(out + FdStat.inheriting, descriptor.inheriting);
      return Errno.SUCCESS;
    },

    fd_fdstat_set_flags(fd: number, flags: number): Errno {
      const descriptor = requireDescriptor(program, fd, needs.fd_fdstat_set_flags);
      if (((flags >>> 0) & ~ALL_FD_FLAGS) !== 0) return Errno.INVAL;
      descriptor.flags = flags;
      return Errno.SUCCESS;
    },

    /** Only takes rights away. */
    fd_fdstat_set_rights(fd: number, base: bigint, inheriting: bigint): Errno {
      const descriptor = descriptors.require(fd);
      if (namesUnknownRights(base) || namesUnknownRights(inheriting)) return Errno.NOTCAPABLE;
      const newBase = namedRights(base);
      const newInheriting = namedRights(inheriting);
      if ((newBase & ~descriptor.base) !== 0 || (newInheriting & ~descriptor.inheriting) !== 0)
        return Errno.NOTCAPABLE;
      descriptor.base = newBase;
      descriptor.inheriting = newInheriting;
      descriptor.effective &= newBase;
      return Errno.SUCCESS;
    },

    fd_filestat_get(fd: number, result: number): Errno {
      const { inode, fileType } = requireDescriptor(program, fd, needs.fd_filestat_get);
      putFileStat(program, memory.check(result, FileStat.size), inode, fileType);
      return Errno.SUCCESS;
    },

    fd_filestat_set_times(fd: number, accessed: bigint, modified: bigint, flags: number): Errno {
      const { inode } = requireDescriptor(program, fd, needs.fd_filestat_set_times);
      setTimes(program, inode, accessed, modified, flags);
      return Errno.SUCCESS;
    },

    /** BADF ends a program's search for preopened directories. */
    fd_prestat_get(fd: number, result: number): Errno {
      const name = preopenName(fd);
      if (name === undefined) return Errno.BADF;
      const out = memory.check(result, PreStat.size);
      memory.zero(out, PreStat.size);
      memory.setU8(out + PreStat.tag, PREOPEN_DIRECTORY);
      memory.setU32(out + PreStat.nameLength, name.length);
      return Errno.SUCCESS;
    },

    fd_prestat_dir_name(fd: number, path: number, length: number): Errno {
      const name = preopenName(fd);
      if (name === undefined) return Errno.BADF;
      const out = memory.check(path, length);
      if (length >>> 0 < name.length) return Errno.NAMETOOLONG;
      memory.setBytes(out, name);
      return Errno.SUCCESS;
    },

    /** Fills the buffer; the last entry may be cut anywhere. Less than the buffer means: no more entries. */
    fd_readdir(fd: number, buffer: number, length: number, cookie: bigint, result: number): Errno {
      const descriptor = requireDescriptor(program, fd, needs.fd_readdir);
      const out = memory.check(result, 4);
      const start = memory.check(buffer, length);
      const end = start + (length >>> 0);
      const listing = listingOf(descriptor);
      let at = start;
      // A cookie that no double holds exactly is far behind any entry.
      let next = Number(BigInt.asUintN(64, cookie));
      while (at < end) {
        const entry = listing?.at(next);
        if (entry === undefined) break;
        at = putEntry(at, end, entry);
        next = entry.next;
      }
      memory.setU32(out, at - start);
      return Errno.SUCCESS;
    },
  } satisfies Partial<Record<CallName, unknown>>;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

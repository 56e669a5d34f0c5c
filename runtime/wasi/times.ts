/** The `fstflags` of the calls that set times, and `filestat` records. */
import { Errno, VfsError } from '../vfs/errno.ts';
import { FileType, type Inode } from '../vfs/inode.ts';
import { ALL_TIME_FLAGS, DEVICE, FileStat, TimeFlags } from './abi.ts';
import { notCapable, type Program } from './program.ts';

interface NewTimes {
  readonly accessed: bigint | undefined;
  readonly modified: bigint | undefined;
}

/** Throws INVAL for flags that contradict each other, NOTCAPABLE for `now` where clocks are denied. */
export function newTimes(program: Program, accessed: bigint, modified: bigint, flags: number): NewTimes {
  if (((flags >>> 0) & ~ALL_TIME_FLAGS) !== 0) throw new VfsError(Errno.INVAL, 'unknown time flags');
  return {
    accessed: newTime(program, accessed, (flags & TimeFlags.ATIM) !== 0, (flags & TimeFlags.ATIM_NOW) !== 0),
    modified: newTime(program, modified, (flags & TimeFlags.MTIM) !== 0, (flags & TimeFlags.MTIM_NOW) !== 0),
  };
}

function newTime(program: Program, given: bigint, useGiven: boolean, useNow: boolean): bigint | undefined {
  if (useGiven && useNow) throw new VfsError(Errno.INVAL, 'a time that is given and now');
  if (useGiven) return BigInt.asUintN(64, given);
  if (!useNow) return undefined;
  if (program.clock === undefined) throw notCapable();
  return program.clock.realtime();
}

/** Writes a `filestat` at a checked address. Where clocks are denied all times are 0: they would be one. */
export function putFileStat(program: Program, start: number, inode: Inode, fileType: FileType): void {
  const { memory } = program;
  memory.zero(start, FileStat.size);
  memory.setSafe64(start + FileStat.device, DEVICE);
  memory.setSafe64(start + FileStat.inode, inode.number);
  memory.setU8(start + FileStat.fileType, fileType);
  memory.setSafe64(start + FileStat.links, inode.links);
  memory.setSafe64(start + FileStat.length, sizeOf(inode, fileType));
  if (program.clock === undefined) return;
  memory.setU64(start + FileStat.accessed, inode.accessed);
  memory.setU64(start + FileStat.modified, inode.modified);
  memory.setU64(start + FileStat.changed, inode.changed);
}

/** Directories and streams have none: what a directory's would count, its hidden entries would show in. */
function sizeOf(inode: Inode, fileType: FileType): number {
  if (inode.type === FileType.symbolicLink) return Buffer.byteLength(inode.target);
  return fileType === FileType.regularFile && inode.type === FileType.regularFile ? inode.content.size : 0;
}

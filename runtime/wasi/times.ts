/** Setting times, and `filestat` records. */
import { Errno, VfsError } from '../vfs/errno.ts';
import { FileType, type Inode } from '../vfs/inode.ts';
import { ALL_TIME_FLAGS, DEVICE, FileStat, TimeFlags } from './abi.ts';
import { notCapable, type Program } from './program.ts';

/**
 * Sets the times that `flags` name; without any, nothing changes. Throws INVAL for flags that contradict each other,
 * NOTCAPABLE for `now` where clocks are denied.
 */
export function setTimes(
  program: Program,
  inode: Inode,
  accessed: bigint,
  modified: bigint,
  flags: number,
): void {
  const { ATIM, ATIM_NOW, MTIM, MTIM_NOW } = TimeFlags;
  if (((flags >>> 0) & ~ALL_TIME_FLAGS) !== 0) throw new VfsError(Errno.INVAL, 'unknown time flags');
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if ((has(ATIM) && has(ATIM_NOW)) || (has(MTIM) && has(MTIM_NOW)))
    throw new VfsError(Errno.INVAL, 'a time that is given and now');
  if (flags === 0) return;
  // One reading for both: who sets both to now finds them equal.
  const now = has(ATIM_NOW | MTIM_NOW) ? currentTime(program) : undefined;
  program.fileSystem.setTimes(
    inode,
    has(ATIM) ? BigInt.asUintN(64, accessed) : has(ATIM_NOW) ? now : undefined,
    has(MTIM) ? BigInt.asUintN(64, modified) : has(MTIM_NOW) ? now : undefined,
  );
}

function currentTime({ clock }: Program): bigint {
  if (clock === undefined) throw notCapable();
  return clock.realtime();
}

/** Writes a `filestat` at a checked address. Where clocks are denied all times are 0: they would be one. */
export function putFileStat(program: Program, start: number, inode: Inode, fileType: FileType): void {
  const { memory } = program;
  memory.zero(start, FileStat.size);
  memory.setSafe64(start + FileStat.device, DEVICE);
  memory.setSafe64(start + FileStat.inode, program.inodeNumber(inode));
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

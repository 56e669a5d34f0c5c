/** What the calls of one program share. */
import type { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import type { LivePoll } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { FileSystem, Resolution, ResolveOptions } from '../vfs/file-system.ts';
import type { DirectoryInode, Inode } from '../vfs/inode.ts';
import { type Descriptor, type DescriptorTable, refusal } from './descriptors.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { SpecialFiles } from './special-file.ts';

/** The clocks a program may see; times in nanoseconds. */
export interface ProgramClock {
  /** Since 1970. */
  realtime(): bigint;
  /** Since any fixed moment. */
  monotonic(): bigint;
  /** CPU time that the program has used. */
  cpu(): bigint;
  /** Of the clock with this `clockid`, never 0. */
  resolution(id: number): bigint;
  /** Returns when `monotonic()` has reached the time. */
  sleepUntil(monotonicNanoseconds: bigint): void;
}

/** A directory's descriptor, seen to be one. */
export type DirectoryDescriptor = Descriptor & { readonly directory: DirectoryInode };

/** How a path ends: at what a link leads to, at the link itself, or at an entry that is to be made or removed. */
export interface PathWalks {
  readonly followed: ResolveOptions;
  readonly kept: ResolveOptions;
  readonly entry: ResolveOptions;
}

export interface Program {
  readonly memory: GuestMemory;
  readonly descriptors: DescriptorTable;
  readonly fileSystem: FileSystem;
  readonly access: AccessTable;
  readonly boundaries: BoundaryTable;
  readonly walks: PathWalks;
  readonly args: readonly Uint8Array[];
  readonly env: readonly Uint8Array[];
  /** Undefined where the policy denies clocks. */
  readonly clock: ProgramClock | undefined;
  random(target: Uint8Array): void;
  /** What programs see as the number of a file. */
  readonly inodeNumber: (inode: Inode) => number;
  /** Undefined where no file is live. */
  readonly pollLive: LivePoll | undefined;
  readonly special: SpecialFiles | undefined;
}

/** Throws unless the descriptor itself allows what needs `needed`. */
export function requireDescriptor(program: Program, number: number, needed: number): Descriptor {
  const descriptor = program.descriptors.require(number);
  if ((descriptor.effective & needed) !== needed)
    throw new VfsError(refusal(descriptor, needed), 'a missing right');
  return descriptor;
}

/** The directory a path starts from: BADF, NOTDIR, or NOTCAPABLE where the program gave the right up or never had it. */
export function requireDirectory(program: Program, number: number, needed: number): DirectoryDescriptor {
  const descriptor = program.descriptors.require(number);
  if (!isDirectory(descriptor)) throw new VfsError(Errno.NOTDIR, 'a path starts from a directory');
  if ((descriptor.base & needed) !== needed) throw notCapable();
  return descriptor;
}

/** Walks that say nothing of what the program may not see. Made once: programs walk paths all the time. */
export function pathWalks(access: AccessTable): PathWalks {
  const visit = (path: string): void => {
    if (!access.sees(path)) throw notCapable();
  };
  return {
    followed: { followLast: true, visit },
    kept: { followLast: false, visit },
    entry: { followLast: false, asEntry: true, visit },
  };
}

/**
 * Resolves a path and judges it: the rights that the policy grants where it leads must hold every bit of `needed`,
 * whether anything is there or not.
 */
export function locate(
  program: Program,
  start: DirectoryDescriptor,
  path: string,
  needed: number,
  walk: keyof PathWalks,
): Resolution {
  const resolution = program.fileSystem.resolve(start.directory, path, program.walks[walk]);
  if ((rightsOf(program, resolution) & needed) !== needed) throw notCapable();
  return resolution;
}

/** What the policy grants where a path leads. */
export function rightsOf({ access }: Program, { name, path, directory }: Resolution): number {
  return name === '.' ? access.rightsAt(path) : access.rightsIn(directory, path);
}

export function notCapable(): VfsError {
  return new VfsError(Errno.NOTCAPABLE, 'a missing right');
}

function isDirectory(descriptor: Descriptor): descriptor is DirectoryDescriptor {
  return descriptor.directory !== undefined;
}

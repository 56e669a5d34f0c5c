/** Builds, inside the child, the part of the file system that the program may see. */
import { SystemError } from '../../native/errno.ts';
import { mapPopulated } from '../../native/memory-map.ts';
import type { FileContent } from '../vfs/content.ts';
import { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../vfs/inode.ts';
import { type BasePiece, OverlayContents } from '../vfs/overlay-content.ts';
import { OverlayStorage } from '../vfs/overlay-storage.ts';
import type { ChildLink } from './child-link.ts';
import { LiveContent } from './live-content.ts';
import { type Job, type JobContent, type JobInode, type JobLimits, NEW_INODE } from './run-protocol.ts';

/** The memory that a job's pieces lie in. */
export interface JobMemory {
  readonly inline: Uint8Array;
  /** One read-only mapping for each descriptor, in the order of the job. */
  readonly mappings: readonly Uint8Array[];
}

export function basePieces(content: JobContent, memory: JobMemory): BasePiece[] {
  return content.pieces.map(({ position, length, inlineOffset, descriptor }) => {
    const bytes =
      inlineOffset === undefined
        ? memory.mappings[descriptor ?? -1]?.subarray(0, length)
        : memory.inline.subarray(inlineOffset, inlineOffset + length);
    if (bytes?.length !== length) throw new RangeError('a piece of the job lies outside its memory');
    return { position, bytes };
  });
}

/** What of a job a replica is built from. */
export type ReplicaJob = Pick<Job, 'inodes' | 'live' | 'determinism'> & {
  readonly limits: Pick<JobLimits, 'vfs'>;
};

/** What a replica before this one gave back is used again: memory of the kernel's stays mapped. */
const storage = new OverlayStorage(populatedChunk);

/** `link`: where the bytes of live files come from. */
export function buildReplica(
  job: ReplicaJob,
  memory: JobMemory,
  now: () => bigint,
  link: ChildLink,
): FileSystem {
  const live = new Map((job.live ?? []).map((number, index) => [number, new LiveContent(link, index)]));
  const limits = job.limits.vfs;
  const contents = new OverlayContents(storage);
  const fileSystem = new FileSystem({ contents, limits, now, firstInode: NEW_INODE });
  const directories = new Map<number, DirectoryInode>([[fileSystem.root.number, fileSystem.root]]);
  for (const entry of job.inodes) {
    const inode = makeInode(
      sameTimes(entry, job),
      fileSystem.root,
      () => live.get(entry.number) ?? overlay(entry, memory, contents),
    );
    for (const { parent, name } of entry.names) {
      const directory = directories.get(parent);
      if (directory === undefined) throw new RangeError('an inode of the job comes before its parent');
      fileSystem.graft(inode, directory, name);
    }
    if (inode.type === FileType.directory) directories.set(inode.number, inode);
  }
  return fileSystem;
}

/** When an enclave was given its files must not show in a deterministic program: all of them are as old as its clock. */
function sameTimes(entry: JobInode, { determinism }: ReplicaJob): JobInode {
  if (determinism === undefined) return entry;
  const { realtime } = determinism;
  return { ...entry, accessed: realtime, modified: realtime, changed: realtime };
}

/** A chunk of a file that is being written is about to be filled. */
function populatedChunk(bytes: number): Uint8Array {
  try {
    return mapPopulated(bytes);
  } catch (error) {
    if (error instanceof SystemError && error.code === 'ENOMEM')
      throw new RangeError('memory for a file: allocation failed', { cause: error });
    throw error;
  }
}

function overlay({ content }: JobInode, memory: JobMemory, contents: OverlayContents): FileContent {
  return contents.over(content?.size ?? 0, content === undefined ? [] : basePieces(content, memory));
}

function makeInode(entry: JobInode, root: DirectoryInode, content: () => FileContent): Inode {
  const common = {
    number: entry.number,
    links: 0,
    openings: 0,
    accessed: BigInt(entry.accessed),
    modified: BigInt(entry.modified),
    changed: BigInt(entry.changed),
    version: entry.version,
    ...(entry.pinned === true ? { pinned: true as const } : {}),
  };
  if (entry.type === FileType.directory)
    return { ...common, type: FileType.directory, entries: new Map(), parent: root, name: '' };
  if (entry.type === FileType.symbolicLink)
    return { ...common, type: FileType.symbolicLink, target: entry.target ?? '' };
  return { ...common, type: FileType.regularFile, content: content() };
}

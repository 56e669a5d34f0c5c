/** What the file system is made of: files, directories and symbolic links, each an inode. */
import type { FileContent } from './content.ts';

/** WASI preview 1 `filetype`. Source: WebAssembly/WASI legacy/preview1 witx. */
export const FileType = {
  unknown: 0,
  characterDevice: 2,
  directory: 3,
  regularFile: 4,
  symbolicLink: 7,
} as const;
export type FileType = (typeof FileType)[keyof typeof FileType];

interface InodeBase {
  /** Stable for the life of the file system; never reused. */
  readonly number: number;
  /** How many directory entries name it; a live directory has one, the root and the streams count as named. */
  links: number;
  /** How many descriptors hold it open: an unlinked inode lives until the last one closes. */
  openings: number;
  /** Times in nanoseconds since 1970. */
  accessed: bigint;
  modified: bigint;
  changed: bigint;
  /** Counts changes to content, size, entries or times: what a run saw is stale when it has moved on. */
  version: number;
  /**
   * It keeps its name and its place: a live file (live-file.ts), or a directory on the way to one. Where a pinned file is
   * seen by a run, its bytes are not the replica's to count.
   */
  pinned?: true;
}

export interface FileInode extends InodeBase {
  readonly type: typeof FileType.regularFile;
  content: FileContent;
}

export interface DirectoryInode extends InodeBase {
  readonly type: typeof FileType.directory;
  readonly entries: Map<string, Inode>;
  /** The root is its own parent. */
  parent: DirectoryInode;
  /** Its name in the parent; empty for the root. */
  name: string;
  /** The entries' names in listing order, as long as none was added or removed (listing.ts). */
  sortedNames?: readonly string[] | undefined;
}

export interface SymbolicLinkInode extends InodeBase {
  readonly type: typeof FileType.symbolicLink;
  readonly target: string;
}

export type Inode = FileInode | DirectoryInode | SymbolicLinkInode;

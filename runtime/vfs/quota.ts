/** Counts what the tree holds against its limits: logical sizes, so that a replica and its original count the same. */
import { Errno, VfsError } from './errno.ts';

/** Bounds of one file system; all are inclusive. */
export interface VfsLimits {
  /** Sum of file sizes and of the lengths of link targets; holes count as if they were written. */
  readonly bytes: number;
  /** Files, directories and symbolic links, and every further hard link, which takes memory as they do. */
  readonly inodes: number;
  /** Bytes of one name in UTF-8. */
  readonly nameBytes: number;
  /** Bytes of a path and of a link's target, in UTF-8. */
  readonly pathBytes: number;
  /** Bytes of one file. */
  readonly fileBytes: number;
}

export class Quota {
  readonly #limits: VfsLimits;
  #bytes = 0;
  #inodes = 0;

  constructor(limits: VfsLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get inodes(): number {
    return this.#inodes;
  }

  /** Throws NOSPC, and counts nothing, where a limit would be passed. */
  charge(bytes: number, inodes: number): void {
    this.require(bytes, inodes);
    this.#bytes += bytes;
    this.#inodes += inodes;
  }

  /** Throws NOSPC where as much more would pass a limit. */
  require(bytes: number, inodes: number): void {
    if (this.#bytes + bytes > this.#limits.bytes)
      throw new VfsError(Errno.NOSPC, 'the file system is full', 'bytes');
    if (this.#inodes + inodes > this.#limits.inodes)
      throw new VfsError(Errno.NOSPC, 'no inode is left', 'inodes');
  }

  /** Counts without asking: for giving back (negative), and for undoing, which must not fail. */
  adjust(bytes: number, inodes: number): void {
    this.#bytes += bytes;
    this.#inodes += inodes;
    if (this.#bytes < 0 || this.#inodes < 0) throw new Error('more was given back than was ever charged');
  }
}

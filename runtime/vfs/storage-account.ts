/** Counts the memory and descriptors that contents really take, whether or not a file holds them yet. */
import { Errno, VfsError } from './errno.ts';

export interface StorageLimits {
  /** Bytes in memory files and inline buffers, staged contents and snapshots included. */
  readonly limit: number;
  /** Memory files, each a descriptor of this process. */
  readonly descriptors: number;
}

export class StorageAccount {
  readonly #limits: StorageLimits;
  #bytes = 0;
  #descriptors = 0;

  constructor(limits: StorageLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get descriptors(): number {
    return this.#descriptors;
  }

  /** Throws DQUOT or NFILE where as much could not be charged. */
  check(bytes: number, descriptors: number): void {
    if (this.#bytes + bytes > this.#limits.limit)
      throw new VfsError(Errno.DQUOT, 'the storage quota is used up');
    if (this.#descriptors + descriptors > this.#limits.descriptors)
      throw new VfsError(Errno.NFILE, 'the storage has no descriptor left');
  }

  charge(bytes: number, descriptors: number): void {
    this.check(bytes, descriptors);
    this.#bytes += bytes;
    this.#descriptors += descriptors;
  }

  /** Charges bytes where there is room for them. */
  tryCharge(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.limit) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number, descriptors: number): void {
    this.#bytes -= bytes;
    this.#descriptors -= descriptors;
    if (this.#bytes < 0 || this.#descriptors < 0)
      throw new Error('more storage was given back than was charged');
  }
}

/** What the kernel's refusal of storage means to a caller of the file system. */
export function storageFailure(failure: unknown): VfsError {
  if (failure instanceof VfsError) return failure;
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  if (code === 'ENOSPC' || code === 'ENOMEM')
    return new VfsError(Errno.NOSPC, 'the kernel has no memory left');
  if (code === 'EMFILE' || code === 'ENFILE')
    return new VfsError(Errno.NFILE, 'the kernel has no descriptor left');
  const wrapped = new VfsError(Errno.IO, 'the storage failed');
  wrapped.cause = failure;
  return wrapped;
}

/** Memory from the kernel: files without a copy, and pages that are there before they are written. */
import { fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { checked, SystemError } from './errno.ts';
import { lastErrno, libc, type Pointer, viewMemory } from './libc.ts';

// Linux include/uapi/asm-generic/mman-common.h and mman.h.
const PROT_NONE = 0x0;
const PROT_READ = 0x1;
const PROT_WRITE = 0x2;
const MAP_PRIVATE = 0x2;
const MAP_ANONYMOUS = 0x20;
const MADV_POPULATE_WRITE = 23;
/** The largest that Linux has on x86-64 and AArch64. */
const PAGE_BYTES = 65536;
const MAP_FAILED = 0xffffffffffffffffn;

/**
 * The first `length` bytes of a file. The memory stays mapped for the life of the process, since the collector cannot
 * tell when the last view of it is gone: meant for processes that serve one run. Writing to it is SIGSEGV.
 *
 * The file must be one that cannot shrink (a sealed memfd): reading past the end of one that did is SIGBUS.
 * @throws RangeError where the file is shorter than `length`
 * @throws SystemError
 */
export function mapReadOnly(descriptor: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length < 0)
    throw new RangeError('a length is a whole number of bytes');
  if (length === 0) return new Uint8Array(0);
  if (length > fstatSync(descriptor).size)
    throw new RangeError('the file is shorter than the length to be mapped');
  const address = libc.mmap(null, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (address === null || address === MAP_FAILED) throw new SystemError('mmap', lastErrno());
  return viewMemory(address, length);
}

/** Most programs write less; of the others each has this and one that is large. */
const FIRST_RESERVE_BYTES = 32 * 2 ** 20;
const LARGE_RESERVE_BYTES = 2 ** 30;

/**
 * Address space for many pieces of memory. V8 counts an ArrayBuffer over foreign memory as if it held it, and collects
 * garbage for every 64 MiB of new ones; pieces that are views of one ArrayBuffer cost that once.
 */
class Reserve {
  readonly #address: Pointer;
  readonly #bytes: Uint8Array;
  #used = 0;

  /** Nobody may touch its pages yet, and RLIMIT_DATA does not count them. */
  constructor(length: number) {
    const address = libc.mmap(null, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address === null || address === MAP_FAILED) throw new SystemError('mmap', lastErrno());
    this.#address = address;
    this.#bytes = viewMemory(address, length);
  }

  get left(): number {
    return this.#bytes.length - this.#used;
  }

  /** Zeros. Each piece starts a page: what is writable is so by pages. */
  take(length: number): Uint8Array {
    const start = this.#used;
    const address = this.#address + BigInt(start);
    checked('mprotect', libc.mprotect(address, length, PROT_READ | PROT_WRITE));
    // Kernels before Linux 5.14 know no such advice (EINVAL): they find pages when those are first written.
    const errno = libc.madvise(address, length, MADV_POPULATE_WRITE) === 0 ? 0 : lastErrno();
    if (errno !== 0 && errno !== constants.errno.EINVAL) throw new SystemError('madvise', errno);
    this.#used += Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
    return this.#bytes.subarray(start, start + length);
  }
}

let reserve: Reserve | undefined;

/** Does ahead of time what `mapPopulated` does once for programs that write much. @throws SystemError ENOMEM */
export function reserveMuch(): void {
  reserve ??= new Reserve(LARGE_RESERVE_BYTES);
}

/**
 * New zeros whose pages the kernel has found already, all at once: finding each when it is first written takes half as
 * long again. Stays mapped for the life of the process, as above.
 * @throws SystemError such as ENOMEM
 */
export function mapPopulated(length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length <= 0)
    throw new RangeError('a length is a positive whole number of bytes');
  if (reserve === undefined || reserve.left < length) {
    const usual = reserve === undefined ? FIRST_RESERVE_BYTES : LARGE_RESERVE_BYTES;
    reserve = new Reserve(Math.max(length, usual));
  }
  return reserve.take(length);
}

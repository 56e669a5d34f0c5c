/** Memory from the kernel: files without a copy, and pages that are there before they are written. */
import { fstatSync } from 'node:fs';
import { SystemError } from './errno.ts';
import { lastErrno, libc, viewMemory } from './libc.ts';

// Linux include/uapi/asm-generic/mman-common.h and mman.h.
const PROT_READ = 0x1;
const PROT_WRITE = 0x2;
const MAP_PRIVATE = 0x2;
const MAP_ANONYMOUS = 0x20;
const MAP_POPULATE = 0x8000;
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

/**
 * New zeros whose pages the kernel has found already, all at once: finding each when it is first written takes half as
 * long again. Stays mapped for the life of the process, as above.
 * @throws SystemError ENOMEM
 */
export function mapPopulated(length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length <= 0)
    throw new RangeError('a length is a positive whole number of bytes');
  const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
  const address = libc.mmap(null, length, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (address === null || address === MAP_FAILED) throw new SystemError('mmap', lastErrno());
  return viewMemory(address, length);
}

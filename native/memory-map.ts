/** Files as memory, without a copy. */
import { fstatSync } from 'node:fs';
import { SystemError } from './errno.ts';
import { lastErrno, libc, viewMemory } from './libc.ts';

// Linux include/uapi/asm-generic/mman-common.h and mman.h.
const PROT_READ = 0x1;
const MAP_PRIVATE = 0x2;
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

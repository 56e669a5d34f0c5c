/** Anonymous files in memory: how large contents travel between the runtime and an executor child. */
import { checked, SystemError } from './errno.ts';
import { lastErrno, libc } from './libc.ts';

// Linux include/uapi/linux/memfd.h and fcntl.h.
const MFD_CLOEXEC = 0x1;
const MFD_ALLOW_SEALING = 0x2;
const MFD_NOEXEC_SEAL = 0x8;
const F_ADD_SEALS = 1033;
const F_GET_SEALS = 1034;
const F_SEAL_SEAL = 0x1;
const F_SEAL_SHRINK = 0x2;
const F_SEAL_GROW = 0x4;
const F_SEAL_WRITE = 0x8;
const ALL_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
const EINVAL = 22;

/** What the kernel takes of a name: 249 bytes. Source: memfd_create(2). */
const MAX_NAME_BYTES = 249;

/**
 * An empty memory file that can be sealed; the descriptor closes on exec and the file can never be executed.
 * @param name shows in /proc only; at most 249 bytes, no NUL
 * @throws SystemError
 */
export function createMemfd(name: string): number {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES || name.includes('\0')) throw new RangeError('memfd name');
  const descriptor = libc.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  // MFD_NOEXEC_SEAL came with Linux 6.3; older kernels refuse the bit.
  if (descriptor === -1 && lastErrno() === EINVAL) {
    return checked('memfd_create', libc.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  }
  return checked('memfd_create', descriptor);
}

/**
 * Makes content and size final, for every holder of the file and for good (WRITE, GROW, SHRINK and SEAL).
 * @throws SystemError EBUSY while somebody has it mapped for writing
 */
export function sealMemfd(descriptor: number): void {
  checked('fcntl', libc.fcntl(descriptor, F_ADD_SEALS, ALL_SEALS));
}

/** Whether a received descriptor is a memory file that nobody can change any more. False for any other kind of file. */
export function isSealed(descriptor: number): boolean {
  const seals = libc.fcntl(descriptor, F_GET_SEALS, 0);
  if (seals === -1) {
    const errno = lastErrno();
    if (errno === EINVAL) return false;
    throw new SystemError('fcntl', errno);
  }
  return (seals & ALL_SEALS) === ALL_SEALS;
}

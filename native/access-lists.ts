/**
 * POSIX access control lists, as the bytes in which the kernel keeps them. Source: acl(5), xattr(7), Linux
 * include/uapi/linux/posix_acl_xattr.h; a file's mode shows the list's mask where its group's permissions would be.
 */
import { constants } from 'node:os';
import { checked, SystemError } from './errno.ts';
import { lastErrno, libc } from './libc.ts';

const NAME = 'system.posix_acl_access';
/** XATTR_SIZE_MAX. Source: Linux include/uapi/linux/limits.h. */
const MAXIMUM_BYTES = 65536;
const { ENODATA, ENOTSUP } = constants.errno;

/**
 * Of the file at a path, not following a link at its end; undefined where there is none beside the mode.
 * @throws SystemError
 */
export function accessListAt(path: string): Uint8Array | undefined {
  const list = new Uint8Array(MAXIMUM_BYTES);
  const length = libc.lgetxattr(path, NAME, list, list.length);
  if (length >= 0) return list.slice(0, length);
  const errno = lastErrno();
  if (errno === ENODATA || errno === ENOTSUP) return undefined;
  throw new SystemError('lgetxattr', errno);
}

/** Gives an open file a list, and the mode that goes with it. @throws SystemError */
export function setAccessList(descriptor: number, list: Uint8Array): void {
  checked('fsetxattr', libc.fsetxattr(descriptor, NAME, list, list.length, 0));
}

/** Leaves an open file its mode alone: it may have come by a list from its folder. @throws SystemError */
export function removeAccessList(descriptor: number): void {
  if (libc.fremovexattr(descriptor, NAME) === 0) return;
  const errno = lastErrno();
  if (errno !== ENODATA && errno !== ENOTSUP) throw new SystemError('fremovexattr', errno);
}

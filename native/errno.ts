/** System calls that failed, by the errno's name. */
import { constants } from 'node:os';
import { lastErrno } from './libc.ts';

const errnoNames = new Map<number, string>();
// The first name wins where two share a number: EAGAIN before EWOULDBLOCK.
for (const [name, number] of Object.entries(constants.errno)) {
  if (!errnoNames.has(number)) errnoNames.set(number, name);
}

/** `code` is the errno's name ('EPERM'), or 'E<number>' for one that Node has no name for. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = errnoNames.get(errno) ?? `E${errno}`;
    super(`${syscall}: ${code}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

/** The result of a call that answers -1 when it fails; throws SystemError then. */
export function checked(syscall: string, result: number): number {
  if (result === -1) throw new SystemError(syscall, lastErrno());
  return result;
}

/** Repeats a call for as long as a signal interrupts it; throws SystemError when it fails otherwise. */
export function uninterrupted(syscall: string, call: () => number): number {
  for (;;) {
    const result = call();
    if (result !== -1) return result;
    const errno = lastErrno();
    if (errno !== constants.errno.EINTR) throw new SystemError(syscall, errno);
  }
}

/** The errors of `wasi:filesystem`, and which of them says what a preview 1 errno says. */
import { Errno } from '../../vfs/errno.ts';
import { enumeration } from './canonical-types.ts';

/** In the order of their declaration. Source: WebAssembly/wasi-filesystem, wit/types.wit, `error-code`. */
const ERROR_CODES = [
  'access',
  'would-block',
  'already',
  'bad-descriptor',
  'busy',
  'deadlock',
  'quota',
  'exist',
  'file-too-large',
  'illegal-byte-sequence',
  'in-progress',
  'interrupted',
  'invalid',
  'io',
  'is-directory',
  'loop',
  'too-many-links',
  'message-size',
  'name-too-long',
  'no-device',
  'no-entry',
  'no-lock',
  'insufficient-memory',
  'insufficient-space',
  'not-directory',
  'not-empty',
  'not-recoverable',
  'unsupported',
  'no-tty',
  'no-such-device',
  'overflow',
  'not-permitted',
  'pipe',
  'read-only',
  'invalid-seek',
  'text-file-busy',
  'cross-device',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
export const errorCode = enumeration(ERROR_CODES);

/** Too many open files have no code of their own: what there is no room for is memory. */
const codes = new Map<Errno, ErrorCode>([
  [Errno.ACCES, 'access'],
  [Errno.AGAIN, 'would-block'],
  [Errno.BADF, 'bad-descriptor'],
  [Errno.BUSY, 'busy'],
  [Errno.DQUOT, 'quota'],
  [Errno.EXIST, 'exist'],
  [Errno.FBIG, 'file-too-large'],
  [Errno.ILSEQ, 'illegal-byte-sequence'],
  [Errno.INTR, 'interrupted'],
  [Errno.INVAL, 'invalid'],
  [Errno.ISDIR, 'is-directory'],
  [Errno.LOOP, 'loop'],
  [Errno.MFILE, 'insufficient-memory'],
  [Errno.MLINK, 'too-many-links'],
  [Errno.NAMETOOLONG, 'name-too-long'],
  [Errno.NFILE, 'insufficient-memory'],
  [Errno.NOENT, 'no-entry'],
  [Errno.NOMEM, 'insufficient-memory'],
  [Errno.NOSPC, 'insufficient-space'],
  [Errno.NOTCAPABLE, 'not-permitted'],
  [Errno.NOTDIR, 'not-directory'],
  [Errno.NOTEMPTY, 'not-empty'],
  [Errno.NOTSUP, 'unsupported'],
  [Errno.OVERFLOW, 'overflow'],
  [Errno.PERM, 'not-permitted'],
  [Errno.PIPE, 'pipe'],
  [Errno.ROFS, 'read-only'],
  [Errno.SPIPE, 'invalid-seek'],
  [Errno.XDEV, 'cross-device'],
]);

export function errorCodeOf(errno: Errno): ErrorCode {
  return codes.get(errno) ?? 'io';
}

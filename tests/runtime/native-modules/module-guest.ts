/** Guests whose policy lists the static services, and requests as a program writes them. */
import { type CipherRequest, encodeCipherRequest } from '../../../proto/native-modules/requests.ts';
import { Rights } from '../../../proto/rights.ts';
import type { Errno } from '../../../runtime/vfs/errno.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { OpenFlags } from '../../../runtime/wasi/abi.ts';
import { Guest, type GuestOptions } from '../wasi/guest.ts';

export const AEAD = '/services/aead.dat';
export const COUNTER = '/services/aesctr.dat';
export const POSTCARD = '/services/postcard_string.dat';
const MODULES = {
  [AEAD]: 'AEAD Service',
  [COUNTER]: 'Counter mode AES Service',
  [POSTCARD]: 'Postcard Service',
} as const;
const { FD_SEEK, FD_WRITE } = Rights;

export const KEY = Buffer.from('aujourdhuimamane');
export const IV = Buffer.from('stmorteoupeutetr');
export const AAD = Buffer.from('header');

export function guestWith(options: GuestOptions = {}): Guest {
  return new Guest({ modules: MODULES, ...options });
}

/** A whole request, `/in` to `/out`. */
export function request(change: Partial<CipherRequest> = {}): Buffer {
  const whole = { mode: 'ctr', key: KEY, iv: IV, aad: new Uint8Array(0), encrypt: true } as const;
  return Buffer.from(encodeCipherRequest({ ...whole, inputPath: '/in', outputPath: '/out', ...change }));
}

export const seal = (change: Partial<CipherRequest> = {}) => request({ mode: 'gcm', aad: AAD, ...change });
export const open = (change: Partial<CipherRequest> = {}) => seal({ encrypt: false, ...change });

/** Opens a special file as a program does that writes a whole file. */
export function special(guest: Guest, path: string): number {
  return guest.open(path.slice(1), {
    base: BigInt(FD_WRITE | FD_SEEK),
    flags: OpenFlags.CREAT | OpenFlags.TRUNC,
  });
}

export function write(guest: Guest, fd: number, ...pieces: Uint8Array[]): Errno {
  const out = guest.room(4);
  const errno = guest.call(
    'fd_write',
    fd,
    ...guest.vectors(...pieces.map((piece) => guest.text(piece))),
    out,
  );
  if (errno === 0 && guest.view.getUint32(out, true) !== Buffer.concat(pieces).length)
    throw new Error('a request was taken in part');
  return errno as Errno;
}

/** One request in one write, through a descriptor of its own. */
export function ask(guest: Guest, path: string, bytes: Uint8Array): Errno {
  const fd = special(guest, path);
  const errno = write(guest, fd, bytes);
  guest.done('fd_close', fd);
  return errno;
}

export function bytesOf(guest: Guest, path: string): Buffer | undefined {
  const { inode } = guest.fileSystem.resolve(guest.fileSystem.root, path.slice(1), { followLast: true });
  if (inode?.type !== FileType.regularFile) return undefined;
  const bytes = Buffer.alloc(inode.content.size);
  guest.fileSystem.read(inode, bytes, 0);
  return bytes;
}

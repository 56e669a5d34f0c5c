/** What a new directory entry may be called. */
import { Errno, VfsError } from './errno.ts';

/** Whether a text's UTF-8 form has at most `limit` bytes. */
export function fitsBytes(text: string, limit: number): boolean {
  // A UTF-16 unit takes one to three bytes of UTF-8.
  return text.length * 3 <= limit || (text.length <= limit && Buffer.byteLength(text) <= limit);
}

/** Throws unless `name` can name a new entry. `.` and `..` are there already: EXIST. */
export function checkNewName(name: string, nameBytes: number): void {
  if (name === '') throw new VfsError(Errno.NOENT, 'an empty name');
  if (name === '.' || name === '..') throw new VfsError(Errno.EXIST, `${name} is there already`);
  // indexOf, not includes: the engine calls out for that.
  if (name.indexOf('/') !== -1 || name.indexOf('\0') !== -1)
    throw new VfsError(Errno.INVAL, 'a name with a slash or NUL');
  checkWellFormed(name);
  if (!fitsBytes(name, nameBytes))
    throw new VfsError(Errno.NAMETOOLONG, `a name of more than ${nameBytes} bytes`);
}

/** Two different ill-formed names would be one and the same in UTF-8. */
export function checkWellFormed(text: string): void {
  if (!text.isWellFormed()) throw new VfsError(Errno.ILSEQ, 'a name that is no Unicode text');
}

/** Paths of the host: what the system refuses there as errors of the table, and where links lead. */
import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';

/** What `work` gives; an error of the host's becomes LOCAL_FILE_UNREADABLE of that path. */
export function readable<T>(path: string, work: () => T): T {
  return told('LOCAL_FILE_UNREADABLE', path, work);
}

/** As `readable`, with LOCAL_FILE_UNWRITABLE. */
export function writable<T>(path: string, work: () => T): T {
  return told('LOCAL_FILE_UNWRITABLE', path, work);
}

export function unreadable(path: string, reason: string): TruceError {
  return new TruceError('LOCAL_FILE_UNREADABLE', { path, reason });
}

export function unwritable(path: string, reason: string): TruceError {
  return new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason });
}

/** @throws TruceError LOCAL_FILE_UNWRITABLE of `path` where nothing can be made in that folder */
export function requireFolder(folder: string, path: string): void {
  writable(path, () => {
    if (!statSync(folder).isDirectory()) throw unwritable(path, `${folder} is no folder`);
    accessSync(folder, constants.W_OK | constants.X_OK);
  });
}

/**
 * The path of a file or folder without links, relative to nothing.
 * @throws Error whose code says that it is not UTF-8: decoded it would name another file; the system's refusals
 */
export function realPath(path: string): string {
  // The other realpath works on what it has decoded itself.
  const raw = realpathSync.native(path, { encoding: 'buffer' });
  const real = raw.toString();
  if (!Buffer.from(real).equals(raw)) throw refusal('names on the way are not UTF-8');
  return real;
}

/**
 * As `realPath`, of what need not be there: from the first name on that is missing the path is as it was written. `..` is
 * the folder above the one that a link leads to, as for the system.
 * @throws Error as `realPath`; for a link that leads nowhere, and `..` behind what is no folder
 */
export function realPlace(path: string): string {
  let place = path.startsWith('/') ? '/' : realPath('.');
  let present = true;
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..' && !present) throw refusal('ENOENT');
    if (name === '..' && !lstatSync(place).isDirectory()) throw refusal('ENOTDIR');
    place = join(place, name);
    if (!present) continue;
    const status = lstatSync(place, { throwIfNoEntry: false });
    present = status !== undefined;
    if (status?.isSymbolicLink() === true) place = endOf(place);
  }
  return place;
}

function endOf(link: string): string {
  try {
    return realPath(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw refusal(`${link} is a link that leads nowhere; remove it, or name where it is to lead`);
  }
}

function told<T>(code: 'LOCAL_FILE_UNREADABLE' | 'LOCAL_FILE_UNWRITABLE', path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code: reason } = error as NodeJS.ErrnoException;
    if (reason === undefined || error instanceof TruceError) throw error;
    throw new TruceError(code, { path, reason }, { cause: error });
  }
}

/** As the system's own errors are: with the reason for its code. */
function refusal(reason: string): NodeJS.ErrnoException {
  return Object.assign(new Error(reason), { code: reason });
}

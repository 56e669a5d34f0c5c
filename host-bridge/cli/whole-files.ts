/** Files that belong together: they appear whole, one right after the other, or not at all. */
import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TruceError } from '../../proto/errors.ts';

export type NamedContent = readonly [path: string, content: string | Uint8Array];

/**
 * Refuses what a rename would replace though it is no file, such as a device, and what has no folder to be in.
 * Error: LOCAL_FILE_UNWRITABLE.
 */
export async function checkTarget(path: string): Promise<void> {
  const status = await writable(path, statIfThere(path));
  if (status === undefined) await writable(path, stat(dirname(path)));
  if (status !== undefined && !status.isFile())
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: 'it is not a file' });
}

/** Writes all under other names, and renames them when all are complete. Error: LOCAL_FILE_UNWRITABLE. */
export async function writeTogether(files: readonly NamedContent[]): Promise<void> {
  const parts = files.map(([path, content]) => ({
    path,
    content,
    part: `${path}.${randomBytes(6).toString('hex')}.part`,
  }));
  try {
    for (const { path, content, part } of parts)
      await writable(path, writeFile(part, content, { flag: 'wx' }));
    for (const { path, part } of parts) await writable(path, rename(part, path));
  } finally {
    for (const { part } of parts) await rm(part, { force: true });
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason }, { cause });
  }
}

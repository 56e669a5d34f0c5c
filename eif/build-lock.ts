/** Lets one process at a time build a thing: the others wait for its result instead of making the same again. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileIfThere } from './cached-file.ts';
import { isAlive } from './work-folder.ts';

export interface LockOptions {
  readonly progress?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const PAUSE_MS = 500;

/**
 * Runs `work` while no other process holds the file `path`. The lock of a process that is gone does not count. Two that
 * find such a lock at the same moment may both go on: then the same is built twice, as without a lock.
 */
export async function withBuildLock<T>(
  path: string,
  { progress, signal }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  for (let told = false; !(await tryLock(path)); ) {
    if (!told) progress?.('waiting for another process that builds the same');
    told = true;
    await delay(PAUSE_MS, undefined, signal === undefined ? {} : { signal });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** A link either is made, with the whole content, or is not. */
async function tryLock(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  await writeFile(own, String(process.pid), { flag: 'wx' });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  const holder = await fileIfThere(path);
  if (holder !== undefined && !isAlive(Number(Buffer.from(holder).toString())))
    await rm(path, { force: true });
  return false;
}

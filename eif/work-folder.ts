/** Folders to build in: what is made there is moved to its place when it is whole, so there is never half of it. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const ABANDONED = /^attempt-(\d+)-/;

/** Gives `work` a new folder inside `directory` and removes it afterwards, whatever happens. */
export async function withWorkFolder<T>(directory: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(directory, { recursive: true });
  await removeAbandoned(directory);
  const folder = await mkdtemp(join(directory, `attempt-${process.pid}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves what is whole to its place, instead of what may lie there. */
export async function moveIntoPlace(result: string, place: string): Promise<void> {
  await rm(place, { recursive: true, force: true });
  await rename(result, place);
}

/** Folders whose process is gone: one that is killed cannot tidy up. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(ABANDONED.exec(name)?.[1]);
    if (!Number.isNaN(pid) && !isAlive(pid))
      await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** Whether a process of that id runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  // Zero and below would mean groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

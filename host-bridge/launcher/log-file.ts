/** The end of a program's log, for an error message. */
import { open } from 'node:fs/promises';

const TAIL_BYTES = 4096;

/** The last line that is not empty, or undefined where there is none. */
export async function lastLine(path: string): Promise<string | undefined> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    const lines = tail.toString('utf8').split('\n');
    return lines.findLast((line) => line.trim() !== '')?.trim();
  } finally {
    await file.close();
  }
}

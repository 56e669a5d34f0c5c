/** The end of a program's log, for an error message. */
import { open } from 'node:fs/promises';

const TAIL_BYTES = 4096;

/** The last line that is not empty, or undefined where there is none. */
export async function lastLine(path: string): Promise<string | undefined> {
  return (await lastLines(path, 1))[0];
}

/** The last lines that are not empty, at most `count` of them within the last 4 KiB. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    return linesOf(tail).slice(-count);
  } finally {
    await file.close();
  }
}

/** Trimmed, without the empty ones. A serial console ends its lines with CR and LF. */
export function linesOf(text: Uint8Array): string[] {
  return Buffer.from(text.buffer, text.byteOffset, text.byteLength)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

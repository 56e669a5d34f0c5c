/** Files of the cache: there whole or not at all, and never trusted to be what their name says without a hash. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The content of a file, or undefined where there is none. */
export async function fileIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Writes a file that appears when it is complete; its folder is there. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await writeFile(part, content, { flag: 'wx' });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * What lies in the cache under `path`, as it was put there, or what `make` makes and then lies there. A second file
 * beside it holds the SHA-256, so a damaged one is made anew.
 */
export async function cachedContent(path: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const known = await fileIfThere(`${path}.sha256`);
  const content = known === undefined ? undefined : await fileIfThere(path);
  if (content !== undefined && known !== undefined && sha256Hex(content) === Buffer.from(known).toString())
    return content;
  const made = await make();
  await mkdir(dirname(path), { recursive: true });
  await writeWhole(path, made);
  await writeWhole(`${path}.sha256`, sha256Hex(made));
  return made;
}

export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Image files: read whole up to a bound, and written whole or not at all. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TruceError } from '../proto/errors.ts';
import { MAXIMUM_IMAGE_LENGTH } from './image-format.ts';

/** How much one system call reads. */
const PIECE_LENGTH = 1 << 26;

/** A regular file of up to 2 GiB, in one buffer of its size. Error: LOCAL_FILE_UNREADABLE {path, reason}. */
export async function readImageFile(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    // A pipe without a writer would block the open call for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await file.stat();
    if (!status.isFile()) throw unreadable(path, 'no regular file');
    if (status.size > MAXIMUM_IMAGE_LENGTH)
      throw unreadable(path, `longer than ${MAXIMUM_IMAGE_LENGTH} bytes`);
    const bytes = new Uint8Array(status.size);
    for (let length = 0; length < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, length, Math.min(PIECE_LENGTH, bytes.length - length));
      if (bytesRead === 0) throw unreadable(path, 'it became shorter while it was read');
      length += bytesRead;
    }
    return bytes;
  } catch (cause) {
    if (cause instanceof TruceError) throw cause;
    throw unreadable(path, reasonOf(cause), cause);
  } finally {
    await file?.close();
  }
}

/**
 * Writes the pieces one after the other to a new file beside `path`, which then takes its place. A file that was there
 * keeps its permissions, and its content if anything fails. Error: LOCAL_FILE_UNWRITABLE {path, reason}.
 */
export async function writeImageFile(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  let temporary: string | undefined;
  try {
    const { target, mode } = await targetOf(path);
    temporary = join(dirname(target), `.${basename(target)}.${randomBytes(8).toString('hex')}`);
    const file = await open(temporary, 'wx', mode ?? 0o666);
    try {
      if (mode !== undefined) await file.chmod(mode);
      await writeFile(file, pieces);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { force: true });
    if (cause instanceof TruceError) throw cause;
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: reasonOf(cause) }, { cause });
  }
}

/** What a rename has to replace: behind links, and never a device. */
async function targetOf(
  path: string,
): Promise<{ readonly target: string; readonly mode: number | undefined }> {
  try {
    const target = await realpath(path);
    const status = await stat(target);
    if (!status.isFile()) throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: 'no regular file' });
    return { target, mode: status.mode & 0o7777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { target: path, mode: undefined };
    throw error;
  }
}

function unreadable(path: string, reason: string, cause?: unknown): TruceError {
  return new TruceError(
    'LOCAL_FILE_UNREADABLE',
    { path, reason },
    cause === undefined ? undefined : { cause },
  );
}

/** The system's error code, which says enough beside the path. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

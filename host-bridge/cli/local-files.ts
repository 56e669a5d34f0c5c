/** Files that the command line names: read up to a bound, so that a device or a huge file ends in an error. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { TruceError } from '../../proto/errors.ts';

const PIECE = 1 << 16;

/** The whole content. Error: LOCAL_FILE_UNREADABLE, also where it is longer than `limit` bytes. */
export async function readLocalFile(path: string, limit: number): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const pieces: Uint8Array[] = [];
    for (let length = 0; length <= limit; ) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE, null);
      if (bytesRead === 0) return Buffer.concat(pieces, length);
      pieces.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
  } catch (cause) {
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: reasonOf(cause) }, { cause });
  } finally {
    await file?.close();
  }
  throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: `longer than ${limit} bytes` });
}

/** SHA-256 of a file of any length. Error: LOCAL_FILE_UNREADABLE. */
export async function hashLocalFile(path: string): Promise<Uint8Array> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  } catch (cause) {
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: reasonOf(cause) }, { cause });
  }
  return hash.digest();
}

/** Error: LOCAL_FILE_UNWRITABLE. */
export async function writeLocalFile(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: reasonOf(cause) }, { cause });
  }
}

/** The system's error code, which says enough beside the path. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

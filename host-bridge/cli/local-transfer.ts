/** Files of this machine as a client sends and receives them: streamed, whole or not at all. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { TruceError } from '../../proto/errors.ts';
import type { DownloadSink, UploadSource } from '../client/index.ts';

/** Names standard input, or standard output. */
export const STANDARD_STREAM = '-';

/** What has no size of its own, such as a pipe, is held in memory up to here. */
const LARGEST_STREAM = 1 << 30;

export interface OpenUpload {
  readonly source: UploadSource;
  readonly size: number;
  close(): Promise<void>;
}

/** Opens a file, or takes standard input to its end. Error: LOCAL_FILE_UNREADABLE. */
export async function openUpload(path: string, stdin: Readable): Promise<OpenUpload> {
  if (path === STANDARD_STREAM) return inMemory(await collect(stdin, 'standard input'));
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const status = await file.stat();
    if (status.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    if (!status.isFile()) return inMemory(await collect(file.createReadStream(), path));
    const { size } = status;
    // Bounded, so that a file that grows meanwhile is sent as it was; one that shrinks fails as CLIENT_SOURCE_SIZE.
    const close = closer(file);
    if (size === 0) return { source: new Uint8Array(0), size, close };
    return {
      source: { size, stream: file.createReadStream({ start: 0, end: size - 1, autoClose: false }) },
      size,
      close,
    };
  } catch (cause) {
    await file?.close();
    if (cause instanceof TruceError) throw cause;
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: reasonOf(cause) }, { cause });
  }
}

/**
 * Receives into a file that appears when it is complete; into standard output or a device directly. The file is for this
 * user alone. Error: LOCAL_FILE_UNWRITABLE.
 */
export async function download(
  path: string,
  stdout: NodeJS.WritableStream,
  receive: (sink: DownloadSink) => Promise<number>,
): Promise<number> {
  if (path === STANDARD_STREAM) return receive((piece) => writeTo(stdout, piece));
  const special = await isSpecial(path);
  const target = special ? path : `${path}.${randomBytes(6).toString('hex')}.part`;
  const file = await writable(path, open(target, special ? 'w' : 'wx', 0o600));
  try {
    const length = await receive((piece) => writable(path, file.writeFile(piece)));
    await writable(path, file.close());
    if (!special) await writable(path, rename(target, path));
    return length;
  } catch (error) {
    await file.close();
    if (!special) await rm(target, { force: true });
    throw error;
  }
}

function writeTo(stream: NodeJS.WritableStream, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error == null ? resolve() : reject(error)));
  });
}

async function isSpecial(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error });
  }
}

async function writable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: reasonOf(cause) }, { cause });
  }
}

async function collect(stream: Readable, path: string): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length > LARGEST_STREAM) {
      throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: `longer than ${LARGEST_STREAM} bytes` });
    }
  }
  return Buffer.concat(pieces, length);
}

function inMemory(bytes: Uint8Array): OpenUpload {
  return { source: bytes, size: bytes.length, close: async () => {} };
}

function closer(file: FileHandle): () => Promise<void> {
  return () => file.close();
}

/** The system's error code, which says enough beside the path. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

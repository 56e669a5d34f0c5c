/** Live files at the command line: fed from a file or pipe as it comes, and followed into one up to their end. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { TruceError } from '../../proto/errors.ts';
import type { Operation } from './client-operations.ts';
import { STANDARD_STREAM } from './local-transfer.ts';
import type { Assignment } from './option-values.ts';

/** Adds what a local file or pipe gives to a live file, piece by piece as it comes, and ends it at its end. */
export function feed({ name, file }: Assignment): Operation {
  return {
    label: `feeding ${name}`,
    async perform({ session, signal, stdin }) {
      let bytes = 0;
      const pieces = readPieces(file, stdin, signal);
      await session.feedLive(name, pieces, { end: true, signal, onProgress: (fed) => (bytes = fed) });
      return { text: `fed ${name}, ${bytes} bytes`, fields: { operation: 'feed', name, file, bytes } };
    },
  };
}

/** Takes a live file as it grows, up to its end; what has come stays, whatever comes of the rest. */
export function follow({ name, file }: Assignment): Operation {
  return {
    label: `following ${name}`,
    async perform({ session, signal, stdout }) {
      let bytes = 0;
      const target = file === STANDARD_STREAM ? undefined : await openToWrite(file);
      try {
        for await (const piece of session.subscribe(name, { signal })) {
          if (target !== undefined) await writable(file, target.writeFile(piece));
          else if (!stdout.write(piece)) await once(stdout as NodeJS.WriteStream, 'drain', { signal });
          bytes += piece.length;
        }
      } finally {
        await target?.close();
      }
      return {
        text: `followed ${name} to its end, ${bytes} bytes`,
        fields: { operation: 'follow', name, file, bytes },
      };
    },
  };
}

async function* readPieces(file: string, stdin: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const source = file === STANDARD_STREAM ? stdin : createReadStream(file);
  try {
    for await (const piece of addAbortSignal(signal, source)) yield piece as Buffer;
  } catch (cause) {
    signal.throwIfAborted();
    const path = file === STANDARD_STREAM ? 'standard input' : file;
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason: reasonOf(cause) }, { cause });
  }
}

function openToWrite(file: string): Promise<FileHandle> {
  return writable(file, open(file, 'w', 0o600));
}

async function writable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: reasonOf(cause) }, { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

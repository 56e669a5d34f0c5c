/**
 * What parties ask of native modules by writing to their special files. It is done by the party's own rights, as if it
 * had read and written the files itself; others have their turns meanwhile.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { TruceError } from '../../proto/errors.ts';
import { MAXIMUM_NATIVE_REQUEST, type NativeModuleName } from '../../proto/native-modules/names.ts';
import {
  type CipherRequest,
  type NativeTask,
  readNativeRequest,
} from '../../proto/native-modules/requests.ts';
import { PostcardError } from '../../proto/postcard/reader.ts';
import { FileCipher, NotAuthentic, tagLength } from '../native-modules/file-cipher.ts';
import type { FileContent } from '../vfs/content.ts';
import type { ClientFiles } from './client-files.ts';
import type { FileUser } from './client-places.ts';
import type { StagedWrite } from './staged-write.ts';

/** Enciphered without letting others have a turn. */
const TURN_BYTES = 4 << 20;

export interface NativeRequest {
  readonly user: FileUser;
  readonly module: NativeModuleName;
  /** All that was written; it is overwritten with zeros, since it holds keys. */
  readonly content: FileContent;
  readonly files: ClientFiles;
  readonly signal: AbortSignal | undefined;
}

/**
 * Does what a whole request asks for.
 * @throws TruceError NATIVE_REQUEST_INVALID, NATIVE_NOT_AUTHENTIC, and what reading and writing the files throws
 */
export async function serveNativeRequest(request: NativeRequest): Promise<void> {
  const { module, content, files, user } = request;
  if (content.size > MAXIMUM_NATIVE_REQUEST)
    throw invalid(module, `more than ${MAXIMUM_NATIVE_REQUEST} bytes`);
  const bytes = new Uint8Array(content.size);
  content.read(bytes, 0);
  content.write(new Uint8Array(bytes.length), 0);
  try {
    const task = readTask(module, bytes);
    // What a module makes is nobody's request.
    if (files.moduleAt(task.outputPath) !== undefined) throw invalid(module, 'its output is a special file');
    if (task.kind === 'cipher') return await encipher(task, request);
    const output = files.beginWrite(user, 'write', task.outputPath);
    await commit(output, () => output.push(new TextEncoder().encode(task.text)));
  } finally {
    bytes.fill(0);
  }
}

function readTask(module: NativeModuleName, bytes: Uint8Array): NativeTask {
  try {
    const task = readNativeRequest(module, bytes);
    if (task !== undefined) return task;
  } catch (error) {
    if (error instanceof PostcardError) throw invalid(module, error.message);
    throw error;
  }
  throw invalid(module, 'it ends too early');
}

async function encipher(task: CipherRequest, { files, user, signal }: NativeRequest): Promise<void> {
  const input = files.openForReading(user, task.inputPath);
  try {
    const textLength = input.size - tagLength(task);
    if (textLength < 0) throw new NotAuthentic('shorter than a tag');
    const tag = new Uint8Array(input.size - textLength);
    input.read(tag, textLength);
    const output = files.beginWrite(user, 'append', task.outputPath);
    await commit(output, async () => {
      const cipher = new FileCipher(task, tag);
      const buffer = new Uint8Array(Math.min(TURN_BYTES, Math.max(textLength, 1)));
      for (let position = 0; position < textLength; ) {
        const piece = buffer.subarray(0, Math.min(buffer.length, textLength - position));
        input.read(piece, position);
        output.push(cipher.update(piece));
        position += piece.length;
        if (position < textLength) await turn();
        signal?.throwIfAborted();
      }
      output.push(cipher.finish());
    });
  } catch (error) {
    if (!(error instanceof NotAuthentic)) throw error;
    throw new TruceError('NATIVE_NOT_AUTHENTIC', { path: task.inputPath }, { cause: error });
  } finally {
    input.dispose();
  }
}

/** All of what `fill` puts into it, or nothing. */
async function commit(output: StagedWrite, fill: () => Promise<void> | void): Promise<void> {
  try {
    await fill();
    await output.commit();
  } finally {
    output.discard();
  }
}

function invalid(module: NativeModuleName, reason: string): TruceError {
  return new TruceError('NATIVE_REQUEST_INVALID', { module, reason });
}

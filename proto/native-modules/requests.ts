/**
 * What the native modules are asked, as Veracruz's programs write it: postcard, field after field. docs/native-modules.md
 * has the bytes. Source: Veracruz, native_modules/{aead,aes}.rs.
 */
import { TruceError } from '../errors.ts';
import { parsePath } from '../policy/paths.ts';
import { PostcardError, PostcardReader } from '../postcard/reader.ts';
import { PostcardWriter } from '../postcard/writer.ts';
import { MAXIMUM_NATIVE_REQUEST, type NativeModuleName, POSTCARD_RESULT } from './names.ts';
import { structuresToJson } from './structures.ts';

export const KEY_BYTES = 16;
export const IV_BYTES = 16;

/** Enciphers or deciphers a file by AES-128 and adds the result to another's end. */
export interface CipherRequest {
  /** 'gcm' has a tag of 16 bytes behind the ciphertext. */
  readonly mode: 'gcm' | 'ctr';
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** 16 bytes. In counter mode: the first counter. */
  readonly iv: Uint8Array;
  /** Data that the tag covers and the file does not hold; none in counter mode. */
  readonly aad: Uint8Array;
  /** Canonical paths. */
  readonly inputPath: string;
  readonly outputPath: string;
  readonly encrypt: boolean;
}

/** What a module is to do: `text` becomes the whole of a file. */
export type NativeTask =
  | ({ readonly kind: 'cipher' } & CipherRequest)
  | { readonly kind: 'text'; readonly text: string; readonly outputPath: string };

/**
 * The task that all of `bytes` ask for; undefined where more has to come. Keys are views of `bytes`.
 * @throws PostcardError for bytes that no further ones make a request of
 */
export function readNativeRequest(module: NativeModuleName, bytes: Uint8Array): NativeTask | undefined {
  const reader = new PostcardReader(bytes, MAXIMUM_NATIVE_REQUEST);
  try {
    const task = readTask(module, reader);
    if (reader.rest > 0) throw new PostcardError(`${reader.rest} bytes behind its end`);
    return task;
  } catch (error) {
    if (error instanceof PostcardError && error.incomplete) return undefined;
    throw error;
  }
}

/** For programs and parties that are written in TypeScript, and for tests. Counter mode has no place for `aad`. */
export function encodeCipherRequest(request: CipherRequest): Uint8Array {
  const { mode, key, iv, aad, inputPath, outputPath, encrypt } = request;
  if (key.length !== KEY_BYTES || iv.length !== IV_BYTES)
    throw new RangeError(`a key has ${KEY_BYTES} bytes, an initialisation vector ${IV_BYTES}`);
  if (mode === 'ctr' && aad.length > 0) throw new RangeError('counter mode has no additional data');
  const writer = new PostcardWriter().fixed(key).fixed(iv);
  if (mode === 'gcm') writer.bytes(aad);
  return writer.string(inputPath).string(outputPath).bool(encrypt).finish();
}

function readTask(module: NativeModuleName, reader: PostcardReader): NativeTask {
  if (module === 'Postcard Service')
    return { kind: 'text', text: structuresToJson(reader), outputPath: POSTCARD_RESULT };
  const mode = module === 'AEAD Service' ? 'gcm' : 'ctr';
  return {
    kind: 'cipher',
    mode,
    key: reader.fixed(KEY_BYTES),
    iv: reader.fixed(IV_BYTES),
    aad: mode === 'gcm' ? reader.bytes() : new Uint8Array(0),
    inputPath: readFilePath(reader),
    outputPath: readFilePath(reader),
    encrypt: reader.bool(),
  };
}

/** Names of files are judged as everywhere: what is not canonical is refused, not resolved. */
function readFilePath(reader: PostcardReader): string {
  const text = reader.string();
  try {
    const { path, directory } = parsePath(text);
    if (directory || !path.startsWith('/')) throw new PostcardError('a path that names no file');
    return path;
  } catch (error) {
    if (error instanceof TruceError) throw new PostcardError(error.message);
    throw error;
  }
}

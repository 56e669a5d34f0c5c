/**
 * The one form of a file's name in policies and in client requests. What is not canonical is refused, not resolved:
 * upstream resolved `..` after it had judged the rights, and that let anyone out of their directory.
 */
import { TruceError } from '../errors.ts';

/** Not files: the streams of a program. They stand outside the tree and have rights of their own. */
export const streamNames = ['stdin', 'stdout', 'stderr'] as const;
export type StreamName = (typeof streamNames)[number];

/** Bytes of UTF-8, as Linux's PATH_MAX (without its NUL) and NAME_MAX. */
export const LONGEST_PATH = 4095;
export const LONGEST_FILE_NAME = 255;
/** Parts of a path: a policy full of the deepest paths would otherwise cost seconds to lay out. */
export const DEEPEST_PATH = 256;

export interface CanonicalPath {
  /** Absolute, without a trailing slash ('/' for the root), or a stream's name. */
  readonly path: string;
  /** The text ended with a slash, so only a directory can be meant. */
  readonly directory: boolean;
}

const encoder = new TextEncoder();

function pathError(reason: string): TruceError {
  return new TruceError('PATH_INVALID', { reason });
}

export function isStreamName(path: string): path is StreamName {
  return (streamNames as readonly string[]).includes(path);
}

/** Reads a name. A bare one stands at the root: `input-0` is `/input-0`. Error: PATH_INVALID. */
export function parsePath(text: string): CanonicalPath {
  if (isStreamName(text)) return { path: text, directory: false };
  if (text === '') throw pathError('empty');
  const absolute = text.startsWith('/') ? text : `/${text}`;
  if (absolute.length > LONGEST_PATH || encoder.encode(absolute).length > LONGEST_PATH)
    throw pathError(`longer than ${LONGEST_PATH} bytes`);
  if (absolute.includes('\0')) throw pathError('a NUL');
  if (/\p{Surrogate}/u.test(absolute)) throw pathError('half of a surrogate pair');
  if (absolute === '/') return { path: '/', directory: true };
  const directory = absolute.endsWith('/');
  const path = directory ? absolute.slice(0, -1) : absolute;
  const names = path.slice(1).split('/');
  if (names.length > DEEPEST_PATH) throw pathError(`more than ${DEEPEST_PATH} parts`);
  for (const name of names) {
    if (name === '') throw pathError("'//'");
    if (name === '.' || name === '..') throw pathError(`'${name}' as a part`);
    if (name.length * 3 > LONGEST_FILE_NAME && encoder.encode(name).length > LONGEST_FILE_NAME)
      throw pathError(`a name longer than ${LONGEST_FILE_NAME} bytes`);
  }
  return { path, directory };
}

/** The canonical form of a name, whether it is a file's or a directory's. Error: PATH_INVALID. */
export function canonicalPath(text: string): string {
  return parsePath(text).path;
}

/** The directories above a canonical path, the root left out, outermost first. */
export function parentDirectories(path: string): string[] {
  const parents: string[] = [];
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1))
    parents.push(path.slice(0, end));
  return parents;
}

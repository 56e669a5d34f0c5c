/** Where things of this user's lie, by the XDG base directory specification. */
import { chmod, lstat, mkdir, mkdtemp, readdir, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes of a Unix socket's path without its NUL. Source: Linux, include/uapi/linux/un.h (UNIX_PATH_MAX 108). */
const LONGEST_SOCKET_PATH = 107;
/** Codes of what is not there, or not for this user. */
const ABSENT: readonly string[] = ['ENOENT', 'EACCES', 'ENOTDIR'];

/** `$XDG_STATE_HOME/truce`: what is kept between runs. Relative values count as unset, as the specification says. */
export function stateDirectory(environment: Environment = process.env): string {
  return join(absolute(environment.XDG_STATE_HOME) ?? join(homedir(), '.local', 'state'), 'truce');
}

/** `$XDG_CACHE_HOME/truce`: what can be made again, such as kernels, QEMU and libraries. */
export function cacheDirectory(environment: Environment = process.env): string {
  return join(absolute(environment.XDG_CACHE_HOME) ?? join(homedir(), '.cache'), 'truce');
}

export function simulatorDirectory(environment: Environment = process.env): string {
  return join(stateDirectory(environment), 'simulator');
}

/**
 * A new directory for the sockets of one enclave, open to this user alone: in `$XDG_RUNTIME_DIR/truce`, or in the
 * temporary directory. TruceError SOCKET_PATH_TOO_LONG {path, limit} where no such path can name a socket.
 * @param longestName the longest name that a socket in it will have
 */
export async function makeSocketDirectory(
  longestName: string,
  environment: Environment = process.env,
): Promise<string> {
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  const bases: { readonly base: string; readonly prefix: string }[] = [
    ...(runtime !== undefined && (await isOwn(runtime)) ? [{ base: runtime, prefix: 'truce/enclave-' }] : []),
    { base: absolute(environment.TMPDIR) ?? tmpdir(), prefix: 'truce-' },
  ];
  let longest = '';
  for (const { base, prefix } of bases) {
    // mkdtemp adds six characters.
    longest = join(base, `${prefix}XXXXXX`, longestName);
    if (Buffer.byteLength(longest) > LONGEST_SOCKET_PATH) continue;
    if (prefix.includes('/')) await makePrivate(join(base, 'truce'));
    // mkdtemp gives 0700 whatever the umask allows, never more.
    return mkdtemp(join(base, prefix));
  }
  throw new TruceError('SOCKET_PATH_TOO_LONG', { path: longest, limit: LONGEST_SOCKET_PATH });
}

/** The directories that `makeSocketDirectory` has made for this user and that are still there. */
export async function socketDirectories(environment: Environment = process.env): Promise<readonly string[]> {
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  const places: { readonly base: string; readonly name: RegExp }[] = [
    ...(runtime === undefined ? [] : [{ base: join(runtime, 'truce'), name: /^enclave-[A-Za-z0-9]{6}$/ }]),
    { base: absolute(environment.TMPDIR) ?? tmpdir(), name: /^truce-[A-Za-z0-9]{6}$/ },
  ];
  const found: string[] = [];
  for (const { base, name } of places)
    for (const entry of await namesIn(base)) {
      const path = join(base, entry);
      if (name.test(entry) && (await isPrivate(path))) found.push(path);
    }
  return found;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (ABSENT.includes(String((error as NodeJS.ErrnoException).code))) return [];
    throw error;
  }
}

/** In a shared directory anybody can make something of that name. */
async function isPrivate(path: string): Promise<boolean> {
  try {
    const status = await lstat(path);
    return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o077) === 0;
  } catch (error) {
    if (ABSENT.includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

async function makePrivate(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
}

/**
 * Whether it is a directory that nobody else can put anything into: the specification says so of XDG_RUNTIME_DIR, and
 * in any other one the sockets could be swapped from outside.
 */
async function isOwn(path: string): Promise<boolean> {
  try {
    const status = await stat(path);
    return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o022) === 0;
  } catch (error) {
    if (ABSENT.includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

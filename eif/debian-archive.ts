/**
 * Packages of Debian in exact versions, each known by its SHA-256: from the cache, or from the archive, by apt.
 * Old versions leave the archive, so a pin names a few that will do, the one to build with first.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TruceError } from '../proto/errors.ts';
import { archiveError, DebianApt, type RunCommand, reasonOf, runCommand } from './debian-apt.ts';

interface PinnedVersion {
  readonly version: string;
  /** Where it is published: bookworm, trixie-security, sid. */
  readonly suite: string;
  readonly sha256: string;
}

export interface DebianPin {
  readonly package: string;
  readonly architecture: 'amd64' | 'all';
  readonly versions: readonly PinnedVersion[];
}

/** A source package; the SHA-256 is that of its `*.orig.tar.*`. */
export interface DebianSourcePin {
  readonly source: string;
  readonly versions: readonly PinnedVersion[];
}

export interface DebianFile {
  readonly path: string;
  readonly version: string;
  readonly sha256: string;
}

export interface DebianArchiveOptions {
  readonly cacheDirectory: string;
  readonly progress?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Runs apt and dpkg; tests give another one. */
  readonly run?: RunCommand;
}

/** What both kinds of package have in common here. */
interface Wanted {
  readonly name: string;
  readonly kind: 'binary' | 'source';
  readonly versions: readonly PinnedVersion[];
  readonly isWanted: (file: string) => boolean;
  readonly fetch: (pin: PinnedVersion, directory: string) => Promise<void>;
}

/** linux-source is 150 MB. */
const MAXIMUM_FILE_BYTES = 1 << 30;
const PACKAGE = /^[a-z0-9][a-z0-9+.-]{1,100}$/;
const VERSION = /^[0-9][A-Za-z0-9.+~:-]{0,100}$/;
const SHA256 = /^[0-9a-f]{64}$/;

export class DebianArchive {
  readonly #directory: string;
  readonly #apt: DebianApt;
  readonly #run: RunCommand;
  readonly #progress: (message: string) => void;
  readonly #signal: AbortSignal | undefined;

  constructor({ cacheDirectory, progress, signal, run = runCommand }: DebianArchiveOptions) {
    this.#directory = join(cacheDirectory, 'debian');
    this.#apt = new DebianApt(join(this.#directory, 'apt'), run, signal);
    this.#run = run;
    this.#progress = progress ?? (() => undefined);
    this.#signal = signal;
  }

  /**
   * The package file: the first version of the pin that the cache or the archive has.
   * @throws TruceError DEBIAN_ARCHIVE {reason}, PACKAGE_NOT_ACCEPTED {package, accepted, found}
   */
  download(pin: DebianPin): Promise<DebianFile> {
    const { package: name, architecture, versions } = pin;
    return this.#obtain({
      name,
      kind: 'binary',
      versions,
      isWanted: (file) => file.startsWith(`${name}_`) && file.endsWith('.deb'),
      fetch: ({ version, suite }, directory) =>
        this.#apt.download({ package: name, version, suite }, architecture, directory),
    });
  }

  /** The tar file with the upstream source of a source package. Throws as `download` does. */
  downloadSource(pin: DebianSourcePin): Promise<DebianFile> {
    const { source, versions } = pin;
    return this.#obtain({
      name: source,
      kind: 'source',
      versions,
      isWanted: (file) => /\.orig\.tar\.[a-z0-9]+$/.test(file),
      fetch: ({ version, suite }, directory) =>
        this.#apt.downloadSource({ package: source, version, suite }, directory),
    });
  }

  /** Unpacks a package file into a folder, which is made where it is not there. TruceError DEBIAN_ARCHIVE. */
  async extract(path: string, into: string): Promise<void> {
    await mkdir(into, { recursive: true });
    try {
      await this.#run(
        'dpkg-deb',
        ['--extract', path, into],
        this.#signal === undefined ? {} : { signal: this.#signal },
      );
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw archiveError(reasonOf('dpkg-deb', cause), { cause });
    }
  }

  async #obtain(wanted: Wanted): Promise<DebianFile> {
    checkPin(wanted);
    const { name, kind, versions } = wanted;
    const found = new Set<string>();
    let unreachable: unknown;
    for (const pin of versions) {
      const cached = await this.#cached(pin);
      if (cached !== undefined) return cached;
      // Without the archive an accepted version further down may still lie in the cache.
      if (unreachable !== undefined) continue;
      try {
        const present = await this.#apt.versions(name, pin.suite, kind);
        for (const version of present) found.add(`${version} in ${pin.suite}`);
        if (present.includes(pin.version)) return await this.#fetch(wanted, pin);
      } catch (error) {
        this.#signal?.throwIfAborted();
        unreachable = error;
      }
    }
    if (unreachable !== undefined) throw unreachable;
    throw new TruceError('PACKAGE_NOT_ACCEPTED', {
      package: name,
      accepted: versions.map(({ version }) => version).join(', '),
      found: found.size === 0 ? 'none' : [...found].join(', '),
    });
  }

  /** The name is the hash, so whatever lies there whole is what the pin means; it is hashed again all the same. */
  async #cached({ version, sha256 }: PinnedVersion): Promise<DebianFile | undefined> {
    const path = join(this.#directory, 'files', sha256);
    const status = await stat(path).catch(() => undefined);
    if (status?.isFile() !== true) return undefined;
    if ((await hashFile(path, this.#signal)) === sha256) return { path, version, sha256 };
    await rm(path, { force: true });
    return undefined;
  }

  async #fetch(wanted: Wanted, pin: PinnedVersion): Promise<DebianFile> {
    const files = join(this.#directory, 'files');
    await mkdir(files, { recursive: true, mode: 0o700 });
    const attempt = await mkdtemp(join(files, 'attempt-'));
    try {
      this.#progress(`downloading ${wanted.name} ${pin.version}`);
      await wanted.fetch(pin, attempt);
      const names = (await readdir(attempt)).filter(wanted.isWanted);
      const [name] = names;
      if (name === undefined || names.length > 1)
        throw archiveError(`${wanted.name} ${pin.version} came as ${names.length} files`);
      const part = join(attempt, name);
      if ((await stat(part)).size > MAXIMUM_FILE_BYTES)
        throw archiveError(`${name} is over ${MAXIMUM_FILE_BYTES} bytes`);
      const sha256 = await hashFile(part, this.#signal);
      if (sha256 !== pin.sha256)
        throw archiveError(`${name} has SHA-256 ${sha256}, and should have ${pin.sha256}`);
      const path = join(files, sha256);
      await rename(part, path);
      return { path, version: pin.version, sha256 };
    } finally {
      await rm(attempt, { recursive: true, force: true });
    }
  }
}

/** A pin is part of this program: a bad one is a fault of ours, found before it becomes a parameter or a path. */
function checkPin({ name, versions }: Wanted): void {
  if (!PACKAGE.test(name)) throw new TypeError(`not the name of a package: ${name}`);
  for (const { version, sha256 } of versions)
    if (!VERSION.test(version) || !SHA256.test(sha256))
      throw new TypeError(`not a pin of ${name}: ${version}`);
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, signal === undefined ? {} : { signal });
  return hash.digest('hex');
}

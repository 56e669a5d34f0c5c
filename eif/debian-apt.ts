/**
 * Runs apt with a configuration of our own: other suites than the machine's, lists and downloads in the cache, no root.
 * The mirror is the machine's own. Source of the options: apt.conf(5), apt-get(8).
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TruceError } from '../proto/errors.ts';
import { writeWhole } from './cached-file.ts';

export interface CommandOptions {
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and gives what it printed. Throws what `execFile` does: `code`, `stderr`. */
export type RunCommand = (
  program: string,
  parameters: readonly string[],
  options: CommandOptions,
) => Promise<string>;

/** One version of a package, and the suite that it is in. */
export interface Candidate {
  readonly package: string;
  readonly version: string;
  readonly suite: string;
}

/** Debian's code names and aliases of releases. Another distribution's mirror has none of our packages. */
const DEBIAN_RELEASE =
  /^(?:sid|unstable|testing|stable|oldstable|bullseye|bookworm|trixie|forky|duke)(?:-[a-z-]+)?$/;
const SUITE = /^[a-z][a-z-]{1,40}$/;
const SECURITY = '-security';
/** Debian's keys, where its package debian-archive-keyring puts them. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** Each is one architecture of one suite: 10 MB to fetch, 50 MB unpacked. */
const COMMAND_TIMEOUT_MS = 900_000;
const MAXIMUM_OUTPUT_BYTES = 16 << 20;
const LONGEST_REASON = 400;
/** How long another process of this user may hold the lists. */
const LOCK_ATTEMPTS = 120;
const LOCK_PAUSE_MS = 500;

export const runCommand: RunCommand = (program, parameters, { directory, signal }) =>
  new Promise((resolve, reject) => {
    execFile(
      program,
      parameters,
      {
        ...(directory === undefined ? {} : { cwd: directory }),
        ...(signal === undefined ? {} : { signal }),
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: MAXIMUM_OUTPUT_BYTES,
        timeout: COMMAND_TIMEOUT_MS,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (signal?.aborted === true) reject(signal.reason);
        else reject(Object.assign(error, { stderr }));
      },
    );
  });

/** apt for the suites that are asked for; the lists of each are fetched at most once in the life of this object. */
export class DebianApt {
  readonly #directory: string;
  readonly #run: RunCommand;
  readonly #signal: AbortSignal | undefined;
  readonly #suites = new Map<string, Promise<readonly string[]>>();
  #mirrors: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(directory: string, run: RunCommand, signal: AbortSignal | undefined) {
    this.#directory = directory;
    this.#run = run;
    this.#signal = signal;
  }

  /** The versions of a package that a suite has now; `source` for source packages. TruceError DEBIAN_ARCHIVE. */
  async versions(name: string, suite: string, kind: 'binary' | 'source'): Promise<string[]> {
    const output = await this.#apt('apt-cache', suite, ['madison', '--', name]);
    const versions = new Set<string>();
    for (const line of output.split('\n')) {
      const [, version, origin] = line.split('|').map((column) => column.trim());
      const isSource = origin?.endsWith(' Sources') === true;
      if (version !== undefined && version !== '' && isSource === (kind === 'source')) versions.add(version);
    }
    return [...versions];
  }

  /** Downloads a binary package into `directory`. */
  async download(candidate: Candidate, architecture: string, directory: string): Promise<void> {
    const name = `${candidate.package}${architecture === 'all' ? '' : `:${architecture}`}`;
    await this.#apt(
      'apt-get',
      candidate.suite,
      ['download', '--', `${name}=${candidate.version}`],
      directory,
    );
  }

  /** Downloads the tar files of a source package into `directory`. */
  async downloadSource(candidate: Candidate, directory: string): Promise<void> {
    const name = `${candidate.package}=${candidate.version}`;
    const parameters = ['source', '--download-only', '--only-source', '--tar-only', '--', name];
    await this.#apt('apt-get', candidate.suite, parameters, directory);
  }

  async #apt(
    program: string,
    suite: string,
    parameters: readonly string[],
    directory?: string,
  ): Promise<string> {
    let known = this.#suites.get(suite);
    if (known === undefined) {
      known = this.#fetchLists(suite);
      this.#suites.set(suite, known);
    }
    return this.#command(program, [...(await known), ...parameters], directory);
  }

  /** Gives the options that make apt use one suite alone. */
  async #fetchLists(suite: string): Promise<readonly string[]> {
    if (!SUITE.test(suite)) throw archiveError(`not a suite: ${suite}`);
    const mirror = await this.#mirrorOf(suite);
    const base = join(this.#directory, suite);
    await mkdir(join(base, 'lists', 'partial'), { recursive: true, mode: 0o700 });
    await mkdir(join(base, 'cache', 'archives', 'partial'), { recursive: true, mode: 0o700 });
    const sources = join(base, 'sources.list');
    const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
    await writeWhole(
      sources,
      ['deb', 'deb-src'].map((kind) => `${kind} ${signed}${mirror} ${suite} main\n`).join(''),
    );
    const options = Object.entries({
      'Dir::Etc::SourceList': sources,
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::Etc::Preferences': '/dev/null',
      'Dir::Etc::PreferencesParts': '/dev/null',
      'Dir::State::Lists': join(base, 'lists'),
      'Dir::State::Status': '/dev/null',
      'Dir::Cache': join(base, 'cache'),
      // Built in memory each time: two processes may be here.
      'Dir::Cache::pkgcache': '',
      'Dir::Cache::srcpkgcache': '',
      'APT::Architecture': 'amd64',
      'APT::Architectures': 'amd64',
      'Acquire::Languages': 'none',
      'Acquire::Retries': '3',
      // Only root changes user to download, and that one may not enter this folder.
      'APT::Sandbox::User': 'root',
    }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    await this.#update(options);
    return options;
  }

  /** apt itself keeps two processes out of one folder: wait for the other one. */
  async #update(options: readonly string[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#command('apt-get', [...options, '--error-on=any', 'update']);
        return;
      } catch (error) {
        const locked =
          error instanceof TruceError && String(error.details.reason).includes('Could not get lock');
        if (!locked || attempt === LOCK_ATTEMPTS) throw error;
        await delay(LOCK_PAUSE_MS, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
      }
    }
  }

  async #mirrorOf(suite: string): Promise<string> {
    this.#mirrors ??= this.#readMirrors();
    const mirrors = await this.#mirrors;
    const exact = mirrors.get(suite);
    if (exact !== undefined) return exact;
    const isSecurity = suite.endsWith(SECURITY);
    for (const [release, site] of mirrors) if (release.endsWith(SECURITY) === isSecurity) return site;
    throw archiveError(`apt's own configuration names no ${isSecurity ? 'security ' : ''}mirror of Debian`);
  }

  /** The machine's own mirrors by suite. Works before a first `apt-get update`. */
  async #readMirrors(): Promise<ReadonlyMap<string, string>> {
    const format = ['--no-release-info', '--format', '$(SITE) $(RELEASE)'];
    const output = await this.#command('apt-get', ['indextargets', ...format]);
    const mirrors = new Map<string, string>();
    for (const line of output.split('\n')) {
      const [site, release] = line.split(' ');
      if (site === undefined || release === undefined || !DEBIAN_RELEASE.test(release)) continue;
      if (!mirrors.has(release)) mirrors.set(release, site);
    }
    return mirrors;
  }

  async #command(program: string, parameters: readonly string[], directory?: string): Promise<string> {
    try {
      return await this.#run(program, parameters, {
        ...(directory === undefined ? {} : { directory }),
        ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      });
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw archiveError(reasonOf(program, cause), { cause });
    }
  }
}

/** What a tool of Debian's said about its failure, in one line. */
export function reasonOf(program: string, error: unknown): string {
  const { code, stderr, killed } = error as { code?: unknown; stderr?: unknown; killed?: unknown };
  if (code === 'ENOENT') return `there is no ${program}: this needs Debian, or a container of it`;
  if (killed === true) return `${program} took longer than ${COMMAND_TIMEOUT_MS / 60_000} minutes`;
  const lines = String(stderr ?? '')
    .split('\n')
    .filter((line) => /^(?:E|W|Err|dpkg)\b/.test(line));
  const text = lines.length > 0 ? lines.join('; ') : `${program} failed (${String(code)})`;
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)}...` : text;
}

export function archiveError(reason: string, options?: ErrorOptions): TruceError {
  return new TruceError('DEBIAN_ARCHIVE', { reason }, options);
}

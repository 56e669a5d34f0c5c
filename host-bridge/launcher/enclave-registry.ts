/**
 * The enclaves of this user that run in the background, under `$XDG_STATE_HOME/truce/enclaves/<name>/<life>/`. The
 * directory of a life has a name that is never used again, so whoever finds it dead may remove it, whatever others do at
 * the same time. A life is dead when its owner is; nothing has to be written down for that.
 */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TruceError } from '../../proto/errors.ts';
import { ENCLAVE_NAME, type EnclaveRecord, parseEnclaveRecord } from './enclave-record.ts';
import { ShapeError } from './json-shape.ts';
import { stateDirectory } from './places.ts';
import { identityOf, isRunning } from './process-identity.ts';

export interface EnclaveLife {
  /** Holds the record, the console and the keeper's messages. */
  readonly directory: string;
  readonly record: EnclaveRecord;
  readonly running: boolean;
}

/** What the machine printed, in the directory of its life. */
export const CONSOLE_FILE = 'console.log';
const RECORD = 'enclave.json';
/** Consoles of enclaves that have ended, the newest of each name, are kept to be looked at: so many. */
const ENDED_KEPT = 8;
/** Two who claim a name at the same moment both step back, and try again at different moments. */
const ATTEMPTS = 5;
const LONGEST_PAUSE_MILLISECONDS = 50;
/** What a directory of sockets is called (places.ts). */
const SOCKET_DIRECTORY = /^(?:enclave|truce)-[A-Za-z0-9]{6}$/;

export class EnclaveRegistry {
  readonly #root: string;

  constructor(root: string = join(stateDirectory(), 'enclaves')) {
    this.#root = root;
  }

  /**
   * Takes a name for this process, until `publish` hands it on.
   * TruceError ENCLAVE_NAME_TAKEN where an enclave of that name runs or starts.
   */
  async claim(name: string): Promise<EnclaveLife> {
    const record: EnclaveRecord = { name, owner: identityOf(process.pid)! };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const life = await this.#create(record);
      const rivals = (await this.#livesOf(name)).filter(
        ({ directory, running }) => running && directory !== life.directory,
      );
      if (rivals.length === 0) return life;
      await this.remove(life);
      if (rivals.some(({ record }) => record.machine !== undefined)) break;
      await delay(Math.random() * LONGEST_PAUSE_MILLISECONDS);
    }
    throw new TruceError('ENCLAVE_NAME_TAKEN', { name });
  }

  /** Writes down what has become of a life; whole or not at all. */
  async publish(life: EnclaveLife, record: EnclaveRecord): Promise<void> {
    const path = join(life.directory, RECORD);
    await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  /** The newest life of each name, those that have ended included; what is too old of these is removed. */
  async lives(): Promise<readonly EnclaveLife[]> {
    const newest: EnclaveLife[] = [];
    for (const name of await entries(this.#root)) {
      if (name.startsWith('.')) await this.#removeUnfinished(name);
      if (!ENCLAVE_NAME.test(name)) continue;
      const lives = await this.#livesOf(name);
      const shown = lives.find(({ running }) => running) ?? lives[0];
      for (const life of lives) if (!life.running && life !== shown) await this.remove(life);
      if (shown !== undefined) newest.push(shown);
    }
    const ended = newest.filter(({ running }) => !running);
    for (const life of ended) await removeSockets(life.record);
    const kept = new Set((await newestFirst(ended)).slice(0, ENDED_KEPT));
    for (const life of ended) if (!kept.has(life)) await this.remove(life);
    return newest.filter((life) => life.running || kept.has(life));
  }

  /** TruceError ENCLAVE_UNKNOWN. */
  async find(name: string): Promise<EnclaveLife> {
    const lives = ENCLAVE_NAME.test(name) ? await this.#livesOf(name) : [];
    const life = lives.find(({ running }) => running) ?? lives[0];
    if (life === undefined) throw new TruceError('ENCLAVE_UNKNOWN', { name });
    return life;
  }

  /** Forgets a life that is over, its console with it. */
  async remove(life: EnclaveLife): Promise<void> {
    await removeSockets(life.record);
    await rm(life.directory, { recursive: true, force: true });
    try {
      await rmdir(join(this.#root, life.record.name));
    } catch (error) {
      // Another life is in it, or another process was as quick.
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
    }
  }

  /** The directory appears with its record in it. */
  async #create(record: EnclaveRecord): Promise<EnclaveLife> {
    const fresh = join(this.#root, `.${randomBytes(8).toString('hex')}`);
    await mkdir(fresh, { recursive: true, mode: 0o700 });
    await writeFile(join(fresh, RECORD), JSON.stringify(record), { mode: 0o600 });
    const directory = join(this.#root, record.name, randomBytes(8).toString('hex'));
    for (;;) {
      await mkdir(join(this.#root, record.name), { recursive: true, mode: 0o700 });
      try {
        await rename(fresh, directory);
        return { directory, record, running: true };
      } catch (error) {
        // Removed as empty in between.
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    }
  }

  /** What a command left that was killed while it claimed a name. */
  async #removeUnfinished(entry: string): Promise<void> {
    const directory = join(this.#root, entry);
    const record = await readRecord(join(directory, RECORD), entry);
    if (record !== undefined && !isRunning(record.owner))
      await rm(directory, { recursive: true, force: true });
  }

  /** Newest first. */
  async #livesOf(name: string): Promise<EnclaveLife[]> {
    const lives: EnclaveLife[] = [];
    for (const entry of await entries(join(this.#root, name))) {
      const directory = join(this.#root, name, entry);
      const record = await readRecord(join(directory, RECORD), name);
      if (record !== undefined) lives.push({ directory, record, running: isRunning(record.owner) });
    }
    return newestFirst(lives);
  }
}

/** Undefined where it has just been removed. What cannot be read is of a life that is over. */
async function readRecord(path: string, name: string): Promise<EnclaveRecord | undefined> {
  try {
    return parseEnclaveRecord(await readFile(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof ShapeError) return { name, owner: { pid: 1, started: 'unknown' } };
    throw error;
  }
}

/** A keeper removes the sockets itself, unless it was killed. Only what looks like our own directory goes. */
async function removeSockets({ machine }: EnclaveRecord): Promise<void> {
  if (machine === undefined || !SOCKET_DIRECTORY.test(basename(machine.directory))) return;
  try {
    const status = await lstat(machine.directory);
    if (!status.isDirectory() || status.uid !== process.getuid?.()) return;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  await rm(machine.directory, { recursive: true, force: true });
}

async function newestFirst(lives: readonly EnclaveLife[]): Promise<EnclaveLife[]> {
  const dated = await Promise.all(lives.map(async (life) => ({ life, time: await timeOf(life.directory) })));
  return dated.sort((one, other) => other.time - one.time).map(({ life }) => life);
}

async function timeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).ctimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function entries(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

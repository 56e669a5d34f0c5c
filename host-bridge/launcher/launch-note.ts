/**
 * What a launcher writes down in the directory of an enclave that runs as long as its command, such as that of
 * `truce serve`: so that other commands of this user find the enclave. It goes with the directory.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson, readChoice, readRecord, readText, readWhole, ShapeError } from './json-shape.ts';
import { LARGEST_CID } from './machine-configuration.ts';
import { socketDirectories } from './places.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface LaunchNote {
  readonly launcher: 'process' | 'qemu';
  /** A machine's; a process has none, so its number stands in the place of one. */
  readonly cid: number;
  /** When it is gone, so is the enclave. */
  readonly owner: ProcessIdentity;
}

export interface NotedEnclave extends LaunchNote {
  readonly directory: string;
}

const FILE = 'enclave.json';
const LARGEST_PID = 2 ** 31;

/** @param pid the process whose end is the enclave's */
export async function writeLaunchNote(
  directory: string,
  { launcher, cid, pid }: Omit<LaunchNote, 'owner'> & { readonly pid: number },
): Promise<void> {
  const owner = identityOf(pid);
  // It has ended already: nothing is to be found.
  if (owner === undefined) return;
  const path = join(directory, FILE);
  const note: LaunchNote = { launcher, cid, owner };
  await writeFile(`${path}.new`, JSON.stringify(note), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The enclaves of this user that have a note and run, by their numbers. */
export async function notedEnclaves(): Promise<readonly NotedEnclave[]> {
  const found: NotedEnclave[] = [];
  for (const directory of await socketDirectories()) {
    const note = await readNote(directory);
    if (note !== undefined && isRunning(note.owner)) found.push({ ...note, directory });
  }
  return found.sort((one, other) => one.cid - other.cid);
}

/** Undefined where there is none, or none that can be read: it may just be going away, or of another version. */
async function readNote(directory: string): Promise<LaunchNote | undefined> {
  try {
    return parseNote(await readFile(join(directory, FILE), 'utf8'));
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

function parseNote(text: string): LaunchNote {
  const root = readRecord(parseJson(text), 'the note', ['launcher', 'cid', 'owner']);
  const owner = readRecord(root.owner, 'owner', ['pid', 'started']);
  return {
    launcher: readChoice(root.launcher, 'launcher', ['process', 'qemu']),
    cid: readWhole(root.cid, 'cid', 1, LARGEST_CID),
    owner: {
      pid: readWhole(owner.pid, 'owner.pid', 1, LARGEST_PID),
      started: readText(owner.started, 'owner.started'),
    },
  };
}

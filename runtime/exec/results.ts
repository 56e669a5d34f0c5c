/**
 * Copies results of a run out to the host, once all of it has been looked through: each file appears whole, under its name,
 * one after the other.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { ExecOutput } from '../../proto/exec.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type FileInode, FileType, type Inode } from '../vfs/inode.ts';
import { type CopiedFiles, identityOf } from './host-files.ts';
import { realPath, unwritable, writable } from './host-paths.ts';
import { planResults, type Step } from './result-plan.ts';

const PIECE_BYTES = 1 << 20;
/** Entries, and pieces of a file, between two looks at whether to stop. */
const ENTRIES_A_TURN = 256;
const PIECES_A_TURN = 32;

export interface ResultCopy {
  readonly fileSystem: FileSystem;
  /** What came from the host: where it lies unchanged it is left alone. */
  readonly copied: CopiedFiles;
}

/**
 * @param outputs whose places are those that links lead to
 * @throws TruceError EXEC_RESULT_MISSING {path}, LOCAL_FILE_UNWRITABLE {path, reason}; the signal's reason
 */
export async function copyResults(
  { fileSystem, copied }: ResultCopy,
  outputs: readonly ExecOutput[],
  signal: AbortSignal,
): Promise<void> {
  for (const [index, { host, inode }] of planResults(fileSystem, outputs).entries()) {
    if (index % ENTRIES_A_TURN === 0) await turn();
    signal.throwIfAborted();
    const unchanged = writable(host, () => isUnchanged(copied, inode, host));
    if (!unchanged) await write({ host, inode }, signal);
  }
}

async function write({ host, inode }: Step, signal: AbortSignal): Promise<void> {
  const before = writable(host, () => {
    // Nothing that has changed since it was looked at leads elsewhere.
    if (realPath(dirname(host)) !== dirname(host)) throw unwritable(host, 'a link has come into its path');
    return lstatSync(host, { throwIfNoEntry: false });
  });
  if (inode.type === FileType.directory) {
    if (before === undefined) writable(host, () => mkdirSync(host));
    else if (!before.isDirectory()) throw unwritable(host, 'it is no folder any more');
    return;
  }
  const fresh = join(dirname(host), `.${basename(host).slice(0, 64)}.${randomBytes(6).toString('hex')}.part`);
  try {
    if (inode.type === FileType.symbolicLink) writable(host, () => symlinkSync(inode.target, fresh));
    else await writeFile(host, fresh, inode, before, signal);
    writable(host, () => renameSync(fresh, host));
  } finally {
    writable(host, () => rmSync(fresh, { force: true }));
  }
}

/** With the permissions of the file that it is to replace. */
async function writeFile(
  host: string,
  fresh: string,
  { content }: FileInode,
  before: Stats | undefined,
  signal: AbortSignal,
): Promise<void> {
  const mode = before?.isFile() ? before.mode & 0o777 : undefined;
  // From its first byte on nobody may read it who could not read the one before.
  const descriptor = writable(host, () => openSync(fresh, 'wx', mode));
  try {
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(content.size, 1)));
    for (let position = 0, pieces = 1; position < content.size; pieces++) {
      if (pieces % PIECES_A_TURN === 0) await turn();
      signal.throwIfAborted();
      const length = content.read(buffer, position);
      for (let done = 0; done < length; )
        done += writable(host, () => writeSync(descriptor, buffer, done, length - done));
      position += length;
    }
  } finally {
    writable(host, () => closeSync(descriptor));
  }
  if (mode !== undefined) writable(host, () => chmodSync(fresh, mode));
}

/** Whether what is there is what the program was given, by this name or by another one, and left alone. */
function isUnchanged(copied: CopiedFiles, inode: Inode, host: string): boolean {
  const known = copied.get(inode);
  if (known === undefined || known.version !== inode.version) return false;
  const present = lstatSync(host, { throwIfNoEntry: false, bigint: true });
  return present !== undefined && (known.hosts.has(host) || known.identity === identityOf(present));
}

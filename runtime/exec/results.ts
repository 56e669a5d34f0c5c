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
import type { ExecOutput } from '../../proto/exec.ts';
import { type FileInode, FileType } from '../vfs/inode.ts';
import { realPath, unwritable, writable } from './host-paths.ts';
import { planResults, type ResultCopy, type Step } from './result-plan.ts';
import { Turns } from './turns.ts';

const PIECE_BYTES = 1 << 20;

/**
 * @param outputs whose places are those that links lead to
 * @throws TruceError EXEC_RESULT_MISSING {path}, LOCAL_FILE_UNWRITABLE {path, reason}; the signal's reason
 */
export async function copyResults(
  copy: ResultCopy,
  outputs: readonly ExecOutput[],
  signal: AbortSignal,
): Promise<void> {
  const turns = new Turns(signal);
  for (const step of await planResults(copy, outputs, turns)) {
    await turns.entry();
    if (!step.kept) await write(step, turns);
  }
}

async function write({ host, inode }: Step, turns: Turns): Promise<void> {
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
    else await writeFile(host, fresh, inode, before, turns);
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
  turns: Turns,
): Promise<void> {
  const mode = before?.isFile() ? before.mode & 0o777 : undefined;
  // From its first byte on nobody may read it who could not read the one before.
  const descriptor = writable(host, () => openSync(fresh, 'wx', mode));
  try {
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(content.size, 1)));
    for (let position = 0; position < content.size; ) {
      const length = content.read(buffer, position);
      await turns.piece(length);
      for (let done = 0; done < length; )
        done += writable(host, () => writeSync(descriptor, buffer, done, length - done));
      position += length;
    }
  } finally {
    writable(host, () => closeSync(descriptor));
  }
  if (mode !== undefined) writable(host, () => chmodSync(fresh, mode));
}

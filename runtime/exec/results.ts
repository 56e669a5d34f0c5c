/**
 * Copies results of a run out to the host, once all of it has been looked through: each file appears whole, under its name,
 * one after the other.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
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
import { accessListAt, removeAccessList, setAccessList } from '../../native/access-lists.ts';
import type { ExecOutput } from '../../proto/exec.ts';
import { type FileInode, FileType } from '../vfs/inode.ts';
import { realPath, unwritable, writable } from './host-paths.ts';
import { planResults, type ResultCopy, type Step } from './result-plan.ts';
import { Turns } from './turns.ts';

const PIECE_BYTES = 1 << 20;
const ZEROS = new Uint8Array(PIECE_BYTES);

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
  const folders = new Set<string>();
  for (const step of await planResults(copy, outputs, turns)) {
    await turns.entry();
    requireWithoutLinks(dirname(step.host), step.host, folders);
    if (!step.kept) await write(step, turns);
  }
}

/** Nothing that has changed since it was looked at leads elsewhere. */
function requireWithoutLinks(folder: string, host: string, known: Set<string>): void {
  if (known.has(folder)) return;
  // The system looks at the whole path each time: in deep trees one name at a time is enough.
  const real = known.has(dirname(folder))
    ? writable(host, () => lstatSync(folder).isDirectory())
    : writable(host, () => realPath(folder)) === folder;
  if (!real) throw unwritable(host, 'a link has come into its path');
  known.add(folder);
}

async function write({ host, inode }: Step, turns: Turns): Promise<void> {
  const before = writable(host, () => lstatSync(host, { throwIfNoEntry: false }));
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
  } catch (error) {
    try {
      rmSync(fresh, { force: true });
    } catch {
      // What went wrong first is what is told.
    }
    throw error;
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
  const replaced = before?.isFile() ? before : undefined;
  // From its first byte on nobody may read it who could not read the one before.
  const descriptor = writable(host, () => openSync(fresh, 'wx', replaced === undefined ? undefined : 0o600));
  try {
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(content.size, 1)));
    for (let position = 0; position < content.size; ) {
      const length = content.read(buffer, position);
      await turns.piece(length);
      // Holes stay holes: a program makes them for nothing.
      for (let done = isZero(buffer, length) ? length : 0; done < length; )
        done += writable(host, () => writeSync(descriptor, buffer, done, length - done, position + done));
      position += length;
    }
    writable(host, () => ftruncateSync(descriptor, content.size));
    if (replaced !== undefined) writable(host, () => inherit(descriptor, host, replaced));
  } finally {
    writable(host, () => closeSync(descriptor));
  }
}

function isZero(buffer: Uint8Array, length: number): boolean {
  return Buffer.compare(buffer.subarray(0, length), ZEROS.subarray(0, length)) === 0;
}

/**
 * Owner, group, permissions and access control list of the file before. Another group than its own gets nothing, and all
 * others no more than it might: who was kept out by it may be one of them now.
 */
function inherit(descriptor: number, host: string, { uid, gid, mode }: Stats): void {
  const made = fstatSync(descriptor);
  const same = made.uid === uid && made.gid === gid;
  if (!same && !gives(descriptor, uid, gid)) gives(descriptor, made.uid, gid);
  const kept = fstatSync(descriptor).gid === gid;
  const list = accessListAt(host);
  if (kept && list !== undefined) setAccessList(descriptor, list);
  else removeAccessList(descriptor);
  // Where there is a list, its mask stands in the group's place: it says nothing of the group.
  const withoutGroup = list === undefined ? 0o700 | ((mode >> 3) & 0o007) : 0o700;
  fchmodSync(descriptor, mode & (kept ? 0o777 : withoutGroup));
}

/** Whether we may give a file away, which is root's right; to groups that one is in, anybody's. */
function gives(descriptor: number, uid: number, gid: number): boolean {
  try {
    fchownSync(descriptor, uid, gid);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    return false;
  }
}

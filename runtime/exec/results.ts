/**
 * Copies results of a run out to the host. All is looked through before the first byte is written; then each file appears
 * whole, under its name, one after the other. What the host has beside it stays. No link of the host's is followed below
 * the place that was named, nor is that place itself one (result-places.ts), and none is made that leads out of it: the program is nobody to be trusted.
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
import { basename, dirname, join, resolve } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import type { ExecOutput } from '../../proto/exec.ts';
import { VfsError } from '../vfs/errno.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType, type Inode } from '../vfs/inode.ts';
import { type CopiedFiles, identityOf } from './host-files.ts';
import { isSameLink, leavesRoot } from './result-links.ts';

const PIECE_BYTES = 1 << 20;

interface Step {
  readonly host: string;
  readonly inode: Inode;
}

export interface ResultCopy {
  readonly fileSystem: FileSystem;
  /** What came from the host: where it lies unchanged it is left alone. */
  readonly copied: CopiedFiles;
}

/**
 * @param outputs whose places are those that links lead to
 * @throws TruceError EXEC_RESULT_MISSING {path}, LOCAL_FILE_UNWRITABLE {path, reason}
 */
export function copyResults(copy: ResultCopy, outputs: readonly ExecOutput[]): void {
  const steps = outputs.flatMap((output) => planned(copy, output));
  for (const { host, inode } of steps) {
    if (isUnchanged(copy.copied, inode, host)) continue;
    writable(host, () => write(host, inode));
  }
}

/** The steps for one output, directories before what they hold. */
function planned({ fileSystem }: ResultCopy, { guest, host }: ExecOutput): Step[] {
  const inode = find(fileSystem, guest);
  const top = writable(host, () => lstatSync(host, { throwIfNoEntry: false }));
  if (inode.type !== FileType.directory) {
    if (top !== undefined && !top.isFile())
      throw unwritable(host, top.isDirectory() ? `it is a folder, and ${guest} is none` : 'it is no file');
    return [{ host, inode }];
  }
  if (top !== undefined && !top.isDirectory()) throw unwritable(host, `it is no folder, and ${guest} is one`);
  const root = resolve(host);
  const steps: Step[] = top === undefined ? [{ host: root, inode }] : [];
  const walk = (directory: DirectoryInode, folder: string): void => {
    for (const [name, entry] of fileSystem.entries(directory)) {
      const path = join(folder, name);
      checkEntry(path, entry);
      const same =
        entry.type === FileType.symbolicLink && writable(path, () => isSameLink(path, entry.target));
      if (!same) steps.push({ host: path, inode: entry });
      if (entry.type === FileType.directory) walk(entry, path);
    }
  };
  walk(inode, root);
  checkLinks(steps, root);
  return steps;
}

function checkLinks(steps: readonly Step[], root: string): void {
  const made = new Set(steps.map(({ host }) => host));
  for (const { host, inode } of steps) {
    if (inode.type !== FileType.symbolicLink) continue;
    if (writable(host, () => leavesRoot(host, inode.target, root, (path) => made.has(path))))
      throw unwritable(host, `it would be a link to ${inode.target}, out of the folder`);
  }
}

function find(fileSystem: FileSystem, guest: string): Inode {
  try {
    const { inode } = fileSystem.resolve(fileSystem.root, guest.slice(1) || '.', { followLast: true });
    if (inode !== undefined) return inode;
  } catch (error) {
    if (!(error instanceof VfsError)) throw error;
  }
  throw new TruceError('EXEC_RESULT_MISSING', { path: guest });
}

/** What is there on the host may be replaced by its like only. */
function checkEntry(path: string, entry: Inode): void {
  const present = writable(path, () => lstatSync(path, { throwIfNoEntry: false }));
  const directory = entry.type === FileType.directory;
  if (present !== undefined && directory !== present.isDirectory())
    throw unwritable(path, directory ? 'it is no folder, and would become one' : 'it is a folder');
  if (present !== undefined && !directory && !present.isFile() && !present.isSymbolicLink())
    throw unwritable(path, 'it is a device, pipe or socket');
}

function write(host: string, inode: Inode): void {
  if (inode.type === FileType.directory) {
    if (lstatSync(host, { throwIfNoEntry: false }) === undefined) mkdirSync(host);
    return;
  }
  const fresh = join(dirname(host), `.${basename(host).slice(0, 64)}.${randomBytes(6).toString('hex')}.part`);
  try {
    if (inode.type === FileType.symbolicLink) symlinkSync(inode.target, fresh);
    else writeFile(fresh, inode, lstatSync(host, { throwIfNoEntry: false }));
    renameSync(fresh, host);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** With the permissions of the file that it replaces. */
function writeFile(path: string, { content }: FileInode, before: Stats | undefined): void {
  const mode = before?.isFile() ? before.mode & 0o777 : undefined;
  // From its first byte on nobody may read it who could not read the one before.
  const descriptor = openSync(path, 'wx', mode);
  try {
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(content.size, 1)));
    for (let position = 0; position < content.size; ) {
      const length = content.read(buffer, position);
      for (let done = 0; done < length; ) done += writeSync(descriptor, buffer, done, length - done);
      position += length;
    }
  } finally {
    closeSync(descriptor);
  }
  if (mode !== undefined) chmodSync(path, mode);
}

/** Whether what is there is what the program was given, by this name or by another one, and left alone. */
function isUnchanged(copied: CopiedFiles, inode: Inode, host: string): boolean {
  const known = copied.get(inode);
  if (known === undefined || known.version !== inode.version) return false;
  const present = lstatSync(host, { throwIfNoEntry: false, bigint: true });
  return present !== undefined && (known.hosts.has(host) || known.identity === identityOf(present));
}

/** Does the work; an error of the host's becomes LOCAL_FILE_UNWRITABLE of that path. */
export function writable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof TruceError) throw error;
    throw new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason: code }, { cause: error });
  }
}

export function unwritable(path: string, reason: string): TruceError {
  return new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason });
}

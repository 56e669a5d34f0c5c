/**
 * What copying a program's results out will do, looked through before the first byte is written. What the host has beside
 * them stays; what is in their way may be replaced by its like only. No link below the place that was named is followed,
 * and none is made that leads out of it: the program is nobody to be trusted.
 */
import { lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import type { ExecOutput } from '../../proto/exec.ts';
import { VfsError } from '../vfs/errno.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../vfs/inode.ts';
import { unwritable, writable } from './host-paths.ts';
import { isSameLink, leavesRoot } from './result-links.ts';

/** An entry to be made or written; its folder has no links in its path. */
export interface Step {
  readonly host: string;
  readonly inode: Inode;
}

/**
 * The steps for all outputs, directories before what they hold.
 * @param outputs whose places are those that links lead to
 * @throws TruceError EXEC_RESULT_MISSING {path}, LOCAL_FILE_UNWRITABLE {path, reason}
 */
export function planResults(fileSystem: FileSystem, outputs: readonly ExecOutput[]): Step[] {
  const steps = outputs.flatMap((output) => planned(fileSystem, output));
  if (outputs.length > 1) checkTogether(steps);
  return steps;
}

function planned(fileSystem: FileSystem, { guest, host, hostIsFolder }: ExecOutput): Step[] {
  const inode = find(fileSystem, guest);
  const top = writable(host, () => lstatSync(host, { throwIfNoEntry: false }));
  if (inode.type !== FileType.directory) {
    if (hostIsFolder === true) throw unwritable(host, `it is named as a folder, and ${guest} is none`);
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

function checkLinks(steps: readonly Step[], root: string): void {
  const made = new Set(steps.map(({ host }) => host));
  for (const { host, inode } of steps) {
    if (inode.type !== FileType.symbolicLink) continue;
    if (writable(host, () => leavesRoot(host, inode.target, root, (path) => made.has(path))))
      throw unwritable(host, `it would be a link to ${inode.target}, out of the folder`);
  }
}

/** Each output was judged by what is there now: none may be in the way of another, nor lead it elsewhere. */
function checkTogether(steps: readonly Step[]): void {
  const leaves = new Set<string>();
  for (const { host, inode } of steps) {
    if (inode.type === FileType.directory) continue;
    if (leaves.has(host)) throw unwritable(host, 'another --out goes there, too');
    leaves.add(host);
  }
  for (const { host, inode } of steps) {
    let path = inode.type === FileType.directory ? host : dirname(host);
    for (; path !== dirname(path); path = dirname(path))
      if (leaves.has(path))
        throw unwritable(host, `another --out makes ${path} something else than a folder`);
  }
}

/**
 * What copying a program's results out will do, looked through before the first byte is written. What the host has beside
 * them stays; what is in their way may be replaced by its like only. No link below the place that was named is followed,
 * and none is made that leads out of it: the program is nobody to be trusted.
 */
import { type BigIntStats, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import type { ExecOutput } from '../../proto/exec.ts';
import type { BoundaryTable } from '../../proto/policy/access.ts';
import { VfsError } from '../vfs/errno.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { FileType, type Inode } from '../vfs/inode.ts';
import type { Resolution } from '../vfs/path-walk.ts';
import { type CopiedFiles, identityOf } from './host-files.ts';
import { requireFolder, unwritable, writable } from './host-paths.ts';
import { isSameLink, LinkWays, MAXIMUM_TARGET_BYTES } from './result-links.ts';
import { requireUnprinted } from './result-places.ts';
import type { Turns } from './turns.ts';

/** A path of the system's has 4095 bytes; a file has a longer name before it has its own. Source: Linux, PATH_MAX. */
const MAXIMUM_FOLDER_BYTES = 4095 - 256;

/** An entry to be made or written; its folder has no links in its path. */
export interface Step {
  readonly host: string;
  readonly inode: Inode;
  /** The place of the output that it is part of. */
  readonly root: string;
  /** Whether the host has it already, and keeps it. */
  readonly kept: boolean;
}

export interface ResultCopy {
  readonly fileSystem: FileSystem;
  /** Of the entries that the program was given. */
  readonly boundaries: BoundaryTable;
  /** What came from the host: where it lies unchanged it is left alone. */
  readonly copied: CopiedFiles;
  /** A place that is the report's. */
  readonly report?: string | undefined;
}

/**
 * The steps for all outputs, directories before what they hold.
 * @param outputs whose places are those that links lead to
 * @throws TruceError EXEC_RESULT_MISSING {path}, LOCAL_FILE_UNWRITABLE {path, reason}; the signal's reason
 */
export async function planResults(
  copy: ResultCopy,
  outputs: readonly ExecOutput[],
  turns: Turns,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const output of outputs) {
    const before = steps.length;
    await addSteps(steps, copy, output, turns);
    checkSize(steps.slice(before), copy.fileSystem.limits.bytes);
  }
  checkTogether(steps, copy.report);
  checkFolders(steps);
  await checkLinks(steps, turns);
  return steps;
}

async function addSteps(steps: Step[], copy: ResultCopy, output: ExecOutput, turns: Turns): Promise<void> {
  const { host: root } = output;
  const add = async (host: string, inode: Inode, check: (present: Present) => void): Promise<void> => {
    await turns.entry();
    const kept = writable(host, () => {
      const present = lstatSync(host, { throwIfNoEntry: false, bigint: true });
      check(present);
      return present !== undefined && stays(copy.copied, inode, host, present);
    });
    steps.push({ host, inode, root, kept });
    if (inode.type !== FileType.directory) return;
    for (const [name, entry] of copy.fileSystem.entries(inode)) {
      const path = join(host, name);
      await add(path, entry, (present) => checkEntry(path, entry, present));
    }
  };
  const top = find(copy, output);
  await add(root, top, (present) => checkTop(output, top, present));
}

type Present = BigIntStats | undefined;

/** Folders that are there, links that are the same, and what the program was given, by this name or another, and left alone. */
function stays(copied: CopiedFiles, inode: Inode, host: string, present: BigIntStats): boolean {
  if (inode.type === FileType.directory) return present.isDirectory();
  if (inode.type === FileType.symbolicLink) return present.isSymbolicLink() && isSameLink(host, inode.target);
  const known = copied.get(inode);
  const same =
    known !== undefined &&
    known.version === inode.version &&
    (known.hosts.has(host) || known.identity === identityOf(present));
  if (!same) requireUnprinted(host, present);
  return same;
}

/**
 * Links may lead to what the same entry governs, and no other below it: the program was not to bring anything from one to
 * another. What was named may hold others.
 */
function find({ fileSystem, boundaries }: ResultCopy, { guest, host }: ExecOutput): Inode {
  const { inode, path } = guestAt(fileSystem, guest);
  if (inode === undefined) throw new TruceError('EXEC_RESULT_MISSING', { path: guest });
  const others = path !== guest && boundaries.containsBelow(path);
  if (others || boundaries.governing(path) !== boundaries.governing(guest))
    throw unwritable(host, `${guest} leads to ${path} by a link, which is not part of what was named`);
  return inode;
}

/** What is at an absolute path, also by links. */
export function guestAt(fileSystem: FileSystem, guest: string): Pick<Resolution, 'inode' | 'path'> {
  try {
    return fileSystem.resolve(fileSystem.root, guest.slice(1) || '.', { followLast: true });
  } catch (error) {
    if (error instanceof VfsError) return { inode: undefined, path: guest };
    throw error;
  }
}

/** The place that was named is no link: it was followed before the run. */
function checkTop({ guest, host, hostIsFolder }: ExecOutput, inode: Inode, present: Present): void {
  const directory = inode.type === FileType.directory;
  if (!directory && hostIsFolder === true)
    throw unwritable(host, `it is named as a folder, and ${guest} is none`);
  if (present === undefined || (directory ? present.isDirectory() : present.isFile())) return;
  if (directory) throw unwritable(host, `it is no folder, and ${guest} is one`);
  throw unwritable(host, present.isDirectory() ? `it is a folder, and ${guest} is none` : 'it is no file');
}

/** What is there on the host may be replaced by its like only. */
function checkEntry(path: string, entry: Inode, present: Present): void {
  if (present === undefined) return;
  const directory = entry.type === FileType.directory;
  if (directory !== present.isDirectory())
    throw unwritable(path, directory ? 'it is no folder, and would become one' : 'it is a folder');
  if (!directory && !present.isFile() && !present.isSymbolicLink())
    throw unwritable(path, 'it is a device, pipe or socket');
}

/** Of one output. A program's files have room once; each name of a file is one of its own here. */
function checkSize(steps: readonly Step[], mostBytes: number): void {
  let bytes = 0;
  for (const { host, inode, kept } of steps) {
    if (!kept && inode.type === FileType.regularFile) bytes += inode.content.size;
    if (bytes > mostBytes)
      throw unwritable(host, `files with several names take more than the ${mostBytes} bytes of vfsBytes`);
  }
}

/** Each output was judged by what is there now: none may be in the way of another, nor lead it elsewhere. */
function checkTogether(steps: readonly Step[], report: string | undefined): void {
  const leaves = new Set<string>();
  for (const { host, inode, kept } of steps) {
    // What stays as it is is in nobody's way: who finds it there has looked at it.
    if (kept || inode.type === FileType.directory) continue;
    if (leaves.has(host)) throw unwritable(host, 'another --out goes there, too');
    leaves.add(host);
  }
  const requireNoLeaf = (path: string, host: string): void => {
    if (leaves.has(path)) throw unwritable(host, `another --out makes ${path} something else than a folder`);
  };
  const requireWay = (host: string): void => {
    for (let path = dirname(host); path !== dirname(path); path = dirname(path)) requireNoLeaf(path, host);
  };
  for (const { host, inode } of steps) if (inode.type === FileType.directory) requireNoLeaf(host, host);
  for (const root of new Set(steps.map((step) => step.root))) requireWay(root);
  if (report === undefined) return;
  if (steps.some(({ host, kept }) => host === report && !kept))
    throw unwritable(report, 'the report goes there');
  requireWay(report);
}

/** Whatever is made is made in a folder that is there, or is made before it. */
function checkFolders(steps: readonly Step[]): void {
  const ready = new Set<string>();
  for (const { host, inode, kept } of steps) {
    if (kept) continue;
    const folder = dirname(host);
    if (Buffer.byteLength(folder) > MAXIMUM_FOLDER_BYTES) throw unwritable(host, 'its path is too long');
    if (!ready.has(folder)) requireFolder(folder, host);
    ready.add(folder);
    if (inode.type === FileType.directory) ready.add(host);
  }
}

/** No link that is made leads out of its output's place, and none that stays may come to. */
async function checkLinks(steps: readonly Step[], turns: Turns): Promise<void> {
  const changes = new Map(steps.filter(({ kept }) => !kept).map(({ host, inode }) => [host, inode]));
  const ways = new LinkWays(changes, turns);
  for (const { host, inode, root, kept } of steps) {
    if (inode.type !== FileType.symbolicLink) continue;
    await turns.entry();
    const { target } = inode;
    if (Buffer.byteLength(target) > MAXIMUM_TARGET_BYTES)
      throw unwritable(host, `it would be a link to more than ${MAXIMUM_TARGET_BYTES} bytes`);
    const fault = await ways.fault({ host, target, root, kept });
    if (fault !== undefined) throw unwritable(host, fault);
  }
}

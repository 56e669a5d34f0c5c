/** Reads a journal as a child sent it: the child may have been taken over by its program, so every field is checked. */
import { TruceError } from '../../proto/errors.ts';
import { FileType } from '../vfs/inode.ts';
import type { Job, Journal, JournalContent, JournalOperation, JournalTimes, RunEnd } from './run-protocol.ts';

const MAXIMUM_TIME = 2n ** 64n - 1n;
const MAXIMUM_DETAILS = 8;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;

/** How much of a journal there can be. */
export interface JournalBounds {
  /** Changes of the tree. */
  readonly operations: number;
  /** Files whose bytes or times can have changed. */
  readonly inodes: number;
}

/** An entry has at most 7 members; the braces and commas of all of them, with a little to spare. */
const MARKS_PER_ENTRY = 10;

export function journalBounds({ inodes, limits }: Pick<Job, 'inodes' | 'limits'>): JournalBounds {
  const operations = limits.journalOperations;
  // Those of the job, its root, and those made.
  return { operations, inodes: inodes.length + 1 + operations };
}

export function readJournal(payload: Uint8Array, bounds: JournalBounds): Journal {
  const most = MARKS_PER_ENTRY * (bounds.operations + 2 * bounds.inodes + 2);
  // Parsed, a few bytes of JSON can take ten times their size: how many values there are is looked at before.
  if (countMarks(payload) > most) throw broken('size');
  const journal = readObject(parseJson(payload), 'journal');
  const operations = readArray(journal.operations);
  if (operations.length > bounds.operations) throw broken('number of operations');
  return {
    operations: operations.map(readOperation),
    contents: readArray(journal.contents).map(readContent),
    times: readArray(journal.times).map(readTimes),
  };
}

export function readEnd(payload: Uint8Array): RunEnd {
  const end = readObject(parseJson(payload), 'end');
  const { error } = end;
  const usage = end.usage === undefined ? {} : { usage: readUsage(end.usage) };
  if (error !== undefined) {
    const { code, details } = readObject(error, 'error');
    return { error: { code: readString(code, 64), details: readDetails(details) }, ...usage };
  }
  const exitCode = readInteger(end.exitCode, 0xffff_ffff);
  return { exitCode, ...usage };
}

function readUsage(value: unknown): NonNullable<RunEnd['usage']> {
  const { fuel } = readObject(value, 'usage');
  return fuel === undefined ? {} : { fuel: readInteger(fuel) };
}

/** The places that the error's message has room for. */
function readDetails(value: unknown): Record<string, string | number> {
  const details: Record<string, string | number> = {};
  for (const [name, detail] of Object.entries(readObject(value, 'details')).slice(0, MAXIMUM_DETAILS)) {
    if (!/^\w{1,32}$/.test(name)) throw broken('detail');
    details[name] = typeof detail === 'number' ? readInteger(detail) : printable(readString(detail, 1024));
  }
  return details;
}

function readOperation(value: unknown): JournalOperation {
  const entry = readObject(value, 'operation');
  const inode = readInteger(entry.inode);
  const parent = readInteger(entry.parent);
  const name = readName(entry.name);
  switch (entry.operation) {
    case 'create': {
      const type = entry.type;
      if (type === FileType.symbolicLink)
        return { operation: 'create', inode, type, target: readString(entry.target, 4096), parent, name };
      if (type !== FileType.regularFile && type !== FileType.directory) throw broken('type of a new inode');
      return { operation: 'create', inode, type, parent, name };
    }
    case 'link':
    case 'unlink':
      return { operation: entry.operation, inode, parent, name };
    case 'rename': {
      const [newParent, newName] = [readInteger(entry.newParent), readName(entry.newName)];
      return { operation: 'rename', inode, parent, name, newParent, newName };
    }
    default:
      throw broken('operation');
  }
}

function readContent(value: unknown): JournalContent {
  const entry = readObject(value, 'content');
  return {
    inode: readInteger(entry.inode),
    size: readInteger(entry.size),
    kept: readInteger(entry.kept),
  };
}

function readTimes(value: unknown): JournalTimes {
  const entry = readObject(value, 'times');
  return {
    inode: readInteger(entry.inode),
    accessed: readTime(entry.accessed),
    modified: readTime(entry.modified),
  };
}

/** Commas and opening brackets outside of strings. */
function countMarks(payload: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < payload.length; at++) {
    const byte = payload[at];
    if (byte === QUOTE) {
      do at = payload.indexOf(QUOTE, at + 1);
      while (at > 0 && escaped(payload, at));
      if (at === -1) break;
    } else if (byte === COMMA || byte === BRACKET || byte === BRACE) count++;
  }
  return count;
}

/** Whether an odd number of backslashes precedes. */
function escaped(payload: Uint8Array, at: number): boolean {
  let before = at;
  while (payload[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw broken('JSON', cause);
  }
}

function readObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw broken(what);
  return value as Record<string, unknown>;
}

function readArray(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw broken('list');
  return value;
}

function readInteger(value: unknown, maximum: number = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > maximum)
    throw broken('number');
  return value as number;
}

function readString(value: unknown, maximum: number): string {
  if (typeof value !== 'string' || value.length > maximum) throw broken('string');
  return value;
}

/** A name as a directory may hold it; its length in bytes is the file system's to judge. */
function readName(value: unknown): string {
  const name = readString(value, 4096);
  // Lone surrogates have no UTF-8 form: two readers would see two names.
  if (name === '' || name === '.' || name === '..' || /[/\0]|\p{Surrogate}/u.test(name)) throw broken('name');
  return name;
}

function readTime(value: unknown): string {
  const text = readString(value, 20);
  if (!/^\d{1,20}$/.test(text) || BigInt(text) > MAXIMUM_TIME) throw broken('time');
  return text;
}

/** Text of a child reaches people's terminals: control characters do not. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ');
}

function broken(what: string, cause?: unknown): TruceError {
  return new TruceError('RUN_PROTOCOL', { reason: `bad ${what} in what the child sent` }, { cause });
}

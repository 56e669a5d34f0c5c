/** Reads a journal as a child sent it: the child may have been taken over by its program, so every field is checked. */
import { TruceError } from '../../proto/errors.ts';
import { FileType } from '../vfs/inode.ts';
import type { Journal, JournalContent, JournalOperation, JournalTimes, RunEnd } from './run-protocol.ts';

const MAXIMUM_TIME = 2n ** 64n - 1n;
const MAXIMUM_DETAILS = 8;

export function readJournal(payload: Uint8Array): Journal {
  const journal = readObject(parseJson(payload), 'journal');
  return {
    operations: readArray(journal.operations).map(readOperation),
    contents: readArray(journal.contents).map(readContent),
    times: readArray(journal.times).map(readTimes),
  };
}

export function readEnd(payload: Uint8Array): RunEnd {
  const end = readObject(parseJson(payload), 'end');
  const error = end.error;
  if (error !== undefined) {
    const { code, details } = readObject(error, 'error');
    return { error: { code: readString(code, 64), details: readDetails(details) } };
  }
  const exitCode = readInteger(end.exitCode, 0xffff_ffff);
  return { exitCode };
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

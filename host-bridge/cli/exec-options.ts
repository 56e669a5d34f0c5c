/** The arguments of `truce exec`, read where commander parses them: a wrong one is wrong usage. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { ExecDirectory, ExecOutput } from '../../proto/exec.ts';
import {
  isRunLimitName,
  type LimitSettings,
  type RunLimitName,
  resolveLimits,
  runLimitTable,
} from '../../proto/limits.ts';
import { parsePath } from '../../proto/policy/paths.ts';
import { parseUtcTime } from '../../proto/policy/values.ts';
import { ALL_RIGHTS, isRights } from '../../proto/rights.ts';
import { rightsOfText } from './capabilities.ts';

/** Limits of the file system that the host's folders are copied into; the others are those of one run. */
const STORAGE_LIMITS = ['vfsBytes', 'vfsInodes', 'fileBytes'] as const;
const BETWEEN = '::';
const SEED_BYTES = 32;
const COMMAND_LINE = '/proc/self/cmdline';
const ENVIRONMENT = '/proc/self/environ';

/** Collects `HOST::GUEST[:RIGHTS]`. HOST may hold colons, GUEST may not. */
export function collectDirectory(text: string, previous: readonly ExecDirectory[] = []): ExecDirectory[] {
  const { left: host, right } = divide(text, 'HOST::GUEST[:RIGHTS]');
  requireOwnPath(host);
  const colon = right.indexOf(':');
  const path = guestPath(colon === -1 ? right : right.slice(0, colon));
  if (previous.some(({ guest }) => guest === path)) throw new InvalidArgumentError(`${path} is named twice.`);
  const rights = colon === -1 ? ALL_RIGHTS : rightsOf(right.slice(colon + 1));
  return [...previous, { host, guest: path, rights }];
}

/** Collects `GUEST::HOST`. A slash at GUEST's end means a folder that is there from the start. */
export function collectOutput(text: string, previous: readonly ExecOutput[] = []): ExecOutput[] {
  const at = text.indexOf(BETWEEN);
  const host = text.slice(at + BETWEEN.length);
  if (at < 1 || host === '') throw new InvalidArgumentError('GUEST::HOST is due.');
  requireOwnPath(host);
  const written = text.slice(0, at);
  const guest = guestPath(written);
  const slash = /\/\.?$/.test(host) ? { hostIsFolder: true } : {};
  return [...previous, { guest, directory: written.endsWith('/'), host, ...slash }];
}

/** A file of the host's. */
export function parseFile(text: string): string {
  requireOwnPath(text);
  return text;
}

/** Collects the program's arguments. */
export function collectArgument(text: string, previous: readonly string[] = []): string[] {
  if (!hasOwnBytes(text, COMMAND_LINE)) throw notText();
  return [...previous, text];
}

/** Collects `NAME=VALUE`, or `NAME` alone, whose value is the one that this command itself has. */
export function collectVariable(text: string, previous: readonly string[] = []): string[] {
  const end = text.indexOf('=');
  if (end === 0 || text === '') throw new InvalidArgumentError('NAME=VALUE is due.');
  const name = end === -1 ? text : text.slice(0, end);
  const value = end === -1 ? process.env[text] : text.slice(end + 1);
  if (value === undefined) throw new InvalidArgumentError(`there is no variable ${text} here to take over.`);
  if (!hasOwnBytes(`${name}=${value}`, end === -1 ? ENVIRONMENT : COMMAND_LINE)) throw notText();
  // As in a shell the last one holds.
  return [...previous.filter((earlier) => !earlier.startsWith(`${name}=`)), `${name}=${value}`];
}

/** Collects `NAME=N` into settings; names as in LIMITS.md, with or without its `run.`, or as policies write them. */
export function collectLimit(text: string, previous: LimitSettings = {}): LimitSettings {
  const end = text.indexOf('=');
  const written = text.slice(0, Math.max(end, 0));
  const name = written.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const digits = text.slice(end + 1);
  const storage = STORAGE_LIMITS.find((known) => known === name);
  const runName = name.replace(/^run\./, '');
  if (storage === undefined && !isRunLimitName(runName))
    throw new InvalidArgumentError(`NAME=N is due, and NAME one of: ${limitNames().join(', ')}.`);
  const value = /^[0-9]{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
  const settings: LimitSettings =
    storage === undefined
      ? { ...previous, run: { ...previous.run, [runName]: value } }
      : { ...previous, [storage]: value };
  try {
    resolveLimits(settings);
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    throw new InvalidArgumentError(`${error.message}.`);
  }
  return settings;
}

/** 32 bytes in hexadecimal. */
export function parseSeed(text: string): string {
  if (fromHex(text)?.length !== SEED_BYTES)
    throw new InvalidArgumentError(`${SEED_BYTES} bytes in hexadecimal are due.`);
  return text;
}

/** As policies write it, in UTC, to nanoseconds since 1970. */
export function parseTime(text: string): bigint {
  const time = parseUtcTime(text);
  if (time === undefined)
    throw new InvalidArgumentError('a time such as 2026-01-31T12:00:00Z is due, from 1970 to 2261.');
  return time;
}

export function parseFuel(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || value < 1 || !Number.isSafeInteger(value))
    throw new InvalidArgumentError(`a whole number from 1 to ${Number.MAX_SAFE_INTEGER} is due.`);
  return value;
}

function limitNames(): string[] {
  return [...(Object.keys(runLimitTable) as RunLimitName[]), ...STORAGE_LIMITS];
}

/** Letters out of rwx as `truce policy generate` takes them, or the bits' number. */
function rightsOf(text: string): number {
  const number = /^0x[0-9a-fA-F]{1,8}$/.test(text) ? Number(text) : undefined;
  const rights = number === undefined ? rightsOfText(text, 'truce-2') : number;
  if (rights === undefined || !isRights(rights))
    throw new InvalidArgumentError(`'${text}' is neither letters out of rwx nor a number of rights.`);
  return rights;
}

/**
 * Node decodes the bytes that it is given as UTF-8 and puts U+FFFD for what is none: the text would mean others. What is in
 * truth an U+FFFD lies in `source`, where the kernel has all bytes as they came.
 */
function hasOwnBytes(text: string, source: string): boolean {
  return !text.includes('\uFFFD') || readFileSync(source).includes(text);
}

function notText(): InvalidArgumentError {
  return new InvalidArgumentError('it is not UTF-8; give such bytes in a file, or by standard input.');
}

function requireOwnPath(path: string): void {
  if (!hasOwnBytes(path, COMMAND_LINE))
    throw new InvalidArgumentError('the path is not UTF-8; rename it, or make a link to it.');
}

/** At the last double colon, which a host's path may hold as well. */
function divide(text: string, form: string): { left: string; right: string } {
  const at = text.lastIndexOf(BETWEEN);
  const left = text.slice(0, Math.max(at, 0));
  if (left === '') throw new InvalidArgumentError(`${form} is due.`);
  return { left, right: text.slice(at + BETWEEN.length) };
}

function guestPath(text: string): string {
  if (!text.startsWith('/')) throw new InvalidArgumentError(`the program's path '${text}' is not absolute.`);
  try {
    return parsePath(text).path;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    throw new InvalidArgumentError(`the program's path '${text}': ${error.message}.`);
  }
}

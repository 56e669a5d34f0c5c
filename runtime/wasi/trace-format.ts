/**
 * How the trace shows each call of preview 1: its arguments decoded, and what it gave back. Paths are shown, since they
 * are what a trace is read for; the bytes of files, streams, arguments and variables are not, only how many there are.
 */
import { namesOfRights, PREVIEW1_RIGHTS } from '../../proto/rights.ts';
import { FileType } from '../vfs/inode.ts';
import {
  CLOCK_SUBSCRIPTION_ABSOLUTE,
  Clock,
  EventType,
  FdFlags,
  FdStat,
  FileStat,
  IoVector,
  LookupFlags,
  OpenFlags,
  PreStat,
  Subscription,
  TimeFlags,
  Whence,
} from './abi.ts';
import { namedRights, namesUnknownRights } from './rights-table.ts';
import type { ImportName } from './signatures.ts';
import type { TraceMemory } from './trace-memory.ts';

/** The arguments of a call, or some of them; i64 are bigints. */
export type Values = readonly (number | bigint)[];

interface ArgumentKind {
  /** Core types of what it takes up, as in `signatures`. */
  readonly types: string;
  show(memory: TraceMemory, values: Values): string;
}

export interface CallFormat {
  /** What is left of a call's parameters after these are pointers to where it puts its results. */
  readonly arguments: readonly ArgumentKind[];
  /** What a call that succeeded gave, or undefined where that is nothing. */
  result?(memory: TraceMemory, values: Values): string;
}

/** Entries of a list that are shown. */
const MOST_ENTRIES = 8;
/** Source: WebAssembly/WASI, legacy/preview1/witx/typenames.witx, `advice`. */
const ADVICE = ['NORMAL', 'SEQUENTIAL', 'RANDOM', 'WILLNEED', 'DONTNEED', 'NOREUSE'];
const clockNames: Readonly<Record<number, string>> = {
  [Clock.realtime]: 'REALTIME',
  [Clock.monotonic]: 'MONOTONIC',
  [Clock.processCpuTime]: 'PROCESS_CPUTIME',
  [Clock.threadCpuTime]: 'THREAD_CPUTIME',
};
const whenceNames: Readonly<Record<number, string>> = {
  [Whence.set]: 'SET',
  [Whence.current]: 'CUR',
  [Whence.end]: 'END',
};
const fileTypes: Readonly<Record<number, string>> = {
  [FileType.unknown]: 'UNKNOWN',
  [FileType.characterDevice]: 'CHARACTER_DEVICE',
  [FileType.directory]: 'DIRECTORY',
  [FileType.regularFile]: 'REGULAR_FILE',
  [FileType.symbolicLink]: 'SYMBOLIC_LINK',
};

function one(types: 'i' | 'I', show: (value: number | bigint, memory: TraceMemory) => string): ArgumentKind {
  return { types, show: (memory, values) => show(values[0]!, memory) };
}

const unsigned = (value: number | bigint): number => Number(value) >>> 0;
const named = (names: Readonly<Record<number, string>>) =>
  one('i', (value) => names[unsigned(value)] ?? String(unsigned(value)));
const flags = (names: Readonly<Record<string, number>>) =>
  one('i', (value) => flagNames(unsigned(value), names));

const number = one('i', (value) => String(unsigned(value)));
const size64 = one('I', (value) => String(BigInt.asUintN(64, BigInt(value))));
const signed64 = one('I', (value) => String(BigInt.asIntN(64, BigInt(value))));
const time = one('I', (value) => nanoseconds(BigInt.asUintN(64, BigInt(value))));
const rights = one('I', (value) => rightsText(namedRights(BigInt(value)), namesUnknownRights(BigInt(value))));
const path: ArgumentKind = {
  types: 'ii',
  show: (memory, [pointer, length]) => memory.text(unsigned(pointer!), unsigned(length!)),
};
const buffers: ArgumentKind = {
  types: 'ii',
  show: (memory, [pointer, count]) =>
    list(unsigned(count!), (index) =>
      memory.u32(unsigned(pointer!) + index * IoVector.size + IoVector.length),
    ),
};
/** A buffer: how long it is. */
const buffer: ArgumentKind = { types: 'ii', show: (_, [, length]) => String(unsigned(length!)) };
/** Where a call puts what is no result of its own: nothing to be told. */
const subscriptions: ArgumentKind = {
  types: 'iii',
  show: (memory, [pointer, , count]) =>
    list(unsigned(count!), (index) => subscription(memory, unsigned(pointer!) + index * Subscription.size)),
};
const lookup = flags(LookupFlags);
const openFlags = flags(OpenFlags);
const fdFlags = flags(FdFlags);
const timeFlags = flags(TimeFlags);
const advice = one('i', (value) => ADVICE[unsigned(value)] ?? String(unsigned(value)));

type Result = NonNullable<CallFormat['result']>;
const at =
  (show: (memory: TraceMemory, pointer: number) => unknown, index = -1): Result =>
  (memory, values) =>
    String(show(memory, unsigned(values.at(index)!)));
const count = at((memory, pointer) => memory.u32(pointer));
const position = at((memory, pointer) => memory.u64(pointer));
const clockTime = at((memory, pointer) => nanoseconds(memory.u64(pointer)));
const sizes: Result = (memory, [strings, bytes]) =>
  `${memory.u32(unsigned(strings!))} of ${memory.u32(unsigned(bytes!))} bytes`;

export const callFormats: Readonly<Record<ImportName, CallFormat>> = {
  args_get: { arguments: [] },
  args_sizes_get: { arguments: [], result: sizes },
  environ_get: { arguments: [] },
  environ_sizes_get: { arguments: [], result: sizes },
  clock_res_get: { arguments: [named(clockNames)], result: clockTime },
  clock_time_get: { arguments: [named(clockNames), time], result: clockTime },
  fd_advise: { arguments: [number, size64, size64, advice] },
  fd_allocate: { arguments: [number, size64, size64] },
  fd_close: { arguments: [number] },
  fd_datasync: { arguments: [number] },
  fd_fdstat_get: { arguments: [number], result: at(descriptorStatus) },
  fd_fdstat_set_flags: { arguments: [number, fdFlags] },
  fd_fdstat_set_rights: { arguments: [number, rights, rights] },
  fd_filestat_get: { arguments: [number], result: at(fileStatus) },
  fd_filestat_set_size: { arguments: [number, size64] },
  fd_filestat_set_times: { arguments: [number, time, time, timeFlags] },
  fd_pread: { arguments: [number, buffers, size64], result: count },
  fd_prestat_get: {
    arguments: [number],
    result: at((memory, pointer) => `a name of ${memory.u32(pointer + PreStat.nameLength)} bytes`),
  },
  fd_prestat_dir_name: {
    arguments: [number],
    result: (memory, [, pointer, length]) => memory.text(unsigned(pointer!), unsigned(length!)),
  },
  fd_pwrite: { arguments: [number, buffers, size64], result: count },
  fd_read: { arguments: [number, buffers], result: count },
  fd_readdir: { arguments: [number, buffer, size64], result: count },
  fd_renumber: { arguments: [number, number] },
  fd_seek: { arguments: [number, signed64, named(whenceNames)], result: position },
  fd_sync: { arguments: [number] },
  fd_tell: { arguments: [number], result: position },
  fd_write: { arguments: [number, buffers], result: count },
  path_create_directory: { arguments: [number, path] },
  path_filestat_get: { arguments: [number, lookup, path], result: at(fileStatus) },
  path_filestat_set_times: { arguments: [number, lookup, path, time, time, timeFlags] },
  path_link: { arguments: [number, lookup, path, number, path] },
  path_open: {
    arguments: [number, lookup, path, openFlags, rights, rights, fdFlags],
    result: at((memory, pointer) => `fd ${memory.u32(pointer)}`),
  },
  path_readlink: {
    arguments: [number, path, buffer],
    result: (memory, values) =>
      memory.text(unsigned(values[3]!), Number(memory.u32(unsigned(values.at(-1)!)) ?? 0)),
  },
  path_remove_directory: { arguments: [number, path] },
  path_rename: { arguments: [number, path, number, path] },
  path_symlink: { arguments: [path, number, path] },
  path_unlink_file: { arguments: [number, path] },
  poll_oneoff: { arguments: [subscriptions], result: count },
  proc_exit: { arguments: [number] },
  proc_raise: { arguments: [number] },
  sched_yield: { arguments: [] },
  random_get: { arguments: [buffer] },
  sock_accept: { arguments: [number, fdFlags], result: count },
  sock_recv: {
    arguments: [number, buffers, number],
    result: at((memory, pointer) => memory.u32(pointer), -2),
  },
  sock_send: { arguments: [number, buffers, number], result: count },
  sock_shutdown: { arguments: [number, number] },
  fd_create: { arguments: [], result: at((memory, pointer) => `fd ${memory.u32(pointer)}`) },
};

/** Names of rights, or those that are missing of all of preview 1's; bits without a name are told of, not named. */
export function rightsText(rights: number, unknown = false): string {
  const names = namesOfRights(rights);
  const missing = namesOfRights(PREVIEW1_RIGHTS & ~rights);
  const text = missing.length < names.length ? ['ALL', ...missing].join('-') : names.join('|');
  return [text, unknown ? 'UNKNOWN' : ''].filter((part) => part !== '').join('|') || '0';
}

function flagNames(value: number, names: Readonly<Record<string, number>>): string {
  let rest = value;
  const found = Object.entries(names).flatMap(([name, bit]) => {
    if ((value & bit) === 0) return [];
    rest &= ~bit;
    return [name];
  });
  if (rest !== 0) found.push(`0x${(rest >>> 0).toString(16)}`);
  return found.join('|') || '0';
}

function nanoseconds(value: bigint | undefined): string {
  return value === undefined ? '?' : `${value}ns`;
}

/** `[a, b]`, of long lists the beginning. */
function list(length: number, entry: (index: number) => unknown): string {
  const shown = Array.from({ length: Math.min(length, MOST_ENTRIES) }, (_, index) => entry(index) ?? '?');
  if (length > MOST_ENTRIES) shown.push(`... ${length} in all`);
  return `[${shown.join(', ')}]`;
}

function subscription(memory: TraceMemory, start: number): string {
  const type = memory.u8(start + Subscription.tag);
  if (type === EventType.clock) {
    const clock = memory.u32(start + Subscription.clockId) ?? -1;
    const absolute = (memory.u16(start + Subscription.clockFlags) ?? 0) & CLOCK_SUBSCRIPTION_ABSOLUTE;
    const timeout = nanoseconds(memory.u64(start + Subscription.timeout));
    return `${clockNames[clock] ?? clock} ${absolute === 0 ? 'in' : 'at'} ${timeout}`;
  }
  const kind =
    type === EventType.fdRead ? 'read' : type === EventType.fdWrite ? 'write' : `type ${type ?? '?'}`;
  return `${kind} fd ${memory.u32(start + Subscription.descriptor) ?? '?'}`;
}

function fileStatus(memory: TraceMemory, start: number): string {
  const type = memory.u8(start + FileStat.fileType) ?? -1;
  const [inode, links, size] = [FileStat.inode, FileStat.links, FileStat.length].map((field) =>
    memory.u64(start + field),
  );
  return `{${fileTypes[type] ?? type}, inode ${inode}, ${links} links, ${size} bytes}`;
}

function descriptorStatus(memory: TraceMemory, start: number): string {
  const type = memory.u8(start + FdStat.fileType) ?? -1;
  const flags = flagNames(memory.u16(start + FdStat.flags) ?? 0, FdFlags);
  const [base, inheriting] = [FdStat.base, FdStat.inheriting].map((field) =>
    rightsText(namedRights(memory.u64(start + field) ?? 0n)),
  );
  return `{${fileTypes[type] ?? type}, ${flags}, ${base}, ${inheriting}}`;
}

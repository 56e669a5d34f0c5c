/** A guest with something of every kind, known places in its memory, and for each call arguments that succeed there. */
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import type { Errno } from '../../../runtime/vfs/errno.ts';
import type { CallName } from '../../../runtime/wasi/signatures.ts';
import { Guest } from './guest.ts';

export type Value = number | bigint;

export const MEMORY_BYTES = 0x20000;

/** A list of buffers: two that overlap, an empty one, the list itself, one at the end, and one that is outside. */
export const LIST = 256;
export const SUBSCRIPTION = 16384;
const TEXTS = 1024;
const TEXT_ROOM = 32;
const OUT = 8192;
const BUFFER = 9000;

export const texts = [
  'file',
  'dir',
  'dir/inner',
  'new',
  '..',
  'link',
  '.',
  'dir/',
  'secret/x',
  'a/b/../c',
  '',
  'empty',
] as const;

export function textAt(index: number): number {
  return TEXTS + index * TEXT_ROOM;
}

const text = (value: (typeof texts)[number]): [number, number] => [
  textAt(texts.indexOf(value)),
  value.length,
];

const canary = Uint8Array.from({ length: MEMORY_BYTES }, (_, at) => at * 31 + (at >> 8));

/** Descriptor 4 is open on `/file`, 5 on `/dir`. */
export function prepared(): Guest {
  const guest = new Guest({
    files: {
      '/file': 'some content of a file',
      '/dir/inner': 'x',
      '/secret/x': 'secret',
      '/empty/': '',
    },
    links: { '/link': 'dir' },
    rights: { '/': PREVIEW1_RIGHTS, '/secret/': 0, '/dir/': PREVIEW1_RIGHTS & ~Rights.FD_WRITE },
    boundaries: ['/', '/secret', '/dir'],
    args: ['program', 'argument'],
    env: ['KEY=value'],
    limits: { bytes: 1 << 16, fileBytes: 1 << 15, inodes: 50 },
    openFiles: 12,
  });
  guest.open('file', { base: BigInt(PREVIEW1_RIGHTS) });
  guest.open('dir');
  // What is asked for from here on lies behind the places below.
  guest.room(0x10000);
  guest.bytes.set(canary);
  const vectors = [
    [4096, 40],
    [4100, 20],
    [0, 0],
    [LIST, 16],
    [MEMORY_BYTES - 4, 4],
    [MEMORY_BYTES - 4, 8],
  ];
  vectors.forEach(([start, length], index) => {
    guest.view.setUint32(LIST + index * 8, start!, true);
    guest.view.setUint32(LIST + index * 8 + 4, length!, true);
  });
  texts.forEach((value, index) => {
    guest.bytes.set(Buffer.from(value), textAt(index));
  });
  return guest;
}

/** What a call that fails must leave as it is; a call of its own, so that the memory is another afterwards. */
function stateOf(guest: Guest) {
  return {
    usage: guest.fileSystem.usage(),
    names: [...guest.fileSystem.root.entries].map(([name, { number, links, modified, accessed }]) => ({
      name,
      number,
      links,
      modified,
      accessed,
    })),
    content: guest.content('/file'),
    position: guest.seek(4, 0n, 1),
    flags: guest.fdstat(4),
    open: guest.call('fd_fdstat_get', 6, guest.room(24)),
  };
}

/** Makes the call and reports what is wrong unless it fails with `expected` and leaves everything as it was. */
export function refusal(guest: Guest, name: CallName, values: readonly Value[], expected: Errno): string[] {
  const state = stateOf(guest);
  const before = guest.bytes.slice();
  const errno = guest.call(name, ...values);
  const wrong: string[] = [];
  if (errno !== expected) wrong.push(`${name} answered ${errno} instead of ${expected}`);
  if (Buffer.compare(guest.bytes, before) !== 0) wrong.push(`${name} changed memory`);
  if (JSON.stringify(stateOf(guest), bigints) !== JSON.stringify(state, bigints))
    wrong.push(`${name} changed more than memory`);
  return wrong;
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

export interface GoodCall {
  readonly values: readonly Value[];
  /** How many bytes each pointer argument needs behind it, by the argument's number. */
  readonly pointers: Readonly<Record<number, number>>;
  /** What each argument of flags may hold, by its number. */
  readonly flags?: Readonly<Record<number, number>>;
  /** The highest value of each argument that is one of a list, by its number. */
  readonly choices?: Readonly<Record<number, number>>;
}

/** Every call that has pointers, flags or choices and does not end the program. Sizes: runtime/wasi/abi.ts's source. */
export const goodCalls: Readonly<Partial<Record<CallName, GoodCall>>> = {
  args_get: { values: [OUT, OUT + 100], pointers: { 0: 8, 1: 17 } },
  args_sizes_get: { values: [OUT, OUT + 8], pointers: { 0: 4, 1: 4 } },
  environ_get: { values: [OUT, OUT + 100], pointers: { 0: 4, 1: 10 } },
  environ_sizes_get: { values: [OUT, OUT + 8], pointers: { 0: 4, 1: 4 } },
  clock_res_get: { values: [0, OUT], pointers: { 1: 8 }, choices: { 0: 3 } },
  clock_time_get: { values: [0, 0n, OUT], pointers: { 2: 8 }, choices: { 0: 3 } },
  fd_advise: { values: [4, 0n, 0n, 0], pointers: {}, choices: { 3: 5 } },
  fd_fdstat_get: { values: [4, OUT], pointers: { 1: 24 } },
  fd_fdstat_set_flags: { values: [4, 0], pointers: {}, flags: { 1: 0x1f } },
  fd_filestat_get: { values: [4, OUT], pointers: { 1: 64 } },
  fd_filestat_set_times: { values: [4, 1n, 1n, 5], pointers: {}, flags: { 3: 0xf } },
  fd_pread: { values: [4, LIST, 2, 0n, OUT], pointers: { 1: 16, 4: 4 } },
  fd_prestat_get: { values: [3, OUT], pointers: { 1: 8 } },
  fd_prestat_dir_name: { values: [3, OUT, 1], pointers: { 1: 1 } },
  fd_pwrite: { values: [4, LIST, 2, 0n, OUT], pointers: { 1: 16, 4: 4 } },
  fd_read: { values: [4, LIST, 2, OUT], pointers: { 1: 16, 3: 4 } },
  fd_readdir: { values: [5, BUFFER, 200, 0n, OUT], pointers: { 1: 200, 4: 4 } },
  fd_seek: { values: [4, 1n, 0, OUT], pointers: { 3: 8 }, choices: { 2: 2 } },
  fd_tell: { values: [4, OUT], pointers: { 1: 8 } },
  fd_write: { values: [4, LIST, 2, OUT], pointers: { 1: 16, 3: 4 } },
  path_create_directory: { values: [3, ...text('new')], pointers: { 1: 3 } },
  path_filestat_get: { values: [3, 0, ...text('file'), OUT], pointers: { 2: 4, 4: 64 }, flags: { 1: 1 } },
  path_filestat_set_times: {
    values: [3, 0, ...text('file'), 1n, 1n, 5],
    pointers: { 2: 4 },
    flags: { 1: 1, 6: 0xf },
  },
  path_link: {
    values: [3, 0, ...text('file'), 3, ...text('new')],
    pointers: { 2: 4, 5: 3 },
    flags: { 1: 1 },
  },
  path_open: {
    values: [3, 0, ...text('new'), 1, 0n, 0n, 0, OUT],
    pointers: { 2: 3, 8: 4 },
    flags: { 1: 1, 4: 0xf, 7: 0x1f },
  },
  path_readlink: { values: [3, ...text('link'), BUFFER, 16, OUT], pointers: { 1: 4, 3: 16, 5: 4 } },
  path_remove_directory: { values: [3, ...text('empty')], pointers: { 1: 5 } },
  path_rename: { values: [3, ...text('file'), 3, ...text('new')], pointers: { 1: 4, 4: 3 } },
  path_symlink: { values: [...text('file'), 3, ...text('new')], pointers: { 0: 4, 3: 3 } },
  path_unlink_file: { values: [3, ...text('file')], pointers: { 1: 4 } },
  poll_oneoff: { values: [SUBSCRIPTION, BUFFER, 1, OUT], pointers: { 0: 48, 1: 32, 3: 4 } },
  random_get: { values: [OUT, 100], pointers: { 0: 100 } },
};

/** Calls with a name and what they need; the subscription is to a clock that rings at once. */
export function eachGoodCall(): [CallName, GoodCall][] {
  return Object.entries(goodCalls) as [CallName, GoodCall][];
}

/** As `prepared`, with a subscription for `poll_oneoff` in place. */
export function preparedForAll(): Guest {
  const guest = prepared();
  guest.bytes.fill(0, SUBSCRIPTION, SUBSCRIPTION + 48);
  return guest;
}

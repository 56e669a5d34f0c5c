/** Calls with whatever a hostile program could give them. */
import fc from 'fast-check';
import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { ProcessExit } from '../../../runtime/wasi/preview1.ts';
import { type CallName, callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { Guest } from './guest.ts';

const MEMORY_BYTES = 0x20000;
type Value = number | bigint;
type Region = [start: number, length: number];

/** Lists at known places, so that some calls succeed. */
const LIST = 256;
const texts = ['file', 'dir', 'dir/inner', 'new', '..', 'link', '.', 'dir/', 'secret/x', 'a/b/../c', ''];

const canary = Uint8Array.from({ length: MEMORY_BYTES }, (_, at) => at * 31 + (at >> 8));

function prepared(): Guest {
  const guest = new Guest({
    files: { '/file': 'some content of a file', '/dir/inner': 'x', '/secret/x': 'secret' },
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
  guest.bytes.set(canary);
  // Buffers: two that overlap, an empty one, the list itself, and one that is outside.
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
  let at = 1024;
  for (const text of texts) {
    guest.bytes.set(Buffer.from(text), at);
    at += 32;
  }
  return guest;
}

/** Where a call may write, and nowhere else. Written from the documentation's results. */
function outputs(guest: Guest, name: CallName, values: readonly Value[]): Region[] {
  const n = values.map((value) => Number(BigInt.asUintN(32, BigInt(value))));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = n;
  const vectors = (): Region[] =>
    Array.from({ length: Math.min(c, 2000) }, (_, index): Region => {
      const at = b + index * 8;
      return at + 8 > MEMORY_BYTES
        ? [0, 0]
        : [guest.view.getUint32(at, true), guest.view.getUint32(at + 4, true)];
    });
  switch (name) {
    case 'args_sizes_get':
    case 'environ_sizes_get':
      return [
        [a, 4],
        [b, 4],
      ];
    case 'args_get':
      return [
        [a, 8],
        [b, 17],
      ];
    case 'environ_get':
      return [
        [a, 4],
        [b, 10],
      ];
    case 'clock_res_get':
    case 'fd_tell':
    case 'fd_prestat_get':
      return [[b, 8]];
    case 'clock_time_get':
      return [[c, 8]];
    case 'fd_fdstat_get':
      return [[b, 24]];
    case 'fd_filestat_get':
      return [[b, 64]];
    case 'fd_read':
      return [...vectors(), [d, 4]];
    case 'fd_pread':
      return [...vectors(), [e, 4]];
    case 'fd_write':
      return [[d, 4]];
    case 'fd_pwrite':
      return [[e, 4]];
    case 'fd_prestat_dir_name':
      return [[b, Math.min(c, 1)]];
    case 'fd_readdir':
      return [
        [b, c],
        [e, 4],
      ];
    case 'fd_seek':
      return [[d, 8]];
    case 'path_filestat_get':
      return [[e, 64]];
    case 'path_open':
      return [[n[8]!, 4]];
    case 'path_readlink':
      return [
        [d, e],
        [f, 4],
      ];
    case 'poll_oneoff':
      return [
        [b, c * 32],
        [d, 4],
      ];
    case 'random_get':
      return [[a, b]];
    default:
      return [];
  }
}

/** Puts back what a call was allowed to change; what then differs it was not. */
function strayWrites(guest: Guest, before: Uint8Array, allowed: readonly Region[]): boolean {
  const after = guest.bytes.slice();
  for (const [start, length] of allowed)
    after.set(before.subarray(start, Math.min(start + length, MEMORY_BYTES)), Math.min(start, MEMORY_BYTES));
  return Buffer.compare(after, before) !== 0;
}

const pointer = fc.oneof(
  fc.constantFrom(
    0,
    1,
    LIST,
    LIST + 8,
    4096,
    MEMORY_BYTES - 1,
    MEMORY_BYTES - 4,
    MEMORY_BYTES - 64,
    MEMORY_BYTES,
    -1,
    -8,
    0x7fffffff,
    -0x80000000,
  ),
  fc.constantFrom(...texts.map((_, index) => 1024 + index * 32)),
  fc.nat(MEMORY_BYTES),
);
const small = fc.oneof(fc.nat(16), fc.constantFrom(64, 1024, 1025, 4096, -1, 0x7fffffff, -0x80000000));
const wide = fc.oneof(
  fc.bigInt(0n, 64n),
  fc.constantFrom(
    -1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 53n,
    BigInt(PREVIEW1_RIGHTS),
    BigInt(PREVIEW1_RIGHTS & ~Rights.FD_WRITE),
  ),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);

/** Where calls take the pointer of a text, which its length follows. */
const textArguments: Partial<Record<CallName, readonly number[]>> = {
  path_create_directory: [1],
  path_filestat_get: [2],
  path_filestat_set_times: [2],
  path_link: [2, 5],
  path_open: [2],
  path_readlink: [1],
  path_remove_directory: [1],
  path_rename: [1, 4],
  path_symlink: [0, 3],
  path_unlink_file: [1],
};

function callArbitrary(name: CallName): fc.Arbitrary<[CallName, Value[]]> {
  const parameters = [...signatures[name].split(':')[0]!];
  const descriptor = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 3, max: 5 }) }, fc.nat(8), small);
  const firstIsDescriptor = /^(fd|path|sock)_/.test(name) && name !== 'path_symlink';
  const values = parameters.map((type, index): fc.Arbitrary<Value> => {
    if (type === 'I') return wide;
    if (index === 0 && firstIsDescriptor) return descriptor;
    return fc.oneof(pointer, small);
  });
  const picks = fc.array(fc.option(fc.nat(texts.length - 1), { freq: 5 }), { minLength: 2, maxLength: 2 });
  const all = fc.tuple(...values) as fc.Arbitrary<Value[]>;
  return fc.tuple(all, picks, fc.boolean()).map(([drawn, [first, second], atRoot]) => {
    (textArguments[name] ?? []).forEach((position, index) => {
      const pick = index === 0 ? first : second;
      if (pick !== null && pick !== undefined)
        drawn.splice(position, 2, 1024 + pick * 32, texts[pick]!.length);
      // A path starts from the descriptor before it, or, where flags come between, from the one before those.
      const before = name === 'path_link' && index === 0 ? 0 : position - 1;
      if (atRoot && before >= 0) drawn[before] = 3;
    });
    return [name, drawn];
  });
}

const anyCall = fc.oneof(...callNames.map(callArbitrary));

t.test('no call throws, writes where it may not, or changes memory when it fails', async (t) => {
  const succeeded = new Set<CallName>();
  fc.assert(
    fc.property(fc.array(anyCall, { minLength: 20, maxLength: 60 }), (calls) => {
      const guest = prepared();
      for (const [name, values] of calls) {
        const before = guest.bytes.slice();
        const allowed = outputs(guest, name, values);
        let errno: number;
        try {
          errno = guest.call(name, ...values);
        } catch (error) {
          if (error instanceof ProcessExit && (name === 'proc_exit' || name === 'proc_raise')) continue;
          throw error;
        }
        if (!Number.isInteger(errno) || errno < 0 || errno > 76) throw new Error(`${name} answered ${errno}`);
        if (errno === 0) succeeded.add(name);
        if (strayWrites(guest, before, errno === 0 ? allowed : []))
          throw new Error(`${name} wrote where it may not`);
      }
      if (guest.preview1.fault !== undefined) throw guest.preview1.fault;
      guest.preview1.close();
      if (guest.content('/secret/x') !== 'secret') throw new Error('a hidden file was changed');
    }),
    { numRuns: 400 },
  );
  // A fuzzer that nothing succeeds for finds nothing.
  t.ok(succeeded.size >= 25, `${succeeded.size} calls have succeeded`);
});

t.test('lists, subscriptions and texts of random bytes do no harm', async (t) => {
  const memoryCalls: readonly CallName[] = [
    'fd_read',
    'fd_write',
    'fd_pread',
    'fd_pwrite',
    'poll_oneoff',
    'path_open',
    'path_symlink',
    'path_rename',
    'path_filestat_get',
    'path_create_directory',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(...memoryCalls.map(callArbitrary)), { minLength: 5, maxLength: 20 }),
      fc.uint8Array({ minLength: 64, maxLength: 512 }),
      (calls, bytes) => {
        const guest = prepared();
        for (const start of [LIST, 1024, 4096]) guest.bytes.set(bytes, start);
        for (const [name, values] of calls) {
          const before = guest.bytes.slice();
          const allowed = outputs(guest, name, values);
          const errno = guest.call(name, ...values);
          if (strayWrites(guest, before, errno === 0 ? allowed : []))
            throw new Error(`${name} wrote where it may not`);
        }
      },
    ),
    { numRuns: 200 },
  );
  t.pass();
});

t.test('every pointer argument is checked before anything is done', async (t) => {
  // Good arguments; each pointer in turn is then put at the end of memory, and out of it.
  const good: Partial<Record<CallName, { values: Value[]; pointers: number[] }>> = {
    args_get: { values: [8192, 8300], pointers: [0, 1] },
    args_sizes_get: { values: [8192, 8200], pointers: [0, 1] },
    environ_get: { values: [8192, 8300], pointers: [0, 1] },
    environ_sizes_get: { values: [8192, 8200], pointers: [0, 1] },
    clock_res_get: { values: [0, 8192], pointers: [1] },
    clock_time_get: { values: [0, 0n, 8192], pointers: [2] },
    fd_fdstat_get: { values: [4, 8192], pointers: [1] },
    fd_filestat_get: { values: [4, 8192], pointers: [1] },
    fd_pread: { values: [4, LIST, 2, 0n, 8192], pointers: [1, 4] },
    fd_prestat_get: { values: [3, 8192], pointers: [1] },
    fd_prestat_dir_name: { values: [3, 8192, 1], pointers: [1] },
    fd_pwrite: { values: [4, LIST, 2, 0n, 8192], pointers: [1, 4] },
    fd_read: { values: [4, LIST, 2, 8192], pointers: [1, 3] },
    fd_readdir: { values: [5, 9000, 200, 0n, 8192], pointers: [1, 4] },
    fd_seek: { values: [4, 1n, 0, 8192], pointers: [3] },
    fd_tell: { values: [4, 8192], pointers: [1] },
    fd_write: { values: [4, LIST, 2, 8192], pointers: [1, 3] },
    path_create_directory: { values: [3, 1024 + 3 * 32, 3], pointers: [1] },
    path_filestat_get: { values: [3, 0, 1024, 4, 8192], pointers: [2, 4] },
    path_filestat_set_times: { values: [3, 0, 1024, 4, 1n, 1n, 5], pointers: [2] },
    path_link: { values: [3, 0, 1024, 4, 3, 1024 + 3 * 32, 3], pointers: [2, 5] },
    path_open: { values: [3, 0, 1024 + 3 * 32, 3, 1, 0n, 0n, 0, 8192], pointers: [2, 8] },
    path_readlink: { values: [3, 1024 + 5 * 32, 4, 9000, 16, 8192], pointers: [1, 3, 5] },
    path_remove_directory: { values: [3, 1024 + 32, 3], pointers: [1] },
    path_rename: { values: [3, 1024, 4, 3, 1024 + 3 * 32, 3], pointers: [1, 4] },
    path_symlink: { values: [1024, 4, 3, 1024 + 3 * 32, 3], pointers: [0, 3] },
    path_unlink_file: { values: [3, 1024, 4], pointers: [1] },
    poll_oneoff: { values: [16384, 9000, 1, 8192], pointers: [0, 1, 3] },
    random_get: { values: [8192, 100], pointers: [0] },
  };
  const state = (guest: Guest) => ({
    usage: guest.fileSystem.usage(),
    names: [...guest.fileSystem.root.entries.keys()],
    content: guest.content('/file'),
    position: guest.seek(4, 0n, 1),
    open: guest.call('fd_fdstat_get', 6, 12_000),
  });
  for (const [name, { values, pointers }] of Object.entries(good) as [
    CallName,
    { values: Value[]; pointers: number[] },
  ][]) {
    const works = prepared();
    works.bytes.fill(0, 16384, 16384 + 48);
    const needsEmpty = name === 'path_remove_directory';
    if (needsEmpty) works.done('path_unlink_file', 3, 1024 + 64, 9);
    t.equal(works.call(name, ...values), 0, `${name} succeeds`);
    for (const index of pointers) {
      for (const bad of [MEMORY_BYTES - 1, MEMORY_BYTES, -1, -4]) {
        const guest = prepared();
        guest.bytes.fill(0, 16384, 16384 + 48);
        const expected = state(guest);
        // One byte is there at the end, which is enough for a name of one.
        if (name === 'fd_prestat_dir_name' && bad === MEMORY_BYTES - 1) continue;
        const before = guest.bytes.slice();
        t.equal(guest.call(name, ...values.with(index, bad)), 21, `${name} with argument ${index} at ${bad}`);
        t.equal(Buffer.compare(guest.bytes, before), 0);
        t.same(state(guest), expected);
      }
    }
  }
});

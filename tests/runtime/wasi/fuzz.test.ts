/** Calls with whatever a hostile program could give them. */
import fc from 'fast-check';
import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { ProcessExit } from '../../../runtime/wasi/preview1.ts';
import { type CallName, callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import type { Guest } from './guest.ts';
import { LIST, MEMORY_BYTES, prepared, textAt, texts, type Value } from './prepared-guest.ts';

type Region = [start: number, length: number];

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
  fc.constantFrom(...texts.map((_, index) => textAt(index))),
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
      if (pick !== null && pick !== undefined) drawn.splice(position, 2, textAt(pick), texts[pick]!.length);
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

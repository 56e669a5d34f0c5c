/** What libc hides: bad pointers and lengths in every argument of every call, and memory up to its last byte. */
import t from 'tap';
import { PREVIEW1_RIGHTS } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { type CallName, callNames } from '../../../runtime/wasi/signatures.ts';
import { ALL, Guest } from './guest.ts';
import { eachGoodCall, MEMORY_BYTES, preparedForAll, refusal, type Value } from './prepared-guest.ts';

const { FAULT, INVAL, NOENT, SUCCESS } = Errno;

const PAGE_BYTES = 65536;

/** Every pointer argument of every call, with what it points to when all is well. */
function eachPointer(): { name: CallName; values: readonly Value[]; index: number; size: number }[] {
  return eachGoodCall().flatMap(([name, { values, pointers }]) =>
    Object.entries(pointers).map(([index, size]) => ({ name, values, index: Number(index), size })),
  );
}

t.test('every call has good arguments here, or none that could be bad', async (t) => {
  const listed = new Set<CallName>(eachGoodCall().map(([name]) => name));
  const plain = callNames.filter((name) => !listed.has(name));
  t.same(plain, [
    'fd_allocate',
    'fd_close',
    'fd_datasync',
    'fd_fdstat_set_rights',
    'fd_filestat_set_size',
    'fd_renumber',
    'fd_sync',
    'proc_exit',
    'proc_raise',
    'sched_yield',
    // Nothing is a socket: the descriptor is refused before anything else is looked at.
    'sock_accept',
    'sock_recv',
    'sock_send',
    'sock_shutdown',
  ]);
  for (const [name, { values }] of eachGoodCall())
    t.equal(preparedForAll().call(name, ...values), SUCCESS, name);
});

t.test('a bad pointer is FAULT in every argument of every call, before anything is done', async (t) => {
  for (const { name, values, index, size } of eachPointer()) {
    const outside = [
      MEMORY_BYTES - size + 1,
      MEMORY_BYTES - 1,
      MEMORY_BYTES,
      0x7fffffff,
      -1,
      -4,
      -0x80000000,
    ];
    const wrong = outside
      .filter((pointer) => pointer < 0 || pointer > MEMORY_BYTES - size)
      .flatMap((pointer) => refusal(preparedForAll(), name, values.with(index, pointer), FAULT));
    t.same(wrong, [], `${name}, argument ${index}`);
  }
});

t.test('a structure may end where the memory ends', async (t) => {
  for (const { name, values, index, size } of eachPointer()) {
    const guest = preparedForAll();
    const [from, to] = [Number(values[index]), MEMORY_BYTES - size];
    guest.bytes.copyWithin(to, from, from + size);
    t.equal(guest.call(name, ...values.with(index, to)), SUCCESS, `${name}, argument ${index}`);
  }
});

t.test('pointers need no alignment', async (t) => {
  for (const { name, values, index, size } of eachPointer())
    for (const shift of [1, 2, 3, 5]) {
      const guest = preparedForAll();
      const from = Number(values[index]);
      const to = 20_000 + shift;
      guest.bytes.copyWithin(to, from, from + size);
      t.equal(guest.call(name, ...values.with(index, to)), SUCCESS, `${name}, argument ${index}, ${shift}`);
    }
});

t.test(
  'memory that grew between two calls counts for every pointer, and old views are not used',
  async (t) => {
    for (const { name, values, index, size } of eachPointer()) {
      const guest = preparedForAll();
      const at = MEMORY_BYTES + 40;
      t.same(refusal(guest, name, values.with(index, at), FAULT), [], `${name}, argument ${index}, before`);
      const from = Number(values[index]);
      guest.memory.grow(1);
      guest.bytes.copyWithin(at, from, from + size);
      t.equal(guest.call(name, ...values.with(index, at)), SUCCESS, `${name}, argument ${index}, after`);
    }
  },
);

t.test('nothing may lie at the very end, and nowhere beyond it', async (t) => {
  const end = MEMORY_BYTES;
  const cases: [CallName, Value[], Errno][] = [
    ['fd_read', [4, end, 0, 64], SUCCESS],
    ['fd_write', [4, end, 0, 64], SUCCESS],
    ['fd_pread', [4, end, 0, 0n, 64], SUCCESS],
    ['fd_pwrite', [4, end, 0, 0n, 64], SUCCESS],
    ['fd_readdir', [5, end, 0, 0n, 64], SUCCESS],
    ['random_get', [end, 0], SUCCESS],
    ['path_readlink', [3, 1024 + 5 * 32, 4, end, 0, 64], SUCCESS],
    ['path_filestat_get', [3, 0, end, 0, 64], NOENT],
    ['path_symlink', [end, 0, 3, 1024 + 3 * 32, 3], NOENT],
    ['fd_read', [4, end + 1, 0, 64], FAULT],
    ['fd_readdir', [5, end + 1, 0, 0n, 64], FAULT],
    ['random_get', [end + 1, 0], FAULT],
    ['path_readlink', [3, 1024 + 5 * 32, 4, end + 1, 0, 64], FAULT],
    ['path_filestat_get', [3, 0, end + 1, 0, 64], FAULT],
  ];
  for (const [name, values, expected] of cases)
    t.equal(preparedForAll().call(name, ...values), expected, `${name} ${values}`);
  const guest = preparedForAll();
  const list = guest.vectors([end, 0], [4096, 4], [0, 0]);
  t.equal(guest.call('fd_read', 4, ...list, 64), SUCCESS, 'an empty buffer at the end');
  t.equal(guest.view.getUint32(64, true), 4);
  t.equal(guest.call('fd_read', 4, ...guest.vectors([end + 1, 0]), 64), FAULT, 'an empty buffer beyond it');
});

t.test(
  'lengths and counts that leave the memory, or wrap, are refused before anything is done',
  async (t) => {
    const cases: [CallName, Value[], Errno][] = [
      // Eight bytes each: this many wrap to none.
      ['fd_read', [4, 256, 0x20000000, 64], INVAL],
      ['fd_write', [4, 256, 0x20000001, 64], INVAL],
      ['fd_pread', [4, 256, -1, 0n, 64], INVAL],
      ['fd_pwrite', [4, 256, -0x80000000, 0n, 64], INVAL],
      ['fd_readdir', [5, 9000, -1, 0n, 64], FAULT],
      ['fd_readdir', [5, 9000, 0x7fffffff, 0n, 64], FAULT],
      ['fd_readdir', [5, 9000, -9000, 0n, 64], FAULT],
      ['fd_prestat_dir_name', [3, 8192, -1], FAULT],
      ['path_readlink', [3, 1024 + 5 * 32, 4, 9000, -1, 64], FAULT],
      ['path_readlink', [3, 1024 + 5 * 32, -1, 9000, 4, 64], FAULT],
      ['path_open', [3, 0, 1024, -1, 0, 0n, 0n, 0, 64], FAULT],
      ['path_open', [3, 0, 1024, MEMORY_BYTES, 0, 0n, 0n, 0, 64], FAULT],
      ['path_symlink', [1024, -1024, 3, 1120, 3], FAULT],
      ['random_get', [8192, -8192], FAULT],
      // Forty-eight bytes each: this many wrap to sixteen.
      ['poll_oneoff', [16384, 9000, 0x05555556, 64], INVAL],
      ['poll_oneoff', [16384, 9000, -1, 64], INVAL],
      ['poll_oneoff', [16384, 9000, 0, 64], INVAL],
    ];
    for (const [name, values, expected] of cases)
      t.same(refusal(preparedForAll(), name, values, expected), [], `${name} ${values}`);
  },
);

t.test('at most 2^31-1 bytes are written by one call', async (t) => {
  let taken = 0;
  const sink = { rights: PREVIEW1_RIGHTS, write: (source: Uint8Array) => source.length };
  const counting = {
    rights: PREVIEW1_RIGHTS,
    write: (source: Uint8Array): number => {
      taken += source.length;
      return source.length;
    },
  };
  const guest = new Guest({ streams: { stdin: undefined, stdout: counting, stderr: sink } });
  guest.memory.grow(62);
  const whole = 64 * PAGE_BYTES;
  const list = guest.room(1024 * 8);
  for (let index = 0; index < 1024; index++) guest.view.setUint32(list + index * 8 + 4, whole, true);
  for (let index = 0; index < 1024; index++) guest.view.setUint32(list + index * 8, 0, true);
  guest.done('fd_write', 1, list, 1024, 64);
  t.equal(guest.view.getUint32(64, true), 0x7fffffff);
  t.equal(taken, 0x7fffffff);
});

t.test('a memory of 4 GiB ends where 32 bits end', async (t) => {
  const guest = new Guest({ files: { '/file': 'abc' }, pages: 65_536 });
  const fd = guest.open('file', { base: ALL });
  guest.done('random_get', -1, 1);
  t.equal(guest.bytes[2 ** 32 - 1], 0xa5);
  t.equal(guest.call('random_get', -1, 2), FAULT);
  guest.done('fd_fdstat_get', fd, -24);
  t.equal(guest.call('fd_fdstat_get', fd, -23), FAULT);
  t.equal(guest.bytes[2 ** 32 - 24], 4);
  guest.done('fd_read', fd, ...guest.vectors([2 ** 32 - 3, 3]), -8);
  t.equal(guest.call('fd_read', fd, ...guest.vectors([2 ** 32 - 3, 4]), 64), FAULT);
  t.equal(guest.call('fd_read', fd, -4, 1, 64), FAULT);
});

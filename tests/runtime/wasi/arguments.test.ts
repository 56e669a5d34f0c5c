/** What libc hides: bad pointers, lengths, flags and numbers, in every argument of every call. */
import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { type CallName, callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { ALL, Guest, ManualClock } from './guest.ts';
import { eachGoodCall, MEMORY_BYTES, preparedForAll, stateOf, type Value } from './prepared-guest.ts';

const { BADF, FAULT, FBIG, INVAL, NOENT, NOTCAPABLE, NOTDIR, OVERFLOW, SUCCESS } = Errno;
const PAGE_BYTES = 65536;

/** Every pointer argument of every call, with what it points to when all is well. */
function eachPointer(): { name: CallName; values: readonly Value[]; index: number; size: number }[] {
  return eachGoodCall().flatMap(([name, { values, pointers }]) =>
    Object.entries(pointers).map(([index, size]) => ({ name, values, index: Number(index), size })),
  );
}

/** Makes the call and reports what is wrong unless it fails with `expected` and leaves everything as it was. */
function refusal(guest: Guest, name: CallName, values: readonly Value[], expected: Errno): string[] {
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

t.test('undefined flags are INVAL, bit by bit, and nothing is done', async (t) => {
  for (const [name, { values, flags = {} }] of eachGoodCall())
    for (const [index, defined] of Object.entries(flags)) {
      const wrong: string[] = [];
      for (let bit = 0; bit < 32; bit++) {
        const value = (1 << bit) | Number(values[Number(index)]);
        if (((1 << bit) & defined) !== 0) continue;
        wrong.push(...refusal(preparedForAll(), name, values.with(Number(index), value), INVAL));
      }
      t.same(wrong, [], `${name}, argument ${index}`);
    }
});

t.test('values beyond the last of a list are INVAL, and nothing is done', async (t) => {
  for (const [name, { values, choices = {} }] of eachGoodCall())
    for (const [index, last] of Object.entries(choices)) {
      const beyond = [last + 1, 0x7f, 0x80, 0xff, 0x100, 0x10000, 0x7fffffff, -0x80000000, -1];
      const wrong = beyond.flatMap((value) =>
        refusal(preparedForAll(), name, values.with(Number(index), value), INVAL),
      );
      t.same(wrong, [], `${name}, argument ${index}`);
      for (let value = 0; value <= last; value++)
        t.equal(
          preparedForAll().call(name, ...values.with(Number(index), value)),
          SUCCESS,
          `${name} ${value}`,
        );
    }
});

t.test('64-bit arguments at their edges', async (t) => {
  const [half, most, safe] = [2n ** 63n, 2n ** 64n - 1n, 2n ** 53n];
  const cases: [CallName, (value: bigint) => Value[], [bigint, Errno][]][] = [
    [
      'fd_advise',
      (value) => [4, value, 0n, 0],
      [
        [half - 1n, SUCCESS],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_advise',
      (value) => [4, 0n, value, 0],
      [
        [half - 1n, SUCCESS],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_allocate',
      (value) => [4, value, 1n],
      [
        [safe - 1n, FBIG],
        [safe, FBIG],
        [half - 1n, FBIG],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_allocate',
      (value) => [4, 1n, value],
      [
        [0n, INVAL],
        [safe - 1n, FBIG],
        [half - 1n, FBIG],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_filestat_set_size',
      (value) => [4, value],
      [
        [safe - 1n, FBIG],
        [safe, FBIG],
        [half - 1n, FBIG],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_pwrite',
      (value) => [4, 256, 2, value, 8192],
      [
        [safe - 1n, FBIG],
        [safe, FBIG],
        [half - 1n, FBIG],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_pread',
      (value) => [4, 256, 2, value, 8192],
      [
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_seek',
      (value) => [4, value, 0, 8192],
      [
        [safe, OVERFLOW],
        [half - 1n, OVERFLOW],
        [half, INVAL],
        [most, INVAL],
      ],
    ],
    [
      'fd_seek',
      (value) => [4, value, 2, 8192],
      [
        [safe - 22n, OVERFLOW],
        [half - 1n, OVERFLOW],
        [half, INVAL],
      ],
    ],
    [
      'fd_fdstat_set_rights',
      (value) => [4, value, 0n],
      [
        [1n << 29n, NOTCAPABLE],
        [1n << 32n, NOTCAPABLE],
        [half, NOTCAPABLE],
        [most, NOTCAPABLE],
      ],
    ],
    [
      'fd_fdstat_set_rights',
      (value) => [3, 0n, value],
      [
        [1n << 29n, NOTCAPABLE],
        [1n << 32n, NOTCAPABLE],
        [half, NOTCAPABLE],
        [most, NOTCAPABLE],
      ],
    ],
  ];
  for (const [name, values, edges] of cases)
    for (const [value, expected] of edges) {
      if (expected === SUCCESS) t.equal(preparedForAll().call(name, ...values(value)), SUCCESS);
      else t.same(refusal(preparedForAll(), name, values(value), expected), [], `${name} ${values(value)}`);
    }

  const guest = preparedForAll();
  const count = () => guest.view.getUint32(8192, true);
  for (const offset of [22n, safe - 1n, safe, safe + 1n, half - 1n]) {
    guest.done('fd_pread', 4, 256, 2, offset, 8192);
    t.equal(count(), 0, `reading at ${offset}, which is the end or behind it`);
  }
  for (const cookie of [4n, safe, safe + 1n, half - 1n, half, most]) {
    guest.done('fd_readdir', 5, 9000, 200, cookie, 8192);
    t.equal(count(), 0, `listing from ${cookie}, behind the last entry`);
  }
  t.equal(guest.seek(4, safe - 1n, 0), Number(safe - 1n), 'the last position there is');
  t.equal(guest.seek(4, 1n, 1), -OVERFLOW);
  t.equal(guest.write(4, 'x').errno, FBIG);
  guest.done('clock_time_get', 1, most, 8192);
  for (const time of [0n, half, most]) {
    guest.done('fd_filestat_set_times', 4, time, time, 5);
    t.match(guest.filestat(4), { accessed: time, modified: time });
  }
  const all = BigInt.asUintN(64, ~BigInt(Rights.FD_WRITE));
  t.equal(
    guest.tryOpen('file', { base: all, inheriting: most }).errno,
    SUCCESS,
    'unknown rights are left out',
  );
});

t.test('descriptors are unsigned numbers, in every place of every call', async (t) => {
  const second: Partial<Record<CallName, number>> = { fd_renumber: 1, path_link: 4, path_rename: 3 };
  for (const name of callNames.filter((each) => /^(fd|path)_/.test(each))) {
    const good = eachGoodCall().find(([each]) => each === name)?.[1].values;
    const types = [...signatures[name].split(':')[0]!];
    const values = good ?? types.map((type): Value => (type === 'I' ? 1n : 4));
    const places = [name === 'path_symlink' ? 2 : 0, second[name]].filter((index) => index !== undefined);
    for (const index of places) {
      const numbers = [6, 12, 255, 256, 65_536 + 4, 0x7fffffff, -0x80000000, -2, -1];
      const wrong = numbers.flatMap((number) =>
        refusal(preparedForAll(), name, values.with(index, number), BADF),
      );
      t.same(wrong, [], `${name}, argument ${index}`);
    }
  }
});

t.test('a number that is used again keeps nothing of what it was open on before', async (t) => {
  const guest = new Guest({
    files: { '/many/a': '', '/many/b': '', '/many/c': '', '/few/x': '', '/file': 'content' },
  });
  const many = guest.open('many');
  const names = guest.list(many).map(({ name }) => name);
  t.same(names, ['.', '..', 'a', 'b', 'c']);
  guest.done('fd_fdstat_set_rights', many, BigInt(Rights.FD_READDIR), 0n);
  guest.done('fd_close', many);
  const few = guest.open('few');
  t.equal(few, many);
  t.ok(guest.fdstat(few).inheriting !== 0, 'what the one before gave up is there again');
  const out = guest.room(4);
  const buffer = guest.room(200);
  guest.done('fd_readdir', few, buffer, 200, 4n, out);
  t.equal(guest.view.getUint32(out, true), 0, 'a cookie of the other listing is behind the end of this one');
  guest.done('fd_readdir', few, buffer, 200, 2n, out);
  t.equal(guest.view.getUint32(out, true), 25, 'and one that both have goes on in this one');
  guest.done('fd_close', few);
  const file = guest.open('file', { base: ALL });
  t.equal(file, many);
  t.equal(guest.call('fd_readdir', file, buffer, 200, 2n, out), NOTDIR);
  t.equal(guest.seek(file, 3n, 0), 3);
  guest.done('fd_close', file);
  t.equal(guest.seek(guest.open('file', { base: ALL }), 0n, 1), 0);
});

t.test('every cookie goes on behind its entry, also when entries come and go', async (t) => {
  const guest = new Guest({ files: { '/d/b': '', '/d/d': '', '/d/f': '' } });
  const fd = guest.open('d');
  const entries = guest.list(fd);
  const out = guest.room(4);
  const buffer = guest.room(256);
  const after = (cookie: bigint): string[] => {
    guest.done('fd_readdir', fd, buffer, 256, cookie, out);
    const used = guest.view.getUint32(out, true);
    const found: string[] = [];
    for (let at = 0; at < used; at += 24 + guest.view.getUint32(buffer + at + 16, true)) {
      const length = guest.view.getUint32(buffer + at + 16, true);
      found.push(Buffer.from(guest.bytes.slice(buffer + at + 24, buffer + at + 24 + length)).toString());
    }
    return found;
  };
  entries.forEach(({ next }, index) => {
    t.same(
      after(next),
      entries.slice(index + 1).map(({ name }) => name),
    );
  });
  guest.done('path_unlink_file', fd, ...guest.text('d'));
  guest.done('fd_close', guest.open('a', { dir: fd, flags: 1 }));
  t.same(after(entries[2]!.next), ['f'], 'a removed entry is passed over');
  t.same(after(entries[0]!.next), ['..', 'b', 'f'], 'a new one does not shift the others');
  t.same(after(0n), ['.', '..', 'a', 'b', 'f'], 'and shows when the listing starts again');
  const other = guest.open('d');
  guest.done('fd_readdir', other, buffer, 256, 3n, out);
  t.equal(
    guest.view.getUint32(out, true),
    50,
    'a descriptor that has not started yet lists the names of now',
  );
});

t.test('outputs may lie over inputs: all is read before anything is written', async (t) => {
  const guest = new Guest({
    clock: new ManualClock(),
    files: { '/file': 'abcdef', '/d/': '' },
    links: { '/l': 'd' },
  });
  const [path, length] = guest.text('file');
  guest.done('path_open', 3, 0, path, length, 0, ALL, 0n, 0, path);
  const fd = guest.view.getUint32(path, true);
  t.equal(fd, 4);
  const [link, linkLength] = guest.text('l   ');
  guest.done('path_readlink', 3, link, 1, link, linkLength, guest.room(4));
  t.equal(guest.bytes[link], 'd'.charCodeAt(0));
  const list = guest.vectors([guest.room(8), 3]);
  guest.done('fd_read', fd, ...list, list[0]);
  t.equal(guest.view.getUint32(list[0], true), 3, 'the count over the list');
  const buffer = guest.room(8);
  guest.done('fd_read', fd, ...guest.vectors([buffer, 3]), buffer);
  t.equal(guest.view.getUint32(buffer, true), 3, 'the count over what was read');
  const subscriptions = guest.room(96);
  guest.view.setBigUint64(subscriptions, 11n, true);
  guest.view.setBigUint64(subscriptions + 48, 22n, true);
  guest.done('poll_oneoff', subscriptions, subscriptions, 2, subscriptions + 92);
  t.same(
    [0, 32].map((at) => guest.view.getBigUint64(subscriptions + at, true)),
    [11n, 22n],
  );
  const sizes = guest.room(8);
  guest.done('args_sizes_get', sizes, sizes);
  t.equal(guest.view.getUint32(sizes, true), 8, 'the second of two results at one place');
});

t.test('records have nothing of what lay there before in their gaps', async (t) => {
  const records: [CallName, number, number][] = [
    ['fd_fdstat_get', 1, 24],
    ['fd_filestat_get', 1, 64],
    ['fd_prestat_get', 1, 8],
    ['path_filestat_get', 4, 64],
    ['poll_oneoff', 1, 32],
    ['fd_readdir', 1, 200],
  ];
  for (const [name, index, size] of records) {
    const written = [0x00, 0xee].map((before) => {
      const guest = preparedForAll();
      const values = eachGoodCall().find(([each]) => each === name)![1].values;
      const at = Number(values[index]);
      guest.bytes.fill(before, at, at + size);
      guest.done(name, ...values);
      const used = name === 'fd_readdir' ? guest.view.getUint32(Number(values.at(-1)), true) : size;
      return Buffer.from(guest.bytes.slice(at, at + used)).toString('hex');
    });
    t.equal(written[1], written[0], name);
  }
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

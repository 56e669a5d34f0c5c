/** What libc hides: flags, choices and 64-bit numbers that no program should pass. */
import t from 'tap';
import { Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import type { CallName } from '../../../runtime/wasi/signatures.ts';
import { eachGoodCall, preparedForAll, refusal, type Value } from './prepared-guest.ts';

const { FBIG, INVAL, NOTCAPABLE, OVERFLOW, SUCCESS } = Errno;

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

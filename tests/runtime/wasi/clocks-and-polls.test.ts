/** What time it is, who may know, and waiting for a time or for a descriptor. */
import t from 'tap';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { ALL, Guest, ManualClock } from './guest.ts';

t.test('clocks', async (t) => {
  const guest = new Guest();
  const out = guest.room(8);
  const time = (id: number): bigint => {
    guest.done('clock_time_get', id, 0n, out);
    return guest.view.getBigUint64(out, true);
  };
  t.same([0, 1, 2, 3].map(time), [1_700_000_000_000_001_000n, 1000n, 7n, 7n]);
  guest.done('clock_res_get', 2, out);
  t.equal(guest.view.getBigUint64(out, true), 3n);
  for (const id of [4, -1]) {
    t.equal(guest.call('clock_time_get', id, 0n, out), Errno.INVAL);
    t.equal(guest.call('clock_res_get', id, out), Errno.INVAL);
  }
});

t.test('without clocks there is no time anywhere', async (t) => {
  const guest = new Guest({ clock: undefined, files: { '/file': 'x' } });
  const out = guest.room(64);
  for (const id of [0, 1, 2, 3]) {
    t.equal(guest.call('clock_time_get', id, 0n, out), Errno.NOTCAPABLE);
    t.equal(guest.call('clock_res_get', id, out), Errno.NOTCAPABLE);
  }
  t.match(guest.filestat(3, 'file'), { accessed: 0n, modified: 0n, changed: 0n, size: 1n });
  const fd = guest.open('file', { base: ALL });
  t.match(guest.filestat(fd), { accessed: 0n, modified: 0n, changed: 0n });
  for (const flags of [2, 8]) {
    t.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, flags), Errno.NOTCAPABLE);
    t.equal(
      guest.call('path_filestat_set_times', 3, 0, ...guest.text('file'), 1n, 1n, flags),
      Errno.NOTCAPABLE,
    );
  }
  t.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, 5), Errno.SUCCESS);
  t.same(
    poll(guest, [
      { type: 0, userData: 9n, timeout: 5n },
      { type: 1, userData: 8n, fd },
    ]),
    [
      { userData: 9n, error: Errno.NOTCAPABLE, type: 0, available: 0n },
      { userData: 8n, error: 0, type: 1, available: 1n },
    ],
  );
});

interface Wanted {
  readonly type: number;
  readonly userData: bigint;
  readonly clock?: number;
  readonly timeout?: bigint;
  readonly flags?: number;
  readonly fd?: number;
}

function poll(guest: Guest, wanted: readonly Wanted[]) {
  const subscriptions = guest.room(wanted.length * 48);
  const events = guest.room(wanted.length * 32);
  const out = guest.room(4);
  wanted.forEach((each, index) => {
    const at = subscriptions + index * 48;
    guest.view.setBigUint64(at, each.userData, true);
    guest.view.setUint8(at + 8, each.type);
    if (each.type === 0) {
      guest.view.setUint32(at + 16, each.clock ?? 1, true);
      guest.view.setBigUint64(at + 24, each.timeout ?? 0n, true);
      guest.view.setUint16(at + 40, each.flags ?? 0, true);
    } else guest.view.setUint32(at + 16, each.fd ?? 0, true);
  });
  const errno = guest.call('poll_oneoff', subscriptions, events, wanted.length, out);
  if (errno !== 0) return errno;
  return Array.from({ length: guest.view.getUint32(out, true) }, (_, index) => {
    const at = events + index * 32;
    const { view } = guest;
    return {
      userData: view.getBigUint64(at, true),
      error: view.getUint16(at + 8, true),
      type: view.getUint8(at + 10),
      available: view.getBigUint64(at + 16, true),
    };
  });
}

t.test('polling waits for the first clock, and only when nothing is ready', async (t) => {
  const clock = new ManualClock();
  const guest = new Guest({ clock, files: { '/file': '12345' } });
  const rung = (userData: bigint) => ({ userData, error: 0, type: 0, available: 0n });
  const timers: Wanted[] = [
    { type: 0, userData: 1n, timeout: 500n },
    { type: 0, userData: 2n, timeout: 300n },
    { type: 0, userData: 3n, timeout: 1300n, flags: 1 },
    { type: 0, userData: 4n, clock: 0, timeout: 1_700_000_000_000_001_400n, flags: 1 },
  ];
  t.same(poll(guest, timers), [rung(2n), rung(3n)]);
  t.same(clock.slept, [1300n]);
  t.same(
    poll(guest, [{ type: 0, userData: 5n, timeout: 10n, flags: 1 }]),
    [rung(5n)],
    'a time that has passed',
  );
  t.same(clock.slept, [1300n]);
  const fd = guest.open('file', { base: ALL });
  guest.seek(fd, 2n, 0);
  t.same(
    poll(guest, [
      { type: 0, userData: 1n, timeout: 1n },
      { type: 1, userData: 2n, fd },
      { type: 2, userData: 3n, fd: 1 },
      { type: 1, userData: 4n, fd: 0 },
    ]),
    [
      { userData: 2n, error: 0, type: 1, available: 3n },
      { userData: 3n, error: 0, type: 2, available: 0x7fffffffn },
      { userData: 4n, error: 0, type: 1, available: 1n },
    ],
  );
  t.same(clock.slept, [1300n], 'nothing was waited for');
  t.same(
    poll(guest, [
      { type: 1, userData: 1n, fd: 77 },
      { type: 1, userData: 2n, fd: 3 },
      { type: 1, userData: 3n, fd: 1 },
    ]),
    [
      { userData: 1n, error: Errno.BADF, type: 1, available: 0n },
      { userData: 2n, error: Errno.ISDIR, type: 1, available: 0n },
      { userData: 3n, error: Errno.NOTCAPABLE, type: 1, available: 0n },
    ],
  );
  t.same(
    poll(guest, [
      { type: 0, userData: 1n, clock: 2 },
      { type: 0, userData: 2n, clock: 9 },
      { type: 0, userData: 3n, flags: 2 },
    ]),
    [
      { userData: 1n, error: Errno.NOTSUP, type: 0, available: 0n },
      { userData: 2n, error: Errno.INVAL, type: 0, available: 0n },
      { userData: 3n, error: Errno.INVAL, type: 0, available: 0n },
    ],
  );
  t.same(poll(guest, [{ type: 0, userData: 7n, timeout: 2n ** 64n - 1n }]), [rung(7n)]);
  t.equal(clock.slept.at(-1), 2n ** 64n - 1n, 'a deadline beyond the end of time is the end of time');
});

t.test('polling for nothing, for too much, or for something unknown is invalid', async (t) => {
  const guest = new Guest();
  t.equal(poll(guest, []), Errno.INVAL);
  t.equal(poll(guest, [{ type: 3, userData: 1n }]), Errno.INVAL);
  t.equal(guest.call('poll_oneoff', 1024, 1024, 4097, 64), Errno.INVAL);
  t.equal(guest.call('poll_oneoff', 0x1fff0, 1024, 1, 64), Errno.FAULT);
  t.equal(guest.call('poll_oneoff', 1024, 0x1fff0, 1, 64), Errno.FAULT);
});

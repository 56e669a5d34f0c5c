import t from 'tap';
import { AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS } from '../../../proto/rights.ts';
import { Errno, VfsError } from '../../../runtime/vfs/errno.ts';
import { Preview1, ProcessExit } from '../../../runtime/wasi/preview1.ts';
import { callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { Guest, ManualClock } from './guest.ts';

const ALL = BigInt(PREVIEW1_RIGHTS);

t.test('arguments and variables are C strings', async (t) => {
  const guest = new Guest({ args: ['prog', '', 'ünï'], env: ['A=1'] });
  const sizes = guest.room(8);
  guest.done('args_sizes_get', sizes, sizes + 4);
  t.equal(guest.view.getUint32(sizes, true), 3);
  t.equal(guest.view.getUint32(sizes + 4, true), 5 + 1 + 6);
  const [pointers, buffer] = [guest.room(12), guest.room(12)];
  guest.done('args_get', pointers, buffer);
  t.equal(Buffer.from(guest.bytes.slice(buffer, buffer + 12)).toString(), 'prog\0\0ünï\0');
  t.same(
    [0, 4, 8].map((offset) => guest.view.getUint32(pointers + offset, true) - buffer),
    [0, 5, 6],
  );
  guest.done('environ_sizes_get', sizes, sizes + 4);
  t.same([guest.view.getUint32(sizes, true), guest.view.getUint32(sizes + 4, true)], [1, 4]);
  guest.done('environ_get', pointers, buffer);
  t.equal(Buffer.from(guest.bytes.slice(buffer, buffer + 4)).toString(), 'A=1\0');
  t.equal(guest.call('args_get', 0x20000 - 8, buffer), Errno.FAULT);
  t.throws(() => new Guest({ args: ['a\0b'] }), RangeError);
});

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

t.test('randomness fills any length, in pieces that every source gives', async (t) => {
  const pieces: number[] = [];
  const guest = new Guest({
    random: (target) => {
      pieces.push(target.length);
      target.fill(0x5a);
    },
  });
  guest.done('random_get', 1000, 70_000);
  t.same(pieces, [65536, 4464]);
  t.ok(guest.bytes.subarray(1000, 71_000).every((byte) => byte === 0x5a));
  t.same([guest.bytes[999], guest.bytes[71_000]], [0, 0]);
  guest.done('random_get', 0x20000, 0);
  t.equal(guest.call('random_get', 1000, -1), Errno.FAULT);
  t.equal(pieces.length, 2);
});

t.test('the program ends itself with its code, and cannot deny it', async (t) => {
  for (const [given, code] of [
    [0, 0],
    [33, 33],
    [-1, 0xffffffff],
  ] as const) {
    const guest = new Guest();
    t.throws(() => guest.call('proc_exit', given), new ProcessExit(code));
    t.throws(() => guest.call('proc_exit', 5), ProcessExit);
    t.equal(guest.preview1.exit?.exitCode, code, 'the first time counts');
    t.equal(guest.preview1.fault, undefined);
  }
});

t.test('signals do what they do by default', async (t) => {
  const guest = new Guest();
  for (const signal of [0, 13, 16, 17, 22, 27]) t.equal(guest.call('proc_raise', signal), Errno.SUCCESS);
  for (const signal of [18, 19, 20, 21]) t.equal(guest.call('proc_raise', signal), Errno.NOTSUP);
  for (const signal of [31, 255, -1]) t.equal(guest.call('proc_raise', signal), Errno.INVAL);
  for (const signal of [6, 9, 30])
    t.throws(() => guest.call('proc_raise', signal), new ProcessExit(128 + signal));
  t.equal(guest.call('sched_yield'), Errno.SUCCESS);
});

t.test('nothing is a socket, and a directory not even a number for one', async (t) => {
  const guest = new Guest({ files: { '/file': '' } });
  guest.open('file');
  for (const [fd, errno] of [
    [0, Errno.NOTSOCK],
    [3, Errno.BADF],
    [4, Errno.NOTSOCK],
    [9, Errno.BADF],
    [-1, Errno.BADF],
  ] as const) {
    t.equal(guest.call('sock_shutdown', fd, 3), errno);
    t.equal(guest.call('sock_accept', fd, 0, 64), errno);
    t.equal(guest.call('sock_recv', fd, 64, 1, 0, 64, 68), errno);
    t.equal(guest.call('sock_send', fd, 64, 1, 0, 64), errno);
  }
});

t.test('there is one preopened directory, whatever its number', async (t) => {
  const guest = new Guest({ files: { '/file': '' } });
  const out = guest.room(8);
  guest.done('fd_prestat_get', 3, out);
  t.same([guest.view.getUint8(out), guest.view.getUint32(out + 4, true)], [0, 1]);
  guest.bytes.fill(0xee, out, out + 8);
  guest.done('fd_prestat_dir_name', 3, out, 2);
  t.same([...guest.bytes.slice(out, out + 2)], [0x2f, 0xee]);
  t.equal(guest.call('fd_prestat_dir_name', 3, out, 0), Errno.NAMETOOLONG);
  const fd = guest.open('.', { flags: 2 });
  for (const other of [0, fd, 99]) t.equal(guest.call('fd_prestat_get', other, out), Errno.BADF);
  guest.done('fd_renumber', 3, fd);
  t.equal(guest.call('fd_prestat_get', 3, out), Errno.BADF);
  guest.done('fd_prestat_get', fd, out);
  t.equal(guest.tryOpen('file', { dir: fd }).errno, Errno.SUCCESS);
});

t.test('numbers are reused lowest first, and counted', async (t) => {
  const guest = new Guest({ openFiles: 6, files: { '/a': 'A', '/b': 'B' } });
  t.same([guest.open('a'), guest.open('b')], [4, 5]);
  t.equal(guest.tryOpen('new', { flags: 1 }).errno, Errno.MFILE);
  t.notOk(guest.exists('/new'));
  guest.done('fd_close', 4);
  t.equal(guest.call('fd_close', 4), Errno.BADF);
  t.equal(guest.open('b'), 4);
  guest.done('fd_renumber', 5, 1);
  t.same(guest.read(1, 9), { errno: 0, content: 'B' }, 'a file takes the place of a stream');
  t.equal(guest.call('fd_renumber', 5, 1), Errno.BADF);
  t.equal(guest.call('fd_renumber', 1, 5), Errno.BADF);
  t.equal(guest.call('fd_renumber', 4, 4), Errno.SUCCESS);
  t.equal(guest.open('a'), 5);
  guest.done('fd_close', 0);
  t.equal(guest.open('a'), 6, "a stream's number is not handed out");
  guest.preview1.close();
  t.equal(guest.call('fd_fdstat_get', 3, guest.room(24)), Errno.BADF);
});

t.test('every call refuses descriptors that are not open', async (t) => {
  const guest = new Guest();
  for (const name of callNames.filter((each) => /^(fd|path|sock)_/.test(each))) {
    for (const fd of [9, -1, 0x7fffffff]) {
      const types = [...signatures[name].split(':')[0]!];
      const values = types.map((type): number | bigint => (type === 'I' ? 0n : 64));
      values[name === 'path_symlink' ? 2 : 0] = fd;
      t.equal(guest.call(name, ...values), Errno.BADF, `${name} ${fd}`);
    }
  }
});

t.test('a fault of ours passes through the program and is kept', async (t) => {
  const ours = new Error('broken');
  const broken = {
    rights: PREVIEW1_RIGHTS,
    write: (): number => {
      throw ours;
    },
  };
  const guest = new Guest({
    streams: {
      stdin: undefined,
      stdout: broken,
      stderr: {
        rights: PREVIEW1_RIGHTS,
        write: () => {
          throw new VfsError(Errno.PIPE, 'gone');
        },
      },
    },
  });
  t.throws(() => guest.write(1, 'x'), ours);
  t.equal(guest.preview1.fault, ours);
  t.equal(guest.write(2, 'x').errno, Errno.PIPE);
});

t.test('before the memory is known every pointer is bad', async (t) => {
  const { fileSystem } = new Guest();
  const options = {
    args: [],
    env: [],
    streams: { stdin: undefined, stdout: undefined, stderr: undefined },
    clock: undefined,
    random: () => {},
    openFiles: 8,
  };
  const access = new AccessTable([{ path: '/', rights: PREVIEW1_RIGHTS, scope: 'subtree' }]);
  const boundaries = new BoundaryTable([]);
  const preview1 = new Preview1({ fileSystem, access, boundaries, ...options });
  const call = preview1.imports.fd_fdstat_get as (fd: number, pointer: number) => number;
  t.equal(call(3, 0), Errno.FAULT);
});

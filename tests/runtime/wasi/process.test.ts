import t from 'tap';
import { AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS } from '../../../proto/rights.ts';
import { Errno, VfsError } from '../../../runtime/vfs/errno.ts';
import { Preview1, ProcessExit } from '../../../runtime/wasi/preview1.ts';
import { callNames, signatures } from '../../../runtime/wasi/signatures.ts';
import { Guest } from './guest.ts';

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

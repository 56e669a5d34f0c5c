import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import type { LiveHandle } from '../../../runtime/vfs/content.ts';
import { Errno, VfsError } from '../../../runtime/vfs/errno.ts';
import { Guest } from './guest.ts';

const CREAT = 1;
const TRUNC = 8;
const APPEND = 1;
const ALL = BigInt(PREVIEW1_RIGHTS);

t.test('reads and writes move the position, across several buffers', async (t) => {
  const guest = new Guest();
  const fd = guest.open('file', { flags: CREAT, base: ALL });
  const out = guest.room(4);
  guest.done('fd_write', fd, ...guest.vectors(guest.text('ab'), [0, 0], guest.text('cde')), out);
  t.equal(guest.view.getUint32(out, true), 5);
  t.equal(guest.seek(fd, 0n, 1), 5);
  t.equal(guest.seek(fd, -4n, 1), 1);
  const [first, second] = [guest.room(8), guest.room(8)];
  guest.done('fd_read', fd, ...guest.vectors([first, 3], [second, 8]), out);
  t.equal(guest.view.getUint32(out, true), 4);
  t.equal(Buffer.from(guest.bytes.slice(first, first + 3)).toString(), 'bcd');
  t.equal(guest.bytes[second], 'e'.charCodeAt(0));
  t.same(guest.read(fd, 4), { errno: 0, content: '' });
});

t.test('pread and pwrite leave the position alone', async (t) => {
  const guest = new Guest({ files: { '/file': '0123456789' } });
  const fd = guest.open('file', { base: ALL });
  const out = guest.room(4);
  const buffer = guest.room(4);
  guest.done('fd_pread', fd, ...guest.vectors([buffer, 4]), 3n, out);
  t.equal(Buffer.from(guest.bytes.slice(buffer, buffer + 4)).toString(), '3456');
  guest.done('fd_pwrite', fd, ...guest.vectors(guest.text('xy')), 12n, out);
  t.equal(guest.content('/file'), '0123456789\0\0xy');
  t.equal(guest.seek(fd, 0n, 1), 0);
  guest.done('fd_pread', fd, ...guest.vectors([buffer, 4]), 2n ** 62n, out);
  t.equal(guest.view.getUint32(out, true), 0, 'far behind the end is the end');
  t.equal(guest.call('fd_pread', fd, ...guest.vectors([buffer, 4]), -1n, out), Errno.INVAL);
  t.equal(guest.call('fd_pwrite', fd, ...guest.vectors(guest.text('x')), 2n ** 62n, out), Errno.FBIG);
  t.equal(guest.call('fd_pwrite', fd, ...guest.vectors(guest.text('x')), 2n ** 40n, out), Errno.FBIG);
});

t.test('append mode writes at the end, is reported, and can be left', async (t) => {
  const guest = new Guest({ files: { '/file': 'old' } });
  const fd = guest.open('file', { base: ALL, fdFlags: APPEND });
  t.equal(guest.fdstat(fd).flags, APPEND);
  guest.write(fd, 'new');
  guest.seek(fd, 0n, 0);
  guest.write(fd, '!');
  t.equal(guest.content('/file'), 'oldnew!');
  t.equal(guest.seek(fd, 0n, 1), 7);
  guest.seek(fd, 2n, 0);
  guest.write(fd, '');
  t.equal(guest.seek(fd, 0n, 1), 2, 'writing nothing leaves the place');
  guest.done('fd_fdstat_set_flags', fd, 0);
  guest.seek(fd, 0n, 0);
  guest.write(fd, 'O');
  t.equal(guest.content('/file'), 'Oldnew!');
  t.equal(guest.call('fd_fdstat_set_flags', fd, 32), Errno.INVAL);
});

t.test('seeks from all three places, and refuses what is no position', async (t) => {
  const guest = new Guest({ files: { '/file': '0123456789' } });
  const fd = guest.open('file', { base: ALL });
  t.equal(guest.seek(fd, 4n, 0), 4);
  t.equal(guest.seek(fd, 2n, 1), 6);
  t.equal(guest.seek(fd, -3n, 2), 7);
  t.equal(guest.seek(fd, 1000n, 2), 1010, 'behind the end, which changes nothing');
  t.equal(guest.content('/file').length, 10);
  t.equal(guest.seek(fd, -1011n, 1), -Errno.INVAL);
  t.equal(guest.seek(fd, -(2n ** 63n), 1), -Errno.INVAL);
  t.equal(guest.seek(fd, 2n ** 63n - 1n, 1), -Errno.OVERFLOW);
  t.equal(guest.seek(fd, 0n, 3), -Errno.INVAL);
  const out = guest.room(8);
  guest.done('fd_tell', fd, out);
  t.equal(guest.view.getBigUint64(out, true), 1010n);
  guest.write(fd, 'x');
  t.equal(guest.content('/file').length, 1011);
});

t.test('sizes change as they are told, within the limits', async (t) => {
  const guest = new Guest({ files: { '/file': '0123456789' } });
  const fd = guest.open('file', { base: ALL });
  guest.done('fd_filestat_set_size', fd, 4n);
  guest.done('fd_allocate', fd, 0n, 2n);
  t.equal(guest.content('/file'), '0123');
  guest.done('fd_allocate', fd, 3n, 3n);
  t.equal(guest.content('/file'), '0123\0\0');
  t.equal(guest.call('fd_allocate', fd, 0n, 0n), Errno.INVAL);
  t.equal(guest.call('fd_allocate', fd, -1n, 1n), Errno.INVAL);
  t.equal(guest.call('fd_allocate', fd, 2n ** 62n, 2n ** 62n), Errno.FBIG);
  t.equal(guest.call('fd_filestat_set_size', fd, -1n), Errno.INVAL);
  t.equal(guest.call('fd_filestat_set_size', fd, 2n ** 60n), Errno.FBIG);
  t.equal(guest.call('fd_filestat_set_size', fd, 2n ** 22n), Errno.FBIG);
  t.equal(guest.filestat(fd).size, 6n);
  t.equal(guest.call('fd_advise', fd, 0n, 0n, 5), Errno.SUCCESS);
  t.equal(guest.call('fd_advise', fd, 0n, 0n, 6), Errno.INVAL);
  t.equal(guest.call('fd_advise', fd, -1n, 0n, 0), Errno.INVAL);
});

t.test('a write that no longer fits is short, and fails only when nothing of it fits', async (t) => {
  const guest = new Guest({ limits: { bytes: 10 } });
  const fd = guest.open('file', { flags: CREAT, base: ALL });
  const out = guest.room(4);
  guest.done('fd_write', fd, ...guest.vectors(guest.text('0123456'), guest.text('89abcdef')), out);
  t.equal(guest.view.getUint32(out, true), 7);
  t.equal(guest.write(fd, 'too much').errno, Errno.NOSPC);
  t.equal(guest.seek(fd, 0n, 1), 7);
  t.equal(guest.write(fd, '789').errno, 0);
});

t.test('buffers may overlap, also with the list that names them', async (t) => {
  const guest = new Guest({ files: { '/file': 'abcdefgh' } });
  const fd = guest.open('file', { base: ALL });
  const buffer = guest.room(8);
  const out = guest.room(4);
  guest.done('fd_read', fd, ...guest.vectors([buffer, 4], [buffer + 2, 4]), out);
  t.equal(Buffer.from(guest.bytes.slice(buffer, buffer + 6)).toString(), 'abefgh');
  // The first buffer is the list itself: what is read there must not redirect the second.
  const list = guest.room(16);
  const target = guest.room(4);
  [list, 16, target, 4].forEach((value, index) => {
    guest.view.setUint32(list + index * 4, value, true);
  });
  const source = guest.open('source', { flags: CREAT, base: ALL });
  guest.write(source, '0123456789abcdefTAIL');
  guest.seek(source, 0n, 0);
  guest.done('fd_read', source, list, 2, out);
  t.equal(Buffer.from(guest.bytes.slice(target, target + 4)).toString(), 'TAIL');
});

t.test('a shorter buffer at the same place takes no more than it holds', async (t) => {
  const guest = new Guest({ files: { '/file': 'abcdefgh' } });
  const fd = guest.open('file', { base: ALL });
  const out = guest.room(4);
  const buffer = guest.room(8);
  for (const [length, expected] of [
    [4, 'abcd\0'],
    [2, 'efcd\0'],
    [0, 'efcd\0'],
    [1, 'gfcd\0'],
  ] as const) {
    guest.done('fd_read', fd, ...guest.vectors([buffer, length]), out);
    t.equal(guest.view.getUint32(out, true), length);
    t.equal(Buffer.from(guest.bytes.slice(buffer, buffer + 5)).toString(), expected);
  }
});

t.test('lists of buffers are bounded in number and length', async (t) => {
  const guest = new Guest({ files: { '/file': 'abc' } });
  const fd = guest.open('file', { base: ALL });
  const out = guest.room(4);
  const many = guest.room(1025 * 8);
  guest.bytes.fill(0, many, many + 1025 * 8);
  t.equal(guest.call('fd_read', fd, many, 1024, out), Errno.SUCCESS);
  t.equal(guest.call('fd_read', fd, many, 1025, out), Errno.INVAL);
  t.equal(guest.call('fd_read', fd, many, -1, out), Errno.INVAL);
  guest.view.setUint32(many + 8, 65536, true);
  guest.view.setUint32(many + 12, 0xffffffff, true);
  t.equal(guest.call('fd_read', fd, many, 2, out), Errno.FAULT);
  t.same(guest.read(fd, 3), { errno: 0, content: 'abc' }, 'the bad buffer came before anything was read');
  t.equal(guest.call('fd_write', fd, 0xfffffff8, 1024, out), Errno.FAULT);
});

t.test('a memory that grew is seen at once, and stale views are not used', async (t) => {
  const guest = new Guest({ files: { '/file': 'abcdef' } });
  const fd = guest.open('file', { base: ALL });
  const out = guest.room(4);
  const list = guest.vectors([0x20000, 3]);
  t.equal(guest.call('fd_read', fd, ...list, out), Errno.FAULT);
  guest.memory.grow(1);
  guest.done('fd_read', fd, ...list, out);
  t.equal(Buffer.from(guest.bytes.slice(0x20000, 0x20003)).toString(), 'abc');
  guest.memory.grow(1);
  guest.done('fd_read', fd, ...list, out);
  t.equal(Buffer.from(guest.bytes.slice(0x20000, 0x20003)).toString(), 'def');
});

t.test('an unlinked file lives on until it is closed', async (t) => {
  const guest = new Guest({ files: { '/file': 'abc' } });
  const fd = guest.open('file', { base: ALL });
  guest.done('path_unlink_file', 3, ...guest.text('file'));
  t.equal(guest.fileSystem.usage().inodes, 1);
  t.equal(guest.filestat(fd).links, 0n);
  t.same(guest.read(fd, 3), { errno: 0, content: 'abc' });
  guest.done('fd_close', fd);
  t.equal(guest.fileSystem.usage().inodes, 0);
  const [moved, replaced] = [guest.open('moved', { flags: CREAT }), guest.open('gone', { flags: CREAT })];
  guest.done('path_unlink_file', 3, ...guest.text('gone'));
  guest.done('fd_renumber', moved, replaced);
  t.equal(guest.fileSystem.usage().inodes, 1, 'also when another descriptor takes its number');
});

t.test('streams take what they are given, and have no positions', async (t) => {
  let input = 'line';
  const guest = new Guest({
    streams: {
      stdin: {
        rights: PREVIEW1_RIGHTS,
        read: (target) => {
          const count = Math.min(target.length, input.length);
          target.set(Buffer.from(input.slice(0, count)));
          input = input.slice(count);
          return count;
        },
      },
      stdout: { rights: Rights.FD_WRITE, write: (source) => Math.min(source.length, 3) },
      stderr: undefined,
    },
  });
  t.same(guest.read(0, 2), { errno: 0, content: 'li' });
  t.same(guest.read(0, 9), { errno: 0, content: 'ne' });
  t.same(guest.read(0, 9), { errno: 0, content: '' });
  t.same(guest.write(1, 'four'), { errno: 0, count: 3 }, 'a short write is told');
  t.equal(guest.write(2, 'x').errno, Errno.BADF);
  t.equal(guest.write(0, 'x').errno, Errno.NOTCAPABLE);
  t.equal(guest.read(1, 1).errno, Errno.NOTCAPABLE);
  t.equal(guest.seek(0, 0n, 0), -Errno.SPIPE);
  t.equal(guest.call('fd_tell', 1, guest.room(8)), Errno.SPIPE);
  t.equal(guest.call('fd_allocate', 1, 0n, 1n), Errno.SPIPE);
  t.equal(guest.call('fd_filestat_set_size', 1, 0n), Errno.INVAL);
  t.equal(guest.call('fd_readdir', 0, guest.room(8), 8, 0n, guest.room(4)), Errno.NOTDIR);
  t.equal(guest.filestat(0).inode, 3n);
  t.equal(guest.filestat(0).size, 0n);
  t.equal(guest.fdstat(0).type, 0, 'no terminal');
  t.equal(guest.open('new', { flags: CREAT | TRUNC }), 4, 'the number of the missing stream stays unused');
});

/** Stands in for a live standard input that has these bytes so far. */
function liveInput(bytes: string) {
  const live: LiveHandle = {
    file: 0,
    generation: 0,
    end: bytes.length,
    read: (target, position, wait) => {
      const rest = Buffer.from(bytes.slice(position));
      if (rest.length > 0) return rest.copy(target);
      if (wait) throw new Error('the program would wait');
      throw new VfsError(Errno.AGAIN, 'nothing yet');
    },
    append: () => 0,
    restart: () => {},
  };
  return { rights: PREVIEW1_RIGHTS, read: () => 0, live };
}

t.test('what a live stream has is given at once: a second buffer does not wait for more', async (t) => {
  const streams = { stdin: liveInput('abcdefgh'), stdout: undefined, stderr: undefined };
  const guest = new Guest({ streams });
  const out = guest.room(4);
  const buffers: [number, number][] = [
    [guest.room(8), 3],
    [guest.room(8), 3],
  ];
  const read = (): string => {
    guest.done('fd_read', 0, ...guest.vectors(...buffers), out);
    const count = guest.view.getUint32(out, true);
    const bytes = buffers.flatMap(([start]) => [...guest.bytes.slice(start, start + 3)]);
    return Buffer.from(bytes.slice(0, count)).toString();
  };
  t.equal(read(), 'abcdef');
  t.equal(read(), 'gh', 'a first buffer that is not filled ends the call');
  const again = new Guest({ streams: { ...streams, stdin: liveInput('ab') } });
  const list = again.vectors([again.room(8), 2], [again.room(8), 2]);
  again.done('fd_read', 0, ...list, out);
  t.equal(again.view.getUint32(out, true), 2, 'so does one that is just filled, where nothing more has come');
  t.throws(() => again.call('fd_read', 0, ...list, out), /would wait/, 'only the first waits');
});

t.test('a stream that fails in the middle tells what was moved before, then fails', async (t) => {
  let calls = 0;
  const failing = (bytes: Uint8Array): number => {
    if (++calls % 3 !== 1) throw new VfsError(Errno.IO, 'broken');
    return bytes.length;
  };
  const stream = { rights: PREVIEW1_RIGHTS, read: failing, write: failing };
  const guest = new Guest({ streams: { stdin: stream, stdout: stream, stderr: undefined } });
  const out = guest.room(4);
  for (const [call, fd] of [
    ['fd_read', 0],
    ['fd_write', 1],
  ] as const) {
    calls = 0;
    const list = guest.vectors([guest.room(8), 5], [guest.room(8), 5]);
    guest.done(call, fd, ...list, out);
    t.equal(guest.view.getUint32(out, true), 5, call);
    t.equal(guest.call(call, fd, ...list, out), Errno.IO, call);
  }
});

t.test('a call that fails takes no stack trace, and leaves those of others alone', async (t) => {
  const { stackTraceLimit } = Error;
  t.notMatch(new VfsError(Errno.NOENT, 'missing').stack, /\n\s+at /);
  t.equal(Error.stackTraceLimit, stackTraceLimit);
  t.match(new Error('ours').stack, /\n\s+at /);
});

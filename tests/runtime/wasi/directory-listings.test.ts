/** What programs read of a directory, and where a cookie goes on. */
import t from 'tap';
import { PREVIEW1_RIGHTS, Rights } from '../../../proto/rights.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { ALL, Guest } from './guest.ts';

const { CREAT, DIRECTORY } = { CREAT: 1, DIRECTORY: 2 };
const { FD_WRITE, PATH_OPEN } = Rights;

t.test('directories list what may be seen, in every part of it', async (t) => {
  const guest = new Guest({
    files: { '/a/hidden': '', '/a/seen': '', '/a/way/deep': '', '/a/out/x': '', '/lots/': '' },
    rights: {
      '/a/': Rights.FD_READDIR | PATH_OPEN,
      '/a/hidden': 0,
      '/a/way': 0,
      '/a/out/': 0,
      '/a/way/deep': 1,
      '/lots/': PREVIEW1_RIGHTS,
    },
  });
  const fd = guest.open('a');
  t.same(
    guest.list(fd).map(({ name }) => name),
    ['.', '..', 'seen', 'way'],
  );
  const names = Array.from({ length: 300 }, (_, index) => `file.${index}`);
  for (const name of names) guest.done('fd_close', guest.open(`lots/${name}`, { flags: CREAT }));
  const lots = guest.open('lots');
  for (const size of [40, 256, 4096, 65536]) {
    const listed = guest.list(lots, size);
    t.same(
      listed.map(({ name }) => name),
      ['.', '..', ...names.sort()],
      `by ${size} bytes`,
    );
    t.equal(listed[0]!.inode, Number(guest.filestat(lots).inode));
    t.equal(listed[1]!.inode, 2);
    t.equal(listed[5]!.inode, Number(guest.filestat(lots, listed[5]!.name).inode));
    t.same([listed[0]!.type, listed[2]!.type], [3, 4]);
  }
});

t.test('a listing starts again at cookie 0, and the last entry is cut', async (t) => {
  const guest = new Guest({ files: { '/dir/one': '', '/dir/two': '' } });
  const fd = guest.open('dir');
  const buffer = guest.room(64);
  const out = guest.room(4);
  guest.bytes.fill(0xee, buffer, buffer + 64);
  guest.done('fd_readdir', fd, buffer, 30, 0n, out);
  t.equal(guest.view.getUint32(out, true), 30);
  t.same(
    guest.bytes.slice(buffer + 30, buffer + 64).every((byte) => byte === 0xee),
    true,
  );
  guest.done('fd_readdir', fd, buffer, 0, 0n, out);
  t.equal(guest.view.getUint32(out, true), 0);
  guest.done('fd_readdir', fd, buffer, 64, 2n ** 64n - 1n, out);
  t.equal(guest.view.getUint32(out, true), 0);
  const [, , first] = guest.list(fd);
  guest.done('path_unlink_file', 3, ...guest.text('dir/two'));
  guest.done('path_create_directory', 3, ...guest.text('dir/three'));
  guest.done('fd_readdir', fd, buffer, 64, first!.next, out);
  t.equal(guest.view.getUint32(out, true), 0, 'removed entries are passed over, new ones wait');
  t.same(
    guest.list(fd).map(({ name }) => name),
    ['.', '..', 'one', 'three'],
  );
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

t.test('a directory that was removed answers NOENT', async (t) => {
  const guest = new Guest({ files: { '/dir/': '' } });
  const fd = guest.open('dir', { flags: DIRECTORY, base: ALL & ~BigInt(FD_WRITE) });
  guest.done('path_remove_directory', 3, ...guest.text('dir'));
  t.equal(guest.tryOpen('new', { dir: fd, flags: CREAT }).errno, Errno.NOENT);
  t.equal(guest.call('fd_readdir', fd, guest.room(64), 64, 0n, guest.room(4)), Errno.NOENT);
  t.equal(guest.filestat(fd).errno, Errno.SUCCESS);
  guest.done('fd_close', fd);
});

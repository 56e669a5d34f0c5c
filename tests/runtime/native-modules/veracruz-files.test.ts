/** The files that Veracruz has and preview 1 has not: the special ones of modules, and those without a name. */
import t from 'tap';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { OpenFlags } from '../../../runtime/wasi/abi.ts';
import { ALL, Guest } from '../wasi/guest.ts';
import { AEAD, bytesOf, COUNTER, guestWith, request, write } from './module-guest.ts';

t.test('a special file reads as empty, and is neither cut, filled, moved nor removed', async (t) => {
  const guest = guestWith({ files: { '/file': 'x' } });
  const fd = guest.open(AEAD.slice(1), { base: ALL, flags: OpenFlags.TRUNC });
  write(guest, fd, Buffer.from('secret'));
  guest.seek(fd, 0n, 0);
  t.same(guest.read(fd, 10), { errno: 0, content: '' }, 'nor is what is pending');
  t.equal(guest.filestat(fd).size, 0n);
  t.equal(guest.call('fd_allocate', fd, 0n, 10n), Errno.SPIPE);
  t.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, 5), Errno.NOTSUP);
  const path = guest.text(AEAD.slice(1));
  t.equal(guest.call('path_unlink_file', 3, ...path), Errno.BUSY);
  t.equal(guest.call('path_rename', 3, ...path, 3, ...guest.text('b')), Errno.BUSY);
  t.equal(guest.call('path_rename', 3, ...guest.text('file'), 3, ...path), Errno.BUSY);
  t.equal(guest.call('path_link', 3, 0, ...path, 3, ...guest.text('b')), Errno.BUSY);
  t.equal(guest.content(AEAD), '');
});

t.test('where a policy lists no module the path is as any other', async (t) => {
  const guest = new Guest({ files: { '/services/': '', '/in': 'text' } });
  const fd = guest.open(COUNTER.slice(1), { base: ALL, flags: OpenFlags.CREAT });
  t.equal(write(guest, fd, request()), Errno.SUCCESS);
  t.same(bytesOf(guest, COUNTER), request());
  t.equal(guest.exists('/out'), false);
});

t.test(
  "a file of Veracruz's fd_create has no name, every right, and is gone when it is closed",
  async (t) => {
    const guest = new Guest({ rights: {}, openFiles: 6, limits: { bytes: 100, inodes: 2 } });
    const out = guest.room(4);
    const create = () => {
      const errno = guest.call('fd_create', out);
      return { errno, fd: guest.view.getUint32(out, true) };
    };
    t.equal(guest.call('fd_create', guest.memory.buffer.byteLength - 3), Errno.FAULT);
    t.same(guest.fileSystem.usage(), { bytes: 0, inodes: 0 }, 'nothing is made for a bad pointer');
    const { errno, fd } = create();
    t.same([errno, fd], [0, 4]);
    t.match(guest.fdstat(fd), { type: FileType.regularFile, flags: 0, inheriting: 0 });
    t.same(guest.write(fd, 'temporary'), { errno: 0, count: 9 });
    t.equal(guest.seek(fd, 4n, 0), 4);
    t.same(guest.read(fd, 100), { errno: 0, content: 'orary' });
    t.match(guest.filestat(fd), { errno: 0, type: FileType.regularFile, size: 9n, links: 0n });
    t.equal(guest.call('fd_filestat_set_size', fd, 4n), Errno.SUCCESS);
    t.equal(guest.call('fd_allocate', fd, 0n, 20n), Errno.SUCCESS);
    t.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, 5), Errno.SUCCESS);
    t.equal(guest.call('fd_sync', fd), Errno.SUCCESS);
    t.same(guest.fileSystem.usage(), { bytes: 20, inodes: 1 });
    t.equal(guest.write(fd, 'x'.repeat(101)).errno, Errno.NOSPC);
    const second = create();
    t.same(second, { errno: 0, fd: 5 });
    t.equal(create().errno, Errno.MFILE, 'descriptors count');
    guest.done('fd_close', second.fd);
    guest.fileSystem.createFile(guest.fileSystem.root, 'other');
    t.equal(create().errno, Errno.NOSPC, 'so do files');
    t.equal(guest.preview1.exhausted, 'inodes');
    guest.done('fd_close', fd);
    t.same(guest.fileSystem.usage(), { bytes: 0, inodes: 1 });
    t.same(create(), { errno: 0, fd: 4 });
    guest.preview1.close();
    t.same(guest.fileSystem.usage(), { bytes: 0, inodes: 1 }, 'what a program leaves open goes with it');
  },
);

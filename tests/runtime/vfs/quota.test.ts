import t from 'tap';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';
import { limitsWith, makeFileSystem, rejectsWith } from './trees.ts';

t.test('bytes are counted by size, holes and link targets included', async (t) => {
  const fileSystem = makeFileSystem({ limits: limitsWith({ bytes: 100, fileBytes: 80 }) });
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  fileSystem.write(file, Buffer.alloc(10), 50);
  t.equal(fileSystem.usage().bytes, 60);
  fileSystem.write(file, Buffer.alloc(10), 0);
  t.equal(fileSystem.usage().bytes, 60, 'writing over what is there takes nothing');
  fileSystem.createSymbolicLink(root, 'link', 'é'.repeat(10));
  t.equal(fileSystem.usage().bytes, 80);
  const other = fileSystem.createFile(root, 'y');
  fileSystem.setSize(other, 20);
  rejectsWith(t, Errno.NOSPC, () => fileSystem.write(other, Buffer.alloc(1), 20));
  rejectsWith(t, Errno.NOSPC, () => fileSystem.setSize(other, 21));
  rejectsWith(t, Errno.NOSPC, () => fileSystem.createSymbolicLink(root, 'link-2', 'x'));
  const content = new OverlayContents().create();
  content.setSize(21);
  rejectsWith(t, Errno.NOSPC, () => fileSystem.replaceContent(other, content));
  t.match([fileSystem.usage().bytes, other.content.size, other.version, content.size], [100, 20, 1, 21]);
  fileSystem.unlink(root, 'link');
  fileSystem.replaceContent(other, content);
  t.equal(fileSystem.usage().bytes, 81);
  fileSystem.setSize(other, 0);
  fileSystem.unlink(root, 'x');
  t.equal(fileSystem.usage().bytes, 0);
});

t.test('no file grows beyond its own limit, nor to a position out of range', async (t) => {
  const fileSystem = makeFileSystem({ limits: limitsWith({ fileBytes: 80 }) });
  const file = fileSystem.createFile(fileSystem.root, 'x');
  fileSystem.setSize(file, 80);
  rejectsWith(t, Errno.FBIG, () => fileSystem.setSize(file, 81));
  rejectsWith(t, Errno.FBIG, () => fileSystem.write(file, Buffer.alloc(1), 80));
  rejectsWith(t, Errno.FBIG, () => fileSystem.write(file, Buffer.alloc(1), Number.MAX_SAFE_INTEGER));
  for (const position of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    rejectsWith(t, Errno.INVAL, () => fileSystem.write(file, Buffer.alloc(1), position));
    rejectsWith(t, Errno.INVAL, () => fileSystem.read(file, Buffer.alloc(1), position));
    rejectsWith(t, Errno.INVAL, () => fileSystem.setSize(file, position));
  }
  t.equal(fileSystem.read(file, Buffer.alloc(1), Number.MAX_SAFE_INTEGER), 0);
  t.same(fileSystem.usage(), { bytes: 80, inodes: 1 });
});

t.test('every name takes an inode of the quota, hard links too', async (t) => {
  const fileSystem = makeFileSystem({ limits: limitsWith({ inodes: 3 }) });
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  fileSystem.link(file, root, 'y');
  fileSystem.createDirectory(root, 'd');
  const full = [
    () => fileSystem.createFile(root, 'z'),
    () => fileSystem.createDirectory(root, 'z'),
    () => fileSystem.createSymbolicLink(root, 'z', 'x'),
    () => fileSystem.link(file, root, 'z'),
  ];
  for (const make of full) rejectsWith(t, Errno.NOSPC, make);
  t.equal(root.entries.size, 3);
  fileSystem.unlink(root, 'x');
  t.equal(fileSystem.usage().inodes, 2);
  fileSystem.retain(file);
  fileSystem.unlink(root, 'y');
  t.equal(fileSystem.usage().inodes, 2, 'an open file keeps its inode');
  fileSystem.release(file);
  t.equal(fileSystem.usage().inodes, 1);
});

t.test('removed and made again in one transaction, a full file system stays within its limits', async (t) => {
  const fileSystem = makeFileSystem({ limits: limitsWith({ inodes: 1, bytes: 10 }) });
  const { root } = fileSystem;
  fileSystem.setSize(fileSystem.createFile(root, 'x'), 10);
  const again = (): void => {
    fileSystem.unlink(root, 'x');
    fileSystem.setSize(fileSystem.createFile(root, 'x'), 10);
  };
  fileSystem.transaction(again);
  t.throws(() =>
    fileSystem.transaction(() => {
      again();
      again();
      throw new Error('on purpose');
    }),
  );
  t.same(fileSystem.usage(), { bytes: 10, inodes: 1 });
});

t.test('a file that was freed takes nothing any more: nobody would give it back', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  fileSystem.write(file, Buffer.alloc(10), 0);
  const changes = [
    () => fileSystem.write(file, Buffer.alloc(1), 20),
    () => fileSystem.setSize(file, 1000),
    () => fileSystem.replaceContent(file, new OverlayContents().create()),
  ];
  for (const change of changes)
    t.throws(() =>
      fileSystem.transaction(() => {
        fileSystem.unlink(root, 'x');
        rejectsWith(t, Errno.STALE, change);
        throw new Error('undone');
      }),
    );
  t.same(fileSystem.usage(), { bytes: 10, inodes: 1 });
  fileSystem.unlink(root, 'x');
  for (const change of changes) rejectsWith(t, Errno.STALE, change);
  t.same(fileSystem.usage(), { bytes: 0, inodes: 0 });
});

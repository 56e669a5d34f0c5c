import t from 'tap';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { describeTree, limitsWith, makeFileSystem, rejectsWith } from './trees.ts';

const failure = new Error('on purpose');

function sample() {
  const contents = new MemfdContents({ inlineBytes: 16, chunkBytes: 64, limit: 1 << 20 });
  const heard: string[] = [];
  const tell = (name: string) => () => heard.push(name);
  const observer = {
    created: tell('created'),
    linked: tell('linked'),
    unlinked: tell('unlinked'),
    renamed: tell('renamed'),
    written: tell('written'),
    resized: tell('resized'),
    timesSet: tell('timesSet'),
  };
  const fileSystem = makeFileSystem({ contents, limits: limitsWith({ inodes: 8, bytes: 1000 }) });
  const { root } = fileSystem;
  const directory = fileSystem.createDirectory(root, 'd');
  const empty = fileSystem.createDirectory(root, 'empty');
  const file = fileSystem.createFile(directory, 'x');
  const small = fileSystem.createFile(root, 'small');
  fileSystem.link(small, directory, 'small-too');
  fileSystem.write(file, Buffer.alloc(200, 'a'), 0);
  fileSystem.write(small, Buffer.from('small'), 0);
  fileSystem.observer = observer;
  return { fileSystem, contents, heard, root, directory, empty, file, small };
}

t.test('when the work throws everything is as it was', async (t) => {
  const { fileSystem, contents, heard, root, directory, empty, file, small } = sample();
  const before = describeTree(fileSystem);
  const storage = contents.usage();
  const work = (): void => {
    fileSystem.write(file, Buffer.from('overwritten'), 60);
    fileSystem.write(file, Buffer.from('appended'), 200);
    fileSystem.setSize(file, 100);
    fileSystem.setSize(file, 300);
    fileSystem.setTimes(directory, 1n, 2n);
    fileSystem.unlink(root, 'small');
    fileSystem.unlink(directory, 'small-too');
    fileSystem.removeDirectory(root, 'empty');
    const made = fileSystem.createDirectory(root, 'empty');
    const fresh = fileSystem.createFile(made, 'fresh');
    fileSystem.write(fresh, Buffer.alloc(100, 'f'), 0);
    fileSystem.link(fresh, root, 'fresh-too');
    fileSystem.createSymbolicLink(root, 'link', 'target');
    fileSystem.rename(root, 'd', made, 'moved');
    fileSystem.rename(made, 'fresh', directory, 'x');
    const staged = contents.create();
    staged.write(Buffer.alloc(80, 's'), 0);
    fileSystem.replaceContent(fresh, staged);
    fileSystem.write(fileSystem.streams.stdout, Buffer.from('out'), 0);
    throw failure;
  };
  t.throws(() => fileSystem.transaction(work), failure);
  t.same(describeTree(fileSystem), before);
  t.same(contents.usage(), storage, 'storage is given back');
  t.same(heard, [], 'observers hear nothing');
  t.same(
    [root.entries.get('d'), root.entries.get('empty'), directory.entries.get('x')],
    [directory, empty, file],
  );
  t.equal(small.content.size, 5);
  t.equal(directory.parent, root);

  t.throws(() => fileSystem.transaction(work), failure, 'and again');
  t.same(describeTree(fileSystem), before);
  t.same(contents.usage(), storage);
});

t.test('when the work succeeds all of it stands and observers hear of it in order', async (t) => {
  const { fileSystem, contents, heard, root, directory, file } = sample();
  const result = fileSystem.transaction(() => {
    fileSystem.write(file, Buffer.from('b'), 0);
    fileSystem.unlink(root, 'small');
    fileSystem.unlink(directory, 'small-too');
    fileSystem.createFile(root, 'new');
    t.same(heard, [], 'not before the end');
    return 7;
  });
  t.equal(result, 7);
  t.same(heard, ['written', 'unlinked', 'unlinked', 'created']);
  t.same(fileSystem.usage(), { bytes: 200, inodes: 4 });
  fileSystem.unlink(directory, 'x');
  t.same(contents.usage(), { bytes: 0, descriptors: 0 }, 'nothing was kept back');
});

t.test('a transaction inside another is undone alone, or with it', async (t) => {
  const { fileSystem, contents, root, file } = sample();
  const before = describeTree(fileSystem);
  const storage = contents.usage();
  const letter = (position: number): string => {
    const byte = Buffer.alloc(1);
    fileSystem.read(file, byte, position);
    return byte.toString();
  };
  t.throws(() =>
    fileSystem.transaction(() => {
      fileSystem.write(file, Buffer.from('1'), 0);
      const made = fileSystem.createFile(root, 'outer');
      t.throws(() =>
        fileSystem.transaction(() => {
          fileSystem.write(file, Buffer.from('2'), 0);
          fileSystem.write(made, Buffer.alloc(50), 0);
          fileSystem.createFile(root, 'inner');
          throw failure;
        }),
      );
      t.same([letter(0), made.content.size, root.entries.has('inner')], ['1', 0, false]);
      fileSystem.transaction(() => {
        fileSystem.write(file, Buffer.from('3'), 0);
        fileSystem.unlink(root, 'outer');
        fileSystem.write(fileSystem.createFile(root, 'inner'), Buffer.alloc(50), 0);
      });
      t.equal(letter(0), '3');
      throw failure;
    }),
  );
  t.same(describeTree(fileSystem), before);
  t.same(contents.usage(), storage);
});

t.test('openings are no part of a transaction, and no inode is lost or freed twice over them', async (t) => {
  const { fileSystem, contents, root, directory, file, small } = sample();
  fileSystem.retain(file);
  fileSystem.unlink(directory, 'x');
  const storage = contents.usage();
  let made = small;
  t.throws(() =>
    fileSystem.transaction(() => {
      fileSystem.release(file);
      made = fileSystem.createFile(root, 'made');
      fileSystem.retain(made);
      fileSystem.write(made, Buffer.alloc(10), 0);
      throw failure;
    }),
  );
  t.same(fileSystem.usage(), { bytes: 15, inodes: 5 }, 'the file closed is gone, the one open is nameless');
  t.same([made.links, root.entries.has('made')], [0, false]);
  fileSystem.release(made);
  t.same(fileSystem.usage(), { bytes: 5, inodes: 4 });
  t.ok(contents.usage().descriptors < storage.descriptors);
});

t.test('a failed step may be caught, and the transaction go on', async (t) => {
  const { fileSystem, root, file } = sample();
  fileSystem.transaction(() => {
    rejectsWith(t, Errno.NOSPC, () => fileSystem.setSize(file, 5000));
    rejectsWith(t, Errno.EXIST, () => fileSystem.createFile(root, 'small'));
    fileSystem.setSize(file, 10);
  });
  t.equal(file.content.size, 10);
  t.same(fileSystem.usage(), { bytes: 15, inodes: 5 });
});

t.test('a transaction does not wait', async (t) => {
  const { fileSystem, root } = sample();
  t.throws(
    () =>
      fileSystem.transaction(async () => {
        fileSystem.createFile(root, 'early');
      }),
    TypeError,
  );
  t.notOk(root.entries.has('early'));
});

t.test('appending within a transaction copies nothing', async (t) => {
  const { fileSystem, contents, file } = sample();
  fileSystem.setSize(file, 180);
  const { descriptors } = contents.usage();
  fileSystem.transaction(() => {
    fileSystem.write(file, Buffer.from('more'), 180);
    t.equal(contents.usage().descriptors, descriptors);
  });
  t.throws(() =>
    fileSystem.transaction(() => {
      fileSystem.write(file, Buffer.from('never'), 184);
      throw failure;
    }),
  );
  fileSystem.setSize(file, 192);
  const bytes = Buffer.alloc(192);
  fileSystem.read(file, bytes, 0);
  t.equal(bytes.toString('latin1', 178), `aamore${'\0'.repeat(8)}`, 'what was undone does not come back');
});

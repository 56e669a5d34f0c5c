/** How files go to a child and its changes come back, and how much may come. */
import t from 'tap';
import { AccessTable } from '../../../proto/policy/access.ts';
import { Rights } from '../../../proto/rights.ts';
import { NEW_INODE } from '../../../runtime/executor/run-protocol.ts';
import { JobParts, takeSnapshot } from '../../../runtime/executor/snapshot.ts';
import { MAXIMUM_EXTENTS } from '../../../runtime/executor/staged-extents.ts';
import { type FileInode, FileType } from '../../../runtime/vfs/inode.ts';
import { EVERYTHING, extent, NOTHING, stage, text } from './commit-stage.ts';

t.test('a file with names in two directories reaches the child after both of them', async (t) => {
  const { fileSystem, output } = stage();
  const deep = fileSystem.createDirectory(fileSystem.createDirectory(fileSystem.root, 'a'), 'deep');
  fileSystem.link(output, deep, 'b');
  const access = new AccessTable([{ path: '/', rights: Rights.FD_READ, scope: 'subtree' }]);
  const { inodes } = takeSnapshot(fileSystem, access, new JobParts());
  const known = new Set([fileSystem.root.number]);
  for (const { number, names } of inodes) {
    for (const { parent } of names) t.ok(known.has(parent));
    known.add(number);
  }
});

t.test('bytes, cuts and new files arrive as the run left them', async (t) => {
  const { fileSystem, commit, output, outputDirectory } = stage();
  commit.addExtent(extent(output.number, 2, 'XY'));
  commit.addExtent(extent(NEW_INODE, 0, 'new'));
  commit.setJournal({
    operations: [
      {
        operation: 'create',
        inode: NEW_INODE,
        type: FileType.regularFile,
        parent: outputDirectory,
        name: 'c',
      },
    ],
    contents: [
      { inode: output.number, size: 5, kept: 3 },
      { inode: NEW_INODE, size: 3, kept: 0 },
    ],
    times: [],
  });
  commit.apply();
  t.equal(text(fileSystem, output), 'beXY\0', 'the base cut to 3, grown to 5, with the bytes over it');
  const made = fileSystem.resolve(fileSystem.root, 'output/c', { followLast: true }).inode as FileInode;
  t.equal(text(fileSystem, made), 'new');
});

t.test('ten thousand links to one file are committed in one go', async (t) => {
  const { fileSystem, commit, output, outputDirectory } = stage(EVERYTHING, { inodes: 20_000 });
  const names = Array.from({ length: 10_000 }, (_, index) => `link-${index}`);
  commit.setJournal({
    ...NOTHING,
    operations: names.map((name) => ({
      operation: 'link',
      inode: output.number,
      parent: outputDirectory,
      name,
    })),
    contents: [{ inode: output.number, size: 3, kept: 3 }],
  });
  fileSystem.transaction(() => commit.apply());
  t.equal(output.links, 10_001);
  t.equal(text(fileSystem, output), 'bef');
});

t.test('the times of the root are set where the program may', async (t) => {
  const { fileSystem, commit } = stage([
    { path: '/', rights: Rights.PATH_FILESTAT_SET_TIMES, scope: 'subtree' },
  ]);
  commit.setJournal({ ...NOTHING, times: [{ inode: fileSystem.root.number, accessed: '5', modified: '6' }] });
  commit.apply();
  t.same([fileSystem.root.accessed, fileSystem.root.modified], [5n, 6n]);
});

t.test('more bytes than a run may send end it as they come', async (t) => {
  const { commit, output } = stage();
  const megabyte = 'x'.repeat(1 << 20);
  commit.addExtent(extent(output.number, 0, megabyte));
  t.throws(() => commit.addExtent(extent(output.number, 1 << 20, 'x')), { code: 'RUN_WRITE_LIMIT' });
});

t.test('scattered bytes are bounded in number, not only in size', async (t) => {
  const { commit, output } = stage(undefined, { writtenBytes: 1 << 30 });
  const payload = extent(output.number, 0, 'x');
  const view = new DataView(payload.buffer);
  const send = (index: number) => {
    view.setFloat64(8, 2 * index, true);
    commit.addExtent(payload);
  };
  for (let index = 0; index < MAXIMUM_EXTENTS; index++) send(index);
  t.throws(() => send(MAXIMUM_EXTENTS), { code: 'RUN_JOURNAL_LIMIT' });
  commit.release();
});

t.test('a commit that finds no room says so, and leaves nothing', async (t) => {
  const { fileSystem, commit, outputDirectory } = stage();
  commit.setJournal({
    operations: [{ operation: 'create', inode: NEW_INODE, type: 4, parent: outputDirectory, name: 'c' }],
    contents: [{ inode: NEW_INODE, size: 1 << 25, kept: 0 }],
    times: [],
  });
  t.throws(() => commit.apply(), { code: 'STORAGE_FULL' });
  t.equal(fileSystem.resolve(fileSystem.root, 'output/c', { followLast: true }).inode, undefined);
});

import t from 'tap';
import { Errno } from '../../../runtime/vfs/errno.ts';
import type { MutationObserver } from '../../../runtime/vfs/file-system.ts';
import type { Inode } from '../../../runtime/vfs/inode.ts';
import { DirectoryListing } from '../../../runtime/vfs/listing.ts';
import { OverlayContents } from '../../../runtime/vfs/overlay-content.ts';
import { describeTree, limitsWith, makeFileSystem, rejectsWith } from './trees.ts';

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Passes on what it is told, inodes but the first left out. */
function observerOf(tell: (name: string, inode: number, ...rest: unknown[]) => void): MutationObserver {
  const names = ['created', 'linked', 'unlinked', 'renamed', 'written', 'resized', 'timesSet'] as const;
  const entry = (name: string) => [
    name,
    (inode: Inode, ...rest: unknown[]) =>
      tell(name, inode.number, ...rest.filter((value) => typeof value !== 'object')),
  ];
  return Object.fromEntries(names.map(entry)) as unknown as MutationObserver;
}

t.test('a name is taken once, and must be a name', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  const makers = [
    (name: string) => fileSystem.createFile(root, name),
    (name: string) => fileSystem.createDirectory(root, name),
    (name: string) => fileSystem.createSymbolicLink(root, name, 'x'),
    (name: string) => fileSystem.link(file, root, name),
  ];
  for (const make of makers) {
    for (const name of ['x', '.', '..']) rejectsWith(t, Errno.EXIST, () => make(name));
    rejectsWith(t, Errno.NOENT, () => make(''));
    for (const name of ['a/b', 'a\0']) rejectsWith(t, Errno.INVAL, () => make(name));
    rejectsWith(t, Errno.NAMETOOLONG, () => make('é'.repeat(128)));
    rejectsWith(t, Errno.ILSEQ, () => make('half \ud83d'));
  }
  t.same([...root.entries.keys()], ['x'], 'nothing was made');
  t.same(fileSystem.usage(), { bytes: 0, inodes: 1 });
  t.ok(fileSystem.createFile(root, 'whole \u{1f600}'));
  for (const [target, errno] of [
    ['', Errno.NOENT],
    ['a\0', Errno.INVAL],
    ['x'.repeat(4097), Errno.NAMETOOLONG],
  ] as const)
    rejectsWith(t, errno, () => fileSystem.createSymbolicLink(root, 'link', target));
});

t.test('inodes have fixed and fresh numbers', async (t) => {
  const fileSystem = makeFileSystem({ firstInode: 100 });
  const { root, streams } = fileSystem;
  t.same([root.number, streams.stdin.number, streams.stdout.number, streams.stderr.number], [2, 3, 4, 5]);
  t.equal(fileSystem.createFile(root, 'x').number, 100);
  fileSystem.unlink(root, 'x');
  t.equal(fileSystem.createFile(root, 'x').number, 101, 'never used again');
});

t.test('hard links are names of one file', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const directory = fileSystem.createDirectory(root, 'd');
  const file = fileSystem.createFile(root, 'x');
  fileSystem.link(file, directory, 'y');
  fileSystem.write(file, bytesOf('abc'), 0);
  t.equal(directory.entries.get('y'), file);
  t.equal(file.links, 2);
  fileSystem.unlink(root, 'x');
  t.equal(file.links, 1);
  t.equal(fileSystem.read(file, Buffer.alloc(9), 0), 3);
  rejectsWith(t, Errno.PERM, () => fileSystem.link(directory, root, 'z'));
  rejectsWith(t, Errno.XDEV, () => fileSystem.link(fileSystem.streams.stdin, root, 'z'));
  fileSystem.unlink(directory, 'y');
  rejectsWith(t, Errno.NOENT, () => fileSystem.link(file, root, 'z'), 'nothing revives a removed file');
});

t.test('an unlinked file lives until its last opening closes', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  fileSystem.write(file, bytesOf('abc'), 0);
  fileSystem.retain(file);
  fileSystem.retain(file);
  fileSystem.unlink(root, 'x');
  fileSystem.release(file);
  fileSystem.write(file, bytesOf('def'), 3);
  const bytes = Buffer.alloc(6);
  fileSystem.read(file, bytes, 0);
  t.equal(bytes.toString(), 'abcdef');
  t.same(fileSystem.usage(), { bytes: 6, inodes: 1 });
  fileSystem.release(file);
  t.same(fileSystem.usage(), { bytes: 0, inodes: 0 });
  t.throws(() => fileSystem.release(file), 'closing once more is a fault of the caller');
  rejectsWith(t, Errno.STALE, () => fileSystem.retain(file));
});

t.test('files are unlinked, directories removed when empty', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const directory = fileSystem.createDirectory(root, 'd');
  fileSystem.createSymbolicLink(directory, 'link', 'nowhere');
  rejectsWith(t, Errno.ISDIR, () => fileSystem.unlink(root, 'd'));
  rejectsWith(t, Errno.NOTEMPTY, () => fileSystem.removeDirectory(root, 'd'));
  rejectsWith(t, Errno.NOTDIR, () => fileSystem.removeDirectory(directory, 'link'));
  rejectsWith(t, Errno.NOENT, () => fileSystem.unlink(root, 'x'));
  rejectsWith(t, Errno.NOENT, () => fileSystem.removeDirectory(root, 'x'));
  fileSystem.unlink(directory, 'link');
  fileSystem.removeDirectory(root, 'd');
  t.equal(root.entries.size, 0);
  t.same(fileSystem.usage(), { bytes: 0, inodes: 0 });
});

t.test('rename moves and replaces as POSIX says', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  const from = fileSystem.createDirectory(root, 'from');
  const to = fileSystem.createDirectory(root, 'to');
  const file = fileSystem.createFile(from, 'x');
  const other = fileSystem.createFile(to, 'y');
  fileSystem.write(other, bytesOf('gone'), 0);

  fileSystem.rename(from, 'x', to, 'y');
  t.equal(to.entries.get('y'), file);
  t.same([from.entries.size, other.links], [0, 0]);
  t.same(fileSystem.usage(), { bytes: 0, inodes: 3 }, 'what was replaced is freed');

  fileSystem.rename(root, 'from', to, 'sub');
  t.equal(fileSystem.pathOf(from), '/to/sub');
  t.equal(from.parent, to);

  rejectsWith(t, Errno.INVAL, () => fileSystem.rename(root, 'to', from, 'x'), 'into itself, further down');
  rejectsWith(t, Errno.INVAL, () => fileSystem.rename(root, 'to', to, 'x'), 'into itself');
  rejectsWith(t, Errno.NOENT, () => fileSystem.rename(root, 'missing', to, 'x'));
  rejectsWith(t, Errno.ISDIR, () => fileSystem.rename(to, 'y', to, 'sub'));
  rejectsWith(t, Errno.NOTDIR, () => fileSystem.rename(to, 'sub', to, 'y'));
  rejectsWith(t, Errno.NOTEMPTY, () => fileSystem.rename(to, 'sub', root, 'to'));
  const empty = fileSystem.createDirectory(root, 'empty');
  fileSystem.createFile(from, 'kept');
  fileSystem.rename(to, 'sub', root, 'empty');
  t.same([empty.links, [...from.entries.keys()]], [0, ['kept']], 'over an empty directory');
  for (const name of ['.', '..', '']) {
    t.throws(() => fileSystem.rename(root, name, root, 'x'));
    t.throws(() => fileSystem.rename(root, 'to', root, name));
  }
});

t.test('renaming one name of a file to another changes nothing', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  fileSystem.link(fileSystem.createFile(root, 'x'), root, 'y');
  const before = describeTree(fileSystem);
  fileSystem.rename(root, 'x', root, 'y');
  fileSystem.rename(root, 'x', root, 'x');
  t.same(describeTree(fileSystem), before);
});

t.test('versions and times move with what changes', async (t) => {
  let now = 5n;
  const fileSystem = makeFileSystem({ now: () => now });
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  t.match(file, { version: 0, accessed: 5n, modified: 5n, changed: 5n });
  t.equal(root.version, 1);
  now = 6n;
  fileSystem.write(file, bytesOf('abc'), 0);
  t.match(file, { version: 1, accessed: 5n, modified: 6n, changed: 6n });
  fileSystem.write(file, new Uint8Array(0), 100);
  t.match(file, { version: 1, content: { size: 3 } }, 'writing nothing changes nothing');
  now = 7n;
  fileSystem.read(file, Buffer.alloc(3), 0);
  t.match(file, { version: 1, accessed: 5n }, 'reading leaves no trace');
  fileSystem.link(file, root, 'y');
  t.match(file, { version: 1, modified: 6n, changed: 7n }, 'a new name is no new content');
  t.equal(root.version, 2);
  now = 8n;
  fileSystem.setTimes(file, 1n, undefined);
  t.match(file, { version: 2, accessed: 1n, modified: 6n, changed: 8n });
  fileSystem.setTimes(file, undefined, 2n);
  t.match(file, { version: 3, accessed: 1n, modified: 2n });
  fileSystem.setSize(file, 1);
  t.match(file, { version: 4, modified: 8n });
  fileSystem.rename(root, 'x', root, 'z');
  t.match([file.version, root.version], [4, 3]);
});

t.test('whoever observes hears of each change, and of nothing that failed', async (t) => {
  const heard: unknown[] = [];
  const observer = observerOf((...event) => heard.push(event));
  const fileSystem = makeFileSystem({ observer });
  const { root } = fileSystem;
  const file = fileSystem.createFile(root, 'x');
  fileSystem.link(file, root, 'y');
  fileSystem.write(file, bytesOf('abc'), 2);
  fileSystem.setSize(file, 1);
  fileSystem.rename(root, 'x', root, 'z');
  fileSystem.setTimes(file, 1n, 1n);
  fileSystem.unlink(root, 'z');
  fileSystem.replaceContent(file, new OverlayContents().create());
  t.throws(() => fileSystem.createFile(root, 'y'));
  t.throws(() => fileSystem.setSize(file, 2 ** 40));
  t.same(heard, [
    ['created', 6, 'x'],
    ['linked', 6, 'y'],
    ['written', 6, 2, 3],
    ['resized', 6, 1],
    ['renamed', 6, 'x', 'z', undefined],
    ['timesSet', 6],
    ['unlinked', 6, 'z'],
    ['resized', 6, 0],
    ['written', 6, 0, 0],
  ]);
});

t.test('a replica is grafted together with the numbers, times and versions of its original', async (t) => {
  const heard: string[] = [];
  const replica = makeFileSystem({
    observer: observerOf((name) => heard.push(name)),
    limits: limitsWith({ inodes: 3, bytes: 4 }),
    firstInode: 10,
  });
  const common = { links: 0, openings: 0, accessed: 1n, modified: 2n, changed: 3n };
  const content = new OverlayContents().create();
  content.write(bytesOf('abcd'), 0);
  const directory = {
    ...common,
    number: 8,
    version: 4,
    type: 3,
    entries: new Map(),
    parent: replica.root,
    name: '',
  } as const;
  const file = { ...common, number: 40, version: 5, type: 4, content } as const;
  const inodes = [{ ...directory }, { ...file }] as const;
  replica.graft(inodes[0], replica.root, 'd');
  replica.graft(inodes[1], inodes[0], 'x');
  replica.graft(inodes[1], replica.root, 'y');
  t.equal(replica.resolve(replica.root, 'd/x', { followLast: true }).inode, inodes[1]);
  t.match(inodes[1], { number: 40, links: 2, version: 5, modified: 2n });
  t.equal(replica.pathOf(inodes[0]), '/d');
  t.same(replica.usage(), { bytes: 4, inodes: 3 });
  t.same(heard, []);
  t.equal(replica.root.version, 0);
  rejectsWith(t, Errno.NOSPC, () => replica.graft({ ...file, number: 41 }, replica.root, 'z'));
  rejectsWith(t, Errno.PERM, () => replica.graft(inodes[0], inodes[0], 'again'));
  replica.unlink(replica.root, 'y');
  t.equal(replica.createFile(replica.root, 'new').number, 41, 'new numbers stay clear of those grafted');
});

t.test('a directory lists by name, whatever came first', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  for (const name of ['b', 'z', 'a', 'B', '10', '9', 'é']) fileSystem.createFile(root, name);
  fileSystem.unlink(root, 'a');
  fileSystem.createFile(root, 'a');
  t.same(
    [...fileSystem.entries(root)].map(([name]) => name),
    ['10', '9', 'B', 'a', 'b', 'z', 'é'],
  );
});

t.test('a listing goes on from its cookie while entries come and go', async (t) => {
  const fileSystem = makeFileSystem();
  const directory = fileSystem.createDirectory(fileSystem.root, 'd');
  for (const name of ['a', 'c', 'e', 'g']) fileSystem.createFile(directory, name);
  const listing = new DirectoryListing(directory, (name) => name !== 'g');
  const names: string[] = [];
  for (let entry = listing.at(0); entry !== undefined; entry = listing.at(entry.next)) {
    names.push(entry.name);
    if (entry.name === '..') t.equal(entry.inode, fileSystem.root);
    if (entry.name !== 'a') continue;
    fileSystem.unlink(directory, 'a');
    fileSystem.unlink(directory, 'c');
    fileSystem.createFile(directory, 'b');
  }
  t.same(names, ['.', '..', 'a', 'e'], 'removed and hidden entries are passed over, new ones wait');
  const again: string[] = [];
  for (let entry = listing.at(0); entry !== undefined; entry = listing.at(entry.next)) again.push(entry.name);
  t.same(again, ['.', '..', 'b', 'e']);
  t.match(listing.at(3), { name: 'e' }, 'a cookie may be used again');
  t.equal(listing.at(2 ** 53), undefined);
  t.match(new DirectoryListing(directory).at(2), { name: 'b' }, 'or on a listing that did not give it');
});

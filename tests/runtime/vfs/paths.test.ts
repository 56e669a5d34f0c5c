import t from 'tap';
import { Errno } from '../../../runtime/vfs/errno.ts';
import type { DirectoryInode } from '../../../runtime/vfs/inode.ts';
import { MAXIMUM_LINKS } from '../../../runtime/vfs/path-walk.ts';
import { directoryAt, follow, keep, makeFileSystem, rejectsWith, sampleTree } from './trees.ts';

t.test('a path leads to its inode by one canonical path', async (t) => {
  const { fileSystem, root, c, file } = sampleTree();
  for (const path of [
    'a/b/c',
    'a//b/./c',
    'a/b/../b/c',
    './a/b/c',
    'a/b/c/',
    'a/to-b/c',
    'a/b/up/b/c',
    'a/here/here/b/c',
  ]) {
    const found = fileSystem.resolve(root, path, follow);
    t.equal(found.inode, c, path);
    t.equal(found.path, '/a/b/c', path);
    t.equal(found.trailingSlash, path.endsWith('/'), path);
  }
  t.match(fileSystem.resolve(root, 'a/to-file', follow), { inode: file, path: '/a/file', name: 'file' });
  t.match(fileSystem.resolve(root, 'a/to-file', keep), { path: '/a/to-file', name: 'to-file' });
  t.equal(fileSystem.pathOf(root), '/');
  t.equal(fileSystem.pathOf(c), '/a/b/c');
});

t.test('the last name may be missing, those before it may not', async (t) => {
  const { fileSystem, root, a, b } = sampleTree();
  t.match(fileSystem.resolve(root, 'a/new', follow), {
    parent: a,
    name: 'new',
    inode: undefined,
    path: '/a/new',
  });
  t.match(fileSystem.resolve(root, 'a/new/', follow), { inode: undefined, trailingSlash: true });
  const dangling = fileSystem.resolve(root, 'a/dangling', follow);
  t.match(dangling, { name: 'new', inode: undefined, path: '/a/b/new' });
  t.equal(dangling.parent, b, 'a dangling link leads to where its target would be');
  rejectsWith(t, Errno.NOENT, () => fileSystem.resolve(root, 'missing/x', follow));
  rejectsWith(t, Errno.NOENT, () => fileSystem.resolve(root, 'missing/..', follow));
  rejectsWith(t, Errno.NOENT, () => fileSystem.resolve(root, '', follow));
});

t.test('a file in the way is no directory', async (t) => {
  const { fileSystem, root } = sampleTree();
  for (const path of ['a/file/x', 'a/file/.', 'a/file/..', 'a/file/', 'a/to-file/', 'a/to-file/x'])
    rejectsWith(t, Errno.NOTDIR, () => fileSystem.resolve(root, path, follow), path);
});

t.test('nothing leads out of the directory a path starts from', async (t) => {
  const { fileSystem, root, a, b } = sampleTree();
  const leaving: [DirectoryInode, string][] = [
    [root, '..'],
    [root, 'a/../..'],
    [root, '/a'],
    [root, '/'],
    [root, 'a/absolute'],
    [a, '..'],
    [a, 'b/../../a/file'],
    [a, 'out'],
    [a, 'b/up/..'],
    [a, 'here/..'],
    [b, 'up'],
    [b, 'up/b'],
    [b, 'c/../../file'],
  ];
  for (const [start, path] of leaving) {
    rejectsWith(t, Errno.NOTCAPABLE, () => fileSystem.resolve(start, path, follow), path);
  }
  t.equal(
    fileSystem.resolve(root, 'a/out', follow).path,
    '/sibling',
    'from further up the same link stays inside',
  );
  t.ok(fileSystem.resolve(a, 'out', keep).inode, 'the link itself lies inside');
});

t.test('what ends in dots names the directory itself, never an entry above the start', async (t) => {
  const { fileSystem, a, b } = sampleTree();
  for (const path of ['.', './', 'b/..', 'here', 'b/c/../..']) {
    const found = fileSystem.resolve(a, path, follow);
    t.match({ path: found.path, name: found.name }, { path: '/a', name: '.' }, path);
    t.equal(found.parent, a, path);
    t.equal(found.inode, a, path);
    rejectsWith(t, Errno.INVAL, () => fileSystem.removeDirectory(found.parent, found.name));
    rejectsWith(t, Errno.ISDIR, () => fileSystem.unlink(found.parent, found.name));
    rejectsWith(t, Errno.EXIST, () => fileSystem.createDirectory(found.parent, found.name));
    rejectsWith(t, Errno.INVAL, () => fileSystem.rename(found.parent, found.name, b, 'x'));
    rejectsWith(t, Errno.INVAL, () => fileSystem.rename(b, 'c', found.parent, found.name));
  }
});

t.test('links are followed up to a limit', async (t) => {
  const fileSystem = makeFileSystem();
  const { root } = fileSystem;
  fileSystem.createFile(root, 'link-0');
  for (let index = 1; index <= MAXIMUM_LINKS + 1; index++)
    fileSystem.createSymbolicLink(root, `link-${index}`, `link-${index - 1}`);
  t.equal(fileSystem.resolve(root, `link-${MAXIMUM_LINKS}`, follow).path, '/link-0');
  rejectsWith(t, Errno.LOOP, () => fileSystem.resolve(root, `link-${MAXIMUM_LINKS + 1}`, follow));
  fileSystem.createSymbolicLink(root, 'self', 'self/self/self');
  rejectsWith(t, Errno.LOOP, () => fileSystem.resolve(root, 'self', follow));
  rejectsWith(t, Errno.LOOP, () => fileSystem.resolve(root, 'self/x', keep));
});

t.test('a slash after a link follows it, except where the entry itself is meant', async (t) => {
  const { fileSystem, root, b } = sampleTree();
  t.equal(fileSystem.resolve(root, 'a/to-b/', keep).inode, b);
  t.equal(fileSystem.resolve(root, 'a/slashed', follow).inode, b, 'a slash at the end of a target');
  rejectsWith(t, Errno.NOTDIR, () =>
    fileSystem.resolve(root, 'a/to-b/', { followLast: false, asEntry: true }),
  );
  t.equal(fileSystem.resolve(root, 'a/to-b', { followLast: false, asEntry: true }).name, 'to-b');
});

t.test('paths and names have limits, counted in bytes of UTF-8', async (t) => {
  const { fileSystem, root } = sampleTree();
  const limit = (path: string) => () => fileSystem.resolve(root, path, follow);
  rejectsWith(t, Errno.NAMETOOLONG, limit('x'.repeat(256)));
  rejectsWith(t, Errno.NAMETOOLONG, limit(`${'é'.repeat(128)}/x`));
  t.equal(limit('x'.repeat(255))().inode, undefined);
  t.equal(limit('é'.repeat(127))().inode, undefined);
  rejectsWith(t, Errno.NAMETOOLONG, limit('./'.repeat(2049)));
  t.equal(limit('./'.repeat(2048))().inode, root);
  rejectsWith(t, Errno.INVAL, limit('a\0b'));
});

t.test('a tree may not be deeper than a path can say, also by moving parts of it', async (t) => {
  const fileSystem = makeFileSystem();
  const chain = (top: string): DirectoryInode => {
    let directory = fileSystem.createDirectory(fileSystem.root, top);
    for (let depth = 0; depth < 14; depth++)
      directory = fileSystem.createDirectory(directory, 'd'.repeat(250));
    return directory;
  };
  const first = chain('first');
  const second = chain('second');
  const third = fileSystem.createDirectory(first, 'd'.repeat(250));
  rejectsWith(t, Errno.NAMETOOLONG, () => {
    let directory = third;
    for (;;) directory = fileSystem.createDirectory(directory, 'd'.repeat(250));
  });
  fileSystem.rename(fileSystem.root, 'second', first, 'moved');
  rejectsWith(t, Errno.NAMETOOLONG, () => fileSystem.pathOf(second));
  rejectsWith(t, Errno.NAMETOOLONG, () => fileSystem.resolve(second, '.', follow));
  rejectsWith(t, Errno.NAMETOOLONG, () => fileSystem.createDirectory(second, 'x'));
  fileSystem.rename(first, 'moved', fileSystem.root, 'second');
  t.ok(fileSystem.pathOf(second), 'moved back it can be used again');
});

t.test('each entry on the way is shown to the caller before anything is said about it', async (t) => {
  const { fileSystem, root } = sampleTree();
  const visited = (path: string, options = follow): string[] => {
    const seen: string[] = [];
    fileSystem.resolve(root, path, { ...options, visit: (at) => seen.push(at) });
    return seen;
  };
  t.same(visited('a/b/c'), ['/a', '/a/b']);
  t.same(visited('a/to-b/c'), ['/a', '/a/to-b', '/a/b']);
  t.same(visited('a/to-file'), ['/a', '/a/to-file']);
  t.same(visited('a/to-file', keep), ['/a']);
  t.same(visited('a/b/../file'), ['/a', '/a/b']);
  const hide = (hidden: string) => (at: string) => {
    if (at === hidden) throw new Error('hidden');
  };
  for (const [path, hidden] of [
    ['a/file/x', '/a/file'],
    ['a/loop', '/a/loop'],
    ['a/absolute', '/a/absolute'],
  ] as const)
    t.throws(
      () => fileSystem.resolve(root, path, { followLast: true, visit: hide(hidden) }),
      { message: 'hidden' },
      path,
    );
});

t.test('a removed directory that is still open leads nowhere', async (t) => {
  const { fileSystem, b, c } = sampleTree();
  fileSystem.retain(c);
  fileSystem.removeDirectory(b, 'c');
  rejectsWith(t, Errno.NOENT, () => fileSystem.pathOf(c));
  rejectsWith(t, Errno.NOENT, () => fileSystem.resolve(c, 'x', follow));
  rejectsWith(t, Errno.NOENT, () => fileSystem.createFile(c, 'x'));
  rejectsWith(t, Errno.NOENT, () => fileSystem.rename(b, 'up', c, 'x'));
  fileSystem.release(c);
  t.equal(directoryAt(fileSystem, 'a/b'), b);
});

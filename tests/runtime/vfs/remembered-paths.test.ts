/** That the way to a directory, once walked, is only remembered for as long as it is the way. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { Errno, VfsError } from '../../../runtime/vfs/errno.ts';
import type { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type DirectoryInode, FileType } from '../../../runtime/vfs/inode.ts';
import { PathWalker } from '../../../runtime/vfs/path-walk.ts';
import { follow, keep, LIMITS, makeFileSystem, rejectsWith, sampleTree } from './trees.ts';

const names = ['a', 'b', 'c'];
const anyPath = fc
  .array(fc.constantFrom(...names, '..', '.', ''), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join('/'))
  .filter((path) => path !== '' && !path.startsWith('/'));
const anyStep = fc.record({
  what: fc.constantFrom('directory', 'file', 'link', 'remove', 'rename', 'undone rename'),
  path: anyPath,
  to: anyPath,
});

/** Changes the tree where that is possible. */
function step(
  fileSystem: FileSystem,
  { what, path, to }: { what: string; path: string; to: string },
  meanwhile: () => void,
): void {
  const { root } = fileSystem;
  try {
    const { parent, name, inode } = fileSystem.resolve(root, path, keep);
    if (what === 'directory') fileSystem.createDirectory(parent, name);
    else if (what === 'file') fileSystem.createFile(parent, name);
    else if (what === 'link') fileSystem.createSymbolicLink(parent, name, to);
    else if (what === 'remove') {
      if (inode?.type === FileType.directory) fileSystem.removeDirectory(parent, name);
      else fileSystem.unlink(parent, name);
    } else {
      const target = fileSystem.resolve(root, to, keep);
      fileSystem.transaction(() => {
        fileSystem.rename(parent, name, target.parent, target.name);
        meanwhile();
        if (what === 'undone rename') throw new VfsError(Errno.IO, 'not after all');
      });
    }
  } catch (failure) {
    if (!(failure instanceof VfsError)) throw failure;
  }
}

function outcome<T>(work: () => T): T | string {
  try {
    return work();
  } catch (failure) {
    if (!(failure instanceof VfsError)) throw failure;
    return `${failure.errno}: ${failure.message}`;
  }
}

t.test('what was walked before changes nothing, whatever has become of it since', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyStep, anyPath, fc.boolean()), { minLength: 5 }), (steps) => {
      const fileSystem = makeFileSystem();
      const pathOf = (directory: DirectoryInode) => fileSystem.pathOf(directory);
      const ask = (start: DirectoryInode, path: string) =>
        outcome(() => fileSystem.resolve(start, path, follow));
      return steps.every(([change, path, below]) => {
        const start = below ? directoryOrRoot(fileSystem, change.to) : fileSystem.root;
        ask(start, path);
        step(fileSystem, change, () => ask(start, path));
        const forgetful = new PathWalker({ limits: LIMITS, generation: 0, pathOf });
        return isDeepStrictEqual(
          ask(start, path),
          outcome(() => forgetful.walk(start, path, follow)),
        );
      });
    }),
    { numRuns: 1000 },
  );
});

function directoryOrRoot(fileSystem: FileSystem, path: string): DirectoryInode {
  const found = outcome(() => fileSystem.resolve(fileSystem.root, path, follow));
  const inode = typeof found === 'string' ? undefined : found.inode;
  return inode?.type === FileType.directory ? inode : fileSystem.root;
}

t.test('a directory that is not there any more, or another, is not walked through again', async (t) => {
  const { fileSystem, root, a, b, c } = sampleTree();
  const ask = (path: string) => outcome(() => fileSystem.resolve(root, path, follow));
  t.match(ask('a/b/c'), { inode: c });
  fileSystem.rename(a, 'b', root, 'b');
  t.match(ask('a/b/c'), `${Errno.NOENT}:`);
  t.match(ask('b/c'), { inode: c, path: '/b/c' });
  fileSystem.createSymbolicLink(a, 'b', 'other');
  const other = fileSystem.createDirectory(a, 'other');
  t.match(ask('a/b/c'), { inode: undefined, parent: other, path: '/a/other/c' });
  t.throws(() =>
    fileSystem.transaction(() => {
      fileSystem.unlink(a, 'b');
      fileSystem.rename(root, 'b', a, 'b');
      t.match(ask('a/b/c'), { inode: c, parent: b });
      throw new Error('undone');
    }),
  );
  t.match(ask('a/b/c'), { parent: other });
});

t.test('what one caller may pass is shown to the next', async (t) => {
  const { fileSystem, root } = sampleTree();
  const shown: string[] = [];
  const visit = (path: string) => void shown.push(path);
  fileSystem.resolve(root, 'a/b/c', follow);
  fileSystem.resolve(root, 'a/b/c', { ...follow, visit });
  t.same(shown, ['/a', '/a/b']);
  const hide = () => {
    throw new VfsError(Errno.NOTCAPABLE, 'hidden');
  };
  rejectsWith(t, Errno.NOTCAPABLE, () => fileSystem.resolve(root, 'a/b/c', { ...follow, visit: hide }));
});

import t from 'tap';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { ALL_RIGHTS, Rights } from '../../../proto/rights.ts';
import { RunCommit } from '../../../runtime/executor/commit.ts';
import { type Journal, NEW_INODE } from '../../../runtime/executor/run-protocol.ts';
import type { RunWitness } from '../../../runtime/executor/run-report.ts';
import { JobParts, readableFiles, takeSnapshot } from '../../../runtime/executor/snapshot.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const LIMITS = { bytes: 1 << 24, inodes: 1000, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 24 };

/** /work with the files a, b and c, and /work/folder with d and e; a program that may do anything below /work. */
function stage(more: AccessEntry[] = []) {
  const contents = new MemfdContents({ limit: 1 << 24, descriptors: 100 });
  const fileSystem = new FileSystem({ contents, limits: LIMITS, now: () => 1n });
  const work = fileSystem.createDirectory(fileSystem.root, 'work');
  const folder = fileSystem.createDirectory(work, 'folder');
  const make = (parent: DirectoryInode, name: string): FileInode => {
    const file = fileSystem.createFile(parent, name);
    fileSystem.write(file, Buffer.from(name), 0);
    return file;
  };
  const files = { a: make(work, 'a'), b: make(work, 'b'), c: make(work, 'c') };
  const inner = { d: make(folder, 'd'), e: make(folder, 'e') };
  const access = new AccessTable([{ path: '/work', rights: ALL_RIGHTS, scope: 'subtree' }, ...more]);
  const boundaries = new BoundaryTable(access.entries.map(({ path }) => path));
  const snapshot = takeSnapshot(fileSystem, access, new JobParts());
  const context = { fileSystem, contents, access, boundaries, seen: snapshot.seen };
  const commit = new RunCommit({ ...context, writtenBytes: 1 << 20, newInodes: 100 });
  const told: { outputs: string[]; gone: string[] }[] = [];
  const witness = (refuse = false): RunWitness => ({
    room: async () => undefined,
    began: () => undefined,
    changingLive: () => undefined,
    printed: () => undefined,
    ended: () => undefined,
    wrote: (outputs, gone) => {
      if (refuse) throw new Error('too much');
      told.push({ outputs: outputs.map(({ path }) => path).sort(), gone: [...gone].sort() });
    },
  });
  const apply = (journal: Partial<Journal>) => {
    commit.setJournal({ operations: [], contents: [], times: [], ...journal });
    commit.apply(witness());
    return told[0]!;
  };
  return { fileSystem, access, snapshot, work, folder, ...files, ...inner, commit, witness, apply };
}

const rewritten = ({ number, content }: FileInode) => ({
  inode: number,
  size: content.size,
  kept: content.size,
});
const NEW = NEW_INODE + 1;

t.test('what a run wrote to, made, linked or moved is told, and what it left empty', async (t) => {
  const scene = stage();
  const { work, a, b, c } = scene;
  const at = { parent: work.number };
  const told = scene.apply({
    operations: [
      { operation: 'create', inode: NEW, type: FileType.regularFile, ...at, name: 'made' },
      { operation: 'link', inode: a.number, ...at, name: 'linked' },
      { operation: 'rename', inode: b.number, ...at, name: 'b', newParent: work.number, newName: 'moved' },
      { operation: 'unlink', inode: c.number, ...at, name: 'c' },
      {
        operation: 'create',
        inode: NEW + 1,
        type: FileType.symbolicLink,
        target: 'a',
        ...at,
        name: 'pointer',
      },
      { operation: 'create', inode: NEW + 2, type: FileType.directory, ...at, name: 'empty' },
    ],
  });
  t.same(told, { outputs: ['/work/linked', '/work/made', '/work/moved'], gone: ['/work/b', '/work/c'] });
});

t.test('a file that was written to is told by all its names; one that was not, by none', async (t) => {
  const scene = stage();
  const { work, a } = scene;
  const told = scene.apply({
    operations: [{ operation: 'link', inode: a.number, parent: work.number, name: 'again' }],
    contents: [rewritten(a)],
  });
  t.same(told, { outputs: ['/work/a', '/work/again'], gone: [] });
});

t.test('what is in a directory moves with it; what comes and goes in a run was never there', async (t) => {
  const scene = stage();
  const { work, folder, a } = scene;
  const move = (name: string, newName: string, inode = folder.number) =>
    ({ operation: 'rename', inode, parent: work.number, name, newParent: work.number, newName }) as const;
  const told = scene.apply({
    operations: [
      move('folder', 'elsewhere'),
      { operation: 'create', inode: NEW, type: FileType.regularFile, parent: work.number, name: 'short' },
      { operation: 'unlink', inode: NEW, parent: work.number, name: 'short' },
      // There and back again.
      move('a', 'away', a.number),
      move('away', 'a', a.number),
    ],
  });
  t.same(told.outputs, ['/work/elsewhere/d', '/work/elsewhere/e']);
  t.same(told.gone, ['/work/folder/d', '/work/folder/e']);
});

t.test('a file that takes the place of another is told, and the place is not empty', async (t) => {
  const scene = stage();
  const { work, a } = scene;
  const told = scene.apply({
    operations: [
      {
        operation: 'rename',
        inode: a.number,
        parent: work.number,
        name: 'a',
        newParent: work.number,
        newName: 'b',
      },
    ],
  });
  t.same(told, { outputs: ['/work/b'], gone: ['/work/a'] });
});

t.test('what clients change meanwhile is not the run’s', async (t) => {
  const scene = stage();
  const { fileSystem, work, folder, c } = scene;
  fileSystem.unlink(work, 'b');
  fileSystem.createFile(folder, 'from-a-client');
  fileSystem.write(c, Buffer.from('from a client'), 0);
  const told = scene.apply({
    operations: [
      {
        operation: 'rename',
        inode: folder.number,
        parent: work.number,
        name: 'folder',
        newParent: work.number,
        newName: 'moved',
      },
    ],
  });
  t.same(told, { outputs: ['/work/moved/d', '/work/moved/e'], gone: ['/work/folder/d', '/work/folder/e'] });
});

t.test('a witness that refuses undoes all of it', async (t) => {
  const { commit, witness, work, a } = stage();
  commit.setJournal({
    operations: [{ operation: 'unlink', inode: a.number, parent: work.number, name: 'a' }],
    contents: [],
    times: [],
  });
  t.throws(() => commit.apply(witness(true)), /too much/);
  t.ok(work.entries.has('a'));
  commit.release();
});

t.test('inputs are what the program may read, under each name that allows it', async (t) => {
  const { snapshot, access, fileSystem } = stage([
    { path: '/work/b', rights: ALL_RIGHTS & ~Rights.FD_READ, scope: 'file' },
    { path: 'stdin', rights: Rights.FD_READ, scope: 'file' },
  ]);
  const paths = readableFiles(snapshot, access, fileSystem).map(({ path }) => path);
  t.same(paths.sort(), ['/work/a', '/work/c', '/work/folder/d', '/work/folder/e', 'stdin']);
});

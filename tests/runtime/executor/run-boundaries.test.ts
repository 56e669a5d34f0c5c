/** What a run is given of the files, and where its changes may not lead though its rights would have it. */
import t from 'tap';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { ALL_RIGHTS, Rights } from '../../../proto/rights.ts';
import { RunCommit } from '../../../runtime/executor/commit.ts';
import type { JobContent, JournalOperation } from '../../../runtime/executor/run-protocol.ts';
import { JobParts, takeSnapshot } from '../../../runtime/executor/snapshot.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import type { DirectoryInode, FileInode } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const LIMITS = { bytes: 1 << 24, inodes: 1000, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 24 };
/** Over the size up to which contents are kept inline. */
const LARGE = 1 << 20;

function emptyFiles() {
  const contents = new MemfdContents({ limit: 1 << 24, descriptors: 100 });
  const fileSystem = new FileSystem({ contents, limits: LIMITS, now: () => 1n });
  const directory = (name: string, parent = fileSystem.root) => fileSystem.createDirectory(parent, name);
  const file = (parent: DirectoryInode, name: string, bytes: Uint8Array = Buffer.from(name)): FileInode => {
    const made = fileSystem.createFile(parent, name);
    fileSystem.write(made, bytes, 0);
    return made;
  };
  return { contents, fileSystem, directory, file };
}

function entry(path: string, rights: number): AccessEntry {
  return { path, rights, scope: 'subtree' };
}

t.test('a run is given what it may see, and bytes only where it may read', async (t) => {
  const { fileSystem, directory, file } = emptyFiles();
  const [read, write, secret] = [directory('read'), directory('write'), directory('secret')];
  const made = {
    readable: file(read, 'readable'),
    large: file(read, 'large', Buffer.alloc(LARGE, 'R')),
    hidden: file(read, 'hidden'),
    writable: file(write, 'writable'),
    writableLarge: file(write, 'writable-large', Buffer.alloc(LARGE, 'W')),
    secret: file(secret, 'secret'),
  };
  const access = new AccessTable([
    entry('/read', Rights.FD_READ),
    entry('/read/hidden', 0),
    entry('/write', ALL_RIGHTS & ~Rights.FD_READ),
  ]);
  const parts = new JobParts();
  const { inodes, seen } = takeSnapshot(fileSystem, access, parts);
  const given = new Map<number, JobContent | undefined>(
    inodes.map(({ number, content }) => [number, content]),
  );
  for (const what of [made.hidden, made.secret, secret]) {
    t.notOk(given.has(what.number));
    t.notOk(seen.has(what.number));
  }
  t.match(given.get(made.readable.number), { size: 8, pieces: [{ position: 0, length: 8 }] });
  t.match(given.get(made.large.number), { size: LARGE, pieces: [{ descriptor: 0 }] });
  t.same(given.get(made.writable.number), { size: 8, pieces: [] }, 'its size is known, its bytes are not');
  t.same(given.get(made.writableLarge.number), { size: LARGE, pieces: [] });
  t.equal(Buffer.concat(parts.inline).toString(), 'readable', 'no other byte travels');
  t.equal(parts.descriptors.length, 1, 'and no other descriptor');
  t.notMatch(JSON.stringify(inodes), /hidden|secret/);
  parts.release();
});

t.test('a name that may be read gives the bytes of a file, whatever its other names', async (t) => {
  const { fileSystem, directory, file } = emptyFiles();
  const [read, write] = [directory('read'), directory('write')];
  const both = file(write, 'both');
  fileSystem.link(both, read, 'both');
  const access = new AccessTable([entry('/read', Rights.FD_READ), entry('/write', Rights.FD_WRITE)]);
  const parts = new JobParts();
  const { inodes } = takeSnapshot(fileSystem, access, parts);
  t.match(inodes.find(({ number }) => number === both.number)?.content, { pieces: [{ length: 4 }] });
  parts.release();
});

t.test('no change crosses an entry of the policy, though the rights on both sides allow it', async (t) => {
  const stage = () => {
    const { contents, fileSystem, directory, file } = emptyFiles();
    const places = { one: directory('one'), two: directory('two') };
    const inner = { plain: directory('plain', places.one), holds: directory('holds', places.one) };
    directory('entry', inner.holds);
    const named = file(places.one, 'file');
    const access = new AccessTable([entry('/', ALL_RIGHTS)]);
    const { seen } = takeSnapshot(fileSystem, access, new JobParts());
    // Another party's entries: boundaries for everyone.
    const boundaries = new BoundaryTable(['/one', '/two', '/one/holds/entry']);
    const commit = new RunCommit({
      fileSystem,
      contents,
      access,
      boundaries,
      seen,
      writtenBytes: 1 << 20,
      newInodes: 100,
    });
    return { fileSystem, commit, named, ...places, ...inner };
  };
  type Stage = ReturnType<typeof stage>;
  const link = (parent: DirectoryInode, { named }: Stage): JournalOperation => ({
    operation: 'link',
    inode: named.number,
    parent: parent.number,
    name: 'new',
  });
  const move = (
    inode: { number: number },
    name: string,
    to: DirectoryInode,
    { one }: Stage,
  ): JournalOperation => ({
    operation: 'rename',
    inode: inode.number,
    parent: one.number,
    name,
    newParent: to.number,
    newName: 'new',
  });
  const cases: [string, boolean, (s: Stage) => JournalOperation][] = [
    ['a link within an entry', true, (s) => link(s.plain, s)],
    ['a move within an entry', true, (s) => move(s.named, 'file', s.plain, s)],
    ['a link into another entry', false, (s) => link(s.two, s)],
    ['a link out of all entries', false, (s) => link(s.fileSystem.root, s)],
    ['a move into another entry', false, (s) => move(s.named, 'file', s.two, s)],
    ['a directory that holds an entry', false, (s) => move(s.holds, 'holds', s.plain, s)],
  ];
  for (const [what, allowed, operation] of cases) {
    const s = stage();
    s.commit.setJournal({ operations: [operation(s)], contents: [], times: [] });
    if (allowed) t.doesNotThrow(() => s.commit.apply(), what);
    else t.throws(() => s.commit.apply(), { code: 'RUN_COMMIT_REFUSED' }, what);
    t.equal(s.one.entries.get('file') === s.named, what !== 'a move within an entry', what);
    t.notOk(s.two.entries.has('new'), what);
  }
});

import t from 'tap';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { Rights } from '../../../proto/rights.ts';
import { RunCommit } from '../../../runtime/executor/commit.ts';
import { type Journal, NEW_INODE } from '../../../runtime/executor/run-protocol.ts';
import { JobParts, takeSnapshot } from '../../../runtime/executor/snapshot.ts';
import { MAXIMUM_EXTENTS } from '../../../runtime/executor/staged-extents.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type FileInode, FileType } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const WRITE =
  Rights.PATH_OPEN |
  Rights.FD_READ |
  Rights.FD_WRITE |
  Rights.PATH_CREATE_FILE |
  Rights.PATH_FILESTAT_SET_SIZE;
const NOTHING: Journal = { operations: [], contents: [], times: [] };
const LIMITS = { bytes: 1 << 24, inodes: 1000, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 24 };

/** A file system with /input/a ("input"), /output/b ("before") and a program that may write below /output alone. */
function stage(
  entries: AccessEntry[] = [{ path: '/output', rights: WRITE, scope: 'subtree' }],
  { writtenBytes = 1 << 20, inodes = 1000 } = {},
) {
  const contents = new MemfdContents({ limit: 1 << 24, descriptors: 100 });
  const fileSystem = new FileSystem({ contents, limits: { ...LIMITS, inodes }, now: () => 1n });
  const make = (directory: string, name: string, text: string): FileInode => {
    const parent = fileSystem.createDirectory(fileSystem.root, directory);
    const file = fileSystem.createFile(parent, name);
    fileSystem.write(file, Buffer.from(text), 0);
    return file;
  };
  const input = make('input', 'a', 'input');
  const output = make('output', 'b', 'before');
  const access = new AccessTable(entries);
  const boundaries = new BoundaryTable([...entries.map((entry) => entry.path), '/input']);
  const { seen } = takeSnapshot(fileSystem, access, new JobParts());
  const commit = new RunCommit({
    fileSystem,
    contents,
    access,
    boundaries,
    seen,
    writtenBytes,
    newInodes: 100,
  });
  const directory = fileSystem.root.entries.get('output')!;
  return { fileSystem, commit, input, output, outputDirectory: directory.number };
}

function extent(inode: number, position: number, text: string): Uint8Array {
  const payload = new Uint8Array(16 + text.length);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, inode, true);
  view.setFloat64(8, position, true);
  payload.set(Buffer.from(text), 16);
  return payload;
}

function text(fileSystem: FileSystem, file: FileInode): string {
  const bytes = Buffer.alloc(file.content.size);
  fileSystem.read(file, bytes, 0);
  return bytes.toString();
}

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

t.test('a child that lies about what it may change commits nothing', async (t) => {
  const lies: [string, (s: ReturnType<typeof stage>) => Journal][] = [
    [
      'bytes of a file it may only see',
      ({ commit, input }) => {
        commit.addExtent(extent(input.number, 0, 'lie'));
        return { ...NOTHING, contents: [{ inode: input.number, size: 5, kept: 5 }] };
      },
    ],
    ['a cut of it', ({ input }) => ({ ...NOTHING, contents: [{ inode: input.number, size: 0, kept: 0 }] })],
    [
      'a new file beside it',
      ({ fileSystem }) => {
        const parent = fileSystem.root.entries.get('input')!.number;
        return {
          ...NOTHING,
          operations: [{ operation: 'create', inode: NEW_INODE, type: 4, parent, name: 'x' }],
        };
      },
    ],
    [
      'its removal',
      ({ fileSystem, input }) => ({
        ...NOTHING,
        operations: [
          {
            operation: 'unlink',
            inode: input.number,
            parent: fileSystem.root.entries.get('input')!.number,
            name: 'a',
          },
        ],
      }),
    ],
    [
      'its move into what it may write',
      ({ fileSystem, input, outputDirectory }) => ({
        ...NOTHING,
        operations: [
          {
            operation: 'rename',
            inode: input.number,
            parent: fileSystem.root.entries.get('input')!.number,
            name: 'a',
            newParent: outputDirectory,
            newName: 'stolen',
          },
        ],
      }),
    ],
    [
      'a link to it there',
      ({ input, outputDirectory }) => ({
        ...NOTHING,
        operations: [{ operation: 'link', inode: input.number, parent: outputDirectory, name: 'stolen' }],
      }),
    ],
    [
      'its times',
      ({ input }) => ({ ...NOTHING, times: [{ inode: input.number, accessed: '5', modified: '5' }] }),
    ],
    [
      'removing what it may write but not remove',
      ({ output, outputDirectory }) => ({
        ...NOTHING,
        operations: [{ operation: 'unlink', inode: output.number, parent: outputDirectory, name: 'b' }],
      }),
    ],
    [
      'a directory where it may make files only',
      ({ outputDirectory }) => ({
        ...NOTHING,
        operations: [{ operation: 'create', inode: NEW_INODE, type: 3, parent: outputDirectory, name: 'd' }],
      }),
    ],
    [
      'growing it by claiming to have kept more than there was',
      ({ input }) => ({ ...NOTHING, contents: [{ inode: input.number, size: 1_000_000, kept: 1_000_000 }] }),
    ],
    [
      'cutting it by claiming to have kept what is cut',
      ({ input }) => ({ ...NOTHING, contents: [{ inode: input.number, size: 0, kept: 5 }] }),
    ],
    [
      'cutting it by claiming to have kept the impossible',
      ({ input }) => ({ ...NOTHING, contents: [{ inode: input.number, size: 2, kept: 2 ** 50 }] }),
    ],
    ['an inode that there is not', () => ({ ...NOTHING, contents: [{ inode: 999_999, size: 1, kept: 0 }] })],
    [
      'a number that is taken for a new inode',
      ({ output, outputDirectory }) => ({
        ...NOTHING,
        operations: [
          { operation: 'create', inode: output.number, type: 4, parent: outputDirectory, name: 'c' },
        ],
      }),
    ],
    [
      'bytes beyond the end it names',
      ({ commit, output }) => {
        commit.addExtent(extent(output.number, 100, 'far'));
        return { ...NOTHING, contents: [{ inode: output.number, size: 6, kept: 6 }] };
      },
    ],
  ];
  for (const [name, lie] of lies) {
    // It sees the input, so that every lie is about something it knows.
    const staged = stage([
      {
        path: '/output',
        rights: WRITE | Rights.PATH_LINK_TARGET | Rights.PATH_RENAME_TARGET,
        scope: 'subtree',
      },
      { path: '/input', rights: Rights.PATH_OPEN | Rights.FD_READ | Rights.FD_READDIR, scope: 'subtree' },
    ]);
    const { fileSystem, commit, input, output, outputDirectory } = staged;
    const lying = lie(staged);
    commit.setJournal({
      ...lying,
      operations: [
        { operation: 'create', inode: NEW_INODE + 1, type: 4, parent: outputDirectory, name: 'honest' },
        ...lying.operations,
      ],
    });
    t.throws(() => commit.apply(), { code: 'RUN_COMMIT_REFUSED' }, name);
    t.equal(text(fileSystem, input), 'input');
    t.equal(text(fileSystem, output), 'before');
    t.same([...fileSystem.root.entries.keys()].sort(), ['input', 'output']);
    const directory = fileSystem.root.entries.get('output');
    t.same(
      directory?.type === FileType.directory && [...directory.entries.keys()],
      ['b'],
      'the honest part is undone too',
    );
    commit.release();
  }
});

t.test('a file that a client changed meanwhile is a conflict, and nothing is kept', async (t) => {
  const { fileSystem, commit, output, outputDirectory } = stage();
  commit.addExtent(extent(output.number, 0, 'run'));
  commit.setJournal({
    operations: [{ operation: 'create', inode: NEW_INODE, type: 4, parent: outputDirectory, name: 'c' }],
    contents: [{ inode: output.number, size: 6, kept: 6 }],
    times: [],
  });
  fileSystem.write(output, Buffer.from('client'), 0);
  t.throws(() => commit.apply(), { code: 'RUN_CONFLICT' });
  t.equal(text(fileSystem, output), 'client');
  t.equal(fileSystem.resolve(fileSystem.root, 'output/c', { followLast: true }).inode, undefined);
});

t.test('a name that a client took meanwhile is a conflict', async (t) => {
  const { fileSystem, commit, outputDirectory } = stage();
  commit.setJournal({
    ...NOTHING,
    operations: [{ operation: 'create', inode: NEW_INODE, type: 4, parent: outputDirectory, name: 'c' }],
  });
  const directory = fileSystem.root.entries.get('output')!;
  if (directory.type === FileType.directory) fileSystem.createFile(directory, 'c');
  t.throws(() => commit.apply(), { code: 'RUN_CONFLICT' });
});

t.test('more bytes than a run may send end it as they come', async (t) => {
  const { commit, output } = stage();
  const megabyte = 'x'.repeat(1 << 20);
  commit.addExtent(extent(output.number, 0, megabyte));
  t.throws(() => commit.addExtent(extent(output.number, 1 << 20, 'x')), { code: 'RUN_WRITE_LIMIT' });
});

const MOVE = Rights.PATH_RENAME_SOURCE | Rights.PATH_RENAME_TARGET;
const LINK = Rights.PATH_LINK_SOURCE | Rights.PATH_LINK_TARGET;
const EVERYTHING: AccessEntry[] = [
  { path: '/output', rights: WRITE | MOVE | LINK | Rights.PATH_UNLINK_FILE, scope: 'subtree' },
];

t.test("a client's bytes are lost to no removal and no rename", async (t) => {
  for (const operation of ['unlink', 'rename'] as const) {
    const { fileSystem, commit, output, outputDirectory } = stage(EVERYTHING);
    const create = {
      operation: 'create',
      inode: NEW_INODE,
      type: 4,
      parent: outputDirectory,
      name: 'c',
    } as const;
    commit.setJournal({
      ...NOTHING,
      operations:
        operation === 'unlink'
          ? [{ operation, inode: output.number, parent: outputDirectory, name: 'b' }]
          : [
              create,
              {
                operation,
                inode: NEW_INODE,
                parent: outputDirectory,
                name: 'c',
                newParent: outputDirectory,
                newName: 'b',
              },
            ],
    });
    fileSystem.write(output, Buffer.from('client'), 0);
    t.throws(() => commit.apply(), { code: 'RUN_CONFLICT', details: { path: '/output/b' } }, operation);
    t.equal(text(fileSystem, output), 'client');
    t.equal(output.links, 1);
  }
});

t.test('a file that a client removed meanwhile is a conflict for who wrote it', async (t) => {
  for (const change of ['bytes', 'times'] as const) {
    const rights = WRITE | Rights.PATH_FILESTAT_SET_TIMES;
    const { fileSystem, commit, output, outputDirectory } = stage([
      { path: '/output', rights, scope: 'subtree' },
    ]);
    const { number: inode } = output;
    if (change === 'bytes') commit.addExtent(extent(inode, 0, 'run'));
    commit.setJournal({
      operations: [],
      contents: change === 'bytes' ? [{ inode, size: 6, kept: 6 }] : [],
      times: change === 'times' ? [{ inode, accessed: '5', modified: '5' }] : [],
    });
    const directory = fileSystem.root.entries.get('output')!;
    t.equal(directory.number, outputDirectory);
    if (directory.type === FileType.directory) fileSystem.unlink(directory, 'b');
    t.throws(() => commit.apply(), { code: 'RUN_CONFLICT' }, change);
  }
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

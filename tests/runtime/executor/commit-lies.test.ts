/** A child runs what it was given to run: whatever it claims of that is judged again. */
import t from 'tap';
import { Rights } from '../../../proto/rights.ts';
import { type Journal, NEW_INODE } from '../../../runtime/executor/run-protocol.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { extent, NOTHING, stage, text, WRITE } from './commit-stage.ts';

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

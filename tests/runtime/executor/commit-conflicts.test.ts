/** What clients do to files while a run is under way, as its commit finds them. */
import t from 'tap';
import { Rights } from '../../../proto/rights.ts';
import { NEW_INODE } from '../../../runtime/executor/run-protocol.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { EVERYTHING, extent, NOTHING, stage, text, WRITE } from './commit-stage.ts';

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

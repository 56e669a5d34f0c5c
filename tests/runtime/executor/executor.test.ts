import { createHash } from 'node:crypto';
import { fstatSync, openSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { defaultLimits } from '../../../proto/limits.ts';
import { AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import type { ChildPool } from '../../../runtime/executor/child-pool.ts';
import { ComponentCache } from '../../../runtime/executor/component-cache.ts';
import { Executor } from '../../../runtime/executor/executor.ts';
import type { RunWitness } from '../../../runtime/executor/run-report.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import type { FileInode } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const AGREED = Buffer.from('the program that was agreed on');

/** An executor over a pool of one stand-in child, whose descriptor leads nowhere. */
function stage() {
  const contents = new MemfdContents({ limit: 1 << 20, descriptors: 16 });
  const vfsLimits = { bytes: 1 << 20, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 20 };
  const fileSystem = new FileSystem({ contents, limits: vfsLimits, now: () => 0n });
  const program = fileSystem.createFile(fileSystem.root, 'program');
  fileSystem.write(program, AGREED, 0);
  const descriptor = openSync('/dev/null', 'r');
  const child = { taken: 0, killed: 0, descriptor };
  const pool = {
    take: async () => {
      child.taken++;
      return { descriptor, kill: () => child.killed++ };
    },
  } as unknown as ChildPool;
  const executor = new Executor({
    pool,
    fileSystem,
    contents,
    boundaries: new BoundaryTable([]),
    strategy: 'JIT',
    clock: false,
    runsAtOnce: 1,
    queuedRuns: 1,
    liveFiles: new Set(),
    nativeModules: [],
    vfsLimits,
    components: new ComponentCache(1 << 20),
    output: () => undefined,
  });
  const run = (find: () => FileInode, witness?: RunWitness) =>
    executor.run(
      {
        path: '/program',
        sha256: createHash('sha256').update(AGREED).digest(),
        access: new AccessTable([]),
        streams: { stdin: 0, stdout: 0, stderr: 0 },
        writes: [],
        args: ['/program'],
        env: [],
        limits: defaultLimits.run,
        determinism: undefined,
        fuel: undefined,
        interfaces: [],
      },
      find,
      undefined,
      witness,
    );
  return { fileSystem, program, child, executor, run };
}

t.test('a program is hashed again when it runs: other bytes are given to no child', async (t) => {
  const { fileSystem, program, child, executor, run } = stage();
  const hash = { code: 'PROGRAM_HASH_MISMATCH', details: { path: '/program' } };
  // What no party can do: the bytes change between the turn that is waited for and the one that comes.
  let turns = 0;
  await t.rejects(
    run(() => {
      if (turns++ === 1) fileSystem.write(program, Buffer.from('T'), 0);
      return program;
    }),
    hash,
  );
  t.match(child, { taken: 1, killed: 1 });
  t.throws(() => fstatSync(child.descriptor), { code: 'EBADF' }, 'nothing was ever sent to it');
  t.same(executor.status, { running: 0, waiting: 0 });
});

t.test('a program that is gone when its turn comes takes no child along', async (t) => {
  const { child, executor, run } = stage();
  const gone = new Error('gone');
  await t.rejects(
    run(() => {
      throw gone;
    }),
    gone,
  );
  t.match(child, { taken: 0, killed: 0 });
  t.same(executor.status, { running: 0, waiting: 0 });
});

t.test(
  'a run waits for room for its record when its turn has come, and ends where there is none',
  async (t) => {
    const { program, child, executor, run } = stage();
    const refusals: ((reason: Error) => void)[] = [];
    const witness = {
      room: () => new Promise<void>((_, reject) => refusals.push(reject)),
    } as unknown as RunWitness;
    const find = () => {
      throw new Error('it looks for its program');
    };
    const first = run(find, witness);
    const second = run(() => program, witness);
    await turn();
    t.same(executor.status, { running: 1, waiting: 1 });
    t.equal(refusals.length, 1, 'whoever waits for a turn asks for no room');
    refusals[0]!(new Error('no room'));
    await t.rejects(first, /no room/);
    await turn();
    refusals[1]!(new Error('none either'));
    await t.rejects(second, /none either/);
    t.match(child, { taken: 0 });
    t.same(executor.status, { running: 0, waiting: 0 });
  },
);

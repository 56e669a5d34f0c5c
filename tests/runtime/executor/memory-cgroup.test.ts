import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { closeDescriptor } from '../../../native/unix-sockets.ts';
import { ChildPool } from '../../../runtime/executor/child-pool.ts';
import { MemoryCgroups, removeMemoryCgroups } from '../../../runtime/executor/memory-cgroup.ts';
import { descendants } from '../../support/process-tree.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const LIMIT = 1 << 30;

t.test(
  'each child has a memory cgroup with its limit, where the kernel offers one, and leaves none behind',
  async (t) => {
    const pool = await ChildPool.start({
      childProgram: path('../../support/jailed-child.js'),
      spawnerProgram: path('../../../runtime/executor/spawner-main.js'),
      warm: 1,
      maximum: 2,
      namespaces: 'if-possible',
      memoryBytes: LIMIT,
    });
    const child = await pool.take();
    const { memoryCgroup } = pool.status();
    if (!memoryCgroup.active) {
      t.ok(memoryCgroup.reason, 'it says why there are none');
      child.kill();
      closeDescriptor(child.descriptor);
      await pool.close();
      return;
    }
    const group = join(memoryCgroup.path, String(child.id));
    const file = ['memory.limit_in_bytes', 'memory.max'].map((name) => join(group, name)).find(existsSync)!;
    t.equal(readFileSync(file, 'utf8').trim(), String(LIMIT));
    const processes = readFileSync(join(group, 'cgroup.procs'), 'utf8').trim().split('\n').map(Number);
    t.equal(processes.length, 1);
    t.ok(descendants(process.pid).includes(processes[0]!), 'the one in it is the child');
    child.kill();
    closeDescriptor(child.descriptor);
    await child.exited;
    t.notOk(existsSync(group), 'a group goes with its child');
    await pool.close();
    t.notOk(existsSync(memoryCgroup.path), 'and the rest with the pool');
  },
);

t.test('groups that a killed life left empty are removed by the next one', async (t) => {
  const start = () =>
    ChildPool.start({
      childProgram: path('../../support/jailed-child.js'),
      spawnerProgram: path('../../../runtime/executor/spawner-main.js'),
      warm: 0,
      maximum: 1,
      namespaces: 'if-possible',
    });
  const first = await start();
  const { memoryCgroup } = first.status();
  if (!memoryCgroup.active) {
    t.pass(memoryCgroup.reason);
    await first.close();
    return;
  }
  // Empty as it is, another test's may have removed it by now.
  const second = await start();
  t.notOk(existsSync(memoryCgroup.path), "an empty one is nobody's");
  const child = await first.take();
  t.ok(existsSync(join(memoryCgroup.path, String(child.id))), 'who needs it again makes it again');
  child.kill();
  closeDescriptor(child.descriptor);
  await first.close();
  await second.close();
});

t.test('a child gets into its group while other lives begin and remove what is empty', async (t) => {
  const groups = MemoryCgroups.open(LIMIT);
  if (typeof groups === 'string') {
    t.pass(groups);
    return;
  }
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const others = spawn(process.execPath, [path('../../support/beginning-lives.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    for (const process of [child, others]) process.kill('SIGKILL');
    await Promise.all([once(child, 'exit'), once(others, 'exit')]);
    removeMemoryCgroups(groups.path);
  });
  await once(others.stdout!, 'data');
  for (let id = 1; id <= 2000; id++) {
    groups.place(id, child.pid!);
    groups.remove(id - 1);
  }
  t.equal(readFileSync(join(groups.path, '2000', 'cgroup.procs'), 'utf8').trim(), String(child.pid));
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ChildPool } from '../../../runtime/executor/child-pool.ts';
import { StartPriority } from '../../../runtime/executor/start-priority.ts';
import { descendants } from '../../support/process-tree.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const priority = StartPriority.open();
const usual = getPriority();
const behind = Math.min(usual + 10, 19);

t.equal(getPriority(), usual, 'to find out changes nothing');

t.test(
  'a process is put behind, and with all its threads back',
  { skip: priority === undefined },
  async (t) => {
    const child = spawn(
      process.execPath,
      ['-e', 'setInterval(() => {}, 1000); process.stdout.write("."); '],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    priority!.lower(child.pid!);
    t.equal(getPriority(child.pid!), behind);
    await once(child.stdout!, 'data');
    const threads = readdirSync(`/proc/${child.pid}/task`).map(Number);
    t.ok(threads.length > 1);
    t.ok(threads.every((thread) => getPriority(thread) === behind));
    priority!.restore(child.pid!);
    t.ok(threads.every((thread) => getPriority(thread) === usual));
    await end(child);
    priority!.lower(child.pid!);
    priority!.restore(child.pid!);
  },
);

t.test('a warm child and one that was waited for are as quick as all else', async (t) => {
  const pool = await ChildPool.start({
    childProgram: path('../../support/jailed-child.js'),
    spawnerProgram: path('../../../runtime/executor/spawner-main.js'),
    warm: 1,
    maximum: 3,
    namespaces: 'if-possible',
  });
  t.teardown(() => pool.close());
  await Promise.all([pool.take(), pool.take()]);
  const threads = descendants(process.pid)
    .filter((pid) => pid !== process.pid)
    .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map(Number));
  // The spawner, both children that were taken, and the one that takes their place, behind the others.
  const found = new Set(threads.map((thread) => getPriority(thread)));
  t.ok([...found].every((value) => value === usual || value === behind));
  t.ok(threads.filter((thread) => getPriority(thread) === usual).length > 3 * 4);
});

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

t.test(
  'what nobody waits for starts behind, what somebody waits for does not',
  { skip: priority === undefined },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'truce-priority-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    // Ready where a file says so: until then a child is starting for as long as it is looked at.
    const childProgram = join(folder, 'slow-child.mjs');
    writeFileSync(
      childProgram,
      `import { existsSync, writeSync } from 'node:fs';
     const timer = setInterval(() => { if (existsSync('${folder}/ready')) { clearInterval(timer); writeSync(3, Uint8Array.of(1)); setInterval(() => {}, 1000); } }, 5);`,
    );
    const ready = join(folder, 'ready');
    writeFileSync(ready, '');
    const pool = await ChildPool.start({
      childProgram,
      spawnerProgram: path('../../../runtime/executor/spawner-main.js'),
      warm: 1,
      maximum: 4,
      namespaces: 'if-possible',
    });
    t.teardown(() => pool.close());
    rmSync(ready);
    const children = () =>
      descendants(process.pid).filter((pid) => commandOf(pid).endsWith(`${childProgram}\0`));
    const [first] = children();
    await pool.take();
    const second = await soon(() => children().find((pid) => pid !== first));
    t.equal(await soon(() => (getPriority(second) === behind ? behind : undefined)), behind);
    const waited = pool.take();
    t.equal(
      await soon(() => (getPriority(second) === usual ? usual : undefined)),
      usual,
      'while it is not ready yet',
    );
    t.equal(pool.status().waiting, 1);
    writeFileSync(ready, '');
    await waited;
  },
);

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** The first answer that there is; the test's own time limit ends the wait. */
async function soon<T>(ask: () => T | undefined): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    await delay(5);
  }
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

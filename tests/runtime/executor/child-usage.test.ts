import { once } from 'node:events';
import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { cpuTimeOf, cpuTimeOfReapedChildren } from '../../../native/cpu-time.ts';
import { ChildPool, type WarmChild } from '../../../runtime/executor/child-pool.ts';
import { descendants } from '../../support/process-tree.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

function startPool(maximum: number): Promise<ChildPool> {
  return ChildPool.start({
    childProgram: path('../../support/jailed-child.js'),
    spawnerProgram: path('../../../runtime/executor/spawner-main.js'),
    warm: 1,
    maximum,
    namespaces: 'if-possible',
  });
}

/** The only child of the only spawner. */
function childOf(): number {
  const family = descendants(process.pid);
  return descendants(family.find((pid) => descendants(pid).length > 0)!)[0]!;
}

async function serve(child: WarmChild, word: string): Promise<void> {
  const socket = new Socket({ fd: child.descriptor });
  const closed = once(socket, 'close');
  socket.resume().end(word);
  await closed;
  await child.exited;
}

t.test('what a child used is measured from outside it, and from when it was ready', async (t) => {
  const pool = await startPool(1);
  const child = await pool.take();
  const pid = childOf();
  const whenTaken = cpuTimeOf(pid);
  t.ok(whenTaken > 1000, 'starting took time of its own');
  const socket = new Socket({ fd: child.descriptor });
  const closed = once(socket, 'close');
  socket.resume().write('hang');
  let used = 0;
  while (used < 50_000) {
    used = cpuTimeOf(pid) - whenTaken;
    await turn();
  }
  t.same(child.resources(), {}, 'nothing is known before its end');
  child.kill();
  await closed;
  await child.exited;
  const { cpuMicroseconds, peakMemoryBytes } = child.resources();
  t.ok(cpuMicroseconds! >= used * 0.95, `${cpuMicroseconds} of at least ${used} us`);
  if (pool.status().memoryCgroup.active && peakMemoryBytes !== undefined)
    t.ok(peakMemoryBytes > 0 && peakMemoryBytes < 1 << 30, `${peakMemoryBytes} bytes`);
  await pool.close();
});

t.test(
  'a child that was never ready, or died together with others, is given no invented figures',
  async (t) => {
    const pool = await startPool(3);
    const children = await Promise.all([pool.take(), pool.take(), pool.take()]);
    await Promise.all(children.map((child) => serve(child, 'describe')));
    for (const child of children) {
      const { cpuMicroseconds } = child.resources();
      t.ok(cpuMicroseconds === undefined || (cpuMicroseconds > 0 && cpuMicroseconds < 60_000_000));
    }
    await pool.close();
  },
);

t.test("the kernel's counters are read for processes that there are", async (t) => {
  t.ok(cpuTimeOf(process.pid) > 0);
  t.ok(cpuTimeOfReapedChildren() >= 0);
  t.throws(() => cpuTimeOf(2 ** 22 + 1), { code: 'ESRCH' });
  t.throws(() => cpuTimeOf(0), RangeError);
});

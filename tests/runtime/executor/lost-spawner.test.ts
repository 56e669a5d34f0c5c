import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ChildPool } from '../../../runtime/executor/child-pool.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Processes of this one that have ended and that it has not reaped yet. */
function endedChildren(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || !existsSync(`/proc/${pid}/stat`)) return false;
    try {
      const [, state, parent] = /\) (\S) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
      return state === 'Z' && Number(parent) === process.pid;
    } catch {
      return false;
    }
  });
}

t.test('who waits is told of a spawner that died before its first word was read', async (t) => {
  const pending = ChildPool.start({
    childProgram: path('../../support/jailed-child.js'),
    spawnerProgram: path('../../support/dying-spawner.js'),
    warm: 0,
    maximum: 3,
    namespaces: 'if-possible',
  });
  // As a runtime that is busy: its word and its end are found together.
  for (const until = performance.now() + 20_000; endedChildren().length === 0; )
    if (performance.now() > until) throw new Error('no spawner has died');
  const pool = await pending;
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(new Error('told nothing')), 20_000);
  await t.rejects(pool.take(given.signal), { code: 'EXECUTOR_UNAVAILABLE' });
  clearTimeout(timer);
  await pool.close();
});

/** What the kernel itself says of a child, warm and locked in. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ChildPool } from '../../../runtime/executor/child-pool.ts';
import { descendants } from '../../support/process-tree.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const CHILD = path('../../support/jailed-child.js');
/** Of prctl(2): every call of the thread goes through a filter. */
const SECCOMP_FILTERED = '2';

function fieldsOf(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

/** Soft and hard. Source: proc_pid_limits(5). */
function limitOf(pid: number, name: string): string {
  const line = readFileSync(`/proc/${pid}/limits`, 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith(name));
  return line?.slice(26).trim().split(/\s+/).slice(0, 2).join(' ') ?? '';
}

t.test('a child has given up what it must, on every one of its threads', async (t) => {
  const pool = await ChildPool.start({
    childProgram: CHILD,
    spawnerProgram: path('../../../runtime/executor/spawner-main.js'),
    warm: 0,
    maximum: 1,
    namespaces: 'if-possible',
  });
  const child = await pool.take();
  const pid = descendants(process.pid).find((one) =>
    readFileSync(`/proc/${one}/cmdline`, 'utf8').split('\0').includes(CHILD),
  )!;
  t.equal(
    readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim(),
    '1000',
    'the first to go without memory',
  );
  t.equal(limitOf(pid, 'Max core file size'), '0 0', 'its memory is never written to a file');
  t.equal(fieldsOf(`/proc/${pid}/status`).get('NoNewPrivs'), '1');

  const socket = new Socket({ fd: child.descriptor });
  socket.write('hang');
  t.equal(String((await once(socket, 'data'))[0]).slice(-7), 'hanging');
  const threads = readdirSync(`/proc/${pid}/task`);
  t.ok(threads.length > 1, `${threads.length} threads`);
  for (const thread of threads) {
    const status = fieldsOf(`/proc/${pid}/task/${thread}/status`);
    t.match(status.get('Seccomp'), SECCOMP_FILTERED);
    t.equal(status.get('NoNewPrivs'), '1');
    for (const capabilities of ['CapPrm', 'CapEff', 'CapInh', 'CapAmb'])
      t.match(status.get(capabilities), /^0+$/, capabilities);
  }
  t.equal(limitOf(pid, 'Max file size'), '0 0', 'it writes to no file');
  t.equal(limitOf(pid, 'Max open files'), '64 64');
  t.match(limitOf(pid, 'Max data size'), /^\d+ \d+$/, 'what it allocates has an end');
  t.match(limitOf(pid, 'Max cpu time'), /^\d+ \d+$/);
  child.kill();
  socket.destroy();
  await child.exited;
  await pool.close();
});

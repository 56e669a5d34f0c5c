import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { closeDescriptor } from '../../../native/unix-sockets.ts';
import { ChildPool, type ChildPoolOptions, type WarmChild } from '../../../runtime/executor/child-pool.ts';
import { allGone, descendants, openDescriptors } from '../../support/process-tree.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const childProgram = path('../../support/jailed-child.js');
const spawnerProgram = path('../../../runtime/executor/spawner-main.js');
const holderProgram = path('../../support/pool-holder.js');
const withoutNamespaces = path('../../support/without-namespaces.js');
const root = process.getuid?.() === 0;

function startPool(options: Partial<ChildPoolOptions> = {}): Promise<ChildPool> {
  return ChildPool.start({
    childProgram,
    spawnerProgram,
    warm: 1,
    maximum: 3,
    namespaces: 'if-possible',
    ...options,
  });
}

/** Gives a child its word; resolves to its whole answer and how it ended. */
async function serve(child: WarmChild, word: string) {
  const socket = new Socket({ fd: child.descriptor });
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  const closed = once(socket, 'close');
  socket.write(word);
  await closed;
  return { answer, exit: await child.exited };
}

t.test('a warm child serves one run and dies; another takes its place', async (t) => {
  const pool = await startPool();
  const first = await pool.take();
  t.same((await serve(first, 'describe')).exit, { code: 0, signal: null });
  const second = await pool.take();
  t.not(second.id, first.id);
  t.same((await serve(second, 'fail')).exit, { code: 9, signal: null });
  await pool.close();
  await t.rejects(pool.take(), { code: 'SHUTTING_DOWN' });
});

t.test('children live in namespaces, and as root under users, of their own', { skip: !root }, async (t) => {
  const pool = await startPool({ namespaces: 'required', warm: 2 });
  t.match(pool.status().namespaces, { active: true, ownProc: true });
  const [left, right] = await Promise.all([pool.take(), pool.take()]);
  const facts = await Promise.all(
    [left, right].map(async (child) => JSON.parse((await serve(child!, 'describe')).answer)),
  );
  for (const { namespaces, pid, user, environment } of facts) {
    t.ok(pid < 1000, 'counted from 1 in there');
    t.ok(user >= 0x70000000);
    t.same(environment, {});
    for (const [index, name] of ['pid', 'net', 'ipc', 'mnt'].entries())
      t.not(namespaces[index], readlinkSync(`/proc/self/ns/${name}`), name);
  }
  t.not(facts[0].user, facts[1].user);
  await pool.close();
});

t.test('a child holds its own two sockets and nothing of the spawner or the runtime', async (t) => {
  // The channel then gets a number beyond those that Node looks after.
  const held = Array.from({ length: 40 }, () => openSync('/dev/null', 'r'));
  const pool = await startPool();
  const family = descendants(process.pid);
  const spawner = family.find((pid) => descendants(pid).length > 0)!;
  const child = descendants(spawner)[0]!;
  const own = openDescriptors(child);
  const sockets = [...own].filter(([, what]) => what.startsWith('socket:')).map(([number]) => number);
  t.same(sockets.sort(), [2, 3], 'its standard error, and the pair to the runtime');
  for (const other of [spawner, process.pid]) {
    const others = new Set([...openDescriptors(other).values()].filter((what) => /:\[\d+\]$/.test(what)));
    t.same(
      [...own.values()].filter((what) => others.has(what)),
      [],
    );
  }
  await pool.close();
  for (const descriptor of held) closeSync(descriptor);
});

t.test('a child can be killed, and its last words are kept, up to a bound', async (t) => {
  const pool = await startPool({ warm: 2 });
  const [killed, talker] = await Promise.all([pool.take(), pool.take()]);
  killed!.kill();
  t.same(await killed!.exited, { code: null, signal: 'SIGKILL' });
  closeDescriptor(killed!.descriptor);
  await serve(talker!, 'complain');
  t.equal(talker!.stderrTail().length, 4096);
  t.match(talker!.stderrTail(), /x the last words$/);
  await pool.close();
});

t.test('no more children live than may; those who wait are served in order', async (t) => {
  const pool = await startPool({ maximum: 1 });
  const first = await pool.take();
  const order: string[] = [];
  const waiting = ['second', 'third'].map(async (name) => {
    const child = await pool.take();
    order.push(name);
    return serve(child, 'describe');
  });
  const abandon = new AbortController();
  const abandoned = pool.take(abandon.signal);
  t.match(pool.status(), { taken: 1, waiting: 3, warm: 0, starting: 0 });
  abandon.abort(new Error('not needed any more'));
  await t.rejects(abandoned, /not needed any more/);
  await serve(first, 'describe');
  await Promise.all(waiting);
  t.same(order, ['second', 'third']);
  await t.rejects(pool.take(AbortSignal.abort(new Error('already'))), /already/);
  await pool.close();
});

t.test('those that are taken for long are replaced, with others ready and without', async (t) => {
  const pool = await startPool({ warm: 2, maximum: 4 });
  const warm = async (count: number) => {
    while (pool.status().warm !== count) await delay(5);
  };
  await warm(2);
  await pool.take();
  await warm(2);
  await Promise.all([pool.take(), pool.take()]);
  while (pool.status().warm === 0) await delay(5);
  t.match(pool.status(), { taken: 3 });
  await pool.close();
});

t.test('a child that dies warm is replaced', async (t) => {
  const pool = await startPool();
  // Its end is the only one in this process' descendants besides the spawner.
  const before = descendants(process.pid);
  const spawner = before.find((pid) => before.some((other) => descendants(pid).includes(other)))!;
  process.kill(descendants(spawner)[0]!, 'SIGKILL');
  while (pool.status().failures === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.same((await serve(await pool.take(), 'describe')).exit, { code: 0, signal: null });
  await pool.close();
});

t.test('a spawner that dies takes its children along, and is replaced', async (t) => {
  const pool = await startPool();
  const child = await pool.take();
  const family = descendants(process.pid);
  process.kill(family.find((pid) => descendants(pid).length > 0)!, 'SIGKILL');
  t.same(await child.exited, { code: null, signal: 'SIGKILL' });
  await allGone(family);
  closeDescriptor(child.descriptor);
  t.same((await serve(await pool.take(), 'describe')).exit, { code: 0, signal: null });
  await pool.close();
  t.same(descendants(process.pid), []);
});

t.test('a pool that is closed while its spawner is being replaced leaves nothing behind', async (t) => {
  const pool = await startPool();
  process.kill(descendants(process.pid).find((pid) => descendants(pid).length > 0)!, 'SIGKILL');
  while (pool.status().failures === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  // Past the back-off the new one is on its way.
  while (descendants(process.pid).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await pool.close();
  t.same(descendants(process.pid), []);
});

const ways = [
  { title: 'with namespaces', options: [] },
  { title: 'without namespaces', options: ['--import', withoutNamespaces] },
];
for (const { title, options } of ways) {
  t.test(`nothing survives a runtime that is killed, ${title}`, async (t) => {
    const holder = spawn(process.execPath, [...options, holderProgram, childProgram, spawnerProgram], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout!, 'data');
    const family = descendants(holder.pid!);
    t.equal(family.length, 3, 'a spawner and two children');
    holder.kill('SIGKILL');
    await allGone(family);
  });
}

t.test('children for components are started when they are asked for, and by no other path', async (t) => {
  const componentPrograms = { component: childProgram, transpiler: childProgram };
  const pool = await startPool({ componentPrograms, maximum: 2 });
  t.teardown(() => pool.close());
  t.same([pool.status().warm, pool.status().starting], [1, 0]);
  const component = await pool.take(undefined, 'component');
  t.same([pool.status().warm, pool.status().taken], [1, 1], 'the one for modules is still there');
  const transpiler = pool.take(undefined, 'transpiler');
  await delay(20);
  t.equal(pool.status().waiting, 1, 'there is no room for a third');
  component.kill();
  closeDescriptor(component.descriptor);
  const child = await transpiler;
  child.kill();
  closeDescriptor(child.descriptor);
  await t.rejects(startPool({ componentPrograms, maximum: 1 }), RangeError);
});

t.test('a child for a component comes though one for modules has failed before it', async (t) => {
  const componentPrograms = { component: childProgram, transpiler: childProgram };
  const pool = await startPool({ componentPrograms, maximum: 2 });
  t.teardown(() => pool.close());
  const spawner = descendants(process.pid).find((pid) => descendants(pid).length > 0)!;
  process.kill(descendants(spawner)[0]!, 'SIGKILL');
  while (pool.status().failures === 0 || pool.status().warm === 0) await delay(5);
  t.same((await serve(await pool.take(undefined, 'component'), 'describe')).exit, { code: 0, signal: null });
});

t.test('what was started for somebody who has gone gives its place to what somebody waits for', async (t) => {
  const componentPrograms = { component: childProgram, transpiler: childProgram };
  const pool = await startPool({ componentPrograms, maximum: 2 });
  t.teardown(() => pool.close());
  const abandon = new AbortController();
  const abandoned = pool.take(abandon.signal, 'component');
  abandon.abort(new Error('gone'));
  await t.rejects(abandoned, /gone/);
  while (pool.status().warm < 2) await delay(5);
  const sockets = () =>
    [...openDescriptors(process.pid).values()].filter((what) => what.startsWith('socket:'));
  const before = sockets().length;
  const transpiler = await pool.take(undefined, 'transpiler');
  t.match(pool.status(), { warm: 1, taken: 1, failures: 0 });
  t.equal(sockets().length, before, 'nothing of the other is left');
  t.same((await serve(transpiler, 'describe')).exit, { code: 0, signal: null });
});

t.test(
  'children that are expected are there when they are asked for, and nothing replaces them',
  async (t) => {
    const componentPrograms = { component: childProgram, transpiler: childProgram };
    const pool = await startPool({ componentPrograms, warm: 0, maximum: 2 });
    t.teardown(() => pool.close());
    t.match(pool.status(), { starting: 0, warm: 0 });
    pool.expect(['transpiler', 'component']);
    while (pool.status().warm < 2) await delay(5);
    for (const [taken, kind] of (['transpiler', 'component'] as const).entries()) {
      const child = await pool.take(undefined, kind);
      t.match(pool.status(), { starting: 0, warm: 1 - taken, taken: 1 });
      t.same((await serve(child, 'describe')).exit, { code: 0, signal: null });
      t.match(pool.status(), { starting: 0, warm: 1 - taken, taken: 0 });
    }
    t.same(
      (await serve(await pool.take(), 'describe')).exit,
      { code: 0, signal: null },
      'nor is it ever none',
    );
  },
);

t.test(
  'what is expected is started again where it dies, and one is taken for who asks before it is there',
  async (t) => {
    const pool = await startPool({ warm: 0 });
    t.teardown(() => pool.close());
    pool.expect(['module']);
    while (pool.status().warm < 1) await delay(5);
    const spawner = descendants(process.pid).find((pid) => descendants(pid).length > 0)!;
    process.kill(descendants(spawner)[0]!, 'SIGKILL');
    while (pool.status().failures === 0) await delay(5);
    t.same((await serve(await pool.take(), 'describe')).exit, { code: 0, signal: null });
    t.match(pool.status(), { starting: 0, warm: 0, taken: 0 });
    pool.expect(['module', 'component']);
    t.match(pool.status(), { starting: 1 }, 'kinds that there are');
    t.same((await serve(await pool.take(), 'describe')).exit, { code: 0, signal: null });
    t.match(pool.status(), { starting: 0, warm: 0, taken: 0 });
  },
);

t.test('a pool without programs for components says so', async (t) => {
  const pool = await startPool();
  t.teardown(() => pool.close());
  for (const kind of ['component', 'transpiler'] as const)
    await t.rejects(pool.take(undefined, kind), { code: 'COMPONENTS_UNSUPPORTED' });
});

t.test('children that never get ready are told of, with what they said', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'truce-test-'));
  const broken = join(folder, 'broken.mjs');
  writeFileSync(broken, 'throw new Error("cannot start");');
  await t.rejects(startPool({ childProgram: broken }), {
    code: 'EXECUTOR_UNAVAILABLE',
    message: /cannot start/,
  });
  const silent = join(folder, 'silent.mjs');
  writeFileSync(silent, 'setInterval(() => undefined, 1000);');
  await t.rejects(startPool({ childProgram: silent, startMilliseconds: 200 }), {
    code: 'EXECUTOR_UNAVAILABLE',
    message: /SIGKILL/,
  });
  rmSync(folder, { recursive: true });
  await t.rejects(startPool({ spawnerProgram: join(folder, 'none.js') }), { code: 'EXECUTOR_UNAVAILABLE' });
  t.same(descendants(process.pid), []);
});

t.test(
  'where namespaces are refused, "required" is refused and "if-possible" says why',
  { skip: !root },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'truce-test-'));
    const script = join(folder, 'unprivileged.mjs');
    writeFileSync(
      script,
      `import { writeFileSync } from 'node:fs';
     import { ChildPool } from ${JSON.stringify(path('../../../runtime/executor/child-pool.js'))};
     const options = ${JSON.stringify({ childProgram, spawnerProgram, warm: 1, maximum: 1 })};
     const required = await ChildPool.start({ ...options, namespaces: 'required' }).catch((error) => error.code);
     const pool = await ChildPool.start({ ...options, namespaces: 'if-possible' });
     console.log(JSON.stringify({ required, namespaces: pool.status().namespaces }));
     await pool.close();`,
    );
    const child = spawn(process.execPath, ['--import', withoutNamespaces, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout!.on('data', (chunk) => {
      text += chunk;
    });
    await once(child, 'close');
    t.same(JSON.parse(text), {
      required: 'NAMESPACES_REFUSED',
      namespaces: { active: false, reason: 'clone: EPERM', ownProc: false },
    });
    rmSync(folder, { recursive: true });
  },
);

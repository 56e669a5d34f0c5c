/** The first process's duty to reap, in a process that takes orphans as the first process would. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const module = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../../${path}`, import.meta.url)));

/** Runs JavaScript in a process that adopts orphans and reaps strangers; what it says with `say` comes back. */
function run(script: string): Record<string, unknown> {
  const text = `
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    import { existsSync, readFileSync, writeSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    import { adoptOrphans, findEndedChild } from ${module('native/system-control.js')};
    import { NamespaceFlag, startIsolated } from ${module('native/namespaces.js')};
    import { killProcess, reapChild } from ${module('native/process-control.js')};
    import { closeDescriptor, socketPair } from ${module('native/unix-sockets.js')};
    import { reapStrangers } from ${module('runtime/boot/reaper.js')};
    adoptOrphans();
    const strangers = [];
    const stop = reapStrangers((pid) => strangers.push(pid));
    const node = (script) => spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    /** A process that leaves another behind, which ends after so many milliseconds; the other's id. */
    const orphan = async (milliseconds) => {
      const parent = node(\`const { spawn } = require('child_process');
        const left = spawn(process.execPath, ['-e', 'setTimeout(() => {}, \${milliseconds})'], { detached: true, stdio: 'ignore' });
        require('fs').writeSync(1, String(left.pid)); process.exit(9)\`);
      const [[output], [code]] = await Promise.all([once(parent.stdout, 'data'), once(parent, 'exit')]);
      return { pid: Number(output), code };
    };
    const gone = async (pid) => { while (existsSync('/proc/' + pid)) await delay(5); };
    const say = (value) => writeSync(1, JSON.stringify(value));
    ${script}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    timeout: 20_000,
    encoding: 'utf8',
  });
  return JSON.parse(stdout || JSON.stringify({ stderr })) as Record<string, unknown>;
}

t.test('a stranger that ends is reaped, and the child that left it keeps its exit code', (t) => {
  const result = run(`
    const { pid, code } = await orphan(50);
    await gone(pid);
    say({ code, reaped: strangers.includes(pid), many: strangers.length, left: findEndedChild() ?? null });`);
  t.same(result, { code: 9, reaped: true, many: 1, left: null });
  t.end();
});

t.test("many of Node's own children end with their own codes, whatever ends beside them", (t) => {
  const result = run(`
    const left = orphan(1);
    const codes = await Promise.all([...Array(8).keys()].map(async (code) => (await once(node('process.exit(' + code + ')'), 'exit'))[0]));
    await gone((await left).pid);
    say({ codes, many: strangers.length });`);
  t.same(result, { codes: [0, 1, 2, 3, 4, 5, 6, 7], many: 1 });
  t.end();
});

t.test(
  'a child that was started past Node is left to who started it, and hides no stranger for good',
  (t) => {
    const result = run(`
    const [ours, theirs] = socketPair();
    const pid = startIsolated({
      path: process.execPath, args: [process.execPath, '-e', 'process.exit(5)'], environment: [], namespaces: 0,
      inheritedDescriptor: theirs });
    closeDescriptor(theirs);
    // It is a zombie now, and was started before the stranger: the kernel finds it first.
    while (findEndedChild() !== pid) await delay(5);
    const stranger = await orphan(1);
    const ended = () => !existsSync('/proc/' + stranger.pid)
      || /^State:\\s*Z/m.test(readFileSync('/proc/' + stranger.pid + '/status', 'latin1'));
    while (!ended()) await delay(5);
    const status = reapChild(pid, { wait: false });
    await gone(stranger.pid);
    closeDescriptor(ours);
    say({ code: status?.code, reaped: strangers.includes(stranger.pid) });`);
    t.match(result, { code: 5, reaped: true });
    t.end();
  },
);

t.test('a child that cannot be started disturbs nothing', (t) => {
  const result = run(`
    const failed = spawn('/nowhere/at/all');
    const [error] = await once(failed, 'error');
    const { pid } = await orphan(1);
    await gone(pid);
    stop();
    say({ code: error.code, many: strangers.length });`);
  t.same(result, { code: 'ENOENT', many: 1 });
  t.end();
});

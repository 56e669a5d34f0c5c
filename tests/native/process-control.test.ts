import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { checked, SystemError } from '../../native/errno.ts';
import { libc } from '../../native/libc.ts';
import { NamespaceFlag, startIsolated } from '../../native/namespaces.ts';
import {
  dropToUser,
  killAfterCpuTime,
  killProcess,
  reapChild,
  setResourceLimit,
} from '../../native/process-control.ts';
import { closeDescriptor, receiveDescriptors, socketPair } from '../../native/unix-sockets.ts';

const NATIVE = fileURLToPath(new URL('../../native/process-control.js', import.meta.url));
const root = process.getuid?.() === 0;

/** Runs JavaScript with `control` for native/process-control in a process of its own. */
function run(script: string) {
  const text = `import * as control from ${JSON.stringify(NATIVE)}; import fs from 'node:fs'; ${script}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    timeout: 20_000,
    encoding: 'utf8',
  });
}

t.test('a failed call says its name and the name of its errno', (t) => {
  t.throws(() => checked('fcntl', libc.fcntl(-1, 1, 0)), new SystemError('fcntl', 9));
  const error = new SystemError('fcntl', 9);
  t.match(
    { ...error, message: error.message },
    { code: 'EBADF', errno: 9, syscall: 'fcntl', message: 'fcntl: EBADF' },
  );
  t.equal(new SystemError('x', 11).code, 'EAGAIN');
  t.equal(new SystemError('x', 4000).code, 'E4000');
  t.end();
});

t.test('arguments that mean more than one process, or nothing, are refused', (t) => {
  for (const pid of [0, -1, 1.5]) {
    t.throws(() => killProcess(pid, 'SIGTERM'), RangeError);
    t.throws(() => reapChild(pid, { wait: false }), RangeError);
  }
  t.throws(() => killProcess(0x3fffffff, 'SIGTERM'), { code: 'ESRCH' });
  t.throws(() => reapChild(process.pid, { wait: false }), { code: 'ECHILD' });
  for (const id of [0, -1, 0xffffffff]) t.throws(() => dropToUser(id), RangeError);
  t.throws(() => setResourceLimit(0, -1), RangeError);
  t.throws(() => killAfterCpuTime(0), RangeError);
  t.end();
});

t.test('exitNow ends without exit handlers', (t) => {
  const { status, stdout } = run(
    `process.on('exit', () => fs.writeSync(1, 'handler')); control.exitNow(258);`,
  );
  t.equal(status, 2, 'the low eight bits');
  t.equal(stdout, '');
  t.end();
});

t.test('a used-up processor time is told apart from a kill', (t) => {
  t.equal(run('control.killAfterCpuTime(50); for (;;);').signal, 'SIGXCPU');
  t.end();
});

t.test('a dropped user is everybody, for good, on every thread', { skip: !root }, (t) => {
  const { stdout, stderr } = run(`
    control.dropToUser(0x70001000);
    const again = () => { try { control.dropToUser(1); return 'root again'; } catch (error) { return error.code; } };
    const ids = fs.readdirSync('/proc/self/task').map((task) =>
      /^Uid:\\s*(.*)$/m.exec(fs.readFileSync('/proc/self/task/' + task + '/status', 'utf8'))[1]);
    fs.writeSync(1, JSON.stringify({ again: again(), ids: [...new Set(ids)], threads: ids.length > 1 }));`);
  const id = 0x70001000;
  t.same(
    JSON.parse(stdout || '{}'),
    { again: 'EPERM', ids: [`${id}\t${id}\t${id}\t${id}`], threads: true },
    stderr,
  );
  t.end();
});

t.test('the signal that opens the inspector does nothing once it is disarmed', (t) => {
  // Another thread hears the signal and opens the inspector: that is waited for where it is to come.
  const script = (disarm: string, opens: boolean) =>
    `${disarm}; process.kill(process.pid, 'SIGUSR1');
     const { url } = await import('node:inspector');
     do await new Promise((resolve) => setTimeout(resolve, 300)); while (${opens} && url() === undefined);
     fs.writeSync(1, String(url())); process.exit();`;
  t.match(run(script('', true)).stdout, /^ws:/, 'armed, it opens it');
  t.equal(run(script('control.disarmInspectorSignal()', false)).stdout, 'undefined');
  t.end();
});

t.test(
  'a program starts in namespaces of its own, with one descriptor and its own environment',
  { skip: !root },
  (t) => {
    const [ours, theirs] = socketPair();
    const script = `const fs = require('fs');
    const links = ['pid', 'net', 'ipc', 'mnt', 'user'].map((name) => fs.readlinkSync('/proc/self/ns/' + name));
    const open = fs.readdirSync('/proc/self/fd').flatMap((fd) => {
      try { return /^socket/.test(fs.readlinkSync('/proc/self/fd/' + fd)) ? [Number(fd)] : []; } catch { return []; }
    });
    fs.writeSync(${theirs}, JSON.stringify({ links, pid: process.pid, open, env: process.env, args: process.argv.slice(1) }));
    process.exitCode = 42;`;
    const { pid, network, ipc, mount } = NamespaceFlag;
    const id = startIsolated({
      path: process.execPath,
      args: ['node', '-e', script, 'größe'],
      environment: ['ONLY=this'],
      namespaces: pid | network | ipc | mount,
      inheritedDescriptor: theirs,
    });
    t.same(reapChild(id, { wait: true }), { code: 42, signal: null });
    const buffer = new Uint8Array(4096);
    const told = JSON.parse(
      new TextDecoder().decode(buffer.subarray(0, receiveDescriptors(ours, buffer, 0).length)),
    );
    t.equal(told.pid, 1);
    t.same(told.env, { ONLY: 'this' });
    t.same(told.args, ['größe']);
    t.same(told.open, [theirs], 'no other socket was inherited');
    for (const [index, name] of ['pid', 'net', 'ipc', 'mnt'].entries())
      t.not(told.links[index], readlinkSync(`/proc/self/ns/${name}`), name);
    t.equal(told.links[4], readlinkSync('/proc/self/ns/user'), 'user namespaces were not asked for');
    for (const descriptor of [ours, theirs]) closeDescriptor(descriptor);
    t.end();
  },
);

t.test('a program that cannot be executed ends with 127; one with a NUL is none', { skip: !root }, (t) => {
  const [ours, theirs] = socketPair();
  const program = {
    args: ['x'],
    environment: [],
    namespaces: NamespaceFlag.pid,
    inheritedDescriptor: theirs,
  };
  const id = startIsolated({ ...program, path: '/nonexistent' });
  t.same(reapChild(id, { wait: true }), { code: 127, signal: null });
  t.throws(() => startIsolated({ ...program, path: '/bin/true\0' }), RangeError);
  for (const descriptor of [ours, theirs]) closeDescriptor(descriptor);
  t.end();
});

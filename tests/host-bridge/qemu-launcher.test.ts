import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { ConsoleFile, consoleParts } from '../../host-bridge/launcher/console-file.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { readNitroLocal } from '../../host-bridge/launcher/nitro-local.ts';
import { cacheDirectory } from '../../host-bridge/launcher/places.ts';
import { launchQemu, type QemuLaunchOptions } from '../../host-bridge/launcher/qemu-launcher.ts';
import type { RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { allGone, descendants } from '../support/process-tree.ts';
import { STAND_IN_INSTANCE } from '../support/stand-in-guest.ts';
import { writeStandInImage, writeStandInNitroLocal } from '../support/stand-in-nitro-local.ts';
import type { StandInMachine } from '../support/stand-in-qemu.ts';

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'truce-qemu-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
// Every directory of an enclave is made in here, so that what is left behind shows.
const runtime = join(folder, 'run');
mkdirSync(runtime);
process.env.XDG_RUNTIME_DIR = runtime;
const nitroLocal = writeStandInNitroLocal(join(folder, 'cache'));
const leftBehind = () => readdirSync(join(runtime, 'truce'));
const zero = new Uint8Array(48);

function options(machine: StandInMachine, changes: Partial<QemuLaunchOptions> = {}): QemuLaunchOptions {
  return {
    eif: writeStandInImage(folder, machine),
    measurements: { pcr0: zero, pcr1: zero, pcr2: zero },
    installation: { keeperProgram: local('../../host-bridge/launcher/keeper-main.js') },
    local: nitroLocal,
    ...changes,
  };
}

async function launch(
  t: Test,
  machine: StandInMachine,
  changes: Partial<QemuLaunchOptions> = {},
): Promise<RunningEnclave> {
  const enclave = await launchQemu(options(machine, changes));
  t.teardown(() => enclave.stop());
  return enclave;
}

/** The script that a process runs: the keeper's arguments name the other ones. */
function programOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1] ?? '';
}

t.test('a machine starts, answers on both planes, and leaves nothing behind when stopped', async (t) => {
  const enclave = await launch(t, 'good');
  t.match(enclave, {
    launcher: 'qemu',
    trust: { kind: 'emulator' },
    dataTarget: { kind: 'vhost-user', port: 5006 },
  });
  t.match(enclave.target(9000), { ...enclave.dataTarget, port: 9000 });
  t.equal(statSync(enclave.directory).mode & 0o777, 0o700);
  const control = new ControlClient(await enclave.connectControl());
  t.match(await control.status(), { instanceId: STAND_IN_INSTANCE });
  control.close();
  const data = await enclave.connectData();
  data.write('ping');
  t.equal(String((await once(data, 'data'))[0]), 'ping', 'nothing of the answer to CONNECT is left in it');
  data.destroy();
  t.match(readFileSync(enclave.consolePath!, 'utf8'), /stand-in: nothing boots here/);
  const processes = descendants(process.pid);
  t.ok(processes.length >= 3, 'a keeper, QEMU and the back end');
  await enclave.stop();
  t.same(await enclave.exited, { code: 0, signal: null });
  await allGone(processes);
  t.same(leftBehind(), []);
});

t.test('a guest that ends by itself is cleared away', async (t) => {
  const enclave = await launch(t, 'good');
  const control = new ControlClient(await enclave.connectControl());
  await control.shutdown();
  control.close();
  t.same(await enclave.exited, { code: 0, signal: null });
  t.same(leftBehind(), []);
});

t.test('a start that fails says why', async (t) => {
  const failed = { code: 'LAUNCH_FAILED' };
  await t.rejects(launchQemu(options('refusing')), {
    ...failed,
    message: /QEMU: .*exit code 1: .*no such machine/,
  });
  await t.rejects(launchQemu(options('panicking')), {
    ...failed,
    message: /Kernel panic - not syncing: Attempted to kill init!/,
  });
  await t.rejects(launchQemu(options('silent', { startMilliseconds: 6000 })), {
    ...failed,
    message:
      /no heartbeat within 6000 ms; its console ends with: .*nothing boots here; QEMU says: .*a device is broken$/,
  });
  const missing = { ...nitroLocal, vhostDeviceVsock: { program: '/nowhere/vhost', version: '0' } };
  await t.rejects(launchQemu(options('good', { local: missing })), {
    ...failed,
    message: /vsock back end: .*nowhere/,
  });
  await t.rejects(launchQemu(options('silent', { signal: AbortSignal.timeout(500) })), {
    name: 'TimeoutError',
  });
  t.same(leftBehind(), []);
  t.same(descendants(process.pid), []);
});

t.test('a machine that will not end is killed', async (t) => {
  const enclave = await launch(t, 'stubborn', { graceMilliseconds: 200 });
  const processes = descendants(process.pid);
  await enclave.stop();
  await allGone(processes);
  t.same(leftBehind(), []);
});

t.test('whatever of it is killed, nothing of it stays, and the end has a reason', async (t) => {
  const cases: [string, RegExp, RegExp][] = [
    ['QEMU', /stand-in-qemu/, /QEMU: it was ended by SIGKILL/],
    ['the back end', /stand-in-vhost/, /the vsock back end: it was ended by SIGKILL/],
    ['the keeper', /keeper-main/, /^undefined$/],
  ];
  for (const [what, command, fault] of cases) {
    const enclave = await launch(t, 'good');
    const processes = descendants(process.pid);
    const victim = processes.find((pid) => command.test(programOf(pid)));
    process.kill(victim!, 'SIGKILL');
    const status = await enclave.exited;
    t.match(String(status.fault), fault, what);
    t.ok(status.code !== 0, what);
    await allGone(processes);
    t.same(leftBehind(), [], what);
  }
});

t.test('when the supervisor is killed, everything ends and is cleared away', async (t) => {
  const supervisor = join(folder, 'supervisor.mjs');
  const module = local('../../host-bridge/launcher/qemu-launcher.js');
  writeFileSync(
    supervisor,
    `import { launchQemu } from ${JSON.stringify(module)};
     const { pid, directory } = await launchQemu(${JSON.stringify(options('good'))});
     console.log(JSON.stringify({ pid, directory }));`,
  );
  const child = spawn(process.execPath, [supervisor], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { directory } = JSON.parse(String(line)) as { directory: string };
  const processes = descendants(process.pid);
  child.kill('SIGKILL');
  await allGone(processes);
  while (existsSync(directory)) await delay(10);
  t.same(leftBehind(), []);
});

t.test('a console is kept up to a bound: its beginning and its newest part', async (t) => {
  const path = join(folder, 'bounded.log');
  const file = new ConsoleFile(path, 100);
  for (let line = 0; line < 100; line++) file.write(Buffer.from(`line ${line}\n`));
  t.same(file.lastLines(2), ['line 98', 'line 99']);
  file.close();
  const [first, ...rest] = consoleParts(path).map((part) => readFileSync(part, 'utf8'));
  t.match(first, /^line 0\nline 1\n/);
  t.match(first, /was cut/);
  const newest = rest.join('');
  t.match(newest, /line 99\n$/);
  t.ok(newest.length <= 200 && newest.length > 100);
  const short = new ConsoleFile(join(folder, 'short.log'), 100);
  short.write(Buffer.from('all of it\n'));
  short.close();
  t.equal(readFileSync(join(folder, 'short.log'), 'utf8'), 'all of it\n');
  t.notOk(existsSync(join(folder, 'short.log.1')));
});

t.test('a console that can be kept no longer stops nothing, and closes no file but its own', (t) => {
  const path = join(folder, 'stuck.log');
  mkdirSync(`${path}.1`);
  const file = new ConsoleFile(path, 10);
  for (let line = 0; line < 5; line++) file.write(Buffer.from('0123456789'));
  t.equal(readFileSync(path, 'utf8'), '0123456789');
  t.same(file.lastLines(1), ['0123456789'.repeat(5)], 'what ends it can still be said');
  // It gets the number of the part that is closed.
  const other = openSync(join(folder, 'other.log'), 'w');
  file.close();
  t.doesNotThrow(() => closeSync(other));
  t.end();
});

t.test('what has not been prepared, or not by us, is a typed error', async (t) => {
  t.equal(cacheDirectory({ XDG_CACHE_HOME: '/c' }), '/c/truce');
  t.match(cacheDirectory({ XDG_CACHE_HOME: 'relative' }), /\.cache\/truce$/);
  const missing = { code: 'NITRO_LOCAL_MISSING' };
  await t.rejects(readNitroLocal(join(folder, 'nowhere')), { ...missing, message: /ENOENT/ });
  const cache = join(folder, 'other');
  mkdirSync(cache);
  for (const text of ['', '{}', '{"qemu":{"program":1,"firmware":[],"version":"1"},"vhostDeviceVsock":{}}']) {
    writeFileSync(join(cache, 'nitro-local.json'), text);
    await t.rejects(readNitroLocal(cache), missing);
  }
});

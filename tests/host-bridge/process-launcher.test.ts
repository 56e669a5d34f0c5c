import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { measurementsJson, measureRuntime } from '../../host-bridge/launcher/measurement.ts';
import { makeSocketDirectory, simulatorDirectory } from '../../host-bridge/launcher/places.ts';
import {
  type LaunchOptions,
  launchProcess,
  type ProcessEnclave,
} from '../../host-bridge/launcher/process-launcher.ts';
import { toHex } from '../../proto/bytes.ts';
import { encodeControlFrame } from '../../proto/wire/control-frame.ts';
import { encodeControlResponse } from '../../proto/wire/control-messages.ts';
import { isRunning } from '../support/process-tree.ts';
import type { StandInMode } from './stand-in-runtime.ts';

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'truce-launcher-'));
t.teardown(() => rmSync(state, { recursive: true, force: true }));
// Every directory of an enclave is made in here, so that what is left behind shows.
const runtimeDirectories = join(state, 'run');
mkdirSync(runtimeDirectories);
process.env.XDG_RUNTIME_DIR = runtimeDirectories;

/** A bundle whose runtime.js is the stand-in in one of its modes. */
function bundle(mode: StandInMode): LaunchOptions {
  const runtimeDirectory = mkdtempSync(join(state, 'bundle-'));
  const program = `import { standIn } from ${JSON.stringify(local('./stand-in-runtime.js'))};\nstandIn('${mode}');\n`;
  const sha256 = createHash('sha256').update(program).digest('hex');
  writeFileSync(join(runtimeDirectory, 'runtime.js'), program);
  writeFileSync(join(runtimeDirectory, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(runtimeDirectory, 'manifest.json'),
    JSON.stringify({ files: [{ name: 'runtime.js', sha256 }] }),
  );
  const simulatorProgram = local('../../host-bridge/launcher/nsm-simulator-main.js');
  return {
    installation: { runtimeDirectory, simulatorProgram },
    simulatorDirectory: join(state, 'simulator'),
  };
}

async function launch(t: Test, mode: StandInMode, changes: LaunchOptions = {}): Promise<ProcessEnclave> {
  const enclave = await launchProcess({ ...bundle(mode), ...changes });
  t.teardown(() => enclave.stop());
  return enclave;
}

const leftBehind = () =>
  existsSync(join(runtimeDirectories, 'truce')) ? readdirSync(join(runtimeDirectories, 'truce')) : [];

t.test('an enclave starts, answers on both planes, and leaves nothing behind when stopped', async (t) => {
  const enclave = await launch(t, 'good');
  t.equal(statSync(enclave.directory).mode & 0o777, 0o700);
  t.equal(enclave.trust.certificatePem, readFileSync(enclave.trust.certificatePath, 'utf8'));
  t.same(enclave.target(9000), { kind: 'unix', path: join(enclave.directory, '9000') });
  t.same(enclave.target(5006), enclave.dataTarget, 'every port has its socket');
  const control = new ControlClient(await enclave.connectControl());
  t.same(await control.status(), {}, 'the environment is empty');
  await control.setPolicy('a policy');
  await t.rejects(control.setPolicy(''), { code: 'CONTROL_REFUSED' });
  await t.rejects(control.attestation(new Uint8Array(32), new Uint8Array(16)), {
    message: /not served here/,
  });
  control.close();
  const data = await enclave.connectData();
  data.end('ping');
  t.equal(String((await once(data, 'data'))[0]), 'ping');
  await enclave.stop();
  t.same(await enclave.exited, { code: 0, signal: null });
  t.notOk(isRunning(enclave.pid));
  t.same(leftBehind(), []);
  await enclave.stop();
});

t.test('an enclave that ends by itself is cleared away', async (t) => {
  const enclave = await launch(t, 'good');
  const control = new ControlClient(await enclave.connectControl());
  await control.shutdown();
  t.same(await enclave.exited, { code: 0, signal: null });
  t.same(leftBehind(), []);
  await t.rejects(control.status(), { code: 'CONTROL_CLOSED' });
});

t.test('an enclave that will not end is killed', async (t) => {
  const enclave = await launch(t, 'stubborn', { graceMilliseconds: 300 });
  await enclave.stop();
  t.same(await enclave.exited, { code: null, signal: 'SIGKILL' });
  t.same(leftBehind(), []);
});

t.test('what the runtime started ends with it, even when it is killed', async (t) => {
  const enclave = await launch(t, 'with-descendant');
  const descendant = Number(readFileSync(join(enclave.directory, 'descendant'), 'utf8'));
  t.ok(isRunning(descendant));
  process.kill(enclave.pid, 'SIGKILL');
  t.same(await enclave.exited, { code: null, signal: 'SIGKILL' });
  while (isRunning(descendant)) await delay(10);
  t.same(leftBehind(), []);
});

t.test('a runtime that fails says why, and one that is silent is given up', async (t) => {
  await t.rejects(launchProcess(bundle('failing')), {
    code: 'LAUNCH_FAILED',
    message: /exit code 3: stand-in: fatal: told to fail/,
  });
  await t.rejects(launchProcess({ ...bundle('silent'), startMilliseconds: 1500 }), {
    code: 'LAUNCH_FAILED',
    message: /too long/,
  });
  const signal = AbortSignal.timeout(700);
  await t.rejects(launchProcess({ ...bundle('silent'), signal }), { name: 'TimeoutError' });
  t.same(leftBehind(), []);
});

t.test('when the supervisor is killed, everything ends and is cleared away', async (t) => {
  const supervisor = join(state, 'supervisor.mjs');
  const options = bundle('good');
  writeFileSync(
    supervisor,
    `import { launchProcess } from ${JSON.stringify(local('../../host-bridge/launcher/process-launcher.js'))};
     const { pid, directory } = await launchProcess(${JSON.stringify(options)});
     console.log(JSON.stringify({ pid, directory }));`,
  );
  const child = spawn(process.execPath, [supervisor], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { pid, directory } = JSON.parse(String(line)) as { pid: number; directory: string };
  t.ok(isRunning(pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (isRunning(pid) || existsSync(directory)) await delay(10);
  t.same(leftBehind(), []);
});

t.test('measurements follow the documented formula', async (t) => {
  const directory = mkdtempSync(join(state, 'measured-'));
  const write = (
    files: Record<string, string>,
    change: (entry: { name: string; sha256: string }) => void = () => {},
  ) => {
    const entries = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(directory, name), text);
      return { name, sha256: createHash('sha256').update(text).digest('hex') };
    });
    for (const entry of entries) change(entry);
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ files: entries }));
  };
  const hash = (text: string) => createHash('sha384').update(text).digest();
  const extend = (text: string) =>
    createHash('sha384').update(Buffer.alloc(48)).update(hash(text)).digest('hex');
  const node = join(directory, 'node');
  writeFileSync(node, 'NODE');
  write({ 'runtime.js': 'main', 'executor-child.cjs': 'child' });
  const measured = await measureRuntime(directory, node);
  t.same(measurementsJson(measured), {
    Measurements: {
      HashAlgorithm: 'Sha384 { ... }',
      PCR0: extend('NODEmainchild'),
      PCR1: extend('NODE'),
      PCR2: extend('mainchild'),
    },
  });
  write({ 'executor-child.cjs': 'child', 'runtime.js': 'main' });
  t.equal(
    toHex((await measureRuntime(directory, node)).pcr2),
    extend('childmain'),
    'the order of the manifest counts',
  );
  writeFileSync(node, 'NODE 2');
  t.equal(toHex((await measureRuntime(directory, node)).pcr1), extend('NODE 2'), 'a changed binary shows');
  const damaged = { code: 'BUNDLE_INVALID' };
  write({ 'runtime.js': 'main' }, (entry) => Object.assign(entry, { sha256: '00'.repeat(32) }));
  await t.rejects(measureRuntime(directory, node), damaged);
  write({ 'runtime.js': 'main' }, (entry) => Object.assign(entry, { name: '../runtime.js' }));
  await t.rejects(measureRuntime(directory, node), damaged);
  write({ 'runtime.js': 'main' }, (entry) => Object.assign(entry, { mode: 1 }));
  await t.rejects(measureRuntime(directory, node), damaged);
  write({ 'other.js': 'main' });
  await t.rejects(measureRuntime(directory, node), damaged, 'a bundle without the runtime');
  writeFileSync(join(directory, 'manifest.json'), '{"files":[]');
  await t.rejects(measureRuntime(directory, node), { code: 'JSON_INVALID' });
  await t.rejects(measureRuntime(join(directory, 'nowhere'), node), damaged);
});

t.test('directories follow XDG, and one too deep for a socket is passed over', async (t) => {
  t.equal(simulatorDirectory({ XDG_STATE_HOME: '/s' }), '/s/truce/simulator');
  t.match(simulatorDirectory({ XDG_STATE_HOME: 'relative' }), /\.local\/state\/truce\/simulator$/);
  const deep = join(state, 'd'.repeat(100));
  mkdirSync(deep);
  const found = await makeSocketDirectory('5006', { XDG_RUNTIME_DIR: deep, TMPDIR: state });
  t.match(found, new RegExp(`^${state}/truce-......$`));
  const missing = await makeSocketDirectory('5006', { XDG_RUNTIME_DIR: '/nowhere', TMPDIR: state });
  t.match(missing, new RegExp(`^${state}/truce-......$`));
  await t.rejects(makeSocketDirectory('5006', { TMPDIR: deep }), { code: 'SOCKET_PATH_TOO_LONG' });
});

t.test('a runtime directory that others may write to is passed over, and left as it is', async (t) => {
  const shared = join(state, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const found = await makeSocketDirectory('5006', { XDG_RUNTIME_DIR: shared, TMPDIR: state });
  t.match(found, new RegExp(`^${state}/truce-......$`));
  t.same(readdirSync(shared), []);
});

t.test('a control plane that answers wrongly or not at all is a typed error', async (t) => {
  const path = join(state, 'control');
  let answer = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => (answer.length === 0 ? undefined : socket.write(answer)));
  }).listen(path);
  t.teardown(() => server.close());
  const LONG = 30_000;
  const ask = async (milliseconds: number) => {
    const control = new ControlClient(connect(path), milliseconds);
    try {
      return await control.status();
    } finally {
      control.close();
    }
  };
  await t.rejects(ask(200), { code: 'CONTROL_TIMEOUT' });
  answer = Buffer.from('ffffffffffffffff00', 'hex');
  await t.rejects(ask(LONG), { code: 'FRAME_TOO_LARGE' });
  answer = Buffer.from('010000000000000000ff', 'hex');
  await t.rejects(ask(LONG), { code: 'MESSAGE_INVALID' });
  const report = encodeControlFrame(encodeControlResponse({ kind: 'status_report', report: '{}' }));
  answer = Buffer.concat([report, Buffer.from('ffffffffffffffff00', 'hex')]);
  t.same(await ask(LONG), {}, 'an answer that came whole before the framing broke is one');
  server.close();
  const control = new ControlClient(connect(join(state, 'nobody')), LONG);
  await t.rejects(control.setPolicy('x'), { code: 'CONTROL_CLOSED' });
});

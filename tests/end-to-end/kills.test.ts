import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { policyText } from '../support/policy-text.ts';
import { fileAppears, startTruce } from '../support/truce-command.ts';
import type { HalfUpload } from './half-an-upload.ts';
import { descendants, descendantsRunning, gone, isAlive } from './processes.ts';
import { RawParty } from './raw-party.ts';
import { codeFrom, loop, nothing, owner, parts, reader, startWatched } from './watched-enclave.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-kills-'));
mkdirSync(join(folder, 'run'));
// Every directory of an enclave is made in here, so that what is left behind shows.
process.env.XDG_RUNTIME_DIR = join(folder, 'run');
t.teardown(() => rmSync(folder, { recursive: true }));
const directories = () => readdirSync(join(folder, 'run', 'truce'));

t.test('killed processes around a living enclave are made up for', async (t) => {
  const { enclave, status, until } = await startWatched(t);
  const runtime = enclave.enclave.pid;

  await t.test('the relay, with sessions open', async (t) => {
    const sessions = await Promise.all([enclave.connect(owner), enclave.connect(reader)]);
    const [writer] = sessions;
    for (const name of ['/loop.wasm', '/again.wasm']) await writer.writeFile(name, loop);
    await writer.writeFile('/x.wasm', nothing);
    const { pid, address, restarts } = enclave.relay;
    const asked = writer.run('/loop.wasm');
    await until(({ runs }) => runs.running === 1);
    process.kill(pid!, 'SIGKILL');
    await t.rejects(asked, { code: 'CLIENT_CLOSED' });
    for (const session of sessions) await t.rejects(session.policyHash(), { code: 'CLIENT_CLOSED' });
    await until(({ runs, sessions }) => runs.running === 0 && sessions === 0);
    while (enclave.relay.restarts === restarts) await delay(10);
    t.same(enclave.relay.address, address, 'it listens where it did');
    t.not(enclave.relay.pid, pid);
    const next = await enclave.connect(reader);
    await next.close();
  });

  await t.test('a client in the middle of an upload', async (t) => {
    const writer = await enclave.connect(owner);
    await writer.writeFile('/data', Buffer.from('what was there'));
    const before = await status();
    const client: HalfUpload = {
      address: enclave.relay.address,
      policy: enclave.policy,
      identity: owner,
      trust: enclave.trust,
      fileName: '/data',
      bytes: 32 << 20,
    };
    const program = fileURLToPath(new URL('./half-an-upload.js', import.meta.url));
    const child = spawn(process.execPath, [program, JSON.stringify(client)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await until(({ sessions }) => sessions === 2);
    child.kill('SIGKILL');
    await until(({ sessions }) => sessions === 1);
    const other = await enclave.connect(reader);
    t.equal(Buffer.from(await other.readFile('/data')).toString(), 'what was there');
    t.same((await status()).files, before.files, 'its storage has been given back');
    await Promise.all([writer.close(), other.close()]);
  });

  await t.test('the process of one of two running programs', async (t) => {
    const [first, second] = await Promise.all([enclave.connect(owner), enclave.connect(owner)]);
    const children = () => descendantsRunning(runtime, 'executor-child.cjs');
    await until(({ executor }) => executor.warm === 1);
    const [victim] = children();
    const doomed = first.run('/loop.wasm').catch(codeFrom);
    await until(({ executor, runs }) => runs.running === 1 && executor.warm === 1);
    const cancel = new AbortController();
    const spared = second.run('/again.wasm', { signal: cancel.signal });
    spared.catch(() => undefined);
    await until(({ runs }) => runs.running === 2);
    process.kill(victim!, 'SIGKILL');
    t.match(await doomed, /^RUN_(MEMORY_LIMIT|FAILED)$/, 'its run fails');
    t.match(await status(), { runs: { running: 1 } }, 'the other goes on');
    await first.policyHash();
    cancel.abort(new Error('enough'));
    await t.rejects(spared, { message: 'enough' });
    await until(({ executor }) => executor.warm === 1 && executor.taken === 0);
    t.notOk(children().includes(victim!), 'its place has been filled again');
    t.same(await first.run('/x.wasm'), { exitCode: 0 });
    await Promise.all([first.close(), second.close()]);
  });

  await t.test('the spawner, and all its children with it', async (t) => {
    const session = await enclave.connect(owner);
    await until(({ executor }) => executor.warm === 1);
    const doomed = session.run('/loop.wasm').catch(codeFrom);
    await until(({ runs, executor }) => runs.running === 1 && executor.warm === 1);
    const [spawner] = descendantsRunning(runtime, 'executor-spawner.cjs');
    const children = descendants(spawner!).map(({ pid }) => pid);
    t.equal(children.length, 2);
    process.kill(spawner!, 'SIGKILL');
    t.match(await doomed, /^RUN_/);
    await gone(spawner!, ...children);
    t.same(await session.run('/x.wasm'), { exitCode: 0 }, 'the next run finds a new one');
    await session.close();
  });
  t.ok(isAlive(runtime), 'through all of this the runtime was one and the same');
});

t.test('a supervisor that is killed leaves no process and no directory', async (t) => {
  const described = startTruce(['enclave', 'describe']);
  const { PCR0 } = (JSON.parse((await described.outcome).stdout) as { Measurements: { PCR0: string } })
    .Measurements;
  const policy = join(folder, 'policy.json');
  writeFileSync(policy, policyText({ ...parts, pcr0: Buffer.from(PCR0, 'hex') }));
  const ready = join(folder, 'ready.json');
  const arguments_ = ['serve', '--policy', policy, '--listen', '127.0.0.1:0', '--ready-file', ready];
  const environment = { XDG_STATE_HOME: join(folder, 'state') };
  const command = startTruce(arguments_, { environment });
  await fileAppears(ready, command);
  const { address } = JSON.parse(readFileSync(ready, 'utf8')) as { address: { host: string; port: number } };
  const party = await RawParty.open(address, owner);
  const processes = descendants(command.process.pid!);
  for (const script of [
    'nsm-simulator.js',
    'relay.js',
    'runtime.js',
    'executor-spawner.cjs',
    'executor-child.cjs',
  ])
    t.ok(
      processes.some((one) => one.script.endsWith(`/${script}`)),
      script,
    );
  t.equal(directories().length, 1);
  command.process.kill('SIGKILL');
  await party.ended;
  await gone(...processes.map(({ pid }) => pid));
  while (directories().length > 0) await delay(10);
  t.same(directories(), []);
});

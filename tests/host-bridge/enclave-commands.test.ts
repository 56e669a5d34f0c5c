import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { nameAfter } from '../../host-bridge/cli/enclave-run.ts';
import { parseEnclaveRecord } from '../../host-bridge/launcher/enclave-record.ts';
import { EnclaveRegistry } from '../../host-bridge/launcher/enclave-registry.ts';
import { identityOf, isRunning as lives } from '../../host-bridge/launcher/process-identity.ts';
import { allGone, descendants, isRunning } from '../support/process-tree.ts';
import { writeStandInImage, writeStandInNitroLocal } from '../support/stand-in-nitro-local.ts';
import { type Outcome, startTruce, truce } from '../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-enclaves-'));
const runtime = join(folder, 'run');
mkdirSync(runtime);
writeStandInNitroLocal(join(folder, 'cache'));
const environment = {
  XDG_CACHE_HOME: join(folder, 'cache'),
  XDG_STATE_HOME: join(folder, 'state'),
  XDG_RUNTIME_DIR: runtime,
};
const state = join(folder, 'state/truce/enclaves');
const eif = writeStandInImage(folder, 'good');
const settings = { environment };
const enclave = (...args: string[]) => truce(['enclave', ...args], settings);
const run = (...args: string[]) => enclave('run', '--launcher', 'qemu', '--eif', eif, '--json', ...args);
const leftBehind = () => readdirSync(join(runtime, 'truce'));
t.teardown(async () => {
  await enclave('stop', '--all');
  rmSync(folder, { recursive: true, force: true });
});

interface Facts {
  readonly EnclaveName: string;
  readonly ProcessID: number;
  readonly KeeperID: number;
  readonly EnclaveCID: number;
  readonly Directory: string;
  readonly Socket: string;
  readonly Console: string;
  readonly Measurements: Record<string, string>;
}

function factsOf({ code, stdout, stderr }: Outcome): Facts {
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Facts;
}

t.test("an enclave runs in the background, in nitro-cli's words, until it is stopped", async (t) => {
  const facts = factsOf(await run('--name', 'first', '--memory', '700', '--cpus', '3', '--cid', '99'));
  t.match(facts, {
    EnclaveName: 'first',
    EnclaveID: /^i-truce-enc[0-9a-f]{16}$/,
    EnclaveCID: 99,
    NumberOfCPUs: 3,
    CPUIDs: [],
    MemoryMiB: 700,
    State: 'RUNNING',
    Flags: 'NONE',
    Launcher: 'qemu',
  });
  t.ok(isRunning(facts.ProcessID) && isRunning(facts.KeeperID), 'its processes outlive the command');
  const described = await enclave('describe', '--eif', eif);
  t.same(facts.Measurements, (JSON.parse(described.stdout) as Facts).Measurements);
  t.same(JSON.parse((await enclave('list', '--json')).stdout), [facts]);
  t.match((await enclave('list')).stdout, /^name +launcher[^\n]*\nfirst +qemu +RUNNING +99 +3 +700 MiB/);
  const taken = await run('--name', 'first');
  t.match(taken, { code: 1, stderr: /code: ENCLAVE_NAME_TAKEN/ });
  const shown = await enclave('console', 'first');
  t.match(shown.stdout, /nothing boots here\n/, 'carriage returns are gone');
  t.match(shown.stdout, /stand-in: \\u\{1b\}\[31mlistening/, 'nothing of it can steer a terminal');
  const following = startTruce(['enclave', 'console', 'first', '--follow'], settings);
  await once(following.process.stdout!, 'data');
  const stopped = await enclave('stop', 'first', '--json');
  t.match(JSON.parse(stopped.stdout), { EnclaveName: 'first', Terminated: true, Launcher: 'qemu' });
  t.match(await following.outcome, { code: 0, stdout: /listening/ }, 'who follows is let go at the end');
  t.notOk(isRunning(facts.ProcessID) || isRunning(facts.KeeperID));
  t.same(leftBehind(), []);
  t.same(readdirSync(state), []);
  t.match(await enclave('stop', 'first'), { code: 1, stderr: /ENCLAVE_UNKNOWN(.|\n)*|truce enclave list/ });
});

t.test('enclaves started at the same moment get names and addresses of their own', async (t) => {
  const all = (await Promise.all([run(), run(), run()])).map(factsOf);
  t.same(new Set(all.map(({ EnclaveName }) => EnclaveName)), new Set(['good', 'good_1', 'good_2']));
  t.equal(new Set(all.map(({ EnclaveCID }) => EnclaveCID)).size, 3);
  const rivals = await Promise.all([run('--name', 'one'), run('--name', 'one')]);
  t.ok(rivals.filter(({ code }) => code === 0).length <= 1, 'a name is given once');
  const stopped = await enclave('stop', '--all');
  t.equal(stopped.code, 0, stopped.stderr);
  t.match(await enclave('list'), { stdout: 'no enclave runs\n' });
  await allGone(all.flatMap(({ ProcessID, KeeperID }) => [ProcessID, KeeperID]));
  t.same(leftBehind(), []);
});

t.test('one that dies is seen as dead; its console stays until its name is used again', async (t) => {
  const { KeeperID, ProcessID, Directory } = factsOf(await run('--name', 'dying'));
  process.kill(KeeperID, 'SIGKILL');
  await allGone([KeeperID, ProcessID]);
  t.same(JSON.parse((await enclave('list', '--json')).stdout), []);
  t.same(leftBehind(), [], 'its sockets went with the list');
  t.match((await enclave('console', 'dying')).stdout, /nothing boots here/);
  const again = factsOf(await run('--name', 'dying'));
  t.not(again.Directory, Directory);
  t.match((await enclave('stop', 'dying')).stdout, /dying has ended/);
  t.match((await enclave('stop', 'dying')).stdout, /had ended already/);
  t.match(await enclave('stop', 'dying'), { code: 1 });
});

t.test('a start that fails or is interrupted leaves nothing', async (t) => {
  const failing = writeStandInImage(folder, 'panicking');
  const failed = await enclave('run', '--launcher', 'qemu', '--eif', failing, '--name', 'x', '--json');
  t.match(failed, { code: 1, stderr: /Kernel panic/ });
  t.match(JSON.parse(failed.stdout), { ok: false, error: { code: 'LAUNCH_FAILED' } });
  const silent = writeStandInImage(folder, 'silent');
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const starting = startTruce(['enclave', 'run', '--launcher', 'qemu', '--eif', silent], settings);
    while (descendants(starting.process.pid!).length < 3) await delay(10);
    const processes = descendants(starting.process.pid!);
    t.match(await enclave('list'), { stdout: 'no enclave runs\n' });
    starting.process.kill(signal);
    await starting.outcome;
    await allGone(processes);
    while (leftBehind().length > 0) await delay(10);
  }
  await enclave('list');
  await enclave('stop', 'silent');
  t.same(readdirSync(state), []);
  const usage = ['run', '--launcher', 'qemu', '--eif', eif];
  for (const wrong of [
    ['--name', '../x'],
    ['--memory', '0'],
    ['--cid', '3'],
    ['--cpus', 'two'],
    ['--launcher', 'moon'],
  ])
    t.equal((await enclave(...usage, ...wrong)).code, 2, wrong.join(' '));
  const noQemu = { environment: { ...environment, XDG_CACHE_HOME: join(folder, 'empty') } };
  const unprepared = await truce(['enclave', ...usage], noQemu);
  t.match(unprepared, { code: 1, stderr: /NITRO_LOCAL_MISSING/ });
  t.match(unprepared.stderr, /npm run nitro:local/);
});

t.test('names follow the file', (t) => {
  t.equal(nameAfter('/x/app.eif'), 'app');
  t.equal(nameAfter('/x/ä b.eif'), 'b');
  t.equal(nameAfter('/x/.eif'), 'enclave');
  t.equal(nameAfter(`/x/${'y'.repeat(300)}.eif`).length, 60);
  t.end();
});

t.test('a record is believed of the very process alone, and only in its whole shape', async (t) => {
  const own = identityOf(process.pid)!;
  t.ok(lives(own));
  t.notOk(lives({ ...own, started: `${own.started}1` }), 'the number was used again');
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  t.equal(identityOf(child.pid!), undefined);
  const record = { name: 'x', owner: own };
  t.same(parseEnclaveRecord(JSON.stringify(record)), record);
  for (const changed of [{ name: '../x' }, { owner: null }, { machine: {} }, { more: 1 }])
    t.throws(() => parseEnclaveRecord(JSON.stringify({ ...record, ...changed })), { name: 'ShapeError' });
  const root = join(folder, 'registry');
  const registry = new EnclaveRegistry(root);
  const life = await registry.claim('x');
  await t.rejects(registry.claim('x'), { code: 'ENCLAVE_NAME_TAKEN' });
  writeFileSync(join(life.directory, 'enclave.json'), 'what is this');
  await t.resolves(registry.claim('x'), 'what cannot be read holds no name');
  await t.rejects(registry.find('../x'), { code: 'ENCLAVE_UNKNOWN' });
});

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { hintFor } from '../../host-bridge/cli/hints.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { NitroCli } from '../../host-bridge/launcher/nitro-cli.ts';
import { nitroError } from '../../host-bridge/launcher/nitro-errors.ts';
import { launchNitro, type NitroLaunchOptions } from '../../host-bridge/launcher/nitro-launcher.ts';
import { runEnclave } from '../../host-bridge/launcher/nitro-machine.ts';
import { readDescribedEnclaves, readNitroEnclave } from '../../host-bridge/launcher/nitro-output.ts';
import { checkResources } from '../../host-bridge/launcher/nitro-preflight.ts';
import { descendants, isRunning } from '../support/process-tree.ts';
import type { NitroCliMode } from '../support/stand-in-nitro-cli.ts';
import { writeExecutable, writeStandInImage } from '../support/stand-in-nitro-local.ts';

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'truce-nitro-test-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const eif = writeStandInImage(folder, 'good');
// Directories of enclaves are made in here, so that what is left behind shows.
mkdirSync(join(folder, 'tmp'));
process.env.TMPDIR = join(folder, 'tmp');
const zero = new Uint8Array(48);

interface StandIn {
  readonly cli: NitroCli;
  readonly state: string;
  readonly options: NitroLaunchOptions;
  misbehave(mode: NitroCliMode): void;
}

function standIn(): StandIn {
  const directory = mkdtempSync(join(folder, 'cli-'));
  const state = join(directory, 'state');
  mkdirSync(state);
  const program = writeExecutable(
    join(directory, 'nitro-cli.mjs'),
    './stand-in-nitro-cli.js',
    'standInNitroCli',
    state,
  );
  return {
    cli: new NitroCli(program),
    state,
    options: {
      eif,
      measurements: { pcr0: zero.map(() => 1), pcr1: zero, pcr2: zero },
      nitroCli: program,
      installation: { keeperProgram: local('../../host-bridge/launcher/keeper-main.js') },
      systemRoot: join(folder, 'nowhere'),
      target: (cid, port) => ({
        kind: 'unix',
        path: join(state, `i-0stand1n-enc${number(cid)}`, String(port)),
      }),
    },
    misbehave: (mode) => writeFileSync(join(state, 'mode'), mode),
  };
}

/** The stand-in's CIDs count as its ids do. */
function number(cid: number): string {
  return String(cid - 16).padStart(4, '0');
}

async function launch(t: Test, { options }: StandIn, changes: Partial<NitroLaunchOptions> = {}) {
  const enclave = await launchNitro({ ...options, ...changes });
  t.teardown(() => enclave.stop());
  return enclave;
}

t.test('an enclave runs, answers, and ends in order with nothing left', async (t) => {
  const nitro = standIn();
  const enclave = await launch(t, nitro, { memoryMiB: 128, cpus: 4 });
  t.match(enclave, { launcher: 'nitro', trust: { kind: 'aws' }, measurements: nitro.options.measurements });
  t.match(await nitro.cli.describe(), [
    { EnclaveName: /^truce-/, MemoryMiB: 128, NumberOfCPUs: 4, State: 'RUNNING', Flags: 'NONE' },
  ]);
  // The stand-in's process takes a moment to serve.
  while (readdirSync(nitro.state).length < 2) await delay(10);
  const connect = async () => {
    for (;;) {
      try {
        return await enclave.connectControl();
      } catch {
        await delay(10);
      }
    }
  };
  const control = new ControlClient(await connect());
  await control.setPolicy('a policy');
  control.close();
  const data = await enclave.connectData();
  data.end('ping');
  t.equal(String((await once(data, 'data'))[0]), 'ping');
  await enclave.stop();
  t.same(await nitro.cli.describe(), []);
  t.notOk(isRunning(enclave.pid));
  t.same(readdirSync(join(folder, 'tmp')), []);
  t.same(descendants(process.pid), []);
});

t.test('the reaching of an enclave is over vsock, unless told', async (t) => {
  const nitro = standIn();
  const { target, ...options } = nitro.options;
  const enclave = await launchNitro({ ...options, cid: 77, graceMilliseconds: 100 });
  t.same(enclave.dataTarget, { kind: 'vsock', cid: 77, port: 5006 });
  t.same(enclave.target(9000), { kind: 'vsock', cid: 77, port: 9000 });
  await enclave.stop();
  t.same(await nitro.cli.describe(), [], 'one that does not answer is terminated');
});

t.test('in debug mode the registers to expect are zero', async (t) => {
  const nitro = standIn();
  const enclave = await launch(t, nitro, { debugMode: true, graceMilliseconds: 100 });
  t.same(enclave.measurements, { pcr0: zero, pcr1: zero, pcr2: zero });
  const [described] = await nitro.cli.describe();
  t.equal(described?.Flags, 'DEBUG_MODE');
  const child = nitro.cli.console(described!.EnclaveID);
  t.match(String((await once(child.stdout!, 'data'))[0]), /stand-in: a .*console/);
  await enclave.stop();
});

t.test('when its keeper is killed, the enclave is ended all the same', async (t) => {
  const nitro = standIn();
  const enclave = await launch(t, nitro, { graceMilliseconds: 100 });
  enclave.kill();
  await enclave.exited;
  t.same(await nitro.cli.describe(), []);
});

t.test("nitro-cli's error codes are errors with advice", async (t) => {
  const codes: [NitroCliMode, string][] = [
    ['E19', 'NITRO_FILE'],
    ['E22', 'NITRO_CPUS'],
    ['E26', 'NITRO_MEMORY_LOW'],
    ['E27', 'NITRO_HUGEPAGES'],
    ['E29', 'NITRO_DEVICE'],
    ['E33', 'NITRO_START'],
    ['E35', 'NITRO_IMAGE'],
    ['E36', 'NITRO_BOOT'],
    ['E39', 'NITRO_PROCESS'],
    ['E44', 'NITRO_CONSOLE'],
    ['E51', 'NITRO_TOOLS'],
    ['E59', 'NITRO_SIGNATURE'],
  ];
  for (const [told, code] of codes) {
    const stderr = `Start allocating memory...\n[ ${told} ] What happened: details.\n\nFor more details, ...\n`;
    t.match(nitroError('run-enclave', stderr, ''), { code, message: new RegExp(`${told}: What happened`) });
    t.type(hintFor(code), 'string', `${code} has a hint`);
  }
  t.match(
    nitroError('run-enclave', '[ E39 ] So.\n[ E36 ] Boot.\n', ''),
    { code: 'NITRO_BOOT' },
    'the cause counts',
  );
  t.match(nitroError('x', '[ E77 ] New.\n', ''), { code: 'NITRO_CLI_FAILED', message: /E77: New/ });
  t.match(nitroError('x', '', 'it was ended by SIGSEGV'), { message: /SIGSEGV/ });
  t.ok(nitroError('x', `[ E19 ] ${'y'.repeat(100_000)}\n`, '').message.length < 1000);
  const nitro = standIn();
  nitro.misbehave('E27');
  await t.rejects(launchNitro(nitro.options), { code: 'NITRO_HUGEPAGES' }, 'through the keeper as well');
});

t.test('a nitro-cli that misbehaves is a typed error, and nothing stays', async (t) => {
  const cases: [NitroCliMode, string][] = [
    ['bad-json', 'NITRO_CLI_OUTPUT'],
    ['bad-id', 'NITRO_CLI_OUTPUT'],
    ['flooding', 'NITRO_CLI_OUTPUT'],
    ['dying', 'NITRO_CLI_FAILED'],
    ['hanging', 'NITRO_CLI_TIMEOUT'],
    ['half-started', 'NITRO_CLI_TIMEOUT'],
  ];
  for (const [mode, code] of cases) {
    const nitro = standIn();
    nitro.misbehave(mode);
    // What is to fail by itself has time enough on a busy machine.
    const limit = code === 'NITRO_CLI_TIMEOUT' ? { startMilliseconds: 1200 } : {};
    await t.rejects(launchNitro({ ...nitro.options, ...limit }), { code }, mode);
    if (mode !== 'bad-id') t.same(await nitro.cli.describe(), [], `${mode}: what half started is ended`);
  }
  const missing = { nitroCli: join(folder, 'no-such-program') };
  await t.rejects(launchNitro({ ...standIn().options, ...missing }), {
    code: 'NITRO_CLI_MISSING',
    message: /ENOENT/,
  });
  t.same(readdirSync(join(folder, 'tmp')), []);
});

t.test('an enclave of a longer name that starts meanwhile is somebody else’s', async (t) => {
  const nitro = standIn();
  nitro.misbehave('half-started');
  const run = { eif, memoryMiB: 128, cpus: 2, debugMode: false };
  const interruption = new AbortController();
  const starting = runEnclave(nitro.cli, { ...run, name: 'app' }, interruption.signal);
  starting.catch(() => undefined);
  while ((await nitro.cli.describe()).length === 0) await delay(10);
  rmSync(join(nitro.state, 'mode'));
  for (const name of ['app-two', 'app_1']) await nitro.cli.run({ ...run, name });
  interruption.abort(new Error('interrupted'));
  await t.rejects(starting, { message: 'interrupted' });
  const left = await nitro.cli.describe();
  t.same(
    left.map(({ EnclaveName }) => EnclaveName),
    ['app-two'],
  );
  for (const { EnclaveID } of left) await nitro.cli.terminate(EnclaveID);
});

t.test('what nitro-cli prints is read strictly', (t) => {
  const good = {
    EnclaveName: 'x',
    EnclaveID: 'i-05f6ed443aEXAMPLE-enc173dfe3eEXAMPLE'.toLowerCase(),
    ProcessID: 7077,
    EnclaveCID: 10,
    NumberOfCPUs: 2,
    CPUIDs: [1, 3],
    MemoryMiB: 3070,
  };
  t.same(readNitroEnclave({ ...good, Later: 'fields may come' }), good);
  for (const [name, value] of Object.entries({
    EnclaveID: '--all',
    ProcessID: 0,
    EnclaveCID: 3,
    NumberOfCPUs: '2',
    CPUIDs: [-1],
    MemoryMiB: 1.5,
  }))
    t.throws(() => readNitroEnclave({ ...good, [name]: value }), { name: 'ShapeError' }, name);
  const { MemoryMiB, ...less } = good;
  t.throws(() => readNitroEnclave(less), { name: 'ShapeError' });
  const going = { ...good, ProcessID: 0, NumberOfCPUs: 0, State: 'TERMINATING', Flags: 'NONE' };
  t.match(readDescribedEnclaves([going]), [{ State: 'TERMINATING' }]);
  t.throws(() => readDescribedEnclaves([{ ...good, State: 'NEW', Flags: 'NONE' }]), { name: 'ShapeError' });
  t.throws(() => readDescribedEnclaves({}), { name: 'ShapeError' });
  t.end();
});

t.test('memory and CPUs are checked before nitro-cli is asked', async (t) => {
  const root = mkdtempSync(join(folder, 'root-'));
  const image = join(folder, 'large.eif');
  writeFileSync(image, Buffer.alloc(40 << 20));
  t.same(await checkResources({ eif, systemRoot: root }), { memoryMiB: 512, cpus: 2 });
  await t.rejects(checkResources({ eif, memoryMiB: 63, systemRoot: root }), {
    code: 'NITRO_MEMORY_LOW',
    message: /needs 64/,
  });
  await t.rejects(checkResources({ eif: image, memoryMiB: 159, systemRoot: root }), {
    code: 'NITRO_MEMORY_LOW',
    message: /needs 160/,
  });
  mkdirSync(join(root, 'dev'));
  writeFileSync(join(root, 'dev/nitro_enclaves'), '');
  const pages = join(root, 'sys/kernel/mm/hugepages/hugepages-2048kB');
  mkdirSync(pages, { recursive: true });
  writeFileSync(join(pages, 'free_hugepages'), '100\n');
  t.match(await checkResources({ eif, memoryMiB: 200, systemRoot: root }), { memoryMiB: 200 });
  await t.rejects(checkResources({ eif, memoryMiB: 201, systemRoot: root }), {
    code: 'NITRO_HUGEPAGES',
    message: /200 MiB of huge pages are free/,
  });
  mkdirSync(join(root, 'etc/nitro_enclaves'), { recursive: true });
  const yaml = '---\n# Enclave configuration file.\nmemory_mib: 128 # so much\ncpu_count: 2\n';
  writeFileSync(join(root, 'etc/nitro_enclaves/allocator.yaml'), yaml);
  await t.rejects(checkResources({ eif, memoryMiB: 130, systemRoot: root }), { code: 'NITRO_HUGEPAGES' });
  await t.rejects(checkResources({ eif, memoryMiB: 128, cpus: 3, systemRoot: root }), { code: 'NITRO_CPUS' });
  const absent = { eif: join(folder, 'absent.eif'), systemRoot: root };
  await t.rejects(checkResources(absent), { code: 'LOCAL_FILE_UNREADABLE' });
});

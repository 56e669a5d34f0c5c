import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { policyText, READ } from '../support/policy-text.ts';
import { allGone, descendants, isRunning } from '../support/process-tree.ts';
import { STAND_IN_INSTANCE } from '../support/stand-in-guest.ts';
import {
  writeExecutable,
  writeStandInImage,
  writeStandInNitroLocal,
} from '../support/stand-in-nitro-local.ts';
import { fileAppears, startTruce, truce } from '../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-machines-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const runtime = join(folder, 'run');
mkdirSync(runtime);
writeStandInNitroLocal(join(folder, 'cache'));
const environment = {
  XDG_CACHE_HOME: join(folder, 'cache'),
  XDG_STATE_HOME: join(folder, 'state'),
  XDG_RUNTIME_DIR: runtime,
};
const settings = { environment };
const eif = writeStandInImage(folder, 'good');
const leftBehind = () => readdirSync(join(runtime, 'truce'));

t.test("nitro-cli's enclaves are run, listed, watched and stopped beside ours", async (t) => {
  const nitroState = join(folder, 'nitro');
  const program = join(folder, 'nitro-cli.mjs');
  writeExecutable(program, './stand-in-nitro-cli.js', 'standInNitroCli', nitroState);
  const nitro = (...args: string[]) =>
    truce(['enclave', ...args], { environment: { ...environment, NITRO_CLI: program } });
  const started = await nitro('run', '--launcher', 'nitro', '--eif', eif, '--debug-mode', '--json');
  t.equal(started.code, 0, started.stderr);
  const facts = JSON.parse(started.stdout) as { ProcessID: number; Measurements: Record<string, string> };
  t.match(facts, { EnclaveName: 'good', Launcher: 'nitro', Flags: 'DEBUG_MODE', CPUIDs: [1, 3] });
  t.equal(facts.Measurements.PCR0, '0'.repeat(96), 'what its documents will show');
  t.match(started.stderr, /clients refuse it/);
  t.match((await nitro('list')).stdout, /good +nitro +RUNNING +DEBUG_MODE/);
  t.match((await nitro('console', 'good')).stdout, /stand-in: a \\u\{1b\}\[31mconsole/);
  t.match((await nitro('stop', 'good')).stdout, /good has ended/);
  // Its keeper sees the end a moment later.
  while (isRunning(facts.ProcessID)) await delay(10);
  writeFileSync(join(nitroState, 'mode'), 'E36');
  const failed = await nitro('run', '--launcher', 'nitro', '--eif', eif);
  t.match(failed, { code: 1, stderr: /NITRO_BOOT/ });
  t.match(failed.stderr, /what to do: look at its console/);
});

t.test('serve boots an image, says whom to trust, and takes everything with it', async (t) => {
  const party = await createParty('party', Date.now() + 86_400_000);
  const at = (name: string) => join(folder, name);
  const parties = [{ certificate: party.certificate, rights: { '/x': READ } }];
  writeFileSync(at('policy.json'), policyText({ parties, pcr0: new Uint8Array(48) }));
  writeFileSync(at('party.pem'), party.certificate);
  writeFileSync(at('party.key'), party.key);
  const serve = ['serve', '--policy', at('policy.json'), '--listen', '127.0.0.1:0'];
  const booting = [...serve, '--launcher', 'qemu', '--eif', eif, '--ready-file', at('ready.json')];
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const serving = startTruce(booting, settings);
    // What it prints comes behind the file.
    let told = '';
    serving.process.stdout!.on('data', (chunk) => {
      told += chunk;
    });
    await fileAppears(at('ready.json'), serving);
    const facts = JSON.parse(readFileSync(at('ready.json'), 'utf8')) as Record<string, unknown>;
    t.match(facts, {
      launcher: 'qemu',
      trust: 'emulator',
      instanceId: STAND_IN_INSTANCE,
      pcrs: { PCR0: String },
    });
    t.notOk('trustRoot' in facts);
    const processes = descendants(serving.process.pid!);
    t.ok(processes.length >= 4, 'a relay, a keeper and its two programs');
    while (!told.includes('prove nothing')) await once(serving.process.stdout!, 'data');
    serving.process.kill(signal);
    const { code, stdout } = await serving.outcome;
    if (signal === 'SIGINT') t.equal(code, 0);
    t.match(stdout, /trust +--trust-emulator: its documents are unsigned and prove nothing/);
    await allGone(processes);
    while (leftBehind().length > 0) await delay(10);
    rmSync(at('ready.json'), { force: true });
  }
  for (const wrong of [
    [...serve, '--launcher', 'qemu'],
    [...serve, '--eif', eif],
    [...serve, '--memory', '512'],
  ])
    t.equal((await truce(wrong, settings)).code, 2);
  const credentials = ['--identity', at('party.pem'), '--key', at('party.key')];
  const trust = ['--trust-emulator', '--trust-root', at('party.pem')];
  const conflict = await truce(['client', at('policy.json'), ...credentials, ...trust]);
  t.match(conflict, { code: 1, stderr: /ATTESTATION_TRUST_CONFLICT/ });
  for (const line of conflict.stdout.trim().split('\n'))
    t.match(line, /proves nothing/, 'every line says so');
});

/** Which enclaves of this machine are found, and how they are reached. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { EnclaveRegistry } from '../../host-bridge/launcher/enclave-registry.ts';
import { notedEnclaves, writeLaunchNote } from '../../host-bridge/launcher/launch-note.ts';
import { NitroCli } from '../../host-bridge/launcher/nitro-cli.ts';
import { makeSocketDirectory } from '../../host-bridge/launcher/places.ts';
import { identityOf } from '../../host-bridge/launcher/process-identity.ts';
import { findEnclave, runningEnclaves } from '../../host-bridge/launcher/running-enclaves.ts';
import { writeExecutable } from '../support/stand-in-nitro-local.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-found-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const [run, temporary, nitro] = ['run', 'tmp', 'nitro'].map((name) => join(folder, name));
for (const path of [run!, temporary!, nitro!]) mkdirSync(path, { mode: 0o700 });
Object.assign(process.env, {
  XDG_RUNTIME_DIR: run,
  TMPDIR: temporary,
  XDG_STATE_HOME: folder,
  NITRO_CLI: '',
});
const own = process.pid;

t.test('where nothing runs nothing is found, and nobody has to have nitro-cli', async (t) => {
  t.same(await runningEnclaves(new NitroCli('/no/such/program')), []);
  await t.rejects(findEnclave(undefined), { code: 'ENCLAVE_NONE_RUNNING' });
});

t.test('a note is found as long as its owner lives', async (t) => {
  const directory = await makeSocketDirectory('9000');
  const elsewhere = await makeSocketDirectory('9000', { TMPDIR: temporary });
  await writeLaunchNote(directory, { launcher: 'process', cid: own, pid: own });
  await writeLaunchNote(elsewhere, { launcher: 'qemu', cid: 70_000, pid: own });
  t.same(readdirSync(directory), ['enclave.json']);
  const owner = identityOf(own)!;
  t.same(
    await notedEnclaves(),
    [
      { launcher: 'process', cid: own, owner, directory },
      { launcher: 'qemu', cid: 70_000, owner, directory: elsewhere },
    ].sort((one, other) => one.cid - other.cid),
  );
  t.same((await findEnclave(own)).target(9000), { kind: 'unix', path: join(directory, '9000') });
  t.match((await findEnclave(70_000)).target(9001), { kind: 'vhost-user', port: 9001 });
  const note = (changes: object) =>
    writeFileSync(
      join(directory, 'enclave.json'),
      JSON.stringify({ launcher: 'process', cid: own, owner, ...changes }),
    );
  const cases: [string, object][] = [
    ['another process has its number', { owner: { ...owner, started: 'before' } }],
    ['a field is missing', { owner: undefined }],
    ['a field is not known', { more: 1 }],
    ['it is no CID', { cid: -1 }],
    ['it is no launcher', { launcher: 'nitro' }],
  ];
  for (const [reason, changes] of cases) {
    note(changes);
    t.same(
      (await notedEnclaves()).map(({ cid }) => cid),
      [70_000],
      reason,
    );
  }
  writeFileSync(join(directory, 'enclave.json'), '{');
  t.equal((await notedEnclaves()).length, 1);
  rmSync(elsewhere, { recursive: true });
  await writeLaunchNote(directory, { launcher: 'process', cid: 5, pid: 2 ** 22 });
  t.same(await notedEnclaves(), [], 'of one that has ended already nothing is written');
  rmSync(directory, { recursive: true });
});

t.test('what others could have made is not looked at', async (t) => {
  const directory = await makeSocketDirectory('9000');
  await writeLaunchNote(directory, { launcher: 'process', cid: own, pid: own });
  chmodSync(directory, 0o755);
  t.same(await notedEnclaves(), []);
  chmodSync(directory, 0o700);
  symlinkSync(directory, join(temporary!, 'truce-linked'));
  t.equal((await notedEnclaves()).length, 1, 'and no link is followed');
  rmSync(directory, { recursive: true });
});

t.test("nitro-cli's come first, and only those that run", async (t) => {
  const registry = new EnclaveRegistry();
  const life = await registry.claim('machine');
  const machine = {
    ...{ id: 'i-1', eif: 'x', cid: 90_000, cpus: 2, memoryMiB: 512, pid: own, directory: run! },
    pcrs: Object.fromEntries([0, 1, 2].map((index) => [`PCR${index}`, '00'.repeat(48)])),
  };
  await registry.publish(life, { ...life.record, machine });
  const directory = await makeSocketDirectory('9000');
  await writeLaunchNote(directory, { launcher: 'process', cid: own, pid: own });
  for (const [index, State] of ['TERMINATING', 'RUNNING', 'RUNNING'].entries())
    writeFileSync(
      join(nitro!, `${index}.json`),
      JSON.stringify({
        ...{
          EnclaveName: `app${index}`,
          EnclaveID: `i-0a-enc0${index}`,
          ProcessID: own,
          EnclaveCID: 16 + index,
        },
        ...{ NumberOfCPUs: 2, CPUIDs: [1, 3], MemoryMiB: 512, State, Flags: 'NONE' },
      }),
    );
  process.env.NITRO_CLI = writeExecutable(
    join(folder, 'nitro-cli.mjs'),
    './stand-in-nitro-cli.js',
    'standInNitroCli',
    nitro!,
  );
  const found = await runningEnclaves();
  t.match(found, [
    { launcher: 'nitro', cid: 17, name: 'app1' },
    { launcher: 'nitro', cid: 18, name: 'app2' },
    { launcher: 'qemu', cid: 90_000, name: 'machine' },
    { launcher: 'process', cid: own },
  ]);
  t.same(
    found.map(({ target }) => target(9000)),
    [
      { kind: 'vsock', cid: 17, port: 9000 },
      { kind: 'vsock', cid: 18, port: 9000 },
      { kind: 'vhost-user', path: join(run!, 'vsock'), port: 9000 },
      { kind: 'unix', path: join(directory, '9000') },
    ],
  );
  t.equal((await findEnclave(undefined)).cid, 17, 'the first of them unless told');
  process.env.NITRO_CLI = join(folder, 'missing');
  const hanging = join(folder, 'hanging-cli');
  writeFileSync(hanging, '#!/bin/sh\nexec sleep 600\n', { mode: 0o700 });
  const interrupted = AbortSignal.timeout(20);
  await t.rejects(
    runningEnclaves(new NitroCli(hanging), interrupted),
    { name: 'TimeoutError' },
    'it can be ended',
  );
  await t.rejects(runningEnclaves(), { code: 'NITRO_CLI_MISSING' }, 'one that was named has to be there');
  t.equal((await findEnclave(90_000)).launcher, 'qemu', 'and is not needed for one that is named');
});

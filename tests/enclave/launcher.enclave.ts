/** The qemu launcher with the real programs: an image boots, serves a policy, and nothing of it stays, however it ends. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { createParty } from '../../host-bridge/cli/demo-parties.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { cacheDirectory } from '../../host-bridge/launcher/places.ts';
import { dial } from '../../host-bridge/relay/dial.ts';
import { Rights } from '../../proto/rights.ts';
import { policyText, READ, RUN, WRITE } from '../support/policy-text.ts';
import { allGone, descendants, isRunning } from '../support/process-tree.ts';
import { repositoryRoot } from '../support/repository.ts';
import { buildTestImage } from '../support/test-image.ts';
import { fileAppears, startTruce, truce } from '../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-launcher-'));
const at = (name: string) => join(folder, name);
mkdirSync(at('run'));
const environment = {
  XDG_STATE_HOME: at('state'),
  XDG_RUNTIME_DIR: at('run'),
  XDG_CACHE_HOME: join(cacheDirectory(), '..'),
};
const settings = { environment };
const enclave = (...args: string[]) => truce(['enclave', ...args], settings);
const leftBehind = () => readdirSync(join(at('run'), 'truce'));
t.teardown(async () => {
  await enclave('stop', '--all');
  rmSync(folder, { recursive: true, force: true });
});

const image = await buildTestImage(folder);
const program = readFileSync(
  new URL('examples/string-edit-distance/string-edit-distance.wasm', repositoryRoot),
);
const party = await createParty('party', Date.now() + 86_400_000);
writeFileSync(at('program.wasm'), program);
writeFileSync(at('a.csv'), 'name\nkitten\n');
writeFileSync(at('b.csv'), 'name\nsitting\nmitten\n');
writeFileSync(at('party.pem'), party.certificate);
writeFileSync(at('party.key'), party.key);
writeFileSync(
  at('policy.json'),
  policyText({
    parties: [
      {
        certificate: party.certificate,
        rights: {
          '/program/distance.wasm': WRITE | RUN,
          '/input/': WRITE,
          '/output/': READ | Rights.FD_READDIR,
        },
      },
    ],
    programs: [
      { path: '/program/distance.wasm', module: program, rights: { '/input/': READ, '/output/': WRITE } },
    ],
    pcr0: image.measurements.pcr0,
  }),
);

const serve = () =>
  startTruce(
    [
      ...['serve', '--policy', at('policy.json'), '--launcher', 'qemu', '--eif', image.path],
      ...['--listen', '127.0.0.1:0', '--ready-file', at('ready.json')],
    ],
    settings,
  );

t.test('a client has its program run in a machine, and its host is killed', async (t) => {
  const serving = serve();
  await fileAppears(at('ready.json'), serving);
  const facts = JSON.parse(readFileSync(at('ready.json'), 'utf8')) as {
    address: { host: string; port: number };
    instanceId: string;
  };
  const client = (...args: string[]) =>
    truce([
      ...['client', at('policy.json'), '--address', `${facts.address.host}:${facts.address.port}`],
      ...['--identity', at('party.pem'), '--key', at('party.key'), '--instance', facts.instanceId, ...args],
    ]);
  const ran = await client(
    ...['--trust-emulator', '--program', `/program/distance.wasm=${at('program.wasm')}`],
    ...['--data', `/input/a.csv=${at('a.csv')}`, '--data', `/input/b.csv=${at('b.csv')}`],
    ...['--run', '/program/distance.wasm', '--results', `/output/result.csv=${at('result.csv')}`],
  );
  t.equal(ran.code, 0, ran.stderr);
  for (const line of ran.stdout.trim().split('\n')) t.match(line, /proves nothing/);
  t.match(readFileSync(at('result.csv'), 'utf8'), /kitten,mitten,1/);
  t.match(
    await client('--list', '/output'),
    { code: 1, stderr: /ATTESTATION_UNSIGNED/ },
    'nobody need believe it',
  );
  const processes = descendants(serving.process.pid!);
  serving.process.kill('SIGKILL');
  await allGone(processes);
  while (leftBehind().length > 0) await delay(20);
  t.pass('nothing of it runs or lies there any more');
  rmSync(at('ready.json'), { force: true });
});

t.test(
  'a machine in the background takes 100 impatient callers, is listed, and ends when told',
  async (t) => {
    const started = await enclave(
      'run',
      '--launcher',
      'qemu',
      '--eif',
      image.path,
      '--name',
      'real',
      '--json',
    );
    t.equal(started.code, 0, started.stderr);
    const facts = JSON.parse(started.stdout) as { Socket: string; ProcessID: number; KeeperID: number };
    const target = (port: number) => ({ kind: 'vhost-user', path: facts.Socket, port }) as const;
    const patient = () => AbortSignal.timeout(10_000);
    await t.rejects(dial(target(7777), {}, patient()), { code: 'ENCLAVE_UNREACHABLE' });
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        dial(target(5006), {}, AbortSignal.timeout(1 + (index % 10))).then(
          (socket) => socket.destroy(),
          () => undefined,
        ),
      ),
    );
    const control = new ControlClient(await dial(target(5005), { allowHalfOpen: false }, patient()));
    t.match(await control.status(), { phase: 'awaiting-policy' }, 'the back end lives');
    control.close();
    const leaving = await Promise.all(Array.from({ length: 8 }, () => dial(target(5005), {}, patient())));
    const ends = leaving.map(
      (socket) => new Promise<void>((resolve) => socket.resume().once('end', resolve)),
    );
    for (const socket of leaving) socket.end();
    await Promise.all(ends);
    t.pass("the host's end of one direction is the end of both, as the relay expects");
    for (const socket of leaving) socket.destroy();
    t.match((await enclave('list')).stdout, /real +qemu +RUNNING/);
    t.match((await enclave('console', 'real')).stdout, /listening/);
    const stopped = await enclave('stop', 'real');
    t.match(stopped, { code: 0, stdout: /has ended/ });
    t.notOk(isRunning(facts.ProcessID) || isRunning(facts.KeeperID));
    t.same(leftBehind(), []);
  },
);

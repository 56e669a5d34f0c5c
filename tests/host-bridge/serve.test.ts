import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { connectServices } from '../../host-bridge/enclave-manager/connect-services.ts';
import { Rights } from '../../proto/rights.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { policyText, READ, RUN, WRITE } from '../support/policy-text.ts';
import { allGone, descendants } from '../support/process-tree.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty } from '../support/test-enclave.ts';
import { fileAppears, type RunningCommand, startTruce, truce } from '../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-serve-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const runtimeDirectory = at('run');
mkdirSync(runtimeDirectory);
const environment = { XDG_RUNTIME_DIR: runtimeDirectory, XDG_STATE_HOME: at('state') };
const leftBehind = () => readdirSync(join(runtimeDirectory, 'truce'));

const distance = readFileSync(
  new URL('examples/string-edit-distance/string-edit-distance.wasm', repositoryRoot),
);
const [owner, reader] = await Promise.all([makeParty('owner'), makeParty('reader')]);
writeFileSync(at('distance.wasm'), distance);
writeFileSync(at('exit-three.wasm'), await compileSample('exit-three'));
writeFileSync(at('a.csv'), 'name\nkitten\n');
for (const { name, certificate, key } of [owner, reader]) {
  writeFileSync(at(`${name}.pem`), certificate);
  writeFileSync(at(`${name}.key`), key);
}
const described = await truce(['enclave', 'describe']);
const pcr0 = Buffer.from(
  (JSON.parse(described.stdout) as { Measurements: { PCR0: string } }).Measurements.PCR0,
  'hex',
);
writeFileSync(
  at('policy.json'),
  policyText({
    parties: [
      {
        certificate: owner.certificate,
        rights: {
          '/program/distance.wasm': WRITE,
          '/program/three.wasm': WRITE,
          '/input/': WRITE,
          '/input/b.csv': WRITE,
        },
      },
      {
        certificate: reader.certificate,
        rights: {
          '/program/distance.wasm': RUN,
          '/program/three.wasm': RUN,
          '/output/': READ | Rights.FD_READDIR,
        },
      },
    ],
    programs: [
      { path: '/program/distance.wasm', module: distance, rights: { '/input/': READ, '/output/': WRITE } },
      { path: '/program/three.wasm', module: readFileSync(at('exit-three.wasm')), rights: {} },
    ],
    pcr0,
  }),
);

interface Facts {
  readonly address: { readonly host: string; readonly port: number };
  readonly policyHash: string;
  readonly instanceId: string;
  readonly pcrs: Record<string, string>;
  readonly trustRoot: string;
  readonly pid: number;
  readonly services?: { readonly host: string; readonly port: number };
}

let served = 0;

async function serve(
  t: Test,
  ...args: string[]
): Promise<{ command: RunningCommand; facts: Facts; ready: string }> {
  const ready = at(`ready-${served++}.json`);
  // Where the file's name is known others can have laid a link, in a directory such as /tmp.
  symlinkSync(at('victim'), `${ready}.new`);
  const command = startTruce(
    ['serve', '--policy', at('policy.json'), '--listen', '127.0.0.1:0', '--ready-file', ready, ...args],
    { environment },
  );
  t.teardown(() => command.process.kill('SIGTERM'));
  await fileAppears(ready, command);
  return { command, facts: JSON.parse(readFileSync(ready, 'utf8')) as Facts, ready };
}

function client(facts: Facts, name: 'owner' | 'reader', ...args: string[]): string[] {
  const { host, port } = facts.address;
  const credentials = ['--identity', at(`${name}.pem`), '--key', at(`${name}.key`)];
  const trust = ['--trust-root', facts.trustRoot, '--instance', facts.instanceId];
  return ['client', at('policy.json'), '--address', `${host}:${port}`, ...credentials, ...trust, ...args];
}

t.test('two parties do their work with nothing but the command line', async (t) => {
  const { command, facts, ready } = await serve(t, '--json');
  t.equal(facts.policyHash, (await truce(['policy', 'hash', at('policy.json')])).stdout.slice(0, 64));
  t.equal(facts.pcrs.PCR0, pcr0.toString('hex'));
  t.notOk(existsSync(at('victim')), 'nothing was written through a link beside the ready file');
  t.equal(facts.trustRoot, at('state/truce/simulator/root.pem'));
  t.equal(statSync(at('state/truce/simulator/root-key.pem')).mode & 0o777, 0o600);

  const sent = await truce(
    client(
      facts,
      'owner',
      ...['--data', `/input/a.csv=${at('a.csv')}`, '--data', '/input/b.csv=-'],
      ...['--program', `/program/distance.wasm=${at('distance.wasm')}`],
      ...['--program', `/program/three.wasm=${at('exit-three.wasm')}`],
    ),
    { input: 'name\nsitting\nmitten\n' },
  );
  t.equal(sent.code, 0, sent.stderr);
  t.match(sent.stdout, /checked {2}measurement +PCR0 is/);
  t.match(sent.stdout, /checked {2}channel/);
  const lines = sent.stdout.split('\n').filter((line) => line.startsWith('sent'));
  t.match(lines, [
    'sent /program/distance.wasm, ',
    'sent /program/three.wasm, ',
    'sent /input/a.csv, 12 bytes',
    'sent /input/b.csv, 20 bytes',
  ]);

  const ran = await truce(
    client(
      facts,
      'reader',
      '--list',
      '/output',
      '--results',
      `/output/result.csv=${at('result.csv')}`,
      '--run',
      '/program/distance.wasm',
      '--json',
    ),
  );
  t.equal(ran.code, 0, ran.stderr);
  const report = JSON.parse(ran.stdout) as { checks: { ok: boolean }[] };
  t.match(report, {
    ok: true,
    instanceId: facts.instanceId,
    operations: [
      { operation: 'run', name: '/program/distance.wasm', exitCode: 0 },
      { operation: 'results', name: '/output/result.csv', file: at('result.csv') },
      { operation: 'list', entries: [{ name: 'result.csv', kind: 'file' }] },
    ],
  });
  t.ok(report.checks.every(({ ok }) => ok));
  t.match(readFileSync(at('result.csv'), 'utf8'), /kitten,mitten,1/);
  t.equal(statSync(at('result.csv')).mode & 0o777, 0o600);

  const piped = await truce(client(facts, 'reader', '--results', '/output/result.csv=-'));
  t.equal(piped.stdout, readFileSync(at('result.csv'), 'utf8'), 'standard output holds the result alone');
  t.match(piped.stderr, /checked/);

  const refused = await truce(client(facts, 'reader', '--data', `/input/a.csv=${at('a.csv')}`));
  t.equal(refused.code, 1);
  t.match(refused.stderr, 'code: ACCESS_DENIED');
  const absent = await truce(client(facts, 'reader', '--results', `/output/none=${at('none')}`));
  t.equal(absent.code, 1);
  t.notOk(
    readdirSync(folder).some((name) => name.startsWith('none')),
    'nothing of a failed download is left',
  );
  const three = await truce(client(facts, 'reader', '--run', '/program/three.wasm', '--json'));
  t.equal(three.code, 1);
  t.match(JSON.parse(three.stdout), { ok: false, error: { code: 'PROGRAM_EXITED', message: /exit code 3/ } });

  const shutDown = await truce(client(facts, 'owner', '--shutdown'));
  t.equal(shutDown.code, 0, shutDown.stderr);
  const { code, stdout, stderr } = await command.outcome;
  t.equal(code, 0);
  t.same(JSON.parse(stdout), facts);
  t.match(stderr, /has been shut down/);
  t.notOk(existsSync(ready));
  t.same(leftBehind(), []);
});

t.test(
  'a client refuses an enclave that is not the one it was told of, and serve one that cannot be',
  async (t) => {
    const { command, facts, ready } = await serve(t);
    const { host, port } = facts.address;
    const base = [
      'client',
      at('policy.json'),
      '--address',
      `${host}:${port}`,
      '--identity',
      at('owner.pem'),
      '--key',
      at('owner.key'),
    ];
    const trusted = [...base, '--trust-root', facts.trustRoot];
    writeFileSync(at('other-policy.json'), `${readFileSync(at('policy.json'), 'utf8')} `);
    const cases: [string, string[]][] = [
      ['ATTESTATION_ROOT_UNKNOWN', base],
      ['ATTESTATION_PCR_MISMATCH', [...trusted, '--pcr', `1=${'ab'.repeat(48)}`]],
      ['CLIENT_INSTANCE_MISMATCH', [...trusted, '--instance', '00'.repeat(16)]],
      ['ATTESTATION_POLICY_MISMATCH', ['client', at('other-policy.json'), ...trusted.slice(2)]],
    ];
    for (const [code, args] of cases) {
      const outcome = await truce([...args, '--data', `/input/a.csv=${at('a.csv')}`]);
      t.equal(outcome.code, 1, code);
      t.match(outcome.stderr, `code: ${code}\n`);
      t.notMatch(outcome.stdout, /sent/, 'nothing is sent');
    }
    const there = readFileSync(at('policy.json'), 'utf8').replace('127.0.0.1:3010', `${host}:${port}`);
    writeFileSync(at('policy-there.json'), there);
    const listening = ['--listen', `${host}:${port}`];
    for (const args of [['policy.json', ...listening], ['policy-there.json']]) {
      const taken = await truce(['serve', '--policy', at(args[0]!), ...args.slice(1)], { environment });
      t.equal(taken.code, 1, "the address is the one told, or else the policy's");
      t.match(taken.stderr, /EADDRINUSE(.|\n)*what to do: another port/);
    }
    process.kill(facts.pid, 'SIGKILL');
    t.match(await command.outcome, { code: 1, stderr: /ended by itself: it was ended by SIGKILL/ });
    t.notOk(existsSync(ready), 'an enclave that dies ends the command');
    t.same(leftBehind(), []);
  },
);

t.test('two enclaves side by side are two instances under one root', async (t) => {
  const offered = ['--enclave-services', 'tls', '--services-listen', '127.0.0.1:0'];
  const [first, second] = await Promise.all([serve(t, ...offered), serve(t)]);
  const { session, facts } = await connectServices({
    address: first.facts.services!,
    policy: readFileSync(at('policy.json'), 'utf8'),
    identity: { certificate: owner.certificate, key: owner.key },
    trust: { roots: [readFileSync(first.facts.trustRoot, 'utf8')] },
  });
  t.equal(facts.instanceId, first.facts.instanceId, 'its enclave services are offered beside it');
  session.close();
  t.notOk(second.facts.services);
  t.not(first.facts.instanceId, second.facts.instanceId);
  t.equal(first.facts.trustRoot, second.facts.trustRoot);
  t.same(first.facts.pcrs, second.facts.pcrs);
  const crossed = await truce(client({ ...first.facts, instanceId: second.facts.instanceId }, 'owner'));
  t.match(crossed.stderr, 'code: CLIENT_INSTANCE_MISMATCH');
  const others = descendants(second.command.process.pid!);
  first.command.process.kill('SIGINT');
  second.command.process.kill('SIGKILL');
  t.match(await first.command.outcome, { code: 0, stderr: /stopping/ });
  await allGone(others);
  while (leftBehind().length > 0) await delay(20);
  const gone = await truce(client(second.facts, 'owner'));
  t.match(gone.stderr, 'code: CLIENT_UNREACHABLE', 'the relay went with its supervisor');
});

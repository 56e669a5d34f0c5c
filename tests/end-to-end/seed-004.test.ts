/** i-poc's full policy (seed 004): bare names, hashes in the programs, a table of streams, no right to execute. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { idle } from '../support/enclave-status.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

const example = (name: string) => readFileSync(new URL(`examples/${name}`, repositoryRoot));
const program = example('linear-regression/linear-regression.wasm');
const fertility = example('data/fertility.csv');
const lifeExpectancy = example('data/life-expectancy.csv');

// The numbers of the seed's own policy: to provision (533572) and to read (8198).
const PROVISION = 533_572;
const READ = 8198;
const grant = (file_name: string, rights: number) => ({ file_name, rights });

const parties = await Promise.all(['program', 'data', 'more-data', 'result'].map(makeParty));
const [programOwner, dataOwner, otherOwner, reader] = parties;
const rights = [
  [grant('linear-regression.wasm', PROVISION)],
  [grant('input/a.csv', PROVISION)],
  [grant('input/b.csv', PROVISION)],
  [grant('output/result.json', READ), grant('stderr', READ)],
];

const enclave = await startTestEnclave((pcr0) =>
  JSON.stringify({
    ciphersuite: 'TLS1_3_CHACHA20_POLY1305_SHA256',
    debug: false,
    enable_clock: false,
    enclave_cert_expiry: { day: 23, hour: 23, minute: 44, month: 12, year: new Date().getUTCFullYear() + 1 },
    execution_strategy: 'Interpretation',
    identities: parties.map(({ certificate }, id) => ({ certificate, file_rights: rights[id], id })),
    programs: [
      {
        file_rights: [
          grant('input/a.csv', READ),
          grant('input/b.csv', READ),
          grant('output/result.json', PROVISION),
        ],
        id: 0,
        pi_hash: createHash('sha256').update(program).digest('hex'),
        program_file_name: 'linear-regression.wasm',
      },
    ],
    proxy_attestation_server_url: '',
    proxy_service_cert: '',
    runtime_manager_hash_nitro: Buffer.from(pcr0.subarray(0, 32)).toString('hex'),
    runtime_manager_hash_sgx: '',
    runtime_manager_hash_tz: '',
    std_streams_table: [
      { Stdin: grant('stdin', READ) },
      { Stdout: grant('stdout', PROVISION) },
      { Stderr: grant('stderr', PROVISION) },
    ],
    veracruz_server_url: '127.0.0.1:3014',
  }),
);
t.teardown(() => enclave.stop());

t.test('four parties of the seed’s policy get their line, by bare names', async (t) => {
  const [programs, data, more, results] = await Promise.all(
    [programOwner!, dataOwner!, otherOwner!, reader!].map((party) => enclave.connect(party)),
  );
  t.equal(results!.facts.policy.dialect, 'seed-004');
  await programs!.writeFile('linear-regression.wasm', program);
  await data!.writeFile('input/a.csv', fertility);
  await t.rejects(data!.writeFile('input/b.csv', fertility), { code: 'ACCESS_DENIED' });
  t.same(await results!.run('linear-regression.wasm'), { exitCode: 2 }, 'one input is missing still');
  t.match(Buffer.from(await results!.readFile('stderr')).toString(), /b\.csv/);
  await more!.writeFile('input/b.csv', lifeExpectancy);
  t.equal(
    await programs!.programHash('linear-regression.wasm').catch((error: { code: string }) => error.code),
    'ACCESS_DENIED',
    'the seed gives its owner no right to read it',
  );

  t.same(
    await results!.run('linear-regression.wasm'),
    { exitCode: 0 },
    'who may read what it writes may run it',
  );
  const found = JSON.parse(Buffer.from(await results!.readFile('output/result.json')).toString());
  t.match(found, { x: 'fertility', y: 'life_expectancy', n: 620 });
  t.same(
    Buffer.from(await results!.readFile('/output/result.json')).toString(),
    `${JSON.stringify(found)}\n`,
  );
  t.same(await programs!.run('linear-regression.wasm'), { exitCode: 0 }, 'who may open it may run it');
  await t.rejects(data!.run('linear-regression.wasm'), { code: 'PROGRAM_UNKNOWN' });
  for (const [session, name] of [
    [results, 'input/a.csv'],
    [results, 'stdout'],
    [data, 'output/result.json'],
    [data, 'input/b.csv'],
    [more, 'input/a.csv'],
    [programs, 'input/a.csv'],
  ] as const)
    await t.rejects(session!.readFile(name), { code: 'ACCESS_DENIED' }, name);
  await t.rejects(
    results!.readFile('output/result.json/below'),
    { code: 'ACCESS_DENIED' },
    'names are exact',
  );
  await idle(enclave);
  await Promise.all([programs, data, more, results].map((session) => session!.close()));
});

t.test('in this dialect any party may shut the enclave down', async (t) => {
  const session = await enclave.connect(reader!);
  await session.shutdown();
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
});

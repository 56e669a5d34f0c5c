/**
 * The integration tests of Veracruz, by name: one to four parties over TCP, each with the policy of its own shape, each
 * ended by the party that ends it upstream. docs/veracruz.md has the list.
 */
import t, { type Test } from 'tap';
import type { TruceSession } from '../../host-bridge/client/index.ts';
import type { FileRights } from '../support/policy-text.ts';
import { makeParty, type Party, startTestEnclave, type TestEnclave } from '../support/test-enclave.ts';
import { fertility, intersectionSets, leastSquares, lifeExpectancy, worstDifference } from './datasets.ts';
import { example, programPath, R, RW, veracruzPolicy, W, WX, X } from './policies.ts';

const [program, data, second, result] = (await Promise.all(
  ['program-client', 'data-client', 'second-data-client', 'result-client'].map(makeParty),
)) as [Party, Party, Party, Party];

// Each has an enclave of its own, so that they can go side by side.
t.jobs = 7;
/** A new one for each: tap keeps in it what it knows of the test. */
const sideBySide = () => ({ buffered: true });

/** An enclave for one test, and a session for each party of its policy. */
async function begin(
  t: Test,
  name: string,
  parties: readonly (readonly [Party, FileRights])[],
): Promise<{ enclave: TestEnclave; sessions: TruceSession[] }> {
  const enclave = await startTestEnclave(
    (pcr0) => veracruzPolicy({ pcr0, parties, programs: [name] }),
    // Each runs once.
    { executor: { warmChildren: 1, namespaces: 'if-possible' } },
  );
  t.teardown(() => enclave.stop());
  const sessions = await Promise.all(parties.map(([party]) => enclave.connect(party)));
  return { enclave, sessions };
}

/** What ends each of them: any identity of the older dialects may. */
async function shutDown(t: Test, enclave: TestEnclave, by: TruceSession): Promise<void> {
  await by.shutdown();
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
}

const NAMES = Buffer.from('name\nkitten\nfraulein\n');
const OTHER_NAMES = Buffer.from('name\nsitting\nFräulein\n');
const CLOSEST = 'string,closest,distance\nkitten,sitting,3\nfraulein,Fräulein,2\n';
const readText = async (session: TruceSession, path: string) =>
  Buffer.from(await session.readFile(path)).toString();

const line = leastSquares(fertility, lifeExpectancy);
/** That a result is that line, to what a sum of 620 doubles may lose. */
function checkLine(t: Test, found: string): void {
  const result = JSON.parse(found);
  t.match(result, { n: 620, x: 'fertility', y: 'life_expectancy' });
  t.ok(worstDifference(result, line) < 1e-9, found);
}

t.test('veracruz_phase1_get_random_one_client: one party does it all', sideBySide(), async (t) => {
  const { enclave, sessions } = await begin(t, 'random-source', [
    [data, { '/input/': W, '/output/': R, '/program/': WX }],
  ]);
  const [client] = sessions as [TruceSession];
  await client.writeFile(programPath('random-source'), example('random-source'));
  t.same(await client.run(programPath('random-source')), { exitCode: 0 });
  t.equal((await client.readFile('/output/random.dat')).length, 32);
  await shutDown(t, enclave, client);
});

t.test(
  'veracruz_phase1_linear_regression_two_clients: one brings the program, one the data',
  sideBySide(),
  async (t) => {
    const { enclave, sessions } = await begin(t, 'linear-regression', [
      [program, { '/program/': WX }],
      [data, { '/input/': W, '/output/': R }],
    ]);
    const [programs, owner] = sessions as [TruceSession, TruceSession];
    await programs.writeFile(programPath('linear-regression'), example('linear-regression'));
    await owner.writeFile('/input/a.csv', fertility);
    await owner.writeFile('/input/b.csv', lifeExpectancy);
    await t.rejects(owner.run(programPath('linear-regression')), { code: 'PROGRAM_UNKNOWN' });
    t.same(await programs.run(programPath('linear-regression')), { exitCode: 0 });
    checkLine(t, await readText(owner, '/output/result.json'));
    await t.rejects(programs.readFile('/output/result.json'), { code: 'ACCESS_DENIED' });
    await t.rejects(programs.readFile('/input/a.csv'), { code: 'ACCESS_DENIED' });
    await shutDown(t, enclave, programs);
  },
);

t.test(
  'veracruz_phase2_linear_regression_three_clients: a third one reads the result too',
  sideBySide(),
  async (t) => {
    const { enclave, sessions } = await begin(t, 'linear-regression', [
      [program, { '/program/': WX }],
      [data, { '/input/': W, '/output/': R }],
      [result, { '/output/': R }],
    ]);
    const [programs, owner, reader] = sessions as [TruceSession, TruceSession, TruceSession];
    await programs.writeFile(programPath('linear-regression'), example('linear-regression'));
    await owner.writeFile('/input/a.csv', fertility);
    await owner.writeFile('/input/b.csv', lifeExpectancy);
    t.same(await programs.run(programPath('linear-regression')), { exitCode: 0 });
    const found = await readText(owner, '/output/result.json');
    checkLine(t, found);
    t.equal(await readText(reader, '/output/result.json'), found);
    await t.rejects(reader.readFile('/input/a.csv'), { code: 'ACCESS_DENIED' });
    await t.rejects(reader.writeFile('/input/a.csv', fertility), { code: 'ACCESS_DENIED' });
    await shutDown(t, enclave, programs);
  },
);

t.test(
  'veracruz_phase2_intersection_set_sum_three_clients: neither owner sees the other’s set',
  sideBySide(),
  async (t) => {
    const { enclave, sessions } = await begin(t, 'intersection-set-sum', [
      [program, { '/program/': WX }],
      [data, { '/input/intersection-advertisement-viewer.dat': W }],
      [result, { '/input/intersection-customer.dat': W, '/output/': R }],
    ]);
    const [programs, platform, shop] = sessions as [TruceSession, TruceSession, TruceSession];
    const sets = intersectionSets();
    await programs.writeFile(programPath('intersection-set-sum'), example('intersection-set-sum'));
    await platform.writeFile('/input/intersection-advertisement-viewer.dat', sets.viewers);
    await shop.writeFile('/input/intersection-customer.dat', sets.customers);
    t.same(await programs.run(programPath('intersection-set-sum')), { exitCode: 0 });
    t.same(Buffer.from(await shop.readFile('/output/intersection-set-sum.dat')), sets.result);
    for (const session of [platform, shop, programs])
      for (const name of ['advertisement-viewer', 'customer'])
        await t.rejects(session.readFile(`/input/intersection-${name}.dat`), { code: 'ACCESS_DENIED' });
    await t.rejects(platform.readFile('/output/intersection-set-sum.dat'), { code: 'ACCESS_DENIED' });
    await shutDown(t, enclave, programs);
  },
);

t.test(
  'veracruz_phase2_string_edit_distance_three_clients: the second owner reads the result',
  sideBySide(),
  async (t) => {
    const { enclave, sessions } = await begin(t, 'string-edit-distance', [
      [program, { '/program/': WX }],
      [data, { '/input/a.csv': W }],
      [result, { '/input/b.csv': W, '/output/': R }],
    ]);
    const [programs, first, other] = sessions as [TruceSession, TruceSession, TruceSession];
    await programs.writeFile(programPath('string-edit-distance'), example('string-edit-distance'));
    await first.writeFile('/input/a.csv', NAMES);
    await t.rejects(first.writeFile('/input/b.csv', NAMES), { code: 'ACCESS_DENIED' });
    await other.writeFile('/input/b.csv', OTHER_NAMES);
    t.same(await programs.run(programPath('string-edit-distance')), { exitCode: 0 });
    t.equal(await readText(other, '/output/result.csv'), CLOSEST);
    await shutDown(t, enclave, programs);
  },
);

t.test(
  'veracruz_phase3_string_edit_distance_four_clients: program, data, data and result apart',
  sideBySide(),
  async (t) => {
    const { enclave, sessions } = await begin(t, 'string-edit-distance', [
      [program, { '/program/': WX }],
      [data, { '/input/a.csv': W }],
      [second, { '/input/b.csv': W }],
      [result, { '/output/': R }],
    ]);
    const [programs, first, other, reader] = sessions as [
      TruceSession,
      TruceSession,
      TruceSession,
      TruceSession,
    ];
    await programs.writeFile(programPath('string-edit-distance'), example('string-edit-distance'));
    await Promise.all([first.writeFile('/input/a.csv', NAMES), other.writeFile('/input/b.csv', OTHER_NAMES)]);
    t.same(await programs.run(programPath('string-edit-distance')), { exitCode: 0 });
    t.equal(await readText(reader, '/output/result.csv'), CLOSEST);
    for (const session of [programs, first, other])
      await t.rejects(session.readFile('/output/result.csv'), { code: 'ACCESS_DENIED' });
    await shutDown(t, enclave, programs);
  },
);

t.test(
  'veracruz_phase4_linear_regression_two_clients_parallel: sessions side by side, and one more',
  sideBySide(),
  async (t) => {
    const { enclave, sessions } = await begin(t, 'linear-regression', [
      [program, { '/program/': W }],
      [data, { '/input/': W, '/output/': RW, '/program/': X }],
    ]);
    const [programs, owner] = sessions as [TruceSession, TruceSession];
    await Promise.all([
      programs.writeFile(programPath('linear-regression'), example('linear-regression')),
      owner.writeFile('/input/a.csv', fertility),
      owner.writeFile('/input/b.csv', lifeExpectancy),
    ]);
    const third = await enclave.connect(data);
    t.same(await third.run(programPath('linear-regression')), { exitCode: 0 });
    checkLine(t, await readText(third, '/output/result.json'));
    await t.rejects(programs.run(programPath('linear-regression')), { code: 'PROGRAM_UNKNOWN' });
    await shutDown(t, enclave, third);
  },
);

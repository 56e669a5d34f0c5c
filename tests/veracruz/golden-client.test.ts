/**
 * A client that is made from Veracruz's published bytes alone (tests/support/golden-client.ts) does a whole job over each
 * of the ways there are: TCP, HTTP, and the control plane in Veracruz's server's place.
 */
import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { defaultHttpPlaneOptions, HttpPlane } from '../../host-bridge/relay/http-plane.ts';
import { goldenControl, goldenRequests } from '../support/golden-bytes.ts';
import { GoldenClient, GoldenServer, post } from '../support/golden-client.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { generatedPrivateSets, helloWorld } from './datasets.ts';
import { example, programPath, R, RW, veracruzPolicy, WX } from './policies.ts';

const { writeFile, appendFile, readFile, requestResult, requestPipeline, policyHash, shutdown } =
  goldenRequests;
const client = await makeParty('client');
const enclave = await startTestEnclave(
  (pcr0) =>
    veracruzPolicy({
      pcr0,
      parties: [[client, { '/input/': RW, '/output/': R, '/program/': WX }]],
      programs: ['read-file', 'linear-regression', 'random-source'],
      pipelines: ['/program/read-file.wasm ;'],
    }),
  { executor: { warmChildren: 1, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());

t.test('the bytes are those of the reference', async (t) => {
  const hex = (bytes: Buffer) => bytes.toString('hex');
  const text = (value: string) => Buffer.from(value);
  const uuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  for (const [made, golden] of [
    [writeFile('/input/a', text('hi')), '0000000000000010120e0a082f696e7075742f6112026869'],
    [readFile('/output/b'), '000000000000000d5a0b0a092f6f75747075742f62'],
    [requestResult('/program/x.wasm'), '00000000000000132a110a0f2f70726f6772616d2f782e7761736d'],
    [requestPipeline('0'), '000000000000000562030a0130'],
    [shutdown(), '00000000000000024200'],
    [policyHash(), '00000000000000025200'],
    [goldenControl.newTlsSession(), '04000000000000000004000000'],
    [
      goldenControl.sendTlsData(1, Buffer.of(0xaa, 0xbb)),
      '12000000000000000005000000010000000200000000000000aabb',
    ],
    [goldenControl.getTlsData(1), '0800000000000000000200000001000000'],
    [
      goldenControl.attestation(Buffer.of(1, 2), uuid),
      '2600000000000000000000000002000000000000000102100000000000000000112233445566778899aabbccddeeff',
    ],
    [
      goldenControl.initialize('{}', Buffer.of(0x30, 0)),
      '1800000000000000000300000002000000000000007b7d02000000000000003000',
    ],
  ] as const)
    t.equal(hex(made), golden);
});

/** Program and data in, a run, a pipeline, results out, and what goes wrong in between. */
async function doTheJob(t: Test, party: GoldenClient): Promise<void> {
  const SUCCESS = { status: 1, result: undefined, error: undefined };
  const exitCode = (code: number) => ({ status: 1, result: Buffer.from([code, 0, 0, 0]) });
  t.equal(
    (await party.ask(policyHash())).policyHash,
    createHash('sha256').update(enclave.policy).digest('hex'),
  );
  for (const name of ['read-file', 'linear-regression'])
    t.match(await party.ask(writeFile(programPath(name), example(name))), SUCCESS);
  t.match(await party.ask(writeFile('/input/hello-world-1.dat', Buffer.alloc(0))), SUCCESS);
  // Upstream left the result of an empty file out, which its own client took for a failure.
  t.match(await party.ask(readFile('/input/hello-world-1.dat')), { status: 1, result: Buffer.alloc(0) });
  t.match(await party.ask(appendFile('/input/hello-world-1.dat', helloWorld)), SUCCESS);
  t.match(await party.ask(requestResult(programPath('read-file'))), exitCode(0));
  t.match(await party.ask(requestPipeline('0')), exitCode(0));
  const listing = `${helloWorld}\nhello-world-1.dat\ntest\n`;
  t.equal((await party.ask(readFile('/output/hello-world-1.dat'))).result?.toString(), listing);
  const failed = { status: 6, error: Buffer.of(2, 0, 0, 0).toString() };
  t.match(await party.ask(requestResult(programPath('linear-regression'))), failed, 'another code than 0');

  t.match(await party.ask(readFile('/output/none')), { status: 7, error: 'FILE_NOT_FOUND' });
  t.match(await party.ask(readFile('/secret')), { status: 2, error: 'ACCESS_DENIED' });
  t.match(await party.ask(requestResult('/program/none.wasm')), { status: 7, error: 'PROGRAM_UNKNOWN' });
  t.match(await party.ask(requestPipeline('7')), { status: 7, error: 'PIPELINE_UNKNOWN' });
  const wrong = writeFile(programPath('random-source'), example('read-file'));
  t.match(await party.ask(wrong), { status: 7, error: 'FILE_HASH_MISMATCH' });

  // Several records each way.
  const { data } = generatedPrivateSets(20_000);
  t.match(await party.ask(writeFile('/input/large', data)), SUCCESS);
  t.same((await party.ask(readFile('/input/large'))).result, data);
}

t.test('over TCP', async (t) => {
  const party = await GoldenClient.overTcp(enclave.relay.address, client);
  await doTheJob(t, party);
  party.close();
});

t.test('over HTTP', async (t) => {
  const plane = await HttpPlane.listen({
    ...defaultHttpPlaneOptions,
    listen: { host: '127.0.0.1', port: 0 },
    target: enclave.enclave.dataTarget,
  });
  t.teardown(() => plane.stop());
  const party = await GoldenClient.overHttp(plane.address, client);
  await doTheJob(t, party);
  t.notMatch(await post(plane.address, '1 AAAA'), { status: 200 }, 'a number that nobody was given');
  party.close();
});

t.test("over the control plane, in Veracruz's server's place", async (t) => {
  const server = new GoldenServer(await enclave.enclave.connectControl());
  t.teardown(() => server.close());
  const party = await GoldenClient.overControl(server, client);
  await doTheJob(t, party);

  const session = await server.newTlsSession();
  t.ok(session > 0);
  t.same(await server.ask(goldenControl.closeTlsSession(session)), { kind: 'status', status: 0 });
  t.same(await server.ask(goldenControl.getTlsData(session)), { kind: 'status', status: 1 });
  t.same(await server.ask(goldenControl.closeTlsSession(0)), { kind: 'status', status: 1 });
  const again = goldenControl.initialize(enclave.policy, Buffer.of(0x30, 0));
  t.same(await server.ask(again), { kind: 'status', status: 1 }, 'the policy is set once');

  t.match(await party.ask(shutdown()), { status: 1 });
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
});

import { createHash, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { connectServices } from '../../host-bridge/enclave-manager/connect-services.ts';
import type { RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { servicesPort } from '../../host-bridge/launcher/services-port.ts';
import { dial } from '../../host-bridge/relay/dial.ts';
import { passesHalfClose } from '../../host-bridge/relay/dial-target.ts';
import { enclaveStatus } from '../support/enclave-status.ts';
import { policyText, READ } from '../support/policy-text.ts';
import { requestFrame, resultOf, SERVICES_PORT, ServiceCaller } from '../support/service-caller.ts';
import { launchTestEnclave, makeParty, type Party, startTestEnclave } from '../support/test-enclave.ts';

const [alice, bob, stranger] = await Promise.all(['alice', 'bob', 'stranger'].map(makeParty));
const parties = [alice!, bob!].map(({ certificate }) => ({ certificate, rights: { '/note': READ } }));
const LIMITS = { serviceConnections: 8, serviceConnectionsPerCaller: 4, serviceMessageBytes: 64 << 10 };
const [enclave, plain, unset, without] = await Promise.all([
  startTestEnclave(
    { parties },
    { services: { enclave: { channel: 'tls', port: SERVICES_PORT } }, limits: LIMITS },
  ),
  launchTestEnclave({
    services: { enclave: { channel: 'plain-and-read-by-the-host', port: SERVICES_PORT } },
    limits: { serviceMessageBytes: LIMITS.serviceMessageBytes },
  }),
  launchTestEnclave({ services: { enclave: { channel: 'tls', port: SERVICES_PORT } } }),
  launchTestEnclave(),
]);
t.teardown(() => Promise.all([enclave, plain, unset, without].map((one) => one.stop())));

const idOf = ({ certificate }: Party) =>
  createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');

async function as(t: Test, party: Party): Promise<ServiceCaller> {
  const caller = await ServiceCaller.secure(enclave.enclave, party);
  t.teardown(() => caller.close());
  return caller;
}

async function attested(party: Party, options: { at?: RunningEnclave; policy?: string } = {}) {
  const at = options.at ?? enclave.enclave;
  const signal = AbortSignal.timeout(30_000);
  const socket = await dial(at.target(SERVICES_PORT), { allowHalfOpen: false }, signal);
  return connectServices({
    address: { socket, name: 'the services' },
    policy: options.policy ?? enclave.policy,
    identity: { certificate: party.certificate, key: party.key },
    trust: enclave.trust,
    signal,
  });
}

t.test('ping and metrics answer as the originals did, with real figures', async (t) => {
  const caller = await as(t, alice!);
  const ping = await caller.ask('ping');
  t.match(ping, { success: true, errorMessage: null, errorCode: null });
  t.same(resultOf(ping), { status: 'OK' });
  const first = resultOf(await caller.ask('metrics'));
  t.match(first, {
    cpuUsage: Number,
    memoryUsage: Number,
    uptime: Number,
    requestCount: Number,
    timestamp: String,
  });
  t.ok((first.memoryUsage as number) > 1 << 20);
  t.ok((first.uptime as number) < 3600, "the process's, not the clock's");
  const second = resultOf(await caller.ask('metrics'));
  t.ok((second.requestCount as number) > (first.requestCount as number));
});

t.test('the channel is attested before anything is sent, by the rules of the data plane', async (t) => {
  const { session, facts } = await attested(alice!);
  t.ok(facts.checks.every(({ ok }) => ok));
  t.same(
    facts.checks.map(({ name }) => name),
    ['document', 'freshness', 'measurement', 'policy', 'key', 'channel', 'instance', 'certificate'],
  );
  const { instanceId } = (await enclaveStatus(enclave)) as unknown as { instanceId: string };
  t.equal(facts.instanceId, instanceId);
  const request = { requestId: 'mine', serviceType: 'ping', operation: '', payload: new Uint8Array(0) };
  t.match(await session.send(request), { requestId: 'mine', success: true });
  session.close();

  const other = policyText({
    parties: [{ certificate: alice!.certificate, rights: {} }],
    pcr0: enclave.pcr0,
  });
  await t.rejects(attested(alice!, { policy: other }), { code: 'ATTESTATION_POLICY_MISMATCH' });
  await t.rejects(attested(stranger!), { code: 'CLIENT_NOT_IN_POLICY' });
  const caller = await as(t, alice!);
  t.match(await caller.ask('attestation', 'attest', { nonce: 'AAAA' }), { errorCode: 'MESSAGE_INVALID' });
  t.match(await caller.ask('attestation', 'attest', {}), { errorCode: 'SERVICE_PAYLOAD_INVALID' });
});

t.test('whoever is not in the policy is told once and sees nothing else', async (t) => {
  for (const [who, party] of [
    ['an unlisted certificate', stranger],
    ['no certificate', undefined],
  ] as const) {
    const caller = await ServiceCaller.secure(enclave.enclave, party);
    caller.send(requestFrame('ping'));
    t.match(
      await caller.answer(),
      { success: false, requestId: 'unknown', errorCode: 'IDENTITY_UNKNOWN' },
      who,
    );
    t.equal(await caller.answer(), undefined, 'and closed');
  }
});

t.test('the plain form is not spoken where TLS is, and the other way round', async (t) => {
  const caller = await ServiceCaller.plain(enclave.enclave);
  caller.send(requestFrame('ping'));
  t.equal(await caller.answer(), undefined);
  await t.rejects(attested(alice!, { at: plain }), { code: 'CLIENT_TLS_FAILED' });
});

t.test('every request gets its answer, in order, on one connection', async (t) => {
  const caller = await as(t, alice!);
  const ids = Array.from({ length: 40 }, (_, index) => `request ${index}`);
  caller.send(...ids.map((id) => requestFrame('ping', '', undefined, id)));
  const answered: (string | undefined)[] = [];
  for (const _ of ids) answered.push((await caller.answer())?.requestId);
  t.same(answered, ids);
});

t.test('what cannot be served says why, and the connection goes on', async (t) => {
  const caller = await as(t, alice!);
  const oracle = await caller.ask('pricefeed', 'get');
  t.match(oracle, {
    errorCode: 'SERVICE_UNKNOWN',
    errorMessage: 'Unknown service type: pricefeed',
    payload: null,
  });
  t.match(await caller.ask('account', 'steal'), { errorCode: 'SERVICE_OPERATION_UNKNOWN' });
  t.match(await caller.ask('account', '__proto__'), { errorCode: 'SERVICE_OPERATION_UNKNOWN' });
  t.match(await caller.ask('account', 'encrypt', []), { errorCode: 'SERVICE_PAYLOAD_INVALID' });
  const json = new TextEncoder().encode('{"requestid":"x",');
  const frame = Buffer.alloc(4 + json.length, json).fill(0, 0, 4);
  frame.writeInt32LE(json.length);
  Buffer.from(json).copy(frame, 4);
  caller.send(frame);
  t.match(await caller.answer(), { requestId: 'unknown', success: false, errorCode: 'JSON_INVALID' });
  t.match(await caller.ask('ping'), { success: true });
});

t.test('a frame with an impossible length ends the connection with an answer', async (t) => {
  for (const length of [-1, 0, (64 << 10) + 1, 0x7fffffff]) {
    const caller = await as(t, alice!);
    const header = Buffer.alloc(4);
    header.writeInt32LE(length);
    caller.send(requestFrame('ping'), header);
    t.match(await caller.answer(), { success: true }, 'what came before it is answered');
    t.match(await caller.answer(), { requestId: 'unknown', errorCode: /^FRAME_/ }, String(length));
    t.equal(await caller.answer(), undefined);
  }
});

t.test('the account service keeps the parties apart', async (t) => {
  const [first, second] = [await as(t, alice!), await as(t, bob!)];
  const data = Buffer.from("alice's").toString('base64');
  const { encrypted } = resultOf(await first.ask('account', 'encrypt', { data }));
  t.same(resultOf(await first.ask('account', 'decrypt', { encrypted })), { data });
  t.match(await second.ask('account', 'decrypt', { encrypted }), { errorCode: 'ACCOUNT_DATA_NOT_AUTHENTIC' });
  const row = { account: 'carol', password: 'pass' };
  const { hash } = resultOf(await first.ask('account', 'hashPassword', row));
  t.same(resultOf(await first.ask('account', 'verifyPassword', { ...row, hash })), { verified: true });
  const { token } = resultOf(await first.ask('account', 'authenticate', { ...row, hash, audience: 'shop' }));
  const check = await second.ask('account', 'checkToken', { token, audience: 'shop', issuer: idOf(alice!) });
  t.match(resultOf(check), { valid: true, account: 'carol', issuer: idOf(alice!) });
});

t.test('one party cannot take all connections', async (t) => {
  const mine = await Promise.all(
    Array.from({ length: 4 }, () => ServiceCaller.secure(enclave.enclave, alice)),
  );
  for (const caller of mine) t.match(await caller.ask('ping'), { success: true });
  const fifth = await ServiceCaller.secure(enclave.enclave, alice);
  t.match(await fifth.answer(), { errorCode: 'SESSION_LIMIT' });
  const other = await as(t, bob!);
  t.match(await other.ask('ping'), { success: true });
  // Those that prove nothing make room for one that does.
  const silent = await Promise.all(Array.from({ length: 6 }, () => ServiceCaller.plain(enclave.enclave)));
  t.match(await (await as(t, bob!)).ask('ping'), { success: true });
  for (const caller of [...mine, ...silent]) caller.socket.destroy();
});

t.test('nothing is served before there is a policy', async (t) => {
  const caller = await ServiceCaller.secure(unset, alice);
  caller.socket.on('error', () => undefined);
  t.equal(await caller.answer(), undefined);
});

t.test('services are off unless the boot configuration asks for them', async (t) => {
  await t.rejects(ServiceCaller.plain(without));
});

t.test(
  'whoever offers the services learns from the enclave where they are, and in the clear to nobody else',
  async (t) => {
    t.equal(await servicesPort(enclave.enclave, true), SERVICES_PORT);
    t.equal(await servicesPort(plain, false), SERVICES_PORT);
    await t.rejects(servicesPort(plain, true), { code: 'SERVICES_PLAIN_EXPOSED' });
    await t.rejects(servicesPort(without, false), { code: 'SERVICES_NOT_SERVED' });
  },
);

t.test('a client of the originals is served in the plain form, as the host', async (t) => {
  const caller = await ServiceCaller.plain(plain);
  const frame = requestFrame('ping', '', undefined, 'one');
  // The header in pieces, which the originals could not take.
  for (const byte of frame.subarray(0, 6)) {
    caller.send(Uint8Array.of(byte));
    await delay(1);
  }
  caller.send(frame.subarray(6));
  // It may end its side and still be answered, where the transport can tell one side's end.
  if (passesHalfClose(plain.target(SERVICES_PORT))) caller.close();
  t.match(await caller.answer(), { requestId: 'one', success: true });
  caller.close();
  t.equal(await caller.ended, '', 'and the connection ends in order');
  const again = await ServiceCaller.plain(plain);
  const nonce = Buffer.alloc(32).toString('base64');
  t.match(await again.ask('attestation', 'attest', { nonce }), { errorCode: 'SERVICE_CHANNEL_PLAIN' });
  again.close();
});

t.test('the status tells who has it that the plain form is read by the host', async (t) => {
  const { services } = (await enclaveStatus({ ...enclave, enclave: plain })) as unknown as {
    services: { enclave: { channel: string; warning?: string } };
  };
  t.equal(services.enclave.channel, 'plain-and-read-by-the-host');
  t.match(services.enclave.warning, /^WARNING: .*the host reads and changes every request/);
  const secure = (await enclaveStatus(enclave)) as unknown as { services: { enclave: object } };
  t.match(secure.services.enclave, { channel: 'tls', port: SERVICES_PORT, requests: Number });
  t.notMatch(secure.services.enclave, { warning: String });
});

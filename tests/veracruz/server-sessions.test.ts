/**
 * The tests of Veracruz's server, by name: who is let in, from an enclave's beginning to its end. docs/veracruz.md has the
 * list. Upstream each test has an enclave of its own; here all share one, which the last of them ends.
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import t, { type Test } from 'tap';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { type Message, RecordType, Tls13Client } from '../end-to-end/tls13-client.ts';
import { enclaveStatus, idle } from '../support/enclave-status.ts';
import { goldenRequests, readGoldenResponse } from '../support/golden-bytes.ts';
import { makeParty } from '../support/test-enclave.ts';
import { client, startServer } from './server-enclave.ts';

const stranger = await makeParty('data-client');
const { enclave, session, checkHashes } = await startServer({ programs: ['nop'] });

t.test('basic_new_session: a session is attested before anything is sent', async (t) => {
  const another = await enclave.connect(client);
  t.equal(another.facts.instanceId, session.facts.instanceId, 'both speak to one enclave');
  t.ok(another.checks.every(({ name }) => name.length > 0) && another.checks.length > 5);
  t.equal((await enclaveStatus(enclave)).sessions, 2);
  await another.close();
});

t.test('test_phase1_attestation_only: nothing but attestation leaves nothing behind', async (t) => {
  const { files } = await enclaveStatus(enclave);
  const another = await enclave.connect(client);
  await checkHashes(t);
  await another.close();
  t.same((await enclaveStatus(enclave)).files, files);
});

t.test('test_multiple_keys: sessions one after the other use nothing up', async (t) => {
  for (let count = 0; count < 10; count++) await (await enclave.connect(client)).close();
  t.equal((await idle(enclave)).sessions, 1);
});

/** Asks for the policy's hash with that certificate and that key, whether or not they belong together: all that comes back. */
async function askAs(certificate: string, key: string): Promise<Message[]> {
  const party = await Tls13Client.start(enclave.relay.address);
  party.finish(new X509Certificate(certificate).raw, createPrivateKey(key));
  party.send(RecordType.applicationData, goldenRequests.policyHash());
  const first = await party.next();
  const CLOSE_NOTIFY = Buffer.of(1, 0);
  party.send(RecordType.alert, CLOSE_NOTIFY);
  return first === undefined ? [] : [first, ...(await party.rest())];
}

/** The one answer among what came. */
function answerIn(messages: readonly Message[]) {
  const data = messages.filter(({ type }) => type === RecordType.applicationData);
  const frame = Buffer.concat(data.map(({ content }) => content));
  if (frame.length < 8 || frame.readBigUInt64BE() !== BigInt(frame.length - 8))
    throw new Error(`no answer, or more than one: ${frame.length} bytes`);
  return readGoldenResponse(frame.subarray(8));
}

/** That a handshake ended in decrypt_error: the signature is not of the certificate's key. */
function refusedByTls(t: Test, messages: readonly Message[]): void {
  const alert = { type: RecordType.alert, content: Buffer.of(2, 51) };
  // The question may meet a closed connection, whose reset overtakes the alert: then nothing comes at all.
  t.same(messages, messages.length === 0 ? [] : [alert]);
}

/** That the same question, asked in the same way with the right pair, has its answer. */
async function rightPairIsAnswered(t: Test): Promise<void> {
  const policyHash = createHash('sha256').update(enclave.policy).digest('hex');
  t.match(answerIn(await askAs(client.certificate, client.key)), { status: 1, policyHash });
}

/** That a party whose handshake is faultless is told that the policy has no such certificate, and nothing else. */
async function strangerIsRefused(t: Test): Promise<void> {
  const refusal = { status: 2, result: undefined, policyHash: undefined, error: 'IDENTITY_UNKNOWN' };
  const messages = await askAs(stranger.certificate, stranger.key);
  t.same(answerIn(messages), refusal);
  t.match(messages.at(-1), { type: RecordType.alert, content: Buffer.of(1, 0) }, 'and a close in order');
}

t.test('basic_unauthorized_key: a certificate is worth nothing with another key', async (t) => {
  const mixed = { ...client, key: stranger.key };
  await t.rejects(enclave.connect(mixed), { code: 'CLIENT_IDENTITY_INVALID' }, 'our client sees it itself');
  await rightPairIsAnswered(t);
  refusedByTls(t, await askAs(mixed.certificate, mixed.key));
});

t.test('basic_unauthorized_certificate: a certificate that is not in the policy is refused', async (t) => {
  const mixed = { ...client, certificate: stranger.certificate };
  await t.rejects(enclave.connect(mixed), { code: 'CLIENT_IDENTITY_INVALID' });
  await rightPairIsAnswered(t);
  refusedByTls(t, await askAs(mixed.certificate, mixed.key));
  await strangerIsRefused(t);
});

t.test('basic_unauthorized_certificate_key_pair: a stranger gets one error and a close', async (t) => {
  await t.rejects(enclave.connect(stranger), { code: 'CLIENT_NOT_IN_POLICY' });
  await strangerIsRefused(t);
});

t.test('basic_init_destroy_enclave: an enclave that was brought up goes down in order', async (t) => {
  t.equal((await enclaveStatus(enclave)).phase, 'serving');
  await session.close();
  const control = new ControlClient(await enclave.enclave.connectControl());
  await control.shutdown();
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
});

import { createHash, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { DEFAULT_MAXIMUM_SKEW, verifyAttestation } from '../../proto/attestation/verify.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { type Answer, askService, dialService } from '../support/attestation-line.ts';
import { sendMalformed } from '../support/malformed-requests.ts';
import { policyText } from '../support/policy-text.ts';
import { launchTestEnclave, makeParty, testLauncher, trustIn } from '../support/test-enclave.ts';

const MIB = 1 << 20;
const emulated = testLauncher === 'qemu';
const crypto = webcrypto as unknown as Crypto;

const enclave = await launchTestEnclave();
t.teardown(() => enclave.stop());
const ask = (request: object) => askService(enclave, request);
const { roots } = trustIn(enclave.trust);
const trusted = emulated
  ? { trust: 'qemu-emulator' as const }
  : { roots: roots!.flatMap((pem) => decodePemCertificates(String(pem))) };

/** Checks a document as a caller has to: in this moment, for this nonce, of this image. */
async function verified(answer: Answer, expected: { nonce?: string; userData?: string }) {
  const bytes = (text: string | undefined) => (text === undefined ? undefined : Buffer.from(text));
  const [nonce, userData] = [bytes(expected.nonce), bytes(expected.userData)];
  const { pcr0, pcr1, pcr2 } = enclave.measurements;
  const { document } = await verifyAttestation(Buffer.from(String(answer.attestation_document), 'base64'), {
    crypto,
    time: Date.now(),
    maximumAge: 60_000 + DEFAULT_MAXIMUM_SKEW,
    pcrs: new Map([pcr0, pcr1, pcr2].entries()),
    ...(nonce === undefined ? {} : { nonce }),
    ...(userData === undefined ? {} : { userData }),
    ...trusted,
  });
  return document;
}

t.test('it is there before any policy, and says how it is', async (t) => {
  const { timestamp, ...pong } = await ask({ command: 'ping' });
  t.same(pong, { success: true, message: 'pong' });
  t.ok(Math.abs((timestamp as number) - Date.now() / 1000) < 60);
  const status = await ask({ command: 'status' });
  t.match(status, {
    success: true,
    status: 'running',
    port: 9000,
    phase: 'awaiting-policy',
    policy_hash: null,
  });
  t.match(status.instance_id, /^[0-9a-f]{32}$/);
  t.ok((status.uptime as number) < 600);
});

t.test('a document answers the nonce, and its key is the one that the answer names', async (t) => {
  const asked = { user_data: 'my-session-token', nonce: 'challenge-123' };
  const answer = await ask({ command: 'attest', ...asked, generate_key: true });
  t.match(answer, { success: true, ...asked, has_public_key: true });
  const document = await verified(answer, { nonce: asked.nonce, userData: asked.user_data });
  t.equal(createHash('sha256').update(document.publicKey!).digest('hex'), answer.key_id);
  t.equal(Buffer.from(String(answer.attestation_document), 'base64').length, answer.document_size);
  const keyless = await verified(await ask({ command: 'attest' }), { userData: 'hello-from-enclave' });
  t.equal(keyless.publicKey, undefined);
  t.equal(keyless.nonce, undefined);
  if (emulated)
    await t.rejects(
      verifyAttestation(Buffer.from(String(answer.attestation_document), 'base64'), {
        crypto,
        time: Date.now(),
      }),
      { code: 'ATTESTATION_UNSIGNED' },
      'which proves nothing to who does not ask for the emulator',
    );
});

t.test('thirty callers at once get a document each', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      ask({ command: 'attest', nonce: `caller ${index}`, generate_key: index % 2 === 0 }),
    ),
  );
  for (const [index, answer] of answers.entries()) await verified(answer, { nonce: `caller ${index}` });
  t.equal(new Set(answers.map(({ key_id }) => key_id)).size, 16, 'fifteen keys, and none');
});

t.test('no document of its own purposes can be asked for', async (t) => {
  const refused = { success: false, code: 'USER_DATA_REFUSED' };
  t.match(await ask({ command: 'attest', user_data: 'truce/channel/v1\0' }), refused);
  t.match(await ask({ command: 'attest', user_data: 'truce/kms/v1\0' }), refused);
  t.match(await ask({ command: 'attest', user_data: '\u0001'.repeat(32) }), refused);
  for (const command of ['sign', 'decrypt', 'derive', 'export', 'generate_key'])
    t.match(await ask({ command, key_id: '0'.repeat(64) }), {
      success: false,
      available_commands: ['ping', 'attest', 'status'],
    });
});

t.test('malformed requests of every kind are refused, and what they took is given back', async (t) => {
  // The soak sends ten thousand.
  const [first, more] = emulated ? [40, 60] : [200, 300];
  const residentBytes = () =>
    1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${enclave.pid}/status`, 'latin1'))?.[1]);
  t.same(await sendMalformed(enclave, first), []);
  const before = residentBytes();
  t.same(await sendMalformed(enclave, more), []);
  if (!emulated) t.ok(residentBytes() - before < 64 * MIB, `${residentBytes() - before} bytes more`);
  t.match(await ask({ command: 'ping' }), { success: true });
});

t.test('with a policy its documents prove it, and its status names it', async (t) => {
  const { certificate } = await makeParty('anybody');
  const policy = policyText({ parties: [{ certificate, rights: {} }], pcr0: enclave.measurements.pcr0 });
  const control = new ControlClient(await enclave.connectControl());
  await control.setPolicy(policy);
  control.close();
  const policyHash = createHash('sha256').update(policy).digest('hex');
  t.match(await ask({ command: 'status' }), { phase: 'serving', policy_hash: policyHash });
  const { pcrs } = await verified(await ask({ command: 'attest' }), {});
  t.ok(pcrs.has(16));
});

if (!emulated)
  t.test('it listens where the boot configuration says, or nowhere', async (t) => {
    const [moved, without] = await Promise.all([
      launchTestEnclave({ services: { attestation: { port: 9001 } } }),
      launchTestEnclave({ services: { attestation: null } }),
    ]);
    t.match(await askService(moved, { command: 'status' }, 9001), { success: true, port: 9001 });
    await t.rejects(dialService(moved), { code: 'ENOENT' });
    await t.rejects(dialService(without), { code: 'ENOENT' });
    await Promise.all([moved.stop(), without.stop()]);
  });

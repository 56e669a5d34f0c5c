/** The parent's side of the attestation service: what it asks, believes and refuses. */
import { createHash, createPublicKey } from 'node:crypto';
import t from 'tap';
import {
  responseFields,
  type ServiceExpectations,
  type VerifiedResponse,
  VsockAttestationClient,
} from '../../../host-bridge/attestation-client/index.ts';
import { encodeCoseSign1, protectedHeaderFor } from '../../../proto/attestation/cose-sign1.ts';
import { encodeBase64 } from '../../../proto/base64.ts';
import { AttestationAuthority, encodePayload } from '../../support/attestation-authority.ts';
import {
  type Lie,
  publicKey,
  StandInAttestationService,
} from '../../support/stand-in-attestation-service.ts';

const authority = await AttestationAuthority.create({ time: Date.now() });
const service = await StandInAttestationService.listen(authority);
t.teardown(() => service.stop());
const roots = [authority.root];

function client(verification: ServiceExpectations = { roots }, timeoutMilliseconds = 10_000) {
  return new VsockAttestationClient({ target: service.target(), timeoutMilliseconds, verification });
}

async function lying<T>(lie: Lie, work: () => Promise<T>): Promise<T> {
  service.lie = lie;
  try {
    return await work();
  } finally {
    service.lie = {};
  }
}

const code = (response: VerifiedResponse) =>
  response.verified === false ? response.verificationError.code : response.verified;

t.test('ping and status', async (t) => {
  t.equal(await client().ping(), true);
  t.match(await client().hail(), { message: 'pong', timestamp: Number });
  t.same(await client().status(), {
    ...{ status: 'running', port: 9000, uptime: 12.5 },
    more: { instance_id: '0123' },
  });
  t.same(
    service.requests.slice(-3).map(({ command }) => command),
    ['ping', 'ping', 'status'],
  );
});

t.test("the vsock guide's script, step by step", async (t) => {
  const response = await client().requestAndVerify({
    userData: 'my-app-session-token',
    nonce: 'unique-challenge',
    generateKey: true,
  });
  if (response.verified !== true) throw new Error(String(code(response)));
  t.match(response, { hasPublicKey: true, documentSize: response.document.length, timestamp: Number });
  t.match(response.verification, {
    moduleId: /^i-.*-enc/,
    verificationStatus: 'SUCCESS',
    region: 'us-east-1',
  });
  t.ok(createPublicKey({ key: Buffer.from(response.verification.publicKey!), format: 'der', type: 'spki' }));
  const fields = JSON.parse(JSON.stringify(responseFields(response)));
  t.match(fields, {
    success: true,
    attestation_document: encodeBase64(response.document),
    user_data: 'my-app-session-token',
    nonce: 'unique-challenge',
    has_public_key: true,
    document_size: response.document.length,
    verified: true,
    verification: {
      module_id: response.verification.moduleId,
      pcrs: { 0: '01'.repeat(48), 15: '00'.repeat(48) },
      user_data: 'my-app-session-token',
      nonce: 'unique-challenge',
      public_key: encodeBase64(response.verification.publicKey!),
      key_id: createHash('sha256').update(response.verification.publicKey!).digest('hex'),
      certificate: { subject: /CN=/, serial_number: /^[0-9a-f]+$/ },
      verification_status: 'SUCCESS',
      verified_at: /^\d{4}-.*Z$/,
    },
  });
});

t.test('unless told, user data is the original one and every nonce is fresh', async (t) => {
  const responses = [await client().requestAttestation(), await client().requestAndVerify()];
  for (const { userData, nonce } of responses) {
    t.equal(userData, 'hello-from-enclave');
    t.match(nonce, /^[0-9a-f]{64}$/);
  }
  t.not(responses[0]!.nonce, responses[1]!.nonce);
  t.same(
    service.requests.slice(-2).map(({ nonce }) => nonce),
    responses.map(({ nonce }) => nonce),
    'and that is what was sent',
  );
  t.notOk('verified' in responses[0]!, 'what nobody verified says nothing of it');
  t.notOk('verified' in responseFields(responses[0]!));
  await t.rejects(client().requestAttestation({ nonce: '' }), { code: 'ATTESTATION_OPTIONS_INVALID' });
});

t.test('text beyond ASCII is sent as UTF-8', async (t) => {
  const response = await client().requestAndVerify({ userData: 'Grüße\n"\u{1f512}', nonce: 'é' });
  t.equal(response.verified, true);
});

t.test('a document that is genuine and answers something else is not verified', async (t) => {
  const cases: [string, Lie, boolean?][] = [
    ['ATTESTATION_NONCE_MISMATCH', { fields: { nonce: Uint8Array.of(1) } }],
    ['ATTESTATION_NONCE_MISMATCH', { fields: { nonce: null } }],
    ['ATTESTATION_USER_DATA_MISMATCH', { fields: { userData: null } }],
    ['ATTESTATION_KEY_ABSENT', { fields: { publicKey: null } }, true],
    ['ATTESTATION_KEY_ABSENT', { fields: { publicKey: null }, members: { has_public_key: true } }, true],
    ['ATTESTATION_KEY_INVALID', { fields: { publicKey: new Uint8Array(120) } }, true],
    ['ATTESTATION_KEY_UNASKED', { fields: { publicKey: publicKey() } }],
    ['ATTESTATION_TOO_OLD', { fields: { timestamp: Date.now() - 301_000 } }],
    ['ATTESTATION_FROM_FUTURE', { fields: { timestamp: Date.now() + 3_600_000 } }],
    ['ATTESTATION_COSE_INVALID', { document: Uint8Array.of(0x84, 0, 0, 0, 0) }],
    ['CBOR_INVALID', { document: Buffer.from('no document') }],
  ];
  for (const [expected, lie, generateKey = false] of cases) {
    const response = await lying(lie, () => client().requestAndVerify({ generateKey }));
    t.equal(code(response), expected);
    t.match(responseFields(response), {
      ...{ success: true, verified: false, verification_error: /\w/, verification_error_code: expected },
      verification: undefined,
    });
  }
});

t.test("roots, registers and the verifier's other options count", async (t) => {
  const pcr0 = '01'.repeat(48);
  const expected: [ServiceExpectations, unknown][] = [
    [{}, 'ATTESTATION_ROOT_UNKNOWN'],
    [{ roots, pcrs: { 0: pcr0 }, region: 'us-east-1' }, true],
    [{ roots, pcrs: { 0: '00'.repeat(48) } }, 'ATTESTATION_PCR_MISMATCH'],
    [{ roots, region: 'eu-west-1' }, 'ATTESTATION_REGION_MISMATCH'],
  ];
  for (const [verification, outcome] of expected)
    t.equal(code(await client(verification).requestAndVerify()), outcome);
  const old: Lie = { fields: { timestamp: Date.now() - 301_000 } };
  t.equal(code(await lying(old, () => client({ roots, maximumAge: 400_000 }).requestAndVerify())), true);
  const zero: Lie = { fields: { pcrs: new Map([[0, new Uint8Array(48)]]) } };
  t.equal(code(await lying(zero, () => client().requestAndVerify())), 'ATTESTATION_DEBUG');
  t.equal(code(await lying(zero, () => client({ roots, allowDebug: true }).requestAndVerify())), true);
  await t.rejects(
    client({ pcrs: { 0: 'short' } }).requestAndVerify(),
    { code: 'ATTESTATION_OPTIONS_INVALID' },
    'what the caller got wrong is no verdict on a document',
  );
});

t.test("the emulator's documents are refused, or accepted for what they are", async (t) => {
  const request = { userData: 'u', nonce: 'n' };
  const lie = { document: emulatorsDocument(request.userData, request.nonce) };
  t.equal(code(await lying(lie, () => client().requestAndVerify(request))), 'ATTESTATION_UNSIGNED');
  const emulator = client({ emulator: true });
  const response = await lying(lie, () => emulator.requestAndVerify(request));
  t.match(response, { verified: null, verification: { verificationStatus: 'UNSIGNED', chain: [] } });
  t.match(responseFields(response), { verified: null, verification: { certificate: null, region: null } });
  t.equal(
    code(await lying(lie, () => emulator.requestAndVerify({ ...request, nonce: 'other' }))),
    'ATTESTATION_NONCE_MISMATCH',
  );
  t.equal(code(await emulator.requestAndVerify()), 'ATTESTATION_NOT_EMULATOR', 'and no signed ones');
  for (const contradiction of [{ roots }, { region: 'us-east-1' }])
    await t.rejects(client({ emulator: true, ...contradiction }).requestAndVerify(), {
      code: /ATTESTATION_(TRUST|OPTIONS)/,
    });
});

t.test('an answer that is none is a typed error', async (t) => {
  const noDocument = { members: { attestation_document: 'no base64' } };
  const cases: [Lie, RegExp][] = [
    [{ line: 'pong\n' }, /JSON/],
    [{ line: '\n' }, /JSON/],
    [{ line: '["success"]\n' }, /no object/],
    [{ line: '{"success":true,"success":true}\n' }, /has already/],
    [{ line: Uint8Array.of(0x7b, 0xff, 0x0a) }, /UTF-8/],
    [{ line: `${'['.repeat(100)}\n` }, /JSON/],
    [{ members: { success: 'yes' } }, /success/],
    [noDocument, /base64/],
    [{ document: new Uint8Array(16_385) }, /16385 bytes/],
    [{ members: { attestation_document: '' } }, /0 bytes/],
    [{ members: { has_public_key: 1 } }, /has_public_key/],
    [{ members: { timestamp: -1 } }, /timestamp/],
    [{ members: { key_expires: 'soon' } }, /key_expires/],
    [{ line: `"${'a'.repeat(200_000)}"\n` }, /over 131072 bytes/],
    [{ line: 'a'.repeat(200_000) }, /over 131072 bytes/],
    [{ ending: 'at-once' }, /ended without one/],
    [{ ending: 'half-way' }, /ended within it/],
  ];
  for (const [lie, reason] of cases) {
    await t.rejects(
      lying(lie, () => client().requestAttestation()),
      { code: 'ATTESTATION_SERVICE_ANSWER', message: reason },
      String(reason),
    );
  }
  await t.rejects(
    lying({ members: { uptime: 'long' } }, () => client().status()),
    { message: /uptime/ },
  );
});

t.test('an answer in any pieces is the same, and members that are not known are let be', async (t) => {
  const lie: Lie = { slowly: true, members: { region: 'a', nested: { deep: [1] } } };
  t.equal((await lying(lie, () => client().requestAndVerify())).verified, true);
});

t.test('what the service refuses is told in its words, cut short', async (t) => {
  const lie = {
    line: `${JSON.stringify({ success: false, code: 'BUSY', error: `Too\u001b[31m busy${'.'.repeat(9000)}` })}\n`,
  };
  await lying(lie, async () => {
    t.equal(await client().ping(), false);
    const error = await client()
      .requestAttestation()
      .catch((reason: Error) => reason);
    t.match(error, { code: 'ATTESTATION_SERVICE_REFUSED', message: /Too.*\(BUSY\)$/s });
    t.ok((error as Error).message.length < 700);
  });
  await t.rejects(
    lying({ line: '{"success":false}\n' }, () => client().status()),
    { message: /does not say why/ },
  );
});

t.test('who answers nothing is given up, and who is not there is told of', async (t) => {
  await lying({ ending: 'never-answers' }, async () => {
    await t.rejects(client({}, 50).status(), { code: 'ATTESTATION_SERVICE_TIMEOUT' });
    t.equal(await client({}, 50).ping(), false);
    const controller = new AbortController();
    const waiting = client().ping(controller.signal);
    controller.abort(new Error('enough'));
    await t.rejects(waiting, { message: 'enough' }, 'an interruption is no answer');
  });
  const nowhere = new VsockAttestationClient({ target: service.target(9001) });
  t.equal(await nowhere.ping(), false);
  await t.rejects(nowhere.hail(), { code: 'ENCLAVE_UNREACHABLE', message: /port 9001: ENOENT/ });
});

t.test('thirty at once each get their own answer', async (t) => {
  const nonces = Array.from({ length: 30 }, (_, index) => `nonce-${index}`);
  const responses = await Promise.all(nonces.map((nonce) => client().requestAndVerify({ nonce })));
  t.same(
    responses.map(code),
    nonces.map(() => true),
  );
});

/** As QEMU's virtio-nsm makes them: nothing is signed. */
function emulatorsDocument(userData: string, nonce: string): Uint8Array {
  const zero = new Uint8Array(64);
  const fields = authority.fields({
    ...{ certificate: zero, cabundle: [zero], timestamp: Math.floor(Date.now() / 1000) * 1000 },
    ...{ userData: new TextEncoder().encode(userData), nonce: new TextEncoder().encode(nonce) },
  });
  const payload = encodePayload(fields);
  return encodeCoseSign1({ protectedHeader: protectedHeaderFor(-1), payload, signature: zero });
}

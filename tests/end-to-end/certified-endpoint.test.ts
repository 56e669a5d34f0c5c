import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import t, { type Test } from 'tap';
import type { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import type { ProcessEnclave } from '../../host-bridge/launcher/process-launcher.ts';
import { TruceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { decodeCsrPurpose } from '../../proto/attestation/csr-purpose.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { fromHex, toHex } from '../../proto/bytes.ts';
import { encodeControlFrame } from '../../proto/wire/control-frame.ts';
import { encodeDataHeader, encodeRequest } from '../../proto/wire/request-codec.ts';
import { splitCertificates } from '../../proto/x509/certificate.ts';
import { parseCertificationRequest } from '../../proto/x509/certification-request.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { compileSample } from '../programs/sample-programs.ts';
import { ControlConversation } from '../support/control-conversation.ts';
import { policyText, READ, RUN, WRITE } from '../support/policy-text.ts';
import { StandInProxyAuthority, withExtension } from '../support/stand-in-proxy-authority.ts';
import { makeParty } from '../support/test-enclave.ts';
import { VeracruzServerSession } from '../support/veracruz-server-session.ts';
import { controlOf, launchBare } from './bare-enclave.ts';
import { codeOf, RawParty } from './raw-party.ts';

const [owner, stranger, authority, foreign, sleeper] = await Promise.all([
  makeParty('owner'),
  makeParty('stranger'),
  StandInProxyAuthority.create(),
  StandInProxyAuthority.create(),
  compileSample('sleep-for-ever'),
]);
const PROGRAM = '/bin/sleep-for-ever.wasm';
const challengeId = randomBytes(16);
const SUCCESS = { kind: 'status', status: 0 };
const FAIL = { kind: 'status', status: 1 };

function policyFor(enclave: ProcessEnclave): string {
  return policyText({
    parties: [{ certificate: owner.certificate, rights: { '/note': READ | WRITE, '/bin/': WRITE | RUN } }],
    programs: [{ path: PROGRAM, module: sleeper, rights: {} }],
    pcr0: enclave.measurements.pcr0,
    proxy: { address: '127.0.0.1:1', certificates: authority.pem },
    clock: true,
  });
}

interface Status {
  readonly phase: string;
  readonly instanceId: string;
  readonly policyHash: string | null;
  readonly sessions: number;
  readonly tlsSessions: number;
  readonly certificate: { readonly issuer: string; readonly notAfter?: string };
  readonly lastError: { readonly code: string; readonly message: string } | null;
}

const statusOf = async (control: ControlClient) => (await control.status()) as Status;

/** The serial number of the certificate that whoever connects now is shown. */
async function shown(enclave: ProcessEnclave): Promise<string> {
  const party = await RawParty.open({ path: enclave.dataTarget.path }, owner);
  const certificate = party.socket.getPeerX509Certificate();
  party.close();
  return certificate?.serialNumber ?? '';
}

const serialOf = (chain: Uint8Array) => new X509Certificate(splitCertificates(chain)[0]!).serialNumber;

async function refused(t: Test, control: ControlClient, chain: Uint8Array, code: string): Promise<void> {
  await t.rejects(control.installCertificate(chain), { code: 'CONTROL_REFUSED' });
  t.match(await statusOf(control), { phase: 'serving', lastError: { code } });
}

const write = (context: number, fileName: string, data: Uint8Array) => [
  encodeDataHeader({ context, kind: 'write_file', fileName, length: data.length }),
  data,
];

t.test('policy, attestation, certificate: what is shown changes, and what is open goes on', async (t) => {
  const [enclave, another] = await Promise.all([launchBare(t), launchBare(t)]);
  const control = await controlOf(t, enclave);
  const challenge = new Uint8Array(randomBytes(32));
  const early = await control.attestation(challenge, challengeId);
  await t.rejects(control.installCertificate(await authority.issue(early.csr)), { code: 'CONTROL_REFUSED' });
  t.match(await statusOf(control), { phase: 'awaiting-policy', lastError: { code: 'POLICY_NOT_SET' } });

  const policy = policyFor(enclave);
  await control.setPolicy(policy);
  const { document, csr } = await control.attestation(challenge, challengeId);
  const request = parseCertificationRequest(csr);
  const policyHash = createHash('sha256').update(policy).digest();
  const facts = await verifyAttestation(document, {
    crypto: webcrypto as unknown as Crypto,
    time: Date.now(),
    roots: decodePemCertificates(enclave.trust.certificatePem),
    nonce: challenge,
    publicKey: request.publicKey.raw,
    policyHash,
    pcrs: new Map([[0, enclave.measurements.pcr0]]),
  });
  const { instanceId } = await statusOf(control);
  t.same(decodeCsrPurpose(facts.document.userData), {
    csrHash: new Uint8Array(createHash('sha256').update(csr).digest()),
    instanceId: fromHex(instanceId),
  });

  const own = await shown(enclave);
  const wrongPolicy = withExtension(TruceExtension.POLICY_HASH, undefined);
  await refused(t, control, await authority.issue(csr, wrongPolicy), 'ENDPOINT_CLAIM_MISMATCH');
  await refused(t, control, await authority.issue(early.csr), 'ENDPOINT_CLAIM_MISMATCH');
  await refused(t, control, await foreign.issue(csr), 'ENDPOINT_ISSUER_REFUSED');
  const past = { notBefore: Date.now() - 20_000, notAfter: Date.now() - 10_000 };
  const expired = await authority.issue(csr, (fields) => ({ ...fields, ...past }));
  await refused(t, control, expired, 'ENDPOINT_NOT_VALID_NOW');
  const other = await (await controlOf(t, another)).attestation(challenge, challengeId);
  await refused(t, control, await authority.issue(other.csr), 'ENDPOINT_KEY_MISMATCH');
  await refused(t, control, new Uint8Array(7), 'DER_INVALID');
  t.equal(await shown(enclave), own, 'nothing of all that was installed');
  t.match((await statusOf(control)).certificate, { issuer: 'self' });

  const party = await RawParty.open({ path: enclave.dataTarget.path }, owner);
  party.send(
    ...write(1, PROGRAM, sleeper),
    encodeRequest({ context: 2, kind: 'request_result', fileName: PROGRAM }),
  );
  t.equal((await party.answer())?.context, 1);
  const chains = await Promise.all([authority.issue(csr), authority.issue(csr)]);
  for (const chain of chains) {
    await control.installCertificate(chain);
    t.match(await statusOf(control), { certificate: { issuer: 'proxy', notAfter: String }, lastError: null });
    t.equal(await shown(enclave), serialOf(chain));
  }
  const certified = await RawParty.open({ path: enclave.dataTarget.path }, owner);
  const certificate = certified.socket.getPeerX509Certificate()!;
  t.ok(certificate.verify(new X509Certificate(authority.certificate).publicKey));
  t.equal(certificate.publicKey.export({ type: 'spki', format: 'der' }).compare(request.publicKey.raw), 0);
  certified.send(...write(1, '/note', Buffer.from('a note')));
  t.same(codeOf(await certified.answer()), '');
  party.send(encodeRequest({ context: 3, kind: 'cancel', target: 2 }));
  t.equal(codeOf(await party.answer()), 'RUN_CANCELLED', 'a program ran on, in a session that went on');
  t.equal((await party.answer())?.context, 3);

  for (const again of [policy, '{}']) {
    await t.rejects(control.initialize(again, chains[0]!), { code: 'CONTROL_REFUSED' });
    t.match(await statusOf(control), { phase: 'serving', lastError: { code: 'POLICY_ALREADY_SET' } });
  }
  t.equal(toHex(policyHash), (await statusOf(control)).policyHash);
  party.close();
  certified.close();
});

t.test(
  'Veracruz’s order: attestation, then policy and chain in one, and its server’s TLS sessions',
  async (t) => {
    const enclave = await launchBare(t, { limits: { sessions: 8 } });
    const control = await controlOf(t, enclave);
    const server = new ControlConversation(await enclave.connectControl());
    t.teardown(() => server.socket.destroy());
    t.same(await server.ask({ kind: 'new_tls_session' }), FAIL, 'no session before there is a policy');

    const policy = policyFor(enclave);
    const { document, csr } = await control.attestation(randomBytes(32), challengeId);
    const roots = decodePemCertificates(enclave.trust.certificatePem);
    const crypto = webcrypto as unknown as Crypto;
    const policyHash = createHash('sha256').update(policy).digest();
    await t.rejects(verifyAttestation(document, { crypto, time: Date.now(), roots, policyHash }), {
      code: /^ATTESTATION_POLICY_/,
    });
    for (const chain of [await foreign.issue(csr), new Uint8Array()]) {
      await t.rejects(control.initialize(policy, chain), { code: 'CONTROL_REFUSED' });
      t.match(
        await statusOf(control),
        { phase: 'awaiting-policy', policyHash: null },
        'nothing was measured',
      );
    }
    const veracruz = withExtension(TruceExtension.MEASUREMENT, undefined);
    const chain = await authority.issue(csr, veracruz);
    await control.initialize(policy, chain);
    t.match(await statusOf(control), { phase: 'serving', policyHash: toHex(policyHash), lastError: null });
    t.equal(await shown(enclave), serialOf(chain));
    await t.rejects(control.setPolicy(policy), { code: 'CONTROL_REFUSED' });

    const open = async (party = owner) => {
      const socket = await VeracruzServerSession.open(server);
      const { certificate: cert, key } = party;
      return { raw: new RawParty(connect({ socket, cert, key, rejectUnauthorized: false })), socket };
    };
    const [first, second] = [await open(), await open()];
    const big = randomBytes(1 << 20);
    first.raw.send(...write(1, '/note', big));
    t.equal(codeOf(await first.raw.answer()), '');
    t.equal(first.raw.socket.getPeerX509Certificate()?.serialNumber, serialOf(chain));
    second.raw.send(encodeRequest({ context: 1, kind: 'read_file', fileName: '/note' }));
    t.same(Buffer.from((await second.raw.answer())!.result!.data!), big, 'a megabyte there and back');

    first.raw.send(...write(2, PROGRAM, sleeper));
    t.equal(codeOf(await first.raw.answer()), '');
    first.raw.send(encodeRequest({ context: 3, kind: 'request_result', fileName: PROGRAM }));
    while (!(await isRunning(control)));
    for (let context = 2; context < 10; context++) {
      second.raw.send(encodeRequest({ context, kind: 'request_policy_hash' }));
      t.equal((await second.raw.answer())?.context, context, 'a run keeps no other session waiting');
    }
    const garbage = [
      new Uint8Array(),
      Uint8Array.of(2, 0, 0, 0),
      Uint8Array.of(99, 0, 0, 0),
      new Uint8Array(40),
    ];
    for (const frame of garbage) t.same(await server.send(encodeControlFrame(frame)), FAIL);
    for (const session of [0, 77, 2 ** 32 - 1]) {
      t.same(await server.ask({ kind: 'get_tls_data', session }), FAIL);
      t.same(await server.ask({ kind: 'send_tls_data', session, data: Buffer.from('x') }), FAIL);
      t.same(await server.ask({ kind: 'close_tls_session', session }), FAIL);
    }
    const elsewhere = new ControlConversation(await enclave.connectControl());
    t.same(
      await elsewhere.ask({ kind: 'close_tls_session', session: first.socket.session }),
      FAIL,
      'sessions are of the connection that opened them',
    );
    const unknown = await open(stranger);
    t.equal(codeOf(await unknown.raw.answer()), 'IDENTITY_UNKNOWN', 'the policy decides here as well');

    const flood = await VeracruzServerSession.open(elsewhere);
    const tooMuch = { kind: 'send_tls_data', session: flood.session, data: new Uint8Array(300_000) } as const;
    t.same(await elsewhere.ask(tooMuch), FAIL, 'no more than there is room for');
    const many = await Promise.all(
      Array.from({ length: 20 }, () => elsewhere.ask({ kind: 'new_tls_session' })),
    );
    t.ok(many.filter((answer) => answer?.kind === 'tls_session').length <= 8);
    t.same(many.at(-1), FAIL, 'sessions are bounded');
    second.raw.send(encodeRequest({ context: 20, kind: 'request_policy_hash' }));
    t.equal((await second.raw.answer())?.context, 20, 'those of others stand');
    elsewhere.socket.destroy();

    t.same(await server.ask({ kind: 'close_tls_session', session: first.socket.session }), SUCCESS);
    while (await isRunning(control));
    t.pass('the end of its session ended the run');
    server.socket.destroy();
    while ((await statusOf(control)).sessions > 0);
    t.equal((await statusOf(control)).tlsSessions, 0, 'a lost connection takes its sessions along');
  },
);

async function isRunning(control: ControlClient): Promise<boolean> {
  const status = (await control.status()) as { runs: { running: number } };
  return status.runs.running > 0;
}

import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer } from 'node:tls';
import t, { type Test } from 'tap';
import { type ConnectOptions, connect } from '../../host-bridge/client/index.ts';
import { resolveTrust } from '../../host-bridge/client/trust.ts';
import { readTruceExtension, TruceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { requirePurpose } from '../../proto/attestation/purpose.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { toHex } from '../../proto/bytes.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { encodeRequest, type Request, RequestDecoder } from '../../proto/wire/request-codec.ts';
import { encodeResponse } from '../../proto/wire/response-codec.ts';
import { parseCertificate } from '../../proto/x509/certificate.ts';
import { AttestationAuthority } from '../support/attestation-authority.ts';
import { READ, WRITE } from '../support/policy-text.ts';
import { makeParty, startTestEnclave, testLauncher } from '../support/test-enclave.ts';
import { serveInProcess } from './in-process-enclave.ts';
import { RawParty } from './raw-party.ts';
import { startRecordingProxy } from './recording-proxy.ts';

const [owner, mallory] = await Promise.all([makeParty('owner'), makeParty('mallory')]);
const parties = [owner, mallory].map(({ certificate }) => ({
  certificate,
  rights: { '/note': READ | WRITE },
}));
const [enclave, other] = await Promise.all([startTestEnclave({ parties }), startTestEnclave({ parties })]);
t.teardown(() => Promise.all([enclave.stop(), other.stop()]));
const { trust } = enclave;
/** QEMU signs nothing: there it is for the missing signature that its documents are refused. */
const emulated = testLauncher === 'qemu';
const honest: ConnectOptions = {
  address: enclave.relay.address,
  policy: enclave.policy,
  identity: owner,
  trust,
};

t.test('two sessions are with one instance, two enclaves are two', async (t) => {
  const sessions = await Promise.all([
    enclave.connect(owner),
    enclave.connect(mallory),
    other.connect(owner),
  ]);
  const [first, second, elsewhere] = sessions.map(({ facts }) => facts.instanceId);
  t.match(first, /^[0-9a-f]{32}$/);
  t.equal(first, second);
  t.not(first, elsewhere);
  t.equal(enclave.policy, other.policy, 'though nothing else tells them apart');
  await Promise.all(sessions.map((session) => session.close()));
  const instanceId = Buffer.from(first!, 'hex');
  const pinned = await connect({ ...honest, trust: { ...trust, instanceId } });
  t.equal(pinned.facts.instanceId, first);
  await pinned.close();
});

t.test('a client that has a doubt sends nothing after it', async (t) => {
  const proxy = await startRecordingProxy(t, enclave.relay.address);
  const through = { ...honest, address: proxy.address };
  const reference = await connect(through);
  await reference.close();
  await proxy.quiet();
  // Certificate, signature, Finished and the request to attest; then the alert that closes.
  const [needed] = proxy.records;
  const authority = await AttestationAuthority.create({ time: Date.now() });
  const refused = emulated ? 'ATTESTATION_UNSIGNED' : 'ATTESTATION_ROOT_UNKNOWN';
  const doubts: [string, string, Partial<ConnectOptions>][] = [
    ['ATTESTATION_POLICY_MISMATCH', 'a policy of one more byte', { policy: `${enclave.policy}\n` }],
    [
      'ATTESTATION_POLICY_MISMATCH',
      'a policy of one other byte',
      { policy: enclave.policy.replace('"max_memory_mib":65536', '"max_memory_mib":65537') },
    ],
    [refused, 'no root named', { trust: {} }],
    [refused, 'another root named', { trust: { roots: [authority.root] } }],
    [
      'ATTESTATION_PCR_MISMATCH',
      'another PCR0',
      { trust: { ...trust, pcrs: new Map([[0, new Uint8Array(48).fill(1)]]) } },
    ],
    ['ATTESTATION_PCR_MISMATCH', 'another PCR2', { trust: { ...trust, pcrs: new Map([[2, enclave.pcr0]]) } }],
    [
      'ATTESTATION_PCR_ABSENT',
      'a PCR that is not shown',
      { trust: { ...trust, pcrs: new Map([[17, enclave.pcr0]]) } },
    ],
    ['CLIENT_INSTANCE_MISMATCH', 'another instance', { trust: { ...trust, instanceId: randomBytes(16) } }],
  ];
  if (!emulated)
    doubts.push(['ATTESTATION_NOT_EMULATOR', 'the emulator expected', { trust: { emulator: true } }]);
  for (const [code, what, changes] of doubts) {
    await t.rejects(connect({ ...through, ...changes }), { code }, what);
    await proxy.quiet();
    const sent = proxy.records.at(-1)!;
    t.ok(sent.length > 0 && sent.length <= needed!.length, `${what}: ${sent.length} records`);
    // Signatures of ECDSA differ in length by some bytes.
    t.ok(sum(sent) <= sum(needed!) + 8, `${what}: no byte more`);
  }
  t.equal(proxy.records.length, doubts.length + 1, 'no second attempt is made');
});

t.test('a relay that ends TLS itself gets one request, whatever documents it shows', async (t) => {
  const accomplice = await RawParty.open(enclave.relay.address, mallory);
  t.teardown(() => accomplice.close());
  const attested = async (nonce: Uint8Array) => {
    accomplice.send(encodeRequest({ context: 1, kind: 'attest', nonce }));
    return (await accomplice.answer())!.attestation!;
  };
  const recorded = await attested(randomBytes(32));
  const tricks: [string, string, (nonce: Uint8Array) => Promise<typeof recorded>][] = [
    ['ATTESTATION_PUBLIC_KEY_MISMATCH', 'a document made for this nonce in a channel of its own', attested],
    ['ATTESTATION_NONCE_MISMATCH', 'a document from before', async () => recorded],
  ];
  for (const [code, what, obtain] of tricks) {
    const received: Request[] = [];
    const address = await stand(t, received, async (nonce) => {
      const { document, instance_id } = await obtain(nonce);
      return { document: document!, instanceId: instance_id! };
    });
    await t.rejects(connect({ ...honest, address }), { code }, what);
    t.match(received, [{ kind: 'attest' }], `${what}: one request and no more`);
  }
});

t.test('an enclave in debug mode, or with its policy unproven, is refused', async (t) => {
  const zero = new Uint8Array(48);
  const policyElse = createHash('sha256').update('another policy').digest();
  const cases: [string, Parameters<typeof serveInProcess>[2]][] = [
    ['ATTESTATION_DEBUG', { measurement: zero }],
    ['ATTESTATION_POLICY_ABSENT', { prove: (nsm, hash) => nsm.extendPcr(16, hash) }],
    ['ATTESTATION_POLICY_UNSET', { prove: (nsm) => nsm.lockPcr(16) }],
    [
      'ATTESTATION_POLICY_MISMATCH',
      { prove: (nsm) => nsm.extendPcr(16, policyElse).then(() => nsm.lockPcr(16)) },
    ],
    [
      'ATTESTATION_POLICY_MISMATCH',
      // Someone was there first.
      {
        prove: (nsm, hash) =>
          nsm
            .extendPcr(16, policyElse)
            .then(() => nsm.extendPcr(16, hash))
            .then(() => nsm.lockPcr(16)),
      },
    ],
  ];
  for (const [code, options] of cases) {
    const doubtful = await serveInProcess(t, owner, options);
    await t.rejects(doubtful.connect(), { code });
  }
  const sound = await serveInProcess(t, owner);
  const session = await sound.connect();
  t.pass('and one with neither fault is not');
  await session.close();
});

t.test('each document is for its channel and its nonce', async (t) => {
  const [first, second] = await Promise.all([
    RawParty.open(enclave.relay.address, owner),
    RawParty.open(enclave.relay.address, mallory),
  ]);
  const contents: string[] = [];
  for (const party of [first, second, first]) {
    const nonce = randomBytes(64);
    party.send(encodeRequest({ context: 1, kind: 'attest', nonce }));
    const { document, instance_id } = (await party.answer())!.attestation!;
    const facts = await verify(document!, { nonce });
    const exporter = party.socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    const content = requirePurpose(facts.document.userData, 'truce/channel/v1');
    t.same(Buffer.from(content), Buffer.concat([instance_id!, exporter]));
    contents.push(toHex(content));
  }
  t.equal(contents[0], contents[2]);
  t.not(contents[0], contents[1]);
  first.close();
  second.close();
});

t.test("the endpoint's certificate carries a document that verifies, and claims nothing else", async (t) => {
  const party = await RawParty.open(enclave.relay.address, owner);
  const { raw, publicKey } = party.socket.getPeerX509Certificate()!;
  const certificate = parseCertificate(raw);
  const read = (extension: TruceExtension) => Buffer.from(readTruceExtension(certificate, extension)!);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const document = read(TruceExtension.ATTESTATION_DOCUMENT);
  const facts = await verify(document, { publicKey: spki });
  const session = await enclave.connect(owner);
  const instanceId = Buffer.from(session.facts.instanceId, 'hex');
  const policyHash = createHash('sha256').update(enclave.policy).digest();
  const content = requirePurpose(facts.document.userData, 'truce/certificate/v1');
  t.same(Buffer.from(content), Buffer.concat([instanceId, policyHash]));
  t.same(read(TruceExtension.INSTANCE_ID), instanceId);
  t.same(read(TruceExtension.POLICY_HASH), policyHash);
  t.same(read(TruceExtension.MEASUREMENT), Buffer.from(enclave.pcr0));
  const x509 = new X509Certificate(raw);
  t.ok(x509.verify(publicKey), 'it is signed by the key that it certifies');
  t.notOk(x509.ca);
  const life = certificate.notAfter - Date.now();
  t.ok(life > 0 && life <= 24 * 3_600_000, 'for a day at most');
  party.close();
  await session.close();
});

t.test('the certificate is made anew in time, and sessions do not notice', async (t) => {
  const serving = await serveInProcess(t, owner, { renewMilliseconds: 250 });
  const shown = async () => {
    const party = await RawParty.open({ path: serving.path }, owner);
    const certificate = party.socket.getPeerX509Certificate()!;
    party.close();
    return certificate;
  };
  const session = await serving.connect();
  await session.writeFile('/note', Buffer.from('written before'));
  const [before, held] = [await shown(), await RawParty.open({ path: serving.path }, owner)];
  let after = before;
  while (after.fingerprint256 === before.fingerprint256) {
    await delay(50);
    after = await shown();
  }
  t.not(after.serialNumber, before.serialNumber);
  t.ok(after.publicKey.equals(before.publicKey), 'for the same key');
  t.same(
    await session.readFile('/note'),
    Buffer.from('written before'),
    'a session goes on over the renewal',
  );
  held.send(encodeRequest({ context: 3, kind: 'attest', nonce: randomBytes(32) }));
  t.equal((await held.answer())?.context, 3, 'and attests as ever');
  const next = await serving.connect();
  t.equal(next.facts.instanceId, session.facts.instanceId);
  held.close();
  await Promise.all([session.close(), next.close()]);
});

function verify(document: Uint8Array, expected: { nonce?: Uint8Array; publicKey?: Uint8Array }) {
  return verifyAttestation(document, {
    crypto: webcrypto as unknown as Crypto,
    time: Date.now(),
    ...resolveTrust(trust, parsePolicy(enclave.policy, { now: Date.now() })).verification,
    pcrs: new Map([[0, enclave.pcr0]]),
    policyHash: createHash('sha256').update(enclave.policy).digest(),
    ...expected,
  });
}

/** A server with a key of its own that shows what it is given in answer to `attest`. */
async function stand(
  t: Test,
  received: Request[],
  attest: (nonce: Uint8Array) => Promise<{ document: Uint8Array; instanceId: Uint8Array }>,
): Promise<{ host: string; port: number }> {
  const server = createServer(
    { cert: mallory.certificate, key: mallory.key, requestCert: true, rejectUnauthorized: false },
    (socket) => {
      const decoder = new RequestDecoder(
        {
          request: (request) => {
            received.push(request);
            if (request.kind !== 'attest') return;
            const { context } = request;
            void attest(request.nonce).then((answer) =>
              socket.write(encodeResponse({ context, status: 1, kind: 'attestation', ...answer })),
            );
          },
          dataBegin: () => t.fail('contents came'),
          data: () => undefined,
          dataEnd: () => undefined,
        },
        { messageBytes: 1 << 20, smallMessageBytes: 1 << 20 },
      );
      socket.on('data', (chunk) => decoder.push(chunk)).on('error', () => undefined);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}

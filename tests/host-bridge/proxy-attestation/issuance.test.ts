import { webcrypto, X509Certificate } from 'node:crypto';
import t from 'tap';
import {
  readTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import { awsNitroRoots } from '../../../proto/attestation/roots.ts';
import { toHex } from '../../../proto/bytes.ts';
import { hashPolicy } from '../../../proto/policy/hash.ts';
import { KeyUsage, parseCertificate, splitCertificates } from '../../../proto/x509/certificate.ts';
import { Oid } from '../../../proto/x509/object-identifiers.ts';
import { policyText } from '../../support/policy-text.ts';
import { ProxyEnclave, startRest, submitRest } from '../../support/proxy-enclave.ts';
import { makeParty } from '../../support/test-enclave.ts';
import { attempt, authority, enclave, honest, pcr0, policyHash, serve, sha256 } from './proxy-attempts.ts';

t.test('a certificate says what the document proves, and that alone', async (t) => {
  const server = await serve(t);
  const one = enclave();
  const { id, nonce, status } = await startRest(server.url);
  t.equal(status, 201);
  t.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  t.equal(nonce.length, 32);
  const csr = await one.request();
  const token = await one.document(nonce, csr);
  const before = Date.now();
  const answer = await submitRest(server.url, id, { token, csr, policyHash });
  t.equal(answer.status, 200, answer.code);
  t.equal(answer.type, 'application/vnd.veraison.challenge-response-session+json');
  const [der, ca, ...more] = splitCertificates(answer.body);
  t.equal(more.length, 0);
  t.same(ca, server.authorityCertificate);
  const certificate = parseCertificate(der!);
  t.same(certificate.publicKey.raw, one.publicKey);
  t.equal(certificate.subject.text, `CN=truce-${toHex(one.instanceId)}`, 'not the name it asked for');
  t.same(certificate.basicConstraints, { ca: false, pathLength: undefined });
  t.equal(certificate.keyUsage, KeyUsage.DIGITAL_SIGNATURE);
  t.equal(certificate.serial.length, 20);
  t.ok(certificate.notBefore < before && certificate.notBefore > before - 600_000);
  t.ok(certificate.notAfter <= Date.now() + 24 * 3_600_000 && certificate.notAfter > before + 23 * 3_600_000);
  t.same(readTruceExtension(certificate, TruceExtension.POLICY_HASH), policyHash);
  t.same(readTruceExtension(certificate, TruceExtension.INSTANCE_ID), one.instanceId);
  t.same(readTruceExtension(certificate, TruceExtension.MEASUREMENT), pcr0);
  t.same(certificate.extensions.get(VERACRUZ_RUNTIME_HASH)?.value, pcr0.subarray(0, 32));
  // Node's OpenSSL reads the same.
  const read = new X509Certificate(Buffer.from(der!));
  const issuer = new X509Certificate(Buffer.from(ca!));
  t.ok(read.verify(issuer.publicKey) && read.checkIssued(issuer), 'key identifiers and signature fit');
  t.same(read.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  t.ok(certificate.extensions.has(Oid.SUBJECT_KEY_IDENTIFIER));
  const [record] = await server.log();
  t.match(record, {
    id,
    protocol: 'nitro',
    outcome: 'ISSUED',
    address: '127.0.0.1',
    measurement: toHex(pcr0),
    policyHash: toHex(policyHash),
    instanceId: toHex(one.instanceId),
    serial: toHex(certificate.serial),
    notAfter: certificate.notAfter,
  });
});

t.test('enclaves in debug mode, and any enclave at all, only where that is said', async (t) => {
  const zero = new Uint8Array(48);
  const debug = () => new ProxyEnclave(authority, policyHash, zero);
  const inDebug: Parameters<typeof attempt>[1] = async ({ one, nonce, csr }) => {
    const pcrs = await one.pcrs();
    for (const index of [0, 1, 2]) pcrs.set(index, zero);
    return { token: await one.document(nonce, csr, { pcrs }), csr };
  };
  const strict = await serve(t, { measurements: 'any' });
  t.equal((await attempt(strict.url, inDebug, undefined, debug())).code, 'ATTESTATION_DEBUG');
  const any = new ProxyEnclave(authority, policyHash, new Uint8Array(48).fill(0x55));
  t.equal((await attempt(strict.url, honest, undefined, any)).status, 200);
  const open = await serve(t, { measurements: 'any', allowDebug: true });
  t.equal((await attempt(open.url, inDebug, undefined, debug())).status, 200);
  // AWS's root is the only one unless others are named.
  const aws = await serve(t, { trustRoots: awsNitroRoots() });
  t.equal((await attempt(aws.url, honest)).code, 'ATTESTATION_ROOT_UNKNOWN');
});

t.test("Veracruz's untagged documents prove no policy, and certify none", async (t) => {
  const server = await serve(t, { legacy: true });
  const untagged = (userData: (csr: Uint8Array) => Promise<Uint8Array>): Parameters<typeof attempt>[1] => {
    return async ({ one, nonce, csr }) => ({
      token: await one.document(nonce, csr, { userData: await userData(csr), publicKey: null }),
      csr,
    });
  };
  for (const userData of [sha256, async (csr: Uint8Array) => csr]) {
    const answer = await attempt(server.url, untagged(userData), { extensions: [] });
    t.equal(answer.status, 200, answer.code);
    const certificate = parseCertificate(splitCertificates(answer.body)[0]!);
    t.same(certificate.extensions.get(VERACRUZ_RUNTIME_HASH)?.value, pcr0.subarray(0, 32));
    for (const identifier of Object.values(TruceExtension))
      t.equal(readTruceExtension(certificate, identifier), undefined);
  }
  const refused = async (code: string, answer: Promise<{ code: string }>) =>
    t.equal((await answer).code, code);
  await refused('PROXY_CLAIM_MISMATCH', attempt(server.url, untagged(sha256)));
  await refused(
    'PROXY_REQUEST_MISMATCH',
    attempt(
      server.url,
      untagged(async () => policyHash),
      { extensions: [] },
    ),
  );
  await refused(
    'ATTESTATION_PCR_SETS',
    attempt(
      server.url,
      untagged(sha256),
      { extensions: [] },
      new ProxyEnclave(authority, policyHash, new Uint8Array(48).fill(3)),
    ),
  );
  t.equal((await attempt(server.url, honest)).status, 200, 'tagged ones count as ever');
});

t.test('a policy that is known bounds its certificates and its enclaves', async (t) => {
  const party = await makeParty('party');
  const parties = [{ certificate: party.certificate, rights: { '/data': 2 } }];
  const policy = JSON.parse(policyText({ parties, pcr0 }));
  const end = new Date(Date.now() + 90 * 60_000);
  policy.enclave_cert_expiry = {
    year: end.getUTCFullYear(),
    month: end.getUTCMonth() + 1,
    day: end.getUTCDate(),
    hour: end.getUTCHours(),
    minute: end.getUTCMinutes(),
  };
  const text = JSON.stringify(policy);
  const hash = await hashPolicy(text, webcrypto.subtle);
  let now = Date.now();
  const server = await serve(t, { policies: [text], measurements: 'any', now: () => now });
  t.match(server.warnings.join('\n'), /does not name this authority/);
  const answer = await attempt(server.url, honest, undefined, new ProxyEnclave(authority, hash, pcr0));
  t.equal(answer.status, 200, answer.code);
  t.equal(
    parseCertificate(splitCertificates(answer.body)[0]!).notAfter,
    Date.UTC(
      end.getUTCFullYear(),
      end.getUTCMonth(),
      end.getUTCDate(),
      end.getUTCHours(),
      end.getUTCMinutes(),
    ),
  );
  const other = new ProxyEnclave(authority, hash, new Uint8Array(48).fill(4));
  t.equal((await attempt(server.url, honest, undefined, other)).code, 'PROXY_MEASUREMENT_REFUSED');
  // At the policy's end, within the life of the documents' chain.
  const late: Parameters<typeof attempt>[1] = async ({ one, nonce, csr }) => ({
    token: await one.document(nonce, csr, { timestamp: now }),
    csr,
  });
  now = end.getTime();
  const expired = await attempt(server.url, late, undefined, new ProxyEnclave(authority, hash, pcr0));
  t.equal(expired.code, 'PROXY_POLICY_EXPIRED');
  // A server that starts after that end goes on for others, and refuses this one still.
  const later = await serve(t, { policies: [text], measurements: 'any', now: () => now });
  t.match(later.warnings.join('\n'), /expired/);
  t.equal(
    (await attempt(later.url, late, undefined, new ProxyEnclave(authority, hash, pcr0))).code,
    'PROXY_POLICY_EXPIRED',
  );
  t.equal((await attempt(later.url, late)).status, 200);
  const none = await serve(t);
  t.match(none.warnings.join('\n'), /no policy is known/);
  t.notMatch(later.warnings.join('\n'), /no policy is known/);
});

t.test('32 enclaves are attested at once, each with a number of its own', async (t) => {
  const server = await serve(t);
  const answers = await Promise.all(Array.from({ length: 32 }, () => attempt(server.url, honest)));
  t.ok(answers.every(({ status }) => status === 200));
  const certificates = answers.map(({ body }) => parseCertificate(splitCertificates(body)[0]!));
  t.equal(new Set(certificates.map(({ serial }) => toHex(serial))).size, 32);
  t.equal((await server.log()).length, 32);
});

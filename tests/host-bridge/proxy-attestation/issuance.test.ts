import { generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readAttempts } from '../../../host-bridge/proxy-attestation/attempt-log.ts';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import type { ProxyAttestationOptions } from '../../../host-bridge/proxy-attestation/options.ts';
import { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';
import {
  readTruceExtension,
  TruceExtension,
  truceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import { encodePurpose } from '../../../proto/attestation/purpose.ts';
import { awsNitroRoots } from '../../../proto/attestation/roots.ts';
import { toHex } from '../../../proto/bytes.ts';
import { hashPolicy } from '../../../proto/policy/hash.ts';
import { KeyUsage, parseCertificate, splitCertificates } from '../../../proto/x509/certificate.ts';
import { keyUsage } from '../../../proto/x509/certificate-writer.ts';
import { Oid } from '../../../proto/x509/object-identifiers.ts';
import { AttestationAuthority, nodeCrypto } from '../../support/attestation-authority.ts';
import { policyText } from '../../support/policy-text.ts';
import { ProxyEnclave, readAnswer, startRest, submitRest } from '../../support/proxy-enclave.ts';
import { makeParty } from '../../support/test-enclave.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxy-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const authority = await AttestationAuthority.create({ time: Date.now() });
const policyHash = new Uint8Array(32).fill(7);
const pcr0 = new Uint8Array(48).fill(1);
let count = 0;

/** A server of the test's own, over a fresh database and one authority for all. */
async function serve(t: Test, options: Partial<ProxyAttestationOptions> = {}) {
  const database = join(folder, `${++count}.db`);
  const warnings: string[] = [];
  const server = await startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database,
    authority: { certificateFile: join(folder, 'ca.pem'), keyFile: join(folder, 'ca-key.pem') },
    trustRoots: [authority.root],
    measurements: [new Map([[0, pcr0]])],
    warn: (line) => warnings.push(line),
    ...options,
  });
  t.teardown(() => server.close());
  const log = async () => {
    const open = await ProxyDatabase.openToRead(database);
    try {
      return readAttempts(open, 1000);
    } finally {
      open.close();
    }
  };
  return { ...server, warnings, log };
}

const enclave = () => new ProxyEnclave(authority, policyHash, pcr0);

/** A whole attempt that would succeed but for what `bend` changes. */
async function attempt(
  url: string,
  bend: (parts: {
    one: ProxyEnclave;
    nonce: Uint8Array;
    csr: Uint8Array;
  }) => Promise<{ token: Uint8Array; csr: Uint8Array; policyHash?: Uint8Array }>,
  request?: Parameters<ProxyEnclave['request']>[0],
  one = enclave(),
) {
  const { id, nonce } = await startRest(url);
  const csr = await one.request(request);
  return submitRest(url, id, await bend({ one, nonce, csr }));
}

const honest: Parameters<typeof attempt>[1] = async ({ one, nonce, csr }) => ({
  token: await one.document(nonce, csr),
  csr,
});

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

t.test('a challenge is used up by its first attempt, whatever becomes of it', async (t) => {
  const server = await serve(t);
  const one = enclave();
  const { id, nonce } = await startRest(server.url);
  const csr = await one.request();
  const token = await one.document(nonce, csr);
  const form = { token, csr };
  const answers = await Promise.all([1, 2, 3].map(() => submitRest(server.url, id, form)));
  t.same(answers.map(({ status }) => status).sort(), [200, 404, 404], 'one of three at once');
  t.equal((await submitRest(server.url, id, form)).code, 'PROXY_CHALLENGE_UNKNOWN');
  // A form that is none uses it up as well.
  const second = await startRest(server.url);
  const broken = await fetch(`${server.url}/proxy/v1/Nitro/${second.id}`, {
    method: 'POST',
    body: 'no form',
  });
  t.equal((await readAnswer(broken)).code, 'PROXY_REQUEST_INVALID');
  const late = { token: await one.document(second.nonce, csr), csr };
  t.equal((await submitRest(server.url, second.id, late)).code, 'PROXY_CHALLENGE_UNKNOWN');
  t.equal((await server.log()).filter(({ serial }) => serial !== undefined).length, 1);
});

t.test('challenges expire, and so many wait at most', async (t) => {
  let now = Date.now();
  const server = await serve(t, {
    now: () => now,
    limits: { challenges: 3, challengesPerAddress: 3, challengeMilliseconds: 60_000 },
  });
  const one = enclave();
  const csr = await one.request();
  const first = await startRest(server.url);
  await startRest(server.url);
  await startRest(server.url);
  t.equal((await startRest(server.url)).status, 503, 'none is given up for a fourth');
  now += 60_000;
  const token = await one.document(first.nonce, csr, { timestamp: now });
  t.equal((await submitRest(server.url, first.id, { token, csr })).code, 'PROXY_CHALLENGE_UNKNOWN');
  t.equal((await startRest(server.url)).status, 201);
});

t.test('nothing is issued where anything disagrees', async (t) => {
  const server = await serve(t);
  const other = new Uint8Array(32).fill(8);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const foreign = await AttestationAuthority.create({ time: Date.now() });
  const refusals: [string, Promise<{ code: string; status: number }>][] = [
    [
      'ATTESTATION_NONCE_MISMATCH',
      attempt(server.url, async ({ one, csr }) => ({
        token: await one.document(new Uint8Array(32), csr),
        csr,
      })),
    ],
    [
      'PROXY_REQUEST_MISMATCH',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr),
        csr: await one.request(),
      })),
    ],
    [
      'ATTESTATION_PUBLIC_KEY_MISMATCH',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr, { publicKey: enclave().publicKey }),
        csr,
      })),
    ],
    [
      'ATTESTATION_PUBLIC_KEY_MISMATCH',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr, { publicKey: null }),
        csr,
      })),
    ],
    ['PROXY_REQUEST_SIGNATURE', attempt(server.url, honest, { signer: stranger })],
    [
      'ATTESTATION_POLICY_MISMATCH',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr, { pcrs: await one.pcrs(other) }),
        csr,
      })),
    ],
    [
      'ATTESTATION_POLICY_ABSENT',
      attempt(server.url, async ({ one, nonce, csr }) => {
        const pcrs = await one.pcrs();
        pcrs.delete(16);
        return { token: await one.document(nonce, csr, { pcrs }), csr };
      }),
    ],
    [
      'PROXY_CLAIM_MISMATCH',
      attempt(server.url, async (parts) => ({ ...(await honest(parts)), policyHash: other })),
    ],
    ['PROXY_CLAIM_MISMATCH', attempt(server.url, honest, { extensions: [] })],
    [
      'PROXY_CLAIM_MISMATCH',
      attempt(server.url, honest, {
        extensions: [
          truceExtension(TruceExtension.POLICY_HASH, policyHash),
          truceExtension(TruceExtension.INSTANCE_ID, new Uint8Array(16)),
        ],
      }),
    ],
    [
      'PROXY_CLAIM_MISMATCH',
      attempt(server.url, honest, {
        extensions: [
          truceExtension(TruceExtension.POLICY_HASH, policyHash),
          truceExtension(TruceExtension.MEASUREMENT, new Uint8Array(48)),
        ],
      }),
    ],
    [
      'CERTIFICATION_REQUEST_INVALID',
      attempt(server.url, honest, {
        extensions: [
          truceExtension(TruceExtension.POLICY_HASH, policyHash),
          keyUsage(KeyUsage.KEY_CERT_SIGN),
        ],
      }),
    ],
    [
      'ATTESTATION_PURPOSE',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr, {
          userData: encodePurpose('truce/certificate/v1', new Uint8Array(48)),
        }),
        csr,
      })),
    ],
    [
      'ATTESTATION_PCR_SETS',
      attempt(
        server.url,
        honest,
        undefined,
        new ProxyEnclave(authority, policyHash, new Uint8Array(48).fill(9)),
      ),
    ],
    [
      'ATTESTATION_ROOT_UNKNOWN',
      attempt(server.url, honest, undefined, new ProxyEnclave(foreign, policyHash, pcr0)),
    ],
    [
      'ATTESTATION_SIGNATURE',
      attempt(server.url, async (parts) => {
        const { token, csr } = await honest(parts);
        token[token.length - 1]! ^= 1;
        return { token, csr };
      }),
    ],
    [
      'ATTESTATION_TOO_OLD',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr, { timestamp: Date.now() - 3_600_000 }),
        csr,
      })),
    ],
    [
      'PROXY_LEGACY_REFUSED',
      attempt(server.url, async ({ one, nonce, csr }) => ({
        token: await one.document(nonce, csr, { userData: await sha256(csr) }),
        csr,
      })),
    ],
  ];
  for (const [code, answer] of refusals) {
    const refused = await answer;
    t.equal(refused.code, code);
    t.ok(refused.status === 403 || refused.status === 400, `${code}: ${refused.status}`);
  }
  const log = await server.log();
  t.same(log.map(({ outcome }) => outcome).sort(), refusals.map(([code]) => code).sort(), 'all are logged');
  t.ok(log.every(({ serial }) => serial === undefined));
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

t.test('requests are bounded in size, number and rate, and told so', async (t) => {
  const server = await serve(t, { limits: { requestsPerMinute: 9, bodyBytes: 16_384 } });
  const { id } = await startRest(server.url);
  const large = await submitRest(server.url, id, { token: new Uint8Array(20_000), csr: new Uint8Array(1) });
  t.same([large.status, large.code], [413, 'PROXY_REQUEST_TOO_LARGE']);
  const form = async (fields: [string, string | Blob][]) => {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const { id } = await startRest(server.url);
    return readAnswer(await fetch(`${server.url}/proxy/v1/Nitro/${id}`, { method: 'POST', body }));
  };
  for (const fields of [
    [['token', 'AAAA']],
    [
      ['token', 'AAAA'],
      ['csr', 'AA'],
    ],
    [
      ['token', 'AAAA'],
      ['csr', new Blob(['AAAA'])],
    ],
  ] as [string, string | Blob][][]) {
    const refused = await form(fields);
    t.same([refused.status, refused.code], [400, 'PROXY_REQUEST_INVALID']);
    t.notMatch(new TextDecoder().decode(refused.body), /\.[jt]s:\d+/, 'no stack');
  }
  t.equal((await readAnswer(await fetch(`${server.url}/proxy/v1/Nitro/1`, { method: 'POST' }))).status, 400);
  const slow = await fetch(`${server.url}/proxy/v1/Start`, { method: 'POST' });
  t.equal(slow.status, 429);
  t.equal(slow.headers.get('retry-after'), '1');
});

t.test('a form that trickles in keeps nobody from being attested', async (t) => {
  const server = await serve(t, { limits: { attempts: 1 } });
  const { hostname, port } = new URL(server.url);
  const { id } = await startRest(server.url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  socket.write(
    `POST /proxy/v1/Nitro/${id} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999\r\n` +
      'Content-Type: multipart/form-data; boundary=x\r\n\r\n',
  );
  // The server has begun to read it: 100 Continue.
  await once(socket, 'data');
  socket.write('--x\r\n');
  t.equal((await attempt(server.url, honest)).status, 200);
});

t.test('a request that does not come to its end is cut off', async (t) => {
  const server = await serve(t, { limits: { requestMilliseconds: 100 } });
  const { hostname, port } = new URL(server.url);
  const [early, half] = [
    'POST /proxy/v1/St',
    'POST /Start HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nAAA',
  ];
  for (const text of [early, half]) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(text!);
    await once(socket.resume(), 'close');
  }
  t.equal((await startRest(server.url)).status, 201, 'others are served');
});

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await nodeCrypto.subtle.digest('SHA-256', new Uint8Array(data)));
}

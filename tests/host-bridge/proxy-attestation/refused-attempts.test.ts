import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { TruceExtension, truceExtension } from '../../../proto/attestation/certificate-extensions.ts';
import { encodePurpose } from '../../../proto/attestation/purpose.ts';
import { KeyUsage } from '../../../proto/x509/certificate.ts';
import { keyUsage } from '../../../proto/x509/certificate-writer.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { ProxyEnclave, readAnswer, startRest, submitRest } from '../../support/proxy-enclave.ts';
import { attempt, authority, enclave, honest, pcr0, policyHash, serve, sha256 } from './proxy-attempts.ts';

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

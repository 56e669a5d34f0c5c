import { createHash, generateKeyPairSync, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import t, { type Test } from 'tap';
import {
  encodeTruceExtension,
  readTruceExtension,
  TruceExtension,
  VERACRUZ_RUNTIME_HASH,
} from '../../../proto/attestation/certificate-extensions.ts';
import { decodeCsrPurpose } from '../../../proto/attestation/csr-purpose.ts';
import { isSignedBy } from '../../../proto/attestation/issued-signature.ts';
import { concatBytes } from '../../../proto/bytes.ts';
import type { AttestationRequest, NitroSecureModule } from '../../../proto/nsm.ts';
import type { Policy } from '../../../proto/policy/model.ts';
import { splitCertificates } from '../../../proto/x509/certificate.ts';
import {
  basicConstraints,
  type CertificateFields,
  commonNameOnly,
  keyUsage,
} from '../../../proto/x509/certificate-writer.ts';
import { parseCertificationRequest } from '../../../proto/x509/certification-request.ts';
import { Oid } from '../../../proto/x509/object-identifiers.ts';
import { Certification } from '../../../runtime/manager/certification.ts';
import { makeEndpointKey } from '../../../runtime/session/endpoint-key.ts';
import { StandInProxyAuthority, withExtension } from '../../support/stand-in-proxy-authority.ts';

const HOUR = 3_600_000;
const challenge = randomBytes(32);
const [instanceId, policyHash, measurement] = [randomBytes(16), randomBytes(32), randomBytes(48)];
const key = makeEndpointKey();
const authority = await StandInProxyAuthority.create();
const policy = {
  proxy: { certificates: [randomBytes(9), authority.certificate] },
  certificateExpiry: Date.now() + 1000 * HOUR,
} as unknown as Policy;

interface Options {
  readonly legacy?: boolean;
  readonly now?: () => number;
}

async function makeCertification(options: Options = {}) {
  const asked: AttestationRequest[] = [];
  // Stands in for the module: what it signs is of no matter here.
  const nsm = {
    describePcr: async () => ({ data: measurement, locked: true }),
    attest: async (request: AttestationRequest) => {
      asked.push(request);
      return randomBytes(100);
    },
  } as unknown as NitroSecureModule;
  const certification = await Certification.create({
    nsm,
    key,
    instanceId,
    legacy: false,
    now: Date.now,
    ...options,
  });
  return { certification, asked };
}

const { certification } = await makeCertification();
const { csr } = await certification.attest(challenge, policyHash);
const read = (chain: Uint8Array, proven = true) => certification.read(chain, policy, policyHash, proven);
const issue = (change: Partial<CertificateFields>) =>
  authority.issue(csr, (fields) => ({ ...fields, ...change }));

t.test(
  'a document asks for a certificate: tag, the request, the instance, the key and the challenge',
  async (t) => {
    const { certification, asked } = await makeCertification();
    const answer = await certification.attest(challenge, policyHash);
    const request = parseCertificationRequest(answer.csr);
    t.ok(await isSignedBy(request, request.publicKey, webcrypto as unknown as Crypto));
    t.same(request.publicKey.raw, key.publicKey);
    t.same(readTruceExtension(request, TruceExtension.POLICY_HASH), new Uint8Array(policyHash));
    t.same(readTruceExtension(request, TruceExtension.INSTANCE_ID), new Uint8Array(instanceId));
    t.same(readTruceExtension(request, TruceExtension.MEASUREMENT), new Uint8Array(measurement));
    const [{ userData, nonce, publicKey } = {}] = asked;
    const csrHash = new Uint8Array(createHash('sha256').update(answer.csr).digest());
    t.same(decodeCsrPurpose(userData), { csrHash, instanceId: new Uint8Array(instanceId) });
    t.same(nonce, challenge);
    t.same(publicKey, key.publicKey);

    const again = await certification.attest(randomBytes(32), policyHash);
    t.same(parseCertificationRequest(again.csr).publicKey.raw, key.publicKey, 'the key is never replaced');
    t.notSame(asked[1]?.nonce, nonce);
    const unproven = parseCertificationRequest((await certification.attest(challenge, undefined)).csr);
    t.equal(
      readTruceExtension(unproven, TruceExtension.POLICY_HASH),
      undefined,
      'no policy, no claim of one',
    );
  },
);

t.test('in legacy mode user_data is the request’s hash, and the key is the same', async (t) => {
  const { certification, asked } = await makeCertification({ legacy: true });
  const { csr } = await certification.attest(challenge, undefined);
  t.same(asked[0]?.userData, createHash('sha256').update(csr).digest());
  t.same(asked[0]?.publicKey, key.publicKey);
  t.equal(parseCertificationRequest(csr).extensions.size, 0, 'nothing is asked for that it does not prove');
  const chain = await authority.issue(csr, undefined, measurement);
  t.ok(await certification.read(chain, policy, policyHash, true), 'Veracruz’s proxy certifies no more');
});

t.test('attestations are bounded in a minute, and challenges in length', async (t) => {
  let now = Date.now();
  const { certification } = await makeCertification({ now: () => now });
  for (const length of [0, 15, 513])
    await t.rejects(certification.attest(new Uint8Array(length), policyHash), { code: 'MESSAGE_INVALID' });
  for (let count = 0; count < 60; count++) await certification.attest(challenge, policyHash);
  await t.rejects(certification.attest(challenge, policyHash), { code: 'CHALLENGE_LIMIT' });
  now += 60_000;
  t.ok(await certification.attest(challenge, policyHash), 'a minute later there is room');
  now -= 24 * HOUR;
  for (let count = 0; count < 60; count++) await certification.attest(challenge, policyHash);
  t.pass('a clock that was set back locks nobody out');
});

t.test('a chain of the policy’s proxy is taken, until it ends or the policy does', async (t) => {
  const [leaf] = splitCertificates(await authority.issue(csr));
  const issued = await read(await authority.issue(csr));
  t.same(
    new Uint8Array(new X509Certificate(issued.certificate).publicKey.export({ type: 'spki', format: 'der' })),
    key.publicKey,
  );
  t.equal(issued.notAfter, Date.parse(new X509Certificate(leaf!).validTo));
  const soon = Date.now() + HOUR;
  const short = { ...policy, certificateExpiry: soon };
  t.equal((await certification.read(await authority.issue(csr), short, policyHash, true)).notAfter, soon);
});

async function refuses(t: Test, what: string, chain: Uint8Array, code: string): Promise<void> {
  await t.rejects(read(chain), { name: 'TruceError', code }, what);
}

t.test('any other chain is refused', async (t) => {
  const good = await authority.issue(csr);
  const [leaf, issuer] = splitCertificates(good) as [Uint8Array, Uint8Array];
  await refuses(t, 'nothing', new Uint8Array(), 'ENDPOINT_CHAIN_INVALID');
  await refuses(t, 'a leaf alone', leaf, 'ENDPOINT_CHAIN_INVALID');
  await refuses(t, 'one more', concatBytes(good, issuer), 'ENDPOINT_CHAIN_INVALID');
  await refuses(t, 'bytes behind', concatBytes(good, Uint8Array.of(0)), 'DER_INVALID');
  await refuses(t, 'no certificate', Uint8Array.of(0x30, 0, 0x30, 0), 'DER_INVALID');
  await refuses(t, 'the issuer first', concatBytes(issuer, leaf), 'ENDPOINT_ISSUER_REFUSED');
  await refuses(t, 'the issuer twice', concatBytes(issuer, issuer), 'ENDPOINT_KEY_MISMATCH');

  const foreign = await StandInProxyAuthority.create();
  await refuses(t, 'an authority that nobody named', await foreign.issue(csr), 'ENDPOINT_ISSUER_REFUSED');
  const posing = concatBytes(splitCertificates(await foreign.issue(csr))[0]!, authority.certificate);
  await refuses(t, 'its namesake’s signature', posing, 'ENDPOINT_SIGNATURE');
  const changed = new Uint8Array(good);
  changed[leaf.length - 1]! ^= 1;
  await refuses(t, 'a signature with a bit changed', changed, 'ENDPOINT_SIGNATURE');
  await refuses(
    t,
    'another issuer’s name',
    await issue({ issuer: commonNameOnly('another') }),
    'ENDPOINT_ISSUER_REFUSED',
  );

  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const publicKey = new Uint8Array(other.export({ type: 'spki', format: 'der' }));
  await refuses(t, 'a foreign key', await issue({ publicKey }), 'ENDPOINT_KEY_MISMATCH');

  const now = Date.now();
  const times: [string, number, number][] = [
    ['expired', now - 48 * HOUR, now - HOUR],
    ['expired a moment ago', now - 48 * HOUR, now - 2000],
    ['not yet valid', now + HOUR, now + 48 * HOUR],
  ];
  for (const [what, notBefore, notAfter] of times)
    await refuses(t, what, await issue({ notBefore, notAfter }), 'ENDPOINT_NOT_VALID_NOW');
  t.ok(await read(await issue({ notBefore: now + 60_000 })), 'a proxy whose clock is a little fast');

  const bends: [string, CertificateFields['extensions']][] = [
    ['an authority', [basicConstraints(true)]],
    ['a key that may not sign', [basicConstraints(false), keyUsage(1 << 2)]],
    ['something critical', [{ identifier: '1.2.3', critical: true, value: Uint8Array.of(5, 0) }]],
  ];
  for (const [what, extensions] of bends)
    await refuses(t, what, await issue({ extensions }), 'ENDPOINT_CHAIN_INVALID');
});

t.test('where the policy names no proxy, no certificate is taken', async (t) => {
  const none = { ...policy, proxy: undefined };
  await t.rejects(certification.read(await authority.issue(csr), none, policyHash, true), {
    code: 'ENDPOINT_ISSUER_REFUSED',
  });
});

t.test('an issuer that may not issue, or not now, is refused though the policy names it', async (t) => {
  const cases: [string, Partial<CertificateFields>, string][] = [
    ['no authority', { extensions: [basicConstraints(false)] }, 'ENDPOINT_CHAIN_INVALID'],
    ['no extensions', { extensions: [] }, 'ENDPOINT_CHAIN_INVALID'],
    [
      'a key for other things',
      { extensions: [basicConstraints(true), keyUsage(1)] },
      'ENDPOINT_CHAIN_INVALID',
    ],
    ['expired', { notAfter: Date.now() - HOUR }, 'ENDPOINT_NOT_VALID_NOW'],
    [
      'a critical extension that nobody knows',
      {
        extensions: [
          basicConstraints(true),
          { identifier: Oid.EXTENDED_KEY_USAGE, critical: true, value: Uint8Array.of(0x30, 0) },
        ],
      },
      'ENDPOINT_CHAIN_INVALID',
    ],
  ];
  for (const [what, change, code] of cases) {
    const authority = await StandInProxyAuthority.create((fields) => ({ ...fields, ...change }));
    const named = { ...policy, proxy: { ...policy.proxy!, certificates: [authority.certificate] } };
    await t.rejects(certification.read(await authority.issue(csr), named, policyHash, true), { code }, what);
  }
});

t.test('every claim has to be made, and to be so', async (t) => {
  const wrong = encodeTruceExtension(randomBytes(32));
  const claims: [string, string, Uint8Array][] = [
    [TruceExtension.POLICY_HASH, 'policy', wrong],
    [TruceExtension.INSTANCE_ID, 'instance', wrong],
    [TruceExtension.MEASUREMENT, 'measurement', encodeTruceExtension(measurement.subarray(0, 32))],
    [VERACRUZ_RUNTIME_HASH, 'runtime hash', measurement.subarray(1, 33)],
  ];
  for (const [identifier, what, value] of claims) {
    const expected = { code: 'ENDPOINT_CLAIM_MISMATCH', details: { what } };
    await t.rejects(read(await authority.issue(csr, withExtension(identifier, value))), expected, what);
    const without = await authority.issue(csr, withExtension(identifier, undefined));
    await t.rejects(read(without), expected, `no ${what}`);
    // In Veracruz's order nobody could certify a policy yet, and Veracruz's proxy certifies the runtime alone.
    if (what === 'runtime hash') await t.rejects(read(without, false), expected);
    else t.ok(await read(without, false), `no ${what}, before there was a policy`);
    const lying = await authority.issue(csr, withExtension(identifier, value));
    await t.rejects(read(lying, false), expected, `a false ${what} all the same`);
  }
  const notOctets = await authority.issue(
    csr,
    withExtension(TruceExtension.POLICY_HASH, Uint8Array.of(5, 0)),
  );
  await t.rejects(read(notOctets), { code: 'CERTIFICATE_INVALID' });
});

import { randomBytes, X509Certificate } from 'node:crypto';
import t from 'tap';
import { decodePurpose } from '../../../proto/attestation/purpose.ts';
import type { AttestationRequest, NitroSecureModule } from '../../../proto/nsm.ts';
import { makeEndpointCertificate } from '../../../runtime/session/endpoint-certificate.ts';
import { makeEndpointKey } from '../../../runtime/session/endpoint-key.ts';

const HOUR = 3_600_000;
const now = Math.floor(Date.now() / 1000) * 1000;
const key = makeEndpointKey();
const [instanceId, policyHash, measurement] = [randomBytes(16), randomBytes(32), randomBytes(48)];

async function make(policyExpiry: number) {
  const asked: AttestationRequest[] = [];
  // Stands in for the module: what it signs is of no matter here.
  const nsm = {
    attest: async (request: AttestationRequest) => {
      asked.push(request);
      return randomBytes(100);
    },
  } as unknown as NitroSecureModule;
  const pem = await makeEndpointCertificate(
    { key, instanceId, policyHash, measurement, policyExpiry },
    nsm,
    now,
  );
  return { certificate: new X509Certificate(pem), asked };
}

t.test('the certificate ends with the policy, or after a day, whichever comes first', async (t) => {
  for (const [policyExpiry, notAfter] of [
    [now + HOUR, now + HOUR],
    [now + 23 * HOUR, now + 23 * HOUR],
    [now + 25 * HOUR, now + 24 * HOUR],
    [now + 10_000 * HOUR, now + 24 * HOUR],
  ] as const) {
    const { certificate } = await make(policyExpiry);
    t.equal(Date.parse(certificate.validTo), notAfter);
    t.ok(Date.parse(certificate.validFrom) < now, 'clocks that are a little slow take it');
  }
});

t.test('its document is asked for this key, this instance and this policy', async (t) => {
  const { asked } = await make(now + HOUR);
  t.same(asked.length, 1);
  t.same(asked[0]?.publicKey, key.publicKey);
  t.same(decodePurpose(asked[0]!.userData!), {
    purpose: 'truce/certificate/v1',
    content: new Uint8Array(Buffer.concat([instanceId, policyHash])),
  });
});

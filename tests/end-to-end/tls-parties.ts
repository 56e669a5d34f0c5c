/** Who the tests of the channel itself speak as: a party, and an authority that the policy lists like one. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Test } from 'tap';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { KeyUsage } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { READ, WRITE } from '../support/policy-text.ts';
import { makeParty, type Party, type TestEnclave } from '../support/test-enclave.ts';
import { RawParty } from './raw-party.ts';

export const owner = await makeParty('harriet-the-owner');
export const authority = await certify('ignatius-the-authority', undefined);
export const listed = [owner, authority].map(({ certificate }) => ({
  certificate,
  rights: { '/note': READ | WRITE },
}));
export const POLICY_HASH = encodeRequest({ context: 7, kind: 'request_policy_hash' });

/** What everything here comes to: the runtime still serves who is in the policy. */
export async function stillServes(t: Test, at: TestEnclave): Promise<void> {
  const party = await RawParty.open(at.relay.address, owner);
  party.send(POLICY_HASH);
  const answer = await party.answer();
  t.equal(answer?.context, 7, 'the next party is served');
  party.close();
  await party.ended;
}

/** A party whose certificate `issuer` signed; without one, an authority that signed its own. */
export async function certify(name: string, issuer: Party | undefined): Promise<Party> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const certificate = await issueCertificate(
    {
      serial: randomBytes(16),
      issuer: commonNameOnly(issuer?.name ?? name),
      subject: commonNameOnly(name),
      notBefore: Date.now() - 60_000,
      notAfter: Date.now() + 3_600_000,
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
      extensions: [
        basicConstraints(issuer === undefined),
        keyUsage(KeyUsage.DIGITAL_SIGNATURE | (issuer === undefined ? KeyUsage.KEY_CERT_SIGN : 0)),
      ],
      signatureAlgorithm: Oid.ECDSA_SHA256,
    },
    async (tbs) => sign('sha256', tbs, { key: signer, dsaEncoding: 'ieee-p1363' }),
  );
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { name, certificate: encodePem('CERTIFICATE', certificate), key };
}

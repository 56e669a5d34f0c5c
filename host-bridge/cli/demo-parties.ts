/** The people of the demo: a key and a self-signed certificate each, made on the spot and forgotten afterwards. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { KeyUsage } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';

export interface DemoParty {
  readonly name: string;
  /** PEM, self-signed: a policy names the certificate itself, so no authority is needed. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** Clocks of two machines differ by minutes. */
const BACKDATED_MS = 5 * 60_000;
const SERIAL_BYTES = 16;

/** Makes a party whose certificate is valid until `notAfter` (milliseconds since 1970). */
export async function createParty(name: string, notAfter: number): Promise<DemoParty> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = commonNameOnly(name);
  const certificate = await issueCertificate(
    {
      serial: randomBytes(SERIAL_BYTES),
      issuer: subject,
      subject,
      notBefore: Date.now() - BACKDATED_MS,
      notAfter,
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
      extensions: [basicConstraints(false), keyUsage(KeyUsage.DIGITAL_SIGNATURE)],
      signatureAlgorithm: Oid.ECDSA_SHA256,
    },
    async (tbs) => sign('sha256', tbs, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  );
  return {
    name,
    certificate: encodePem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** The people of the demo: a key and a self-signed certificate each, made on the spot and forgotten afterwards. */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export interface DemoParty {
  readonly name: string;
  /** PEM, self-signed: a policy names the certificate itself, so no authority is needed. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'; // RFC 5280, section 4.2.1.12
/** Clocks of two machines differ by minutes. */
const BACKDATED_MS = 5 * 60_000;

/** Makes a party whose certificate is valid until `notAfter` (milliseconds since 1970). */
export async function createParty(name: string, notAfter: number): Promise<DemoParty> {
  const provider = webcrypto as unknown as Crypto;
  const keys = await provider.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // The top bit clear and the next one set: positive, and of one length. RFC 5280, section 4.1.2.2.
      serialNumber: ((randomBytes(1)[0]! & 0x3f) | 0x40).toString(16) + randomBytes(15).toString('hex'),
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - BACKDATED_MS),
      notAfter: new Date(notAfter),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([CLIENT_AUTHENTICATION]),
      ],
    },
    provider,
  );
  const pkcs8 = await provider.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    name,
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}

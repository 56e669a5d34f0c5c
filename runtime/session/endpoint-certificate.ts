/**
 * The endpoint's certificate where no proxy attestation server issues one: self-signed, with the attestation document
 * that speaks for its key in an extension (DESIGN section 3). Clients attest in the channel all the same.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { encodeTruceExtension, TruceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { encodePurpose } from '../../proto/attestation/purpose.ts';
import { concatBytes } from '../../proto/bytes.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import type { EndpointKey } from './endpoint-key.ts';

/** A document's leaf lives 3 hours (nitro.md section 8): the certificate is made anew well before. */
export const RENEW_MILLISECONDS = 60 * 60 * 1000;
const LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
/** Clocks of clients that are a little slow. */
const BACKDATE_MILLISECONDS = 5 * 60 * 1000;

export interface CertificateSubject {
  readonly key: EndpointKey;
  readonly instanceId: Uint8Array;
  /** 32 bytes. */
  readonly policyHash: Uint8Array;
  /** PCR0, 48 bytes. */
  readonly measurement: Uint8Array;
  /** Milliseconds since 1970. */
  readonly policyExpiry: number;
}

/** PEM. `now` in milliseconds since 1970. */
export async function makeEndpointCertificate(
  subject: CertificateSubject,
  nsm: NitroSecureModule,
  now: number,
): Promise<string> {
  const document = await nsm.attest({
    userData: encodePurpose('truce/certificate/v1', concatBytes(subject.instanceId, subject.policyHash)),
    publicKey: subject.key.publicKey,
  });
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pkcs8 = subject.key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign']);
  const publicKey = await webcrypto.subtle.importKey('spki', subject.key.publicKey, ecdsa, true, ['verify']);
  const extension = (oid: TruceExtension, value: Uint8Array) =>
    new x509.Extension(oid, false, new Uint8Array(encodeTruceExtension(value)));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex'),
      subject: 'CN=truce-enclave',
      issuer: 'CN=truce-enclave',
      notBefore: new Date(now - BACKDATE_MILLISECONDS),
      notAfter: new Date(Math.min(now + LIFE_MILLISECONDS, subject.policyExpiry)),
      signingAlgorithm: ecdsa,
      publicKey,
      signingKey: privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        extension(TruceExtension.ATTESTATION_DOCUMENT, document),
        extension(TruceExtension.POLICY_HASH, subject.policyHash),
        extension(TruceExtension.INSTANCE_ID, subject.instanceId),
        extension(TruceExtension.MEASUREMENT, subject.measurement),
      ],
    },
    webcrypto as Crypto,
  );
  return encodePem('CERTIFICATE', new Uint8Array(certificate.rawData));
}

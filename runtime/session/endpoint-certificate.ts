/**
 * The endpoint's certificate where no proxy attestation server issues one: self-signed, with the attestation document
 * that speaks for its key in an extension (DESIGN section 3). Clients attest in the channel all the same.
 */
import { randomBytes, sign } from 'node:crypto';
import { TruceExtension, truceExtension } from '../../proto/attestation/certificate-extensions.ts';
import { encodePurpose } from '../../proto/attestation/purpose.ts';
import { concatBytes } from '../../proto/bytes.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import { KeyUsage } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  commonNameOnly,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import type { EndpointKey } from './endpoint-key.ts';

/** A document's leaf lives 3 hours (AWS's attestation process document): the certificate is made anew well before. */
export const RENEW_MILLISECONDS = 60 * 60 * 1000;
const LIFE_MILLISECONDS = 24 * 60 * 60 * 1000;
/** Clocks of clients that are a little slow. */
const BACKDATE_MILLISECONDS = 5 * 60 * 1000;
const SERIAL_BYTES = 16;
const NAME = commonNameOnly('truce-enclave');

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
  const { key, instanceId, policyHash, measurement, policyExpiry } = subject;
  const document = await nsm.attest({
    userData: encodePurpose('truce/certificate/v1', concatBytes(instanceId, policyHash)),
    publicKey: key.publicKey,
  });
  const certificate = await issueCertificate(
    {
      serial: randomBytes(SERIAL_BYTES),
      issuer: NAME,
      subject: NAME,
      notBefore: now - BACKDATE_MILLISECONDS,
      notAfter: Math.min(now + LIFE_MILLISECONDS, policyExpiry),
      publicKey: key.publicKey,
      signatureAlgorithm: Oid.ECDSA_SHA256,
      extensions: [
        basicConstraints(false),
        keyUsage(KeyUsage.DIGITAL_SIGNATURE),
        truceExtension(TruceExtension.ATTESTATION_DOCUMENT, document),
        truceExtension(TruceExtension.POLICY_HASH, policyHash),
        truceExtension(TruceExtension.INSTANCE_ID, instanceId),
        truceExtension(TruceExtension.MEASUREMENT, measurement),
      ],
    },
    async (tbs) => sign('sha256', tbs, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
  );
  return encodePem('CERTIFICATE', certificate);
}

/**
 * Truce's certificate extensions: non-critical, each value a DER OCTET STRING. Whoever reads one has read a claim; what
 * proves it is the attestation document, or the authority that issued the certificate.
 */
import { TruceError } from '../errors.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { ExtensionFields } from '../x509/certificate-writer.ts';
import { DerTag, readDer } from '../x509/der.ts';
import { derOctetString } from '../x509/der-writer.ts';

/** An arc of a UUID (ITU-T X.667), e53de241-8d72-45ec-9c3a-e0f34f9e48bb, made once for Truce. */
const ARC = '2.25.304714530161292882221232132110696728763';

export const TruceExtension = {
  ATTESTATION_DOCUMENT: `${ARC}.1`,
  /** SHA-256 of the policy's text. */
  POLICY_HASH: `${ARC}.2`,
  INSTANCE_ID: `${ARC}.3`,
  /** PCR0, all 48 bytes. */
  MEASUREMENT: `${ARC}.4`,
} as const;
export type TruceExtension = (typeof TruceExtension)[keyof typeof TruceExtension];

/**
 * Veracruz's proxy attestation server puts the first 32 bytes of PCR0 here, raw: without an OCTET STRING of their own.
 * Source: Veracruz main, proxy attestation server.
 */
export const VERACRUZ_RUNTIME_HASH = '2.5.30.1';

/**
 * What the extension of a certificate, or of a request for one, holds; undefined where there is none.
 * CERTIFICATE_INVALID: it holds no OCTET STRING.
 */
export function readTruceExtension(
  certificate: Pick<Certificate, 'extensions'>,
  identifier: TruceExtension,
): Uint8Array | undefined {
  const extension = certificate.extensions.get(identifier);
  if (extension === undefined) return undefined;
  try {
    return readDer(extension.value, DerTag.OCTET_STRING).content;
  } catch (cause) {
    throw new TruceError(
      'CERTIFICATE_INVALID',
      { reason: `extension ${identifier} is no OCTET STRING` },
      { cause },
    );
  }
}

/** The value of an extension: a DER OCTET STRING. */
export function encodeTruceExtension(content: Uint8Array): Uint8Array {
  return derOctetString(content);
}

/** The extension with its value, for `issueCertificate`. */
export function truceExtension(identifier: TruceExtension, content: Uint8Array): ExtensionFields {
  return { identifier, critical: false, value: encodeTruceExtension(content) };
}

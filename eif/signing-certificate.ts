/** The certificate that signs an image: its file as it goes into the image, and the algorithm that its key has. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { TruceError } from '../proto/errors.ts';
import { type Certificate, parseCertificate } from '../proto/x509/certificate.ts';
import { Oid } from '../proto/x509/object-identifiers.ts';
import { decodePemCertificates } from '../proto/x509/pem.ts';

export interface SigningCertificate {
  /** The PEM file, byte for byte: that is what an image carries. */
  readonly pem: Uint8Array;
  readonly certificate: Certificate;
}

export interface SigningAlgorithm {
  readonly name: 'ES256' | 'ES384' | 'ES512';
  /** In COSE headers. Source: RFC 9053 section 2.1. */
  readonly identifier: number;
  /** As node:crypto names it. */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** Length of r and of s each. */
  readonly octets: number;
}

/** By the key's curve. Upstream fixes the hash by the curve too (awslabs/cose: SigningPublicKey). */
const ALGORITHMS: ReadonlyMap<string, SigningAlgorithm> = new Map([
  [Oid.P256, { name: 'ES256', identifier: -7, hash: 'sha256', octets: 32 }],
  [Oid.P384, { name: 'ES384', identifier: -35, hash: 'sha384', octets: 48 }],
  [Oid.P521, { name: 'ES512', identifier: -36, hash: 'sha512', octets: 66 }],
]);

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** Reads the one certificate of a file that is to sign. Errors: PEM_INVALID, DER_INVALID, CERTIFICATE_INVALID. */
export function readSigningCertificate(pem: Uint8Array): SigningCertificate {
  const blocks = decodePemCertificates(textOf(pem));
  if (blocks.length !== 1) throw new TruceError('PEM_INVALID', { reason: 'more than one certificate' });
  return { pem, certificate: parseCertificate(blocks[0]!) };
}

/**
 * Reads the certificate of a file inside an image as OpenSSL does: the first block counts, text around it does not.
 * Errors as above.
 */
export function readEmbeddedCertificate(pem: Uint8Array): SigningCertificate {
  const text = textOf(pem);
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin + BEGIN.length);
  if (begin === -1 || end === -1) throw new TruceError('PEM_INVALID', { reason: 'no CERTIFICATE block' });
  const [der] = decodePemCertificates(text.slice(begin, end + END.length));
  return { pem, certificate: parseCertificate(der!) };
}

/** The algorithm of the certificate's key, or undefined where no image can be signed with it. */
export function algorithmOf({ certificate }: SigningCertificate): SigningAlgorithm | undefined {
  return ALGORITHMS.get(certificate.publicKey.curve ?? '');
}

/** The key to verify with, or undefined where its bytes are no point on its curve. */
export function publicKeyOf({ certificate }: SigningCertificate): KeyObject | undefined {
  try {
    const key = Buffer.from(certificate.publicKey.raw);
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch {
    // OpenSSL's reasons say nothing that a user could act on.
    return undefined;
  }
}

/** What is wrong with using the certificate at `now` (milliseconds since 1970), if anything. */
export function dateProblem({ certificate }: SigningCertificate, now: number): TruceError | undefined {
  const { notBefore, notAfter } = certificate;
  if (now > notAfter) return new TruceError('EIF_CERTIFICATE_EXPIRED', { notAfter: isoTime(notAfter) });
  if (now < notBefore)
    return new TruceError('EIF_CERTIFICATE_NOT_YET_VALID', { notBefore: isoTime(notBefore) });
  return undefined;
}

/** Every byte as one character: PEM is ASCII, and anything else is refused where it matters. */
function textOf(pem: Uint8Array): string {
  return Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength).toString('latin1');
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

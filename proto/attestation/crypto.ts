/** The cryptography that verification needs, in WebCrypto's shape: `globalThis.crypto` of Node and of browsers fits. */
import { TruceError } from '../errors.ts';
import { DerReader, DerTag, readDer } from '../x509/der.ts';
import { unsignedInteger } from '../x509/der-values.ts';

export interface VerificationCrypto {
  readonly subtle: Pick<SubtleCrypto, 'importKey' | 'verify' | 'digest'>;
}

/** SHA-384, however it is computed. */
export type Sha384 = (data: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const P384_OCTETS = 48;
/** Length of an ES384 signature in COSE: r and s as 48 octets each. Source: RFC 9053 section 2.1. */
export const ES384_SIGNATURE_LENGTH = 2 * P384_OCTETS;

export function sha384Of(crypto: VerificationCrypto): Sha384 {
  return async (data) => new Uint8Array(await crypto.subtle.digest('SHA-384', bufferSource(data)));
}

export async function sha256(crypto: VerificationCrypto, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bufferSource(data)));
}

/** A P-384 key for verifying, from its SubjectPublicKeyInfo. Rejects a point that is not on the curve. */
export function importP384(crypto: VerificationCrypto, spki: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('spki', bufferSource(spki), { name: 'ECDSA', namedCurve: 'P-384' }, false, [
    'verify',
  ]);
}

/** Whether `signature`, r and s of 48 octets each, is the key's over the SHA-384 of `data`. */
export function verifyEs384(
  crypto: VerificationCrypto,
  key: CryptoKey,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  return crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-384' },
    key,
    bufferSource(signature),
    bufferSource(data),
  );
}

/**
 * X.509's form of an ECDSA signature, SEQUENCE { r, s } (RFC 3279 section 2.2.3), as r and s of `octets` octets each, as
 * many as the curve's order has: 48 on P-384.
 */
export function rawSignature(der: Uint8Array, octets: number = P384_OCTETS): Uint8Array {
  const fields = DerReader.inside(readDer(der, DerTag.SEQUENCE));
  const raw = new Uint8Array(2 * octets);
  raw.set(unsignedInteger(fields.read(DerTag.INTEGER), octets));
  raw.set(unsignedInteger(fields.read(DerTag.INTEGER), octets), octets);
  fields.end();
  return raw;
}

/** WebCrypto takes no views of shared memory, where bytes could change between check and use. */
export function bufferSource(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!(bytes.buffer instanceof ArrayBuffer))
    throw new TruceError('ATTESTATION_OPTIONS_INVALID', { reason: 'bytes in shared memory' });
  return bytes as Uint8Array<ArrayBuffer>;
}

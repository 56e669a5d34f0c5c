/** Signatures of certificates, and of requests for them, by keys on NIST's curves. Nitro's own chains are chain.ts's. */
import type { SubjectPublicKeyInfo } from '../x509/certificate-parts.ts';
import { Oid } from '../x509/object-identifiers.ts';
import { bufferSource, rawSignature, type VerificationCrypto } from './crypto.ts';

const CURVES: ReadonlyMap<string | undefined, { readonly namedCurve: string; readonly octets: number }> =
  new Map([
    [Oid.P256, { namedCurve: 'P-256', octets: 32 }],
    [Oid.P384, { namedCurve: 'P-384', octets: 48 }],
    [Oid.P521, { namedCurve: 'P-521', octets: 66 }],
  ]);

const HASHES: ReadonlyMap<string, string> = new Map([
  [Oid.ECDSA_SHA256, 'SHA-256'],
  [Oid.ECDSA_SHA384, 'SHA-384'],
  [Oid.ECDSA_SHA512, 'SHA-512'],
]);

/** A certificate or a request. */
export interface SignedPart {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: string;
  /** SEQUENCE { r, s }. */
  readonly signature: Uint8Array;
}

/**
 * Whether `signed` bears a signature of `key`: ECDSA on P-256, P-384 or P-521 with SHA-256, 384 or 512. False for any
 * other algorithm, and for a key that is no point of its curve. DER_INVALID: the signature has no such form.
 */
export async function isSignedBy(
  signed: SignedPart,
  key: SubjectPublicKeyInfo,
  { subtle }: VerificationCrypto,
): Promise<boolean> {
  const curve = CURVES.get(key.curve);
  const hash = HASHES.get(signed.signatureAlgorithm);
  if (curve === undefined || hash === undefined) return false;
  const { namedCurve, octets } = curve;
  const signature = rawSignature(signed.signature, octets);
  let imported: CryptoKey;
  try {
    imported = await subtle.importKey('spki', bufferSource(key.raw), { name: 'ECDSA', namedCurve }, false, [
      'verify',
    ]);
  } catch {
    return false;
  }
  return subtle.verify({ name: 'ECDSA', hash }, imported, bufferSource(signature), bufferSource(signed.tbs));
}

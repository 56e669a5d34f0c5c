/** A policy is identified by the SHA-256 of its exact text: another space makes another policy. */
import { toHex } from '../bytes.ts';
import { sourceText } from '../json/source-text.ts';
import { MAXIMUM_POLICY_LENGTH } from './model.ts';

/** The part of WebCrypto's `SubtleCrypto` that hashing needs. */
export interface DigestProvider {
  digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>;
}

/** The 32 raw bytes of SHA-256 over the text: bytes as they are, a string as UTF-8. Error: JSON_INVALID. */
export async function hashPolicy(text: string | Uint8Array, subtle: DigestProvider): Promise<Uint8Array> {
  const bytes =
    typeof text === 'string' ? new TextEncoder().encode(sourceText(text, MAXIMUM_POLICY_LENGTH)) : text;
  return new Uint8Array(await subtle.digest('SHA-256', bytes));
}

/** The same in the form that Veracruz's clients compare: 64 lower-case hexadecimal digits. */
export async function hashPolicyHex(text: string | Uint8Array, subtle: DigestProvider): Promise<string> {
  return toHex(await hashPolicy(text, subtle));
}

/** SHA-256 of a certificate's DER in lower-case hexadecimal: what people compare identities by. */
export async function certificateFingerprint(der: Uint8Array, subtle: DigestProvider): Promise<string> {
  return toHex(new Uint8Array(await subtle.digest('SHA-256', der)));
}

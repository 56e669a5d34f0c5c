/**
 * The user_data of a document that asks for a certificate: `truce/csr/v1` || NUL || SHA-256 of the request's DER || the
 * instance id. The document's public_key is the request's key, its nonce the challenge of the proxy attestation server.
 */
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { sha256, type VerificationCrypto } from './crypto.ts';
import { encodePurpose, requirePurpose } from './purpose.ts';

const HASH_BYTES = 32;
const INSTANCE_ID_BYTES = 16;

export interface CsrPurpose {
  /** SHA-256 of the request's DER. */
  readonly csrHash: Uint8Array;
  /** 16 bytes. */
  readonly instanceId: Uint8Array;
}

/** RangeError: the instance id has other than 16 bytes. */
export async function encodeCsrPurpose(
  csr: Uint8Array,
  instanceId: Uint8Array,
  crypto: VerificationCrypto,
): Promise<Uint8Array> {
  if (instanceId.length !== INSTANCE_ID_BYTES) throw new RangeError('an instance id has 16 bytes');
  return encodePurpose('truce/csr/v1', concatBytes(await sha256(crypto, csr), instanceId));
}

/** Reads user_data; its parts are views. ATTESTATION_PURPOSE: it is for something else, or not of that form. */
export function decodeCsrPurpose(userData: Uint8Array | undefined): CsrPurpose {
  const content = requirePurpose(userData, 'truce/csr/v1');
  if (content.length !== HASH_BYTES + INSTANCE_ID_BYTES)
    throw new TruceError('ATTESTATION_PURPOSE', { expected: 'truce/csr/v1 of 48 bytes' });
  return { csrHash: content.subarray(0, HASH_BYTES), instanceId: content.subarray(HASH_BYTES) };
}

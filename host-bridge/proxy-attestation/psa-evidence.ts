/** Judges a PSA token and the certification request that comes with it. Such a token says nothing of a policy. */
import { webcrypto } from 'node:crypto';
import { sha256 } from '../../proto/attestation/crypto.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { readSignedRequest } from './certification.ts';
import type { Evidence, ProvenEnclave } from './evidence.ts';
import { requireNoClaims } from './nitro-evidence.ts';
import type { PsaKeys } from './psa-keys.ts';
import { decodePsaToken, readPsaClaims } from './psa-token.ts';

export interface PsaExpectations {
  readonly keys: PsaKeys;
  /** SHA-256 of the runtimes that are accepted, 32 bytes each. */
  readonly measurements: readonly Uint8Array[] | 'any';
  readonly allowDebug: boolean;
}

/**
 * @param nonce the challenge that the token answers
 * @throws TruceError CBOR_INVALID, PROXY_TOKEN_INVALID, PROXY_TOKEN_KEY_UNKNOWN, PROXY_TOKEN_SIGNATURE,
 *   ATTESTATION_NONCE_MISMATCH, ATTESTATION_DEBUG, PROXY_MEASUREMENT_REFUSED, PROXY_REQUEST_MISMATCH, PROXY_CLAIM_MISMATCH
 */
export async function judgePsaEvidence(
  evidence: Evidence,
  nonce: Uint8Array,
  { keys, measurements, allowDebug }: PsaExpectations,
): Promise<ProvenEnclave> {
  const token = decodePsaToken(evidence.token);
  const claims = readPsaClaims(token.payload);
  await keys.requireSigned(token, claims);
  if (!equalBytes(claims.challenge, nonce)) throw new TruceError('ATTESTATION_NONCE_MISMATCH');
  if (claims.debug && !allowDebug) throw new TruceError('ATTESTATION_DEBUG');
  if (measurements !== 'any' && !measurements.some((known) => equalBytes(known, claims.runtimeHash)))
    throw new TruceError('PROXY_MEASUREMENT_REFUSED');
  if (evidence.csr === undefined) throw new TruceError('PROXY_REQUEST_MISMATCH');
  const request = await readSignedRequest(evidence.csr);
  if (!equalBytes(await sha256(webcrypto as Crypto, request.raw), claims.csrHash))
    throw new TruceError('PROXY_REQUEST_MISMATCH');
  requireNoClaims(request, evidence);
  return {
    publicKey: request.publicKey,
    measurement: claims.runtimeHash,
    policyHash: undefined,
    instanceId: undefined,
  };
}

/**
 * Judges a Nitro document and the certification request that comes with it. What is issued says what the document proves:
 * it has to be made for this very request (tag `truce/csr/v1`), for its key, under the policy that the request names.
 * Veracruz's documents have no tag and prove no policy: they count only where the configuration says so.
 */
import { webcrypto } from 'node:crypto';
import type { VerifiedChainCache } from '../../proto/attestation/chain-cache.ts';
import { sha256, sha384Of } from '../../proto/attestation/crypto.ts';
import { decodeCsrPurpose } from '../../proto/attestation/csr-purpose.ts';
import type { AttestationDocument } from '../../proto/attestation/document.ts';
import { requireExpected } from '../../proto/attestation/expectations.ts';
import { emptyPcr } from '../../proto/attestation/measurements.ts';
import { isReservedUserData } from '../../proto/attestation/purpose.ts';
import { DEFAULT_MAXIMUM_SKEW, verifyAttestation } from '../../proto/attestation/verify.ts';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { readSignedRequest, type SignedRequest } from './certification.ts';
import { type Evidence, type ProvenEnclave, requireClaim } from './evidence.ts';

export interface NitroExpectations {
  /** DER of the only roots to trust. */
  readonly roots: readonly Uint8Array[];
  /** Sets of registers, of which a document must show one whole. */
  readonly measurements: readonly ReadonlyMap<number, Uint8Array>[] | 'any';
  readonly allowDebug: boolean;
  /** Whether Veracruz's untagged documents count. */
  readonly legacy: boolean;
  /** How old a document may be, in milliseconds: no older than its challenge. */
  readonly maximumAge: number;
  readonly cache: VerifiedChainCache;
}

export interface ProvenDocument extends ProvenEnclave {
  readonly document: AttestationDocument;
}

const crypto = webcrypto as Crypto;

/**
 * @param nonce the challenge that the document answers
 * @param now milliseconds since 1970
 * @throws TruceError the ATTESTATION_ codes, those of certification requests, PROXY_REQUEST_MISMATCH,
 *   PROXY_CLAIM_MISMATCH, PROXY_LEGACY_REFUSED
 */
export async function judgeNitroEvidence(
  evidence: Evidence,
  nonce: Uint8Array,
  now: number,
  expected: NitroExpectations,
): Promise<ProvenDocument> {
  const { roots, measurements, allowDebug, maximumAge, cache } = expected;
  const { document } = await verifyAttestation(evidence.token, {
    crypto,
    time: now,
    roots,
    nonce,
    allowDebug,
    cache,
    maximumAge: maximumAge + DEFAULT_MAXIMUM_SKEW,
    ...(measurements === 'any' ? {} : { pcrSets: measurements }),
  });
  const tagged = document.userData !== undefined && isReservedUserData(document.userData);
  if (tagged) return judgeTagged(evidence, document, allowDebug);
  if (!expected.legacy) throw new TruceError('PROXY_LEGACY_REFUSED');
  return judgeUntagged(evidence, document);
}

async function judgeTagged(
  { csr, policyHash }: Evidence,
  document: AttestationDocument,
  allowDebug: boolean,
): Promise<ProvenDocument> {
  const { csrHash, instanceId } = decodeCsrPurpose(document.userData);
  if (csr === undefined) throw new TruceError('PROXY_REQUEST_MISMATCH');
  const request = await readSignedRequest(csr);
  if (!equalBytes(await sha256(crypto, request.raw), csrHash)) throw new TruceError('PROXY_REQUEST_MISMATCH');
  const { claims } = request;
  if (claims.policyHash?.length !== 32)
    throw new TruceError('PROXY_CLAIM_MISMATCH', { what: 'the request names no policy' });
  requireClaim('the policy', policyHash, claims.policyHash);
  // PCR16 is computed from the policy that is asked for: the request's word alone counts for nothing.
  await requireExpected(
    document,
    { publicKey: request.publicKey, policyHash: claims.policyHash, allowDebug },
    sha384Of(crypto),
  );
  const measurement = document.pcrs.get(0) ?? emptyPcr();
  requireClaim('the instance', claims.instanceId, instanceId);
  requireClaim('the measurement', claims.measurement, measurement);
  return { publicKey: request.publicKey, measurement, policyHash: claims.policyHash, instanceId, document };
}

/** user_data is the SHA-256 of the request (main), or the request itself (until October 2022). */
async function judgeUntagged(evidence: Evidence, document: AttestationDocument): Promise<ProvenDocument> {
  const { userData, publicKey } = document;
  if (userData === undefined) throw new TruceError('PROXY_REQUEST_MISMATCH');
  const request = await readSignedRequest(evidence.csr ?? userData);
  const named = evidence.csr === undefined || equalBytes(await sha256(crypto, request.raw), userData);
  if (!named && !equalBytes(request.raw, userData)) throw new TruceError('PROXY_REQUEST_MISMATCH');
  if (publicKey !== undefined && !equalBytes(publicKey, request.publicKey))
    throw new TruceError('ATTESTATION_PUBLIC_KEY_MISMATCH');
  requireNoClaims(request, evidence);
  return {
    publicKey: request.publicKey,
    measurement: document.pcrs.get(0) ?? emptyPcr(),
    policyHash: undefined,
    instanceId: undefined,
    document,
  };
}

/** Evidence that says nothing of a policy, an instance or a whole measurement certifies none of them. */
export function requireNoClaims({ claims }: SignedRequest, { policyHash }: Evidence): void {
  requireClaim('the policy', policyHash ?? claims.policyHash, undefined);
  requireClaim('the instance', claims.instanceId, undefined);
  requireClaim('the measurement', claims.measurement, undefined);
}

/**
 * `truce/attestation`: attestation documents of AWS Nitro enclaves, verified in Node or a browser. It imports nothing but
 * its own package and asks WebCrypto for all cryptography.
 */
export { type ErrorCode, type ErrorDetails, TruceError } from '../../errors.ts';
export { VerifiedChainCache } from '../chain-cache.ts';
export type { VerificationCrypto } from '../crypto.ts';
export { decodeDocumentEncoding } from '../document-encoding.ts';
export { AWS_NITRO_ROOT_G1_PEM, AWS_NITRO_ROOT_G1_SHA256 } from '../roots.ts';
export { DEFAULT_MAXIMUM_AGE, DEFAULT_MAXIMUM_SKEW } from '../verify.ts';
export {
  type AttestationFacts,
  type CertificateFacts,
  type DocumentFacts,
  readUnverifiedClaims,
  type UnverifiedClaims,
} from './facts.ts';
export type { PcrExpectation, PcrValue, VerifyAttestationOptions } from './options.ts';
export { verifyAttestation } from './verify.ts';

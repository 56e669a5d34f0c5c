/** What a verifier can find wrong with an attestation document. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const attestationErrors = {
  // Attestation: what a verifier can find wrong, one code for each rule.
  ATTESTATION_OPTIONS_INVALID: { status: FAILED_GENERIC, message: 'invalid verification options: {reason}' },
  ATTESTATION_TRUST_CONFLICT: {
    status: FAILED_GENERIC,
    message: 'trusting the emulator and naming trust roots exclude each other',
  },
  ATTESTATION_COSE_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid COSE_Sign1: {reason}' },
  ATTESTATION_ALGORITHM: {
    status: FAILED_INVALID_REQUEST,
    message: 'signature algorithm {algorithm} instead of ES384 (-35)',
  },
  ATTESTATION_UNSIGNED: {
    status: FAILED_INVALID_REQUEST,
    message: 'this is a document of the QEMU emulator, which signs nothing',
  },
  ATTESTATION_NOT_EMULATOR: {
    status: FAILED_INVALID_REQUEST,
    message: 'not a document of the QEMU emulator: {reason}',
  },
  ATTESTATION_DOCUMENT_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid attestation document: {field} {reason}',
  },
  ATTESTATION_NITROTPM: {
    status: FAILED_INVALID_REQUEST,
    message: 'a NitroTPM document: it speaks for an instance, not for an enclave',
  },
  ATTESTATION_ROOT_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'the chain does not begin with a trusted root',
  },
  ATTESTATION_CHAIN_NAMES: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject}: the issuer is not the certificate above',
  },
  ATTESTATION_CHAIN_NOT_AUTHORITY: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject} is no authority, yet a certificate lies below it',
  },
  ATTESTATION_CHAIN_PATH_LENGTH: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject}: more authorities below it than its path length',
  },
  ATTESTATION_CHAIN_KEY_USAGE: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject}: its key may not sign {what}',
  },
  ATTESTATION_CHAIN_EXTENSION: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject}: unknown critical extension {extension}',
  },
  ATTESTATION_CHAIN_ALGORITHM: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject}: not an ECDSA P-384 key and signature with SHA-384',
  },
  ATTESTATION_CHAIN_SIGNATURE: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject}: its signature does not verify',
  },
  ATTESTATION_LEAF_AUTHORITY: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject} is an authority and signs no documents',
  },
  ATTESTATION_CERTIFICATE_EXPIRED: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject} expired at {notAfter}',
  },
  ATTESTATION_CERTIFICATE_NOT_YET_VALID: {
    status: FAILED_INVALID_REQUEST,
    message: '{subject} is valid from {notBefore} only',
  },
  ATTESTATION_SIGNATURE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the signature of the document does not verify',
  },
  ATTESTATION_TOO_OLD: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document is {age} ms old; {limit} are allowed',
  },
  ATTESTATION_FROM_FUTURE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document is {ahead} ms ahead; {limit} are allowed',
  },
  ATTESTATION_DEBUG: {
    status: FAILED_INVALID_REQUEST,
    message: 'the enclave runs in debug mode: its host reads everything',
  },
  ATTESTATION_PCR_MISMATCH: { status: FAILED_INVALID_REQUEST, message: 'PCR{index} is not as expected' },
  ATTESTATION_PCR_SETS: {
    status: FAILED_INVALID_REQUEST,
    message: 'the registers match none of the {count} sets that the policy accepts',
  },
  ATTESTATION_PCR_ABSENT: {
    status: FAILED_INVALID_REQUEST,
    message: 'PCR{index} is expected but not in the document',
  },
  ATTESTATION_NONCE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the nonce is not the one that was sent',
  },
  ATTESTATION_USER_DATA_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the user data is not as expected',
  },
  ATTESTATION_PUBLIC_KEY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the public key is not as expected',
  },
  ATTESTATION_POLICY_ABSENT: {
    status: FAILED_INVALID_REQUEST,
    message: 'PCR16 is not locked: the enclave is bound to no policy',
  },
  ATTESTATION_POLICY_UNSET: {
    status: FAILED_INVALID_REQUEST,
    message: 'PCR16 is zero: the enclave has no policy',
  },
  ATTESTATION_POLICY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the enclave enforces another policy',
  },
  ATTESTATION_REGION_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the chain is of the region {found} instead of {expected}',
  },
  ATTESTATION_ENCODING: { status: FAILED_INVALID_REQUEST, message: 'the input {reason}' },
  ATTESTATION_PURPOSE: { status: FAILED_INVALID_REQUEST, message: 'the user data is not for {expected}' },
} as const satisfies Record<string, ErrorRow>;

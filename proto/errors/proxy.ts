/** The proxy attestation server. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_INVALID_ROLE, FAILED_NOT_READY, FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const proxyErrors = {
  // The proxy attestation server. Those that its peers see are refusals of their own evidence: they name no secret.
  PROXY_CONFIGURATION_INVALID: { status: FAILED_GENERIC, message: '{file}: {reason}' },
  PROXY_AUTHORITY_INVALID: { status: FAILED_GENERIC, message: 'the authority cannot issue: {reason}' },
  PROXY_AUTHORITY_EXPOSED: { status: FAILED_GENERIC, message: '{path}: others than its owner may read it' },
  PROXY_SIGNER_FAILED: { status: FAILED_GENERIC, message: "the authority's signer failed: {reason}" },
  PROXY_DATABASE: { status: FAILED_GENERIC, message: '{path}: {reason}' },
  PROXY_DATABASE_VERSION: {
    status: FAILED_GENERIC,
    message: '{path}: a database of version {found}; version {known} is known here',
  },
  PROXY_LISTEN: { status: FAILED_GENERIC, message: 'cannot listen on {address}: {reason}' },
  PROXY_REQUEST_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'not a request that is understood here: {reason}',
  },
  PROXY_REQUEST_TOO_LARGE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the request is over the limit of {limit} bytes',
  },
  PROXY_REQUEST_SLOW: { status: FAILED_INVALID_REQUEST, message: 'the request took too long to arrive' },
  PROXY_ADDRESS_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'nothing is served at this address' },
  PROXY_PROTOCOL_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'of this protocol of attestation nothing is served here',
  },
  PROXY_BUSY: { status: FAILED_NOT_READY, message: 'too much at once: try again later' },
  PROXY_RATE: {
    status: FAILED_NOT_READY,
    message: 'too many requests from one address: try again later',
  },
  PROXY_CHALLENGE_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'no such attestation is open: it was never begun, or is used up, or too late',
  },
  PROXY_REQUEST_SIGNATURE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the certification request is not signed by its own key',
  },
  PROXY_REQUEST_MISMATCH: {
    status: FAILED_INVALID_ROLE,
    message: 'the evidence is for another certification request',
  },
  PROXY_CLAIM_MISMATCH: {
    status: FAILED_INVALID_ROLE,
    message: 'what is asked for is not what the evidence proves: {what}',
  },
  PROXY_LEGACY_REFUSED: {
    status: FAILED_INVALID_ROLE,
    message: 'the document says nothing of what it is for, and such ones are not accepted here',
  },
  PROXY_POLICY_EXPIRED: { status: FAILED_INVALID_ROLE, message: 'the policy expired at {expiry}' },
  PROXY_MEASUREMENT_REFUSED: {
    status: FAILED_INVALID_ROLE,
    message: 'what runs there is not among what is accepted here',
  },
  PROXY_TOKEN_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid PSA token: {reason}' },
  PROXY_TOKEN_KEY_UNKNOWN: {
    status: FAILED_INVALID_ROLE,
    message: 'no key that is known here made this token',
  },
  PROXY_TOKEN_SIGNATURE: {
    status: FAILED_INVALID_ROLE,
    message: 'the token does not bear the signature of its key',
  },
  PROXY_DEVICE_UNKNOWN: {
    status: FAILED_INVALID_ROLE,
    message: 'no device of this number and key is known here',
  },
} as const satisfies Record<string, ErrorRow>;

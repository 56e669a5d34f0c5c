/** Who speaks and may do what; the control plane; the attestation service. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_INVALID_ROLE, FAILED_NOT_READY, FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const sessionErrors = {
  // Who speaks, and what they may do. Messages name no party and no path that the caller did not send.
  IDENTITY_UNKNOWN: {
    status: FAILED_INVALID_ROLE,
    message: 'the certificate of this connection is not in the policy, is not valid now, or is missing',
  },
  ACCESS_DENIED: { status: FAILED_INVALID_ROLE, message: 'not allowed to {operation} {path}' },
  SESSION_LIMIT: { status: FAILED_NOT_READY, message: 'too many sessions at once: try again later' },
  REQUEST_UNSUPPORTED: { status: FAILED_INVALID_REQUEST, message: '{request} is not served here' },
  POLICY_ALREADY_SET: {
    status: FAILED_INVALID_REQUEST,
    message: 'this enclave has its policy: it is set once',
  },
  POLICY_NOT_PROVEN: {
    status: FAILED_GENERIC,
    message: 'PCR16 does not hold the policy: this enclave cannot be used',
  },
  POLICY_NOT_SET: { status: FAILED_NOT_READY, message: 'this enclave has no policy yet' },
  // The control plane, and the certificate of the endpoint that a proxy attestation server issued.
  CHALLENGE_LIMIT: {
    status: FAILED_NOT_READY,
    message: 'more than {limit} attestations a minute: try again later',
  },
  TLS_SESSION_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'there is no TLS session {session} here' },
  TLS_SESSION_FULL: {
    status: FAILED_NOT_READY,
    message: 'TLS session {session} takes no more than {limit} bytes at once',
  },
  ENDPOINT_CHAIN_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the chain of the endpoint is not valid: {reason}',
  },
  ENDPOINT_KEY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the certificate is for another key than that of this enclave',
  },
  ENDPOINT_ISSUER_REFUSED: {
    status: FAILED_INVALID_REQUEST,
    message: 'the policy does not name the issuer of the certificate',
  },
  ENDPOINT_SIGNATURE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the certificate does not bear a signature of its issuer',
  },
  ENDPOINT_CLAIM_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the certificate names another {what} than that of this enclave, or none',
  },
  ENDPOINT_NOT_VALID_NOW: {
    status: FAILED_INVALID_REQUEST,
    message: 'a certificate of the chain is valid from {from} to {to}, and not now',
  },
  // The attestation service.
  USER_DATA_REFUSED: {
    status: FAILED_INVALID_REQUEST,
    message: 'user_data that {reason} is not signed here',
  },
  ATTESTATION_LIMIT: {
    status: FAILED_NOT_READY,
    message: 'too many documents are asked for: try again in {milliseconds} ms',
  },
  ATTESTED_KEY_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'there is no such key here, or not any more',
  },
  ATTESTED_KEY_CANNOT_OPEN: {
    status: FAILED_INVALID_REQUEST,
    message: 'this was not sealed to that key for this use',
  },
} as const satisfies Record<string, ErrorRow>;

/** Bytes that do not decode, and the life of an enclave. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_NOT_READY, FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const wireErrors = {
  // Bytes that do not decode.
  CBOR_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid CBOR at byte {offset}: {reason}' },
  JSON_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid JSON at line {line}, column {column}: {reason}',
  },
  PEM_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid PEM: {reason}' },
  DER_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid DER at byte {offset}: {reason}' },
  CERTIFICATE_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid certificate: {reason}' },
  CERTIFICATION_REQUEST_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid certification request: {reason}',
  },
  FRAME_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid frame: {reason}' },
  FRAME_TOO_LARGE: {
    status: FAILED_INVALID_REQUEST,
    message: 'a message of {length} bytes is over the limit of {limit}',
  },
  MESSAGE_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid message: {reason}' },
  // Life cycle.
  SHUTTING_DOWN: { status: FAILED_NOT_READY, message: 'the enclave is shutting down' },
  INTERNAL: { status: FAILED_GENERIC, message: 'internal error ({incident}): nothing was changed' },
} as const satisfies Record<string, ErrorRow>;

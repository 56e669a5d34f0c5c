/** Which HTTP status a failure has, and what its peer is told of it: code and message of the table, never more. */
import { type ErrorCode, TruceError } from '../../proto/errors.ts';

const STATUSES: Partial<Record<ErrorCode, number>> = {
  PROXY_REQUEST_TOO_LARGE: 413,
  PROXY_REQUEST_SLOW: 408,
  PROXY_ADDRESS_UNKNOWN: 404,
  PROXY_CHALLENGE_UNKNOWN: 404,
  PROXY_PROTOCOL_UNKNOWN: 501,
  PROXY_BUSY: 503,
  PROXY_RATE: 429,
  PROXY_AUTHORITY_INVALID: 503,
  PROXY_SIGNER_FAILED: 503,
  PROXY_DATABASE: 503,
  INTERNAL: 500,
  ATTESTATION_OPTIONS_INVALID: 500,
};

/** Malformed: the request itself is at fault. */
const MALFORMED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CBOR_INVALID',
  'DER_INVALID',
  'CERTIFICATE_INVALID',
  'CERTIFICATION_REQUEST_INVALID',
  'MESSAGE_INVALID',
  'FRAME_INVALID',
  'FRAME_TOO_LARGE',
  'PROXY_REQUEST_INVALID',
  'PROXY_TOKEN_INVALID',
  'ATTESTATION_COSE_INVALID',
  'ATTESTATION_DOCUMENT_INVALID',
]);

/** What is said of the server's own side. */
const OWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PROXY_AUTHORITY_INVALID',
  'PROXY_SIGNER_FAILED',
  'PROXY_DATABASE',
]);

export interface HttpFailure {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  /** Whether the same request may do later. */
  readonly retry: boolean;
}

/**
 * @param fault keeps what nobody outside is told, and gives the number of the incident
 * @param bodyBytes the limit of a request's body
 */
export function httpFailure(
  error: unknown,
  fault: (error: unknown) => string,
  bodyBytes: number,
): HttpFailure {
  const told = error instanceof TruceError ? error : ofFastify(error, fault, bodyBytes);
  const status = STATUSES[told.code] ?? (MALFORMED.has(told.code) ? 400 : 403);
  const message = OWN.has(told.code)
    ? `the server cannot issue now (${fault(told)}): nothing was issued`
    : told.message;
  return { status, code: told.code, message, retry: status === 503 || status === 429 };
}

/** What fastify and its plugins throw: by their statuses, since their words may quote the request. */
function ofFastify(error: unknown, fault: (error: unknown) => string, bodyBytes: number): TruceError {
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown };
  if (statusCode === 413) return new TruceError('PROXY_REQUEST_TOO_LARGE', { limit: bodyBytes });
  if (statusCode === 408) return new TruceError('PROXY_REQUEST_SLOW');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new TruceError('PROXY_REQUEST_INVALID', { reason: String(code ?? statusCode) });
  return new TruceError('INTERNAL', { incident: fault(error) });
}

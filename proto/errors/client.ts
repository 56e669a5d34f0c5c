/** The client library. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_GENERIC } = ResponseStatus;

export const clientErrors = {
  // The client library: what a party's own side finds.
  CLIENT_IDENTITY_INVALID: {
    status: FAILED_GENERIC,
    message: 'the certificate or the key given cannot be used: {reason}',
  },
  CLIENT_NOT_IN_POLICY: {
    status: FAILED_GENERIC,
    message: 'the certificate given is not in the policy: use the very one that the policy lists',
  },
  CLIENT_TRUST_INVALID: { status: FAILED_GENERIC, message: 'invalid trust options: {reason}' },
  CLIENT_NO_MEASUREMENT: {
    status: FAILED_GENERIC,
    message:
      'nothing says which runtime to accept: name its PCRs, or agree on a policy with runtime_manager_hash_nitro',
  },
  CLIENT_ROOT_NOT_IN_POLICY: {
    status: FAILED_GENERIC,
    message:
      'the policy accepts none of the roots that are trusted here: it can restrict them, not add to them',
  },
  CLIENT_TLS_VERSION: {
    status: FAILED_GENERIC,
    message: 'the policy asks for {suite}, but this client speaks TLS 1.3 only: agree on a suite of TLS 1.3',
  },
  CLIENT_UNREACHABLE: { status: FAILED_GENERIC, message: 'cannot reach {address}: {reason}' },
  CLIENT_TLS_FAILED: { status: FAILED_GENERIC, message: 'no TLS connection to {address}: {reason}' },
  CLIENT_REFUSED: {
    status: FAILED_GENERIC,
    message: 'the enclave turned this party away ({code}): {reason}',
  },
  CLIENT_CHANNEL_MISMATCH: {
    status: FAILED_GENERIC,
    message: 'the document attests another TLS connection: someone stands between, so nothing was sent',
  },
  CLIENT_INSTANCE_MISMATCH: {
    status: FAILED_GENERIC,
    message: 'this is another instance of the enclave than the one expected',
  },
  CLIENT_CERTIFICATE_MISMATCH: {
    status: FAILED_GENERIC,
    message: "the endpoint's certificate claims another {what} than the document proves",
  },
  CLIENT_PROTOCOL: { status: FAILED_GENERIC, message: 'the enclave broke the protocol: {reason}' },
  CLIENT_CLOSED: {
    status: FAILED_GENERIC,
    message: 'the connection to the enclave has ended: connect again',
  },
  CLIENT_UPLOAD_BROKEN: {
    status: FAILED_GENERIC,
    message: 'an upload stopped half way, which ends the session: nothing of it was kept',
  },
  CLIENT_SOURCE_SIZE: {
    status: FAILED_GENERIC,
    message: 'the stream to upload has {found} bytes where {expected} were announced',
  },
  CLIENT_DOWNLOAD_LIMIT: {
    status: FAILED_GENERIC,
    message: 'a file of {length} bytes is over the limit of {limit}: raise it, or read into a stream',
  },
} as const satisfies Record<string, ErrorRow>;

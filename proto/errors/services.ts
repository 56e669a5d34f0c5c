/** KMS, the enclave services, and their clients on the host. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_INVALID_ROLE, FAILED_NOT_READY, FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const serviceErrors = {
  // KMS from inside the enclave. Reasons are KMS's own words where it has any.
  KMS_PROXY_LISTEN: { status: FAILED_GENERIC, message: 'cannot listen for the enclave on {door}: {reason}' },
  KMS_REQUEST_INVALID: { status: FAILED_INVALID_REQUEST, message: 'no request for KMS: {reason}' },
  KMS_CREDENTIALS_INVALID: { status: FAILED_INVALID_REQUEST, message: 'no credentials for KMS: {reason}' },
  KMS_CLOCK: {
    status: FAILED_NOT_READY,
    message:
      "the enclave's clock is {seconds} s off the secure module's: certificates and signatures cannot be judged",
  },
  KMS_BUSY: { status: FAILED_NOT_READY, message: '{limit} requests to KMS are under way already' },
  KMS_UNREACHABLE: { status: FAILED_GENERIC, message: 'cannot reach {endpoint}: {reason}' },
  KMS_TLS_FAILED: { status: FAILED_GENERIC, message: 'what answers is not {endpoint}: {reason}' },
  KMS_ACCESS_DENIED: {
    status: FAILED_INVALID_ROLE,
    message: "KMS refuses, by its key's policy or the caller's: {reason}",
  },
  KMS_CREDENTIALS_REFUSED: {
    status: FAILED_INVALID_ROLE,
    message: 'KMS does not accept the credentials: {type}: {reason}',
  },
  KMS_CIPHERTEXT_REFUSED: {
    status: FAILED_INVALID_REQUEST,
    message: 'KMS cannot decrypt this: another ciphertext, key or encryption context: {type}: {reason}',
  },
  KMS_UNAVAILABLE: { status: FAILED_NOT_READY, message: 'KMS has no time for it now: {type}: {reason}' },
  KMS_REFUSED: { status: FAILED_GENERIC, message: 'KMS refuses: {type}: {reason}' },
  KMS_ANSWER_INVALID: { status: FAILED_GENERIC, message: "KMS's answer cannot be read: {reason}" },
  KMS_ANSWER_TOO_LARGE: {
    status: FAILED_GENERIC,
    message: "KMS's answer is over the limit of {limit} bytes",
  },
  KMS_ANSWER_IN_CLEAR: {
    status: FAILED_GENERIC,
    message: 'KMS answered in the clear, not to the attested key: nothing of it was used',
  },
  KMS_ENVELOPE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'not an envelope as KMS makes them: {reason}',
  },
  KMS_ENVELOPE_ALGORITHM: {
    status: FAILED_INVALID_REQUEST,
    message: 'the envelope is made by another algorithm than RSAES-OAEP with SHA-256 and AES-256-CBC: {what}',
  },
  KMS_ENVELOPE_UNDECRYPTABLE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the envelope cannot be decrypted by this key',
  },
  // Enclave services: what they tell their callers. Messages hold no payload's content.
  SERVICE_MESSAGE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'no message of the enclave services: {reason}',
  },
  SERVICE_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'Unknown service type: {type}' },
  SERVICE_OPERATION_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: '{service} has no operation {operation}; it has: {operations}',
  },
  SERVICE_PAYLOAD_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: "the payload's {field} {reason}",
  },
  SERVICE_BUSY: {
    status: FAILED_NOT_READY,
    message: '{limit} calls {where} are under way already: try again later',
  },
  SERVICE_CHANNEL_PLAIN: {
    status: FAILED_INVALID_REQUEST,
    message: 'this channel is plain and read by the host: there is nothing that could be attested of it',
  },
  SERVICE_ANSWER_TOO_LARGE: {
    status: FAILED_GENERIC,
    message: 'the answer of {length} bytes is over the limit of {limit}',
  },
  ACCOUNT_DATA_NOT_AUTHENTIC: {
    status: FAILED_GENERIC,
    message: 'not encrypted here for this caller and these associated data, or changed since',
  },
  // Enclave services that keep something.
  SERVICE_STORE_FULL: { status: FAILED_GENERIC, message: 'there is no room for more: {what}: {limit}' },
  WALLET_KEY_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'no key of yours is named {name}' },
  WALLET_KEY_EXISTS: { status: FAILED_INVALID_REQUEST, message: 'a key of yours is named {name} already' },
  SECRET_UNKNOWN: { status: FAILED_INVALID_ROLE, message: 'no secret {name} that you may do this with' },
  SECRET_VERSION_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'the secret {name} has no version {version}, or not any more',
  },
  FUNCTION_MODULE_REFUSED: {
    status: FAILED_INVALID_ROLE,
    message: 'a module in the payload is run by no one: the policy lists the programs that may run',
  },
  FUNCTION_RECEIPTS: {
    status: FAILED_INVALID_ROLE,
    message: 'the policy wants a receipt of every run, and a function gives none',
  },
  FUNCTION_ARGUMENTS: {
    status: FAILED_INVALID_REQUEST,
    message: 'the policy states the arguments of {path}, and takes none beside them',
  },
  FUNCTION_STREAM_DENIED: {
    status: FAILED_INVALID_ROLE,
    message: 'the policy does not let you write to the standard input of programs',
  },
  SEALED_STATE_UNAVAILABLE: {
    status: FAILED_NOT_READY,
    message:
      "the services' state is lost with this enclave: its boot configuration names no KMS to seal it with",
  },
  SEALED_STATE_DENIED: {
    status: FAILED_INVALID_ROLE,
    message: 'state is exported and imported by parties that may shut the enclave down',
  },
  SEALED_STATE_BUSY: { status: FAILED_NOT_READY, message: 'another export or import is under way' },
  SEALED_STATE_IN_USE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the services keep something already, which an import would take away: {services}',
  },
  SEALED_STATE_VERSION: {
    status: FAILED_INVALID_REQUEST,
    message: 'the sealed state has version {version} where {demand} is demanded',
  },
  SEALED_STATE_INVALID: { status: FAILED_INVALID_REQUEST, message: 'not a sealed state: {reason}' },
  SEALED_STATE_TOO_LARGE: {
    status: FAILED_GENERIC,
    message: 'a sealed state of {length} bytes is over the limit of {limit}',
  },
  // The attestation service, seen from the parent. What it says itself stands in `reason`.
  ENCLAVE_NONE_RUNNING: { status: FAILED_GENERIC, message: 'no enclave runs on this machine' },
  ATTESTATION_SERVICE_TIMEOUT: {
    status: FAILED_GENERIC,
    message: 'the attestation service gave no answer within {milliseconds} ms',
  },
  ATTESTATION_SERVICE_ANSWER: {
    status: FAILED_GENERIC,
    message: 'no answer of an attestation service: {reason}',
  },
  ATTESTATION_SERVICE_REFUSED: {
    status: FAILED_GENERIC,
    message: 'the attestation service refuses: {reason}',
  },
  ATTESTATION_KEY_ABSENT: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document names no public key, though one was asked for',
  },
  ATTESTATION_KEY_UNASKED: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document names a public key that was not asked for',
  },
  ATTESTATION_KEY_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'what the document names as public key is none',
  },
  // The enclave manager, outside.
  SERVICES_NOT_SERVED: {
    status: FAILED_GENERIC,
    message: 'the enclave serves no enclave services: they are asked for where its image is built',
  },
  SERVICES_PLAIN_EXPOSED: {
    status: FAILED_GENERIC,
    message: 'the services of this enclave are not inside TLS: they are offered to this machine alone',
  },
  MANAGER_CONFIGURATION_INVALID: {
    status: FAILED_GENERIC,
    message: "the enclave manager's configuration: {path} {reason}",
  },
  MANAGER_IMAGE_UNNAMED: {
    status: FAILED_GENERIC,
    message: 'nothing says which image is meant: expect its PCR0, or the SHA-256 of its file',
  },
  MANAGER_IMAGE_UNEXPECTED: {
    status: FAILED_GENERIC,
    message: 'the image is not the one that is expected, by its {what}: it was not started',
  },
  MANAGER_RUNNING: { status: FAILED_GENERIC, message: 'this manager has an enclave already' },
  MANAGER_NOT_RUNNING: { status: FAILED_GENERIC, message: 'this manager has no enclave that runs' },
} as const satisfies Record<string, ErrorRow>;

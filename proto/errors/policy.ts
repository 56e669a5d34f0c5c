/** Policies, and the access that they give. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const policyErrors = {
  // Policy and access. `path` is the JSON path of the field at fault.
  ACCESS_REPEATED_PATH: { status: FAILED_GENERIC, message: 'two access entries name {path}' },
  PATH_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid path: {reason}' },
  POLICY_TOO_LARGE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the policy is over the limit of {limit} bytes',
  },
  POLICY_DIALECT_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: no known policy dialect: {reason}',
  },
  POLICY_DIALECT_AMBIGUOUS: {
    status: FAILED_INVALID_REQUEST,
    message: '{path} and {other} are of two dialects',
  },
  POLICY_VERSION_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: policies of version {version} are not known here, of version 2 are',
  },
  POLICY_UNKNOWN_FIELD: { status: FAILED_INVALID_REQUEST, message: '{path}: unknown field' },
  POLICY_MISSING_FIELD: { status: FAILED_INVALID_REQUEST, message: '{path}: missing field' },
  POLICY_WRONG_TYPE: { status: FAILED_INVALID_REQUEST, message: '{path}: not {expected}' },
  POLICY_NO_IDENTITIES: { status: FAILED_INVALID_REQUEST, message: '{path}: a policy needs an identity' },
  POLICY_DUPLICATE_ID: { status: FAILED_INVALID_REQUEST, message: '{path}: the id {id} is taken' },
  POLICY_CERTIFICATE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: bad certificate: {reason}',
  },
  POLICY_CERTIFICATE_EXPIRED: { status: FAILED_INVALID_REQUEST, message: '{path}: expired at {notAfter}' },
  POLICY_CERTIFICATE_NOT_YET_VALID: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: not valid until {notBefore}',
  },
  POLICY_DUPLICATE_CERTIFICATE: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: same certificate as {other}',
  },
  POLICY_PROGRAM_WITHOUT_HASH: { status: FAILED_INVALID_REQUEST, message: '{path}: the program has no hash' },
  POLICY_DUPLICATE_PROGRAM: { status: FAILED_INVALID_REQUEST, message: '{path}: same program as {other}' },
  POLICY_RIGHTS_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: rights are whole numbers from 0 to {limit}',
  },
  POLICY_PATH_INVALID: { status: FAILED_INVALID_REQUEST, message: '{path}: bad file name: {reason}' },
  POLICY_REPEATED_PATH: { status: FAILED_INVALID_REQUEST, message: '{path}: same file as {other}' },
  POLICY_REPEATED_HASH: { status: FAILED_INVALID_REQUEST, message: '{path}: hashed already at {other}' },
  POLICY_HASH_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: not {bytes} bytes in hexadecimal',
  },
  POLICY_CIPHER_SUITE_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: unknown or unsupported cipher suite',
  },
  POLICY_STRATEGY_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: neither Interpretation nor JIT',
  },
  POLICY_EXPIRY_INVALID: { status: FAILED_INVALID_REQUEST, message: '{path}: no such date and time' },
  POLICY_EXPIRED: { status: FAILED_INVALID_REQUEST, message: '{path}: the policy expired at {expiry}' },
  POLICY_URL_INVALID: { status: FAILED_INVALID_REQUEST, message: '{path}: not host:port' },
  POLICY_TIME_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: not a time in UTC such as 2030-01-31T12:00:00Z, from 1970 to 2261',
  },
  POLICY_LIMIT_EXCEEDED: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: {value} is more than the {limit} that this enclave allows',
  },
  POLICY_MEMORY_EXCEEDED: {
    status: FAILED_INVALID_REQUEST,
    message:
      '{path}: {value} bytes for one program and 1 MiB for files are more than max_memory_mib, {limit}',
  },
  POLICY_NATIVE_MODULE_FOREIGN: {
    status: FAILED_INVALID_REQUEST,
    message:
      '{path}: a {kind} native module would run outside of WebAssembly, where nothing holds it to its rights',
  },
  POLICY_NATIVE_MODULE_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: '{path}: no native module of that name; there are: {names}',
  },
  POLICY_CONTRADICTION: { status: FAILED_INVALID_REQUEST, message: '{path}: {reason}' },
  // Policies made of parts. `path` is a JSON path in the document.
  POLICY_PARTS_CONFLICT: { status: FAILED_INVALID_REQUEST, message: '{document}, {path}: {reason}' },
  POLICY_DIALECT_LACKS: {
    status: FAILED_INVALID_REQUEST,
    message: 'policies of {dialect} cannot say {what}',
  },
} as const satisfies Record<string, ErrorRow>;

/**
 * The one table of errors. Every failure that a peer, a user or a caller can see has a row here: a stable code, the
 * status the wire carries for it (`transport_protocol.ResponseStatus`) and a message. docs/errors.md has a row for each.
 */

/** `transport_protocol.ResponseStatus`, by name. Source: Veracruz main, transport_protocol.proto. */
export const ResponseStatus = {
  UNSET: 0,
  SUCCESS: 1,
  FAILED_INVALID_ROLE: 2,
  FAILED_NOT_READY: 3,
  FAILED_GENERIC: 4,
  FAILED_VM_ERROR: 5,
  FAILED_ERROR_CODE_RETURNED: 6,
  FAILED_INVALID_REQUEST: 7,
} as const;
export type ResponseStatus = (typeof ResponseStatus)[keyof typeof ResponseStatus];

interface ErrorRow {
  readonly status: ResponseStatus;
  /** What happened; `{name}` stands for a detail of that name. */
  readonly message: string;
}

const {
  FAILED_INVALID_ROLE,
  FAILED_NOT_READY,
  FAILED_GENERIC,
  FAILED_VM_ERROR,
  FAILED_ERROR_CODE_RETURNED,
  FAILED_INVALID_REQUEST,
} = ResponseStatus;

export const errorTable = {
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
  // Files.
  FILE_NOT_FOUND: { status: FAILED_INVALID_REQUEST, message: 'no such file: {path}' },
  FILE_IMMUTABLE: {
    status: FAILED_INVALID_REQUEST,
    message: '{path} has a hash in the policy: it is written whole, once',
  },
  FILE_HASH_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'these bytes of {path} do not have the hash that the policy says',
  },
  LISTING_TOO_LARGE: {
    status: FAILED_GENERIC,
    message: '{path} has more than the {limit} entries that one listing may hold',
  },
  FILE_WRONG_TYPE: { status: FAILED_INVALID_REQUEST, message: '{path} is not a {expected}' },
  FILE_SYSTEM: { status: FAILED_GENERIC, message: '{operation} {path}: {reason}' },
  WRITE_BROKEN: {
    status: FAILED_GENERIC,
    message: 'a chunk of {path} failed before: write it again from its beginning',
  },
  WRITES_PENDING_LIMIT: {
    status: FAILED_GENERIC,
    message: 'more than {limit} unfinished chunked writes in one session',
  },
  STORAGE_FULL: { status: FAILED_GENERIC, message: 'no room for {path}: {reason}' },
  RANGE_INVALID: { status: FAILED_INVALID_REQUEST, message: 'the range does not fit {path}' },
  // Live files.
  FILE_NOT_LIVE: {
    status: FAILED_INVALID_REQUEST,
    message: '{path} is not a live file of the policy: it is there as a whole, or not at all',
  },
  LIVE_ENDED: { status: FAILED_INVALID_REQUEST, message: '{path} has ended: it can only be written anew' },
  LIVE_RESTARTED: {
    status: FAILED_GENERIC,
    message: '{path} was begun anew: what comes next does not follow what came',
  },
  SUBSCRIPTION_LIMIT: {
    status: FAILED_NOT_READY,
    message: 'more than {limit} subscriptions at once {where}',
  },
  SUBSCRIPTION_CANCELLED: { status: FAILED_GENERIC, message: 'the subscription was cancelled' },
  // Native modules, asked by a party.
  NATIVE_REQUEST_INVALID: { status: FAILED_INVALID_REQUEST, message: 'no request for {module}: {reason}' },
  NATIVE_NOT_AUTHENTIC: {
    status: FAILED_GENERIC,
    message: '{path} was not enciphered with that key, vector and data, or was changed since',
  },
  // Programs and runs.
  PIPELINE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid pipeline at character {offset}: {reason}',
  },
  PIPELINE_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'no such pipeline: {name}' },
  PROGRAM_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'no such program, or not allowed to run it: {path}',
  },
  PROGRAM_INVALID: { status: FAILED_VM_ERROR, message: 'not a program that runs here: {reason}' },
  PROGRAM_HASH_MISMATCH: {
    status: FAILED_VM_ERROR,
    message: '{path} is not the program that the policy names',
  },
  PROGRAM_TOO_LARGE: { status: FAILED_VM_ERROR, message: 'the program is over the limit of {limit} bytes' },
  PROGRAM_EXITED: {
    status: FAILED_ERROR_CODE_RETURNED,
    message: 'the program ended with exit code {exitCode}',
  },
  RUN_QUEUE_FULL: { status: FAILED_NOT_READY, message: '{limit} runs wait already: try again later' },
  RUN_CANCELLED: { status: FAILED_GENERIC, message: 'the run was cancelled' },
  RUN_WALL_LIMIT: { status: FAILED_VM_ERROR, message: 'the program ran longer than {limit} ms' },
  RUN_CPU_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program used more than {limit} ms of processor time',
  },
  RUN_MEMORY_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program needed more than its {limit} bytes of memory: {reason}',
  },
  RUN_COMPILE_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program was not ready to run after {limit} ms',
  },
  RUN_TABLE_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program needed more than its {limit} elements of tables: {reason}',
  },
  RUN_FILES_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program needed more than its {limit} open files: {reason}',
  },
  RUN_SPACE_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program found no room for more bytes in files, of which it may add {limit}: {reason}',
  },
  RUN_INODES_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program found no room for more files, of which it may add {limit}: {reason}',
  },
  RUN_STACK_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program called deeper than its {limit} bytes of stack: {reason}',
  },
  RUN_OUTPUT_LIMIT: { status: FAILED_VM_ERROR, message: 'the program printed more than {limit} bytes' },
  RUN_WRITE_LIMIT: { status: FAILED_VM_ERROR, message: 'the program wrote more than {limit} bytes to files' },
  RUN_JOURNAL_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the program made more changes of files and directories than a run may',
  },
  // Runs that are counted, or are to be the same everywhere.
  RUN_FUEL_LIMIT: { status: FAILED_VM_ERROR, message: 'the program executed more than {limit} instructions' },
  RUN_NONDETERMINISTIC: {
    status: FAILED_VM_ERROR,
    message: 'the program cannot run deterministically: {reason}',
  },
  // How other runs end.
  RUN_TRAP: { status: FAILED_VM_ERROR, message: 'the program trapped: {reason}' },
  RUN_UNSUCCESSFUL: {
    status: FAILED_VM_ERROR,
    message: 'the program did not succeed; the policy tells no more of it',
  },
  RUN_FAILED: { status: FAILED_VM_ERROR, message: 'the run failed: {reason}' },
  RUN_PROTOCOL: { status: FAILED_VM_ERROR, message: 'the run was ended: {reason}' },
  RUN_COMMIT_REFUSED: {
    status: FAILED_INVALID_ROLE,
    message: 'nothing of the run was kept: the program has no right to {what}',
  },
  RUN_CONFLICT: {
    status: FAILED_GENERIC,
    message: 'nothing of the run was kept: {path} was changed meanwhile',
  },
  // Boot configuration and limits.
  BOOT_INVALID: { status: FAILED_GENERIC, message: 'boot configuration: {path}: {reason}' },
  LIMIT_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the limit {name} is a whole number from {minimum} to {maximum}',
  },
  LIMIT_UNKNOWN: { status: FAILED_INVALID_REQUEST, message: 'there is no limit named {name}' },
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
  // Receipts of runs: asking for one, and what a verifier can find wrong.
  RECEIPT_NOT_FOUND: {
    status: FAILED_INVALID_REQUEST,
    message: 'there is no receipt for that: {reason}',
  },
  RECEIPT_TOO_LARGE: {
    status: FAILED_VM_ERROR,
    message:
      'the run reads or writes more files than a receipt of {limit} bytes can list: nothing was changed',
  },
  RECEIPT_UNSIGNED: {
    status: FAILED_GENERIC,
    message: 'the receipt could not be signed: no attestation document vouches for its key',
  },
  RECEIPT_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid receipt: {reason}' },
  RECEIPT_VERSION_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of version {version}, which is not known here',
  },
  RECEIPT_KEY_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document vouches for no key of the kind that signs receipts',
  },
  RECEIPT_KEY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document vouches for the key of another instance, or of another policy',
  },
  RECEIPT_SIGNATURE: { status: FAILED_INVALID_REQUEST, message: 'the receipt was not signed by that key' },
  RECEIPT_FROM_FUTURE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt was signed {ahead} ms ahead of this clock',
  },
  RECEIPT_POLICY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of a run under another policy',
  },
  RECEIPT_INSTANCE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of another instance of the enclave',
  },
  RECEIPT_PROGRAM_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of a run of another program',
  },
  RECEIPT_OPENING_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt does not commit to the {side} {path} as it is shown',
  },
  RECEIPT_FILE_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message:
      'the receipt does not show {path}: its reader may not read it, or the run neither read nor wrote it',
  },
  RECEIPT_FILE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: '{file} is not the {path} of the receipt',
  },
  // The Nitro secure module.
  NSM_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid NSM message: {reason}' },
  NSM_TOO_LARGE: {
    status: FAILED_INVALID_REQUEST,
    message: 'an NSM message of {length} bytes is over the limit of {limit}',
  },
  NSM_REFUSED: { status: FAILED_GENERIC, message: 'the secure module answered {request} with {error}' },
  NSM_UNEXPECTED: { status: FAILED_GENERIC, message: 'the secure module answered {request} with {answer}' },
  NSM_BUSY: { status: FAILED_GENERIC, message: 'more than {limit} requests wait for the secure module' },
  NSM_CLOSED: { status: FAILED_NOT_READY, message: 'the secure module has been closed' },
  NSM_DEVICE: { status: FAILED_GENERIC, message: 'the secure module cannot be used: {reason}' },
  // The boot of an enclave's machine; the console shows them, and the machine ends.
  BOOT_FAILED: { status: FAILED_GENERIC, message: 'the machine cannot be set up: {step}: {reason}' },
  BOOT_ENTROPY: {
    status: FAILED_GENERIC,
    message: "random numbers would not come from the enclave's hardware: {reason}",
  },
  BOOT_MEMORY: {
    status: FAILED_GENERIC,
    message: '{found} MiB of memory are too few: give the enclave at least {minimum} MiB',
  },
  HEARTBEAT_FAILED: { status: FAILED_GENERIC, message: 'no heartbeat with the parent: {reason}' },
  // The host's side: launchers, the relay, the control plane.
  RELAY_LISTEN: { status: FAILED_GENERIC, message: 'cannot listen on {address}: {reason}' },
  RELAY_CONFIGURATION: { status: FAILED_GENERIC, message: 'the relay was started wrongly: {reason}' },
  RELAY_FAILED: { status: FAILED_GENERIC, message: 'the relay did not start: {reason}' },
  // The relay's HTTP plane; host-bridge/relay/http-plane.ts has the HTTP status of each.
  RELAY_REQUEST_INVALID: { status: FAILED_INVALID_REQUEST, message: 'the POST is not understood: {reason}' },
  RELAY_REQUEST_TOO_LARGE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the body of a POST is at most {limit} bytes',
  },
  RELAY_SESSION_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'this address has no such session: begin anew with session 0',
  },
  RELAY_SESSION_BUSY: {
    status: FAILED_NOT_READY,
    message: '{limit} POSTs of this session wait for their turn already',
  },
  RELAY_ADDRESS_LIMIT: { status: FAILED_NOT_READY, message: 'this address has {limit} sessions already' },
  RELAY_SESSION_LIMIT: { status: FAILED_NOT_READY, message: 'there are {limit} sessions already' },
  RELAY_GUESS_LIMIT: {
    status: FAILED_NOT_READY,
    message: 'this address has named too many sessions that are not its own: try again later',
  },
  RELAY_BODIES_LIMIT: { status: FAILED_NOT_READY, message: 'too much is under way: try again later' },
  RELAY_ENCLAVE_ABSENT: { status: FAILED_NOT_READY, message: 'the enclave takes no connection' },
  RELAY_ENCLAVE_GONE: { status: FAILED_GENERIC, message: 'the enclave has ended the connection' },
  RELAY_ENCLAVE_SLOW: { status: FAILED_GENERIC, message: 'the enclave takes nothing in time' },
  LAUNCH_FAILED: { status: FAILED_GENERIC, message: 'the enclave did not start: {reason}' },
  ENCLAVE_UNREACHABLE: {
    status: FAILED_GENERIC,
    message: 'the enclave cannot be reached on port {port}: {reason}',
  },
  NITRO_LOCAL_MISSING: { status: FAILED_GENERIC, message: 'no local Nitro machine: {path}: {reason}' },
  KEEPER_CONFIGURATION: {
    status: FAILED_GENERIC,
    message: "a machine's keeper was started wrongly: {reason}",
  },
  ENCLAVE_NAME_TAKEN: { status: FAILED_GENERIC, message: 'an enclave named {name} runs already' },
  ENCLAVE_UNKNOWN: { status: FAILED_GENERIC, message: 'no enclave is named {name}' },
  ENCLAVE_LINGERS: { status: FAILED_GENERIC, message: 'the enclave {name} did not end: {reason}' },
  NITRO_CLI_MISSING: { status: FAILED_GENERIC, message: 'nitro-cli cannot be run: {reason}' },
  NITRO_CLI_TIMEOUT: {
    status: FAILED_GENERIC,
    message: 'nitro-cli {command} did not end within {milliseconds} ms',
  },
  NITRO_CLI_OUTPUT: {
    status: FAILED_GENERIC,
    message: 'what nitro-cli {command} prints cannot be read: {reason}',
  },
  NITRO_CLI_FAILED: { status: FAILED_GENERIC, message: 'nitro-cli {command} failed: {reason}' },
  NITRO_FILE: {
    status: FAILED_GENERIC,
    message: 'nitro-cli {command} cannot open a file or the device: {reason}',
  },
  NITRO_DEVICE: { status: FAILED_GENERIC, message: 'the enclave device refused {command}: {reason}' },
  NITRO_CPUS: { status: FAILED_GENERIC, message: 'no CPUs for {command}: {reason}' },
  NITRO_MEMORY_LOW: { status: FAILED_GENERIC, message: 'too little memory for {command}: {reason}' },
  NITRO_HUGEPAGES: { status: FAILED_GENERIC, message: 'no memory for {command}: {reason}' },
  NITRO_START: { status: FAILED_GENERIC, message: 'the hypervisor did not start the enclave: {reason}' },
  NITRO_IMAGE: { status: FAILED_GENERIC, message: 'nitro-cli cannot read the image: {reason}' },
  NITRO_BOOT: { status: FAILED_GENERIC, message: 'the enclave did not boot: {reason}' },
  NITRO_PROCESS: { status: FAILED_GENERIC, message: "nitro-cli's process does not answer: {reason}" },
  NITRO_CONSOLE: { status: FAILED_GENERIC, message: 'no console: {reason}' },
  NITRO_TOOLS: { status: FAILED_GENERIC, message: 'nitro-cli lacks its own files: {reason}' },
  NITRO_NAME: { status: FAILED_GENERIC, message: 'nitro-cli refuses the name: {reason}' },
  NITRO_SIGNATURE: { status: FAILED_GENERIC, message: "the image's signature is refused: {reason}" },
  BUNDLE_INVALID: { status: FAILED_GENERIC, message: "the runtime's bundle is damaged: {file}: {reason}" },
  SOCKET_PATH_TOO_LONG: {
    status: FAILED_GENERIC,
    message: '{path} is longer than the {limit} bytes that a Unix socket may be named with',
  },
  SIMULATOR_ROOT_INVALID: {
    status: FAILED_GENERIC,
    message: "the simulator's root {path} is unusable: {reason}",
  },
  CONTROL_REFUSED: { status: FAILED_GENERIC, message: 'the runtime refused: {operation}' },
  CONTROL_CLOSED: { status: FAILED_GENERIC, message: 'the runtime closed the control plane: {operation}' },
  ENCLAVE_ENDED: { status: FAILED_GENERIC, message: 'the enclave ended by itself: {reason}' },
  ENDPOINT_NOT_CERTIFIED: {
    status: FAILED_GENERIC,
    message: 'the enclave did not take its certificate: {reason}',
  },
  PROXY_UNREACHABLE: {
    status: FAILED_GENERIC,
    message: 'the proxy attestation server at {address} does not answer: {reason}',
  },
  PROXY_REFUSED: {
    status: FAILED_GENERIC,
    message: 'the proxy attestation server refused with HTTP status {status}: {reason}',
  },
  PROXY_ANSWER_INVALID: {
    status: FAILED_GENERIC,
    message: 'the proxy attestation server broke its protocol: {reason}',
  },
  POLICY_NOT_TAKEN: { status: FAILED_GENERIC, message: 'the runtime refused the policy: {reason}' },
  INTERRUPTED: { status: FAILED_GENERIC, message: 'ended by {signal}' },
  CONTROL_TIMEOUT: { status: FAILED_GENERIC, message: 'no answer within {milliseconds} ms: {operation}' },
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
  // The command line's own files.
  LOCAL_FILE_UNREADABLE: { status: FAILED_GENERIC, message: 'cannot read {path}: {reason}' },
  LOCAL_FILE_UNWRITABLE: { status: FAILED_GENERIC, message: 'cannot write {path}: {reason}' },
  // The engine alone.
  EXEC_FAILED: { status: FAILED_GENERIC, message: 'the engine did not come to an end of its own: {reason}' },
  EXEC_RESULT_MISSING: { status: FAILED_GENERIC, message: 'the program left nothing at {path}' },
  // Enclave images.
  EIF_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid enclave image at byte {offset}: {reason}',
  },
  EIF_METADATA_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid metadata of an enclave image: {reason}',
  },
  EIF_SIGNATURE_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'invalid signature section of an enclave image: {reason}',
  },
  EIF_CRC_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the image is damaged: its CRC-32 says {stated} where {computed} is true',
  },
  EIF_SIGNATURE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: "the image's signature does not hold: {reason}",
  },
  EIF_CERTIFICATE_EXPIRED: {
    status: FAILED_INVALID_REQUEST,
    message: 'the signing certificate expired at {notAfter}',
  },
  EIF_CERTIFICATE_NOT_YET_VALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the signing certificate is valid from {notBefore} only',
  },
  SIGNING_CERTIFICATE_UNUSABLE: {
    status: FAILED_GENERIC,
    message: 'no image can be signed with this certificate: {reason}',
  },
  SIGNING_KEY_INVALID: { status: FAILED_GENERIC, message: 'the signing key cannot be used: {reason}' },
  SIGNING_KEY_MISMATCH: {
    status: FAILED_GENERIC,
    message: "the signing key is not the certificate's",
  },
  KERNEL_FORMAT: { status: FAILED_GENERIC, message: 'this kernel boots in no enclave: {reason}' },
  EIF_PARTS_INVALID: {
    status: FAILED_GENERIC,
    message: 'no enclave image can have this {part}: {reason}',
  },
  CPIO_INVALID: { status: FAILED_GENERIC, message: 'no ramdisk can hold {path}: {reason}' },
  // Building enclave images.
  EXECUTABLE_INVALID: { status: FAILED_GENERIC, message: '{file} cannot be in an image: {reason}' },
  DEBIAN_ARCHIVE: { status: FAILED_GENERIC, message: "Debian's archive: {reason}" },
  KERNEL_BUILD: { status: FAILED_GENERIC, message: 'the kernel was not built: {reason}' },
  KERNEL_CONFIG: {
    status: FAILED_GENERIC,
    message: 'the kernel cannot have the options {options}: {reason}',
  },
  KERNEL_TOOLS_MISSING: {
    status: FAILED_GENERIC,
    message: 'building the kernel needs the packages {packages}: {command}',
  },
  KERNEL_UNSUITABLE: { status: FAILED_GENERIC, message: 'no image can have the kernel {path}: {reason}' },
  NITRO_CLI_BLOBS_MISSING: { status: FAILED_GENERIC, message: 'nitro-cli has no kernel here: {path}' },
  NODE_UNAVAILABLE: { status: FAILED_GENERIC, message: 'no Node {version} for the image: {reason}' },
  PACKAGE_FILE_MISSING: { status: FAILED_GENERIC, message: 'the package {package} has no file {file}' },
  PACKAGE_NOT_ACCEPTED: {
    status: FAILED_GENERIC,
    message:
      'no accepted version of the package {package} is to be had: accepted are {accepted}, the archive has {found}',
  },
  RAMDISK_COMPRESSION: { status: FAILED_GENERIC, message: 'a ramdisk was not compressed: {reason}' },
  // The demo.
  DEMO_FAILED: { status: FAILED_GENERIC, message: 'the demo failed: {reason}' },
  // WebAssembly modules, before they are compiled.
  MODULE_INVALID: { status: FAILED_VM_ERROR, message: 'invalid WebAssembly at byte {offset}: {reason}' },
  MODULE_UNSUPPORTED: {
    status: FAILED_VM_ERROR,
    message: 'the module uses {feature}, which is not supported',
  },
  MODULE_MEMORY_TOO_LARGE: {
    status: FAILED_VM_ERROR,
    message: 'the module starts with {pages} pages of memory; the limit is {limit}',
  },
  MODULE_TABLE_TOO_LARGE: {
    status: FAILED_VM_ERROR,
    message: "the module's tables start with {elements} elements; the limit is {limit}",
  },
  MODULE_IMPORT_FORBIDDEN: {
    status: FAILED_VM_ERROR,
    message:
      'the program imports {kind} {name} from {module}: programs import WASI alone, and what a policy names',
  },
  MODULE_IMPORT_TYPE: {
    status: FAILED_VM_ERROR,
    message: 'the module imports {name} with type {found} instead of {expected}',
  },
  MODULE_EXPORT_MISSING: { status: FAILED_VM_ERROR, message: 'the module exports no {kind} {name}' },
  // Components.
  COMPONENTS_UNSUPPORTED: {
    status: FAILED_VM_ERROR,
    message: 'the program is a component, and this enclave was built without support for them',
  },
  COMPONENT_INVALID: { status: FAILED_VM_ERROR, message: 'not a component that runs here: {reason}' },
  COMPONENT_LIMIT: {
    status: FAILED_VM_ERROR,
    message: 'the component could not be made into modules within its limits: {reason}',
  },
  RUN_CLOCK_DENIED: {
    status: FAILED_VM_ERROR,
    message: 'the component asked for the time, and its policy denies clocks',
  },
  // The executor's processes.
  JAIL_FAILED: {
    status: FAILED_GENERIC,
    message: 'no program can run: its process cannot be locked in: {reason}',
  },
  NAMESPACES_REFUSED: {
    status: FAILED_GENERIC,
    message: 'namespaces are required, and refused here: {reason}',
  },
  EXECUTOR_UNAVAILABLE: { status: FAILED_NOT_READY, message: 'no process to run programs in: {reason}' },
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

export type ErrorCode = keyof typeof errorTable;
export type ErrorDetails = Readonly<Record<string, string | number | bigint>>;

/** A failure out of the table. `details` fill the message's places; they never hold a secret. */
export class TruceError extends Error {
  override readonly name = 'TruceError';
  readonly code: ErrorCode;
  readonly status: ResponseStatus;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const row: ErrorRow = errorTable[code];
    super(
      row.message.replace(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place)),
      options,
    );
    this.code = code;
    this.status = row.status;
    this.details = details;
  }
}

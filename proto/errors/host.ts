/** The secure module, machines, and the host's side of an enclave. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_NOT_READY, FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const hostErrors = {
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
} as const satisfies Record<string, ErrorRow>;

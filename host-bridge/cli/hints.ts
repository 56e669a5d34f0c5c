/** What a person can do about a failure, where that is not plain from the message. */
import type { ErrorCode } from '../../proto/errors.ts';

const hints: Partial<Record<ErrorCode | 'UNEXPECTED', string>> = {
  ATTESTATION_ROOT_UNKNOWN:
    'for an enclave of the process launcher name its root with --trust-root; otherwise whoever answers is no Nitro enclave',
  ATTESTATION_PCR_MISMATCH:
    'compare with what `truce enclave describe` prints for the build that the parties agreed on; if it differs, another runtime answers',
  ATTESTATION_PCR_SETS:
    'compare with what `truce enclave describe` prints for the builds that the parties agreed on; if none is the same, another runtime answers',
  ATTESTATION_SERVICE_ANSWER:
    'something else may listen on that port: name the port of the attestation service with --port',
  ATTESTATION_SERVICE_TIMEOUT:
    'give it longer: --timeout SECONDS; look at its console: truce enclave console',
  ATTESTATION_POLICY_MISMATCH:
    'the enclave enforces another policy than yours: compare `truce policy hash` with the other parties',
  ATTESTATION_DEBUG: 'the host can read an enclave in debug mode: ask for one that is not',
  ATTESTATION_TOO_OLD: "check this machine's clock",
  ATTESTATION_FROM_FUTURE: "check this machine's clock",
  BUNDLE_INVALID: 'build again: npm run build',
  CLIENT_IDENTITY_INVALID: 'give the PEM certificate that the policy lists and its unencrypted key',
  CLIENT_INSTANCE_MISMATCH: 'ask the other parties which instance they speak to',
  CLIENT_NO_MEASUREMENT:
    'print the measurements of the build you trust with `truce enclave describe` and name them with --pcr',
  CLIENT_ROOT_NOT_IN_POLICY:
    "see the policy's roots: truce policy show POLICY; for an enclave of the process launcher name its root with --trust-root",
  CLIENT_NOT_IN_POLICY: 'see who is in it: truce policy show POLICY',
  CLIENT_REFUSED: 'see who is in the policy, and until when: truce policy show POLICY',
  CLIENT_UNREACHABLE: 'check the address, and that `truce serve` is running there',
  EXEC_RESULT_MISSING: 'see what it opens and makes: --strace',
  FILE_NOT_LIVE: "the policy's live_files names those that can be followed and ended",
  LIVE_ENDED: 'one who may write it begins it anew: --data NAME=FILE',
  KERNEL_TOOLS_MISSING: 'install them as root, or give a kernel that is built: --kernel FILE',
  KERNEL_UNSUITABLE:
    'leave out --kernel, and one is built that fits; docs/image.md says what another one needs',
  ENCLAVE_LINGERS: 'look at its processes; `truce enclave list --json` names them',
  ENCLAVE_NAME_TAKEN: 'another name: --name NAME; or end it: truce enclave stop NAME',
  ENCLAVE_NONE_RUNNING:
    'start one: truce serve, truce enclave run or nitro-cli run-enclave; as another user they may not be seen: sudo, or name it with --cid',
  ENCLAVE_UNREACHABLE:
    'see that it runs (truce enclave list, nitro-cli describe-enclaves) and what its boot configuration serves on that port; another one: --port',
  ENCLAVE_UNKNOWN: 'see what runs: truce enclave list',
  DEBIAN_ARCHIVE:
    "the kernel and the libraries come from Debian's archive by this machine's own apt: on another system use a container of Debian 12 or 13",
  EIF_CERTIFICATE_EXPIRED:
    'nitro-cli refuses to run it (E59): sign with a certificate that is valid, or give --ignore-dates',
  EIF_CERTIFICATE_NOT_YET_VALID:
    "nitro-cli refuses to run it (E59): check this machine's clock, or give --ignore-dates",
  EIF_CRC_MISMATCH: 'build or copy the image again',
  EIF_SIGNATURE_MISMATCH: 'sign the image again: truce enclave sign',
  KERNEL_FORMAT: 'give arch/x86/boot/bzImage of a kernel build',
  KMS_PROXY_LISTEN:
    'another program may serve this vsock port, such as vsock-proxy: end it, or name another with --kms-proxy PORT=...',
  SEALED_STATE_UNAVAILABLE:
    'build the image with the key that is to seal it: truce enclave build --state-key KEY',
  LOCAL_FILE_UNREADABLE: 'check the path and its permissions',
  LOCAL_FILE_UNWRITABLE: 'check the path and its permissions',
  NITRO_CLI_BLOBS_MISSING:
    'install nitro-cli with its blobs, or name their folder in NITRO_CLI_BLOBS; without --nitro-cli-blobs a kernel is built',
  NODE_UNAVAILABLE:
    'the first build on a machine takes Node from the npm registry: check that npm reaches it',
  NATIVE_REQUEST_INVALID: 'docs/native-modules.md shows the bytes of each request',
  POLICY_NATIVE_MODULE_FOREIGN: 'write it as a WebAssembly program, or use one of the Static ones',
  NITRO_BOOT:
    'look at its console: run it with --debug-mode and `truce enclave console`, or boot the image in QEMU; too little memory is a usual cause',
  NITRO_CLI_MISSING:
    'install aws-nitro-enclaves-cli, or name the program in NITRO_CLI; without the hardware: --launcher qemu',
  NITRO_CLI_OUTPUT: 'this nitro-cli may be too new or too old: 1.2 to 1.5 are known to work',
  NITRO_CLI_TIMEOUT: 'look at /var/log/nitro_enclaves/nitro_enclaves.log; another start may hold port 9000',
  NITRO_CONSOLE: 'an enclave has a console in debug mode only, and only while it runs',
  NITRO_CPUS:
    'raise cpu_count in /etc/nitro_enclaves/allocator.yaml and restart nitro-enclaves-allocator.service; CPUs go in whole cores',
  NITRO_DEVICE:
    'see that this instance has enclaves enabled, the nitro_enclaves module is loaded and you may open /dev/nitro_enclaves (group ne)',
  NITRO_FILE: 'see that the image can be read, /dev/nitro_enclaves is there, and you are in the group ne',
  NITRO_HUGEPAGES:
    'raise memory_mib in /etc/nitro_enclaves/allocator.yaml, restart nitro-enclaves-allocator.service, and end other enclaves',
  NITRO_IMAGE: 'check the image: truce enclave describe --eif FILE',
  NITRO_LOCAL_MISSING: 'prepare it once: npm run nitro:local',
  NITRO_MEMORY_LOW: 'give it four times the size of the image: --memory MIB',
  NITRO_NAME: 'another name: --name NAME',
  NITRO_PROCESS:
    'look at /var/log/nitro_enclaves/nitro_enclaves.log, and whether another start runs just now',
  PACKAGE_NOT_ACCEPTED:
    'a newer release of Truce names newer versions; the images that it builds have other PCRs',
  NITRO_SIGNATURE: 'sign the image again with a certificate that is valid now: truce enclave sign',
  NITRO_START: 'see that CPUs and memory come from one NUMA node; a restart of the allocator often helps',
  NITRO_TOOLS: 'install aws-nitro-enclaves-cli whole; images are built without it: truce enclave build',
  PEM_INVALID: 'give a file in PEM form: -----BEGIN CERTIFICATE-----',
  PROXY_AUTHORITY_EXPOSED: 'chmod 600 KEY, after asking who may have read it',
  PROXY_AUTHORITY_INVALID:
    'give both --ca-cert and --ca-key of one authority, or neither of two files that are not there yet: then one is made',
  PROXY_CONFIGURATION_INVALID:
    'docs/proxy-attestation.md has every field; name enclaves with --measurement pcr0=HEX (truce enclave describe prints it), or say any',
  PROXY_DATABASE: 'check the path, its permissions and the space that is left',
  PROXY_LISTEN: 'another address: --listen HOST:PORT',
  POLICY_EXPIRED: 'agree on a new policy with a later proxy or certificate expiry',
  POLICY_LIMIT_EXCEEDED:
    'lower it in the policy, or start the enclave with a higher limit; LIMITS.md names the defaults',
  POLICY_MEMORY_EXCEEDED: 'agree on more max_memory_mib, or on less memory for the program',
  POLICY_NOT_TAKEN: 'check the policy: truce policy check POLICY',
  ENDPOINT_NOT_CERTIFIED:
    "see that the policy's proxy_service_cert is the certificate of the authority that this proxy issues with",
  PROXY_UNREACHABLE:
    'see that the policy names the right proxy_attestation_server_url and that it runs; `--no-proxy` serves without it, for clients of Truce alone',
  PROXY_REFUSED:
    'look at `truce proxy-attestation log` there: it says what it found; roots and measurements that it accepts are its configuration',
  PROXY_ANSWER_INVALID: 'see that the policy names a proxy attestation server, and its REST port',
  RECEIPT_FILE_UNKNOWN: 'see which files it shows: truce receipt show FILE',
  RECEIPT_FROM_FUTURE: "check this machine's clock",
  RECEIPT_NOT_FOUND:
    'receipts live as long as their enclave, the newest longest; name a file that a run wrote, or a program',
  RECEIPT_POLICY_MISMATCH: 'compare its policy with `truce policy hash`: truce receipt show FILE',
  RECEIPT_TOO_LARGE:
    'give the program rights on fewer files, or start the enclave with a larger receiptBytes',
  RELAY_FAILED: 'another port: --listen HOST:PORT, or --http HOST:PORT',
  RELAY_LISTEN: 'another port: --admin HOST:PORT',
  SIMULATOR_ROOT_INVALID: 'remove the directory to get a new root; clients then have to name that one',
  SOCKET_PATH_TOO_LONG: 'point XDG_RUNTIME_DIR or TMPDIR to a directory with a shorter name',
  SIGNING_CERTIFICATE_UNUSABLE: 'make one with a key on P-256, P-384 or P-521',
  SIGNING_KEY_INVALID: 'give the private key itself, unencrypted: -----BEGIN PRIVATE KEY-----',
  SIGNING_KEY_MISMATCH: 'give the key that the certificate was made for',
  UNEXPECTED: 'run again with TRUCE_DEBUG=1 and report what it prints',
  COMPONENTS_UNSUPPORTED: 'build the image with --components, or the program as a core module of preview 1',
  COMPONENT_LIMIT:
    'the limit is `componentBytes`; a smaller component, such as one without debug names, may fit',
  RUN_CLOCK_DENIED:
    'the policy says `enable_clock`; JavaScript engines can be built without clocks (docs/components.md)',
  RUN_FUEL_LIMIT:
    "the program's `fuel` in the policy, or --fuel, says how many; docs/wasi.md says what costs how much",
  RUN_MEMORY_LIMIT:
    'raise `memoryBytes`, what the program itself may have, or `dataBytes`, in which the engine and written files count too',
  RUN_NONDETERMINISTIC:
    'build the program without what the message names, or take `deterministic` out of its policy',
};

/** @param code of the error table, or a code that an enclave of another version sent */
export function hintFor(code: string): string | undefined {
  return Object.hasOwn(hints, code) ? hints[code as ErrorCode] : undefined;
}

/** What a person can do about a failure, where that is not plain from the message. */
import type { ErrorCode } from '../../proto/errors.ts';

const hints: Partial<Record<ErrorCode | 'UNEXPECTED', string>> = {
  ATTESTATION_ROOT_UNKNOWN:
    'for an enclave of the process launcher name its root with --trust-root; otherwise whoever answers is no Nitro enclave',
  ATTESTATION_PCR_MISMATCH:
    'compare with what `truce enclave describe` prints for the build that the parties agreed on; if it differs, another runtime answers',
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
  CLIENT_NOT_IN_POLICY: 'see who is in it: truce policy show POLICY',
  CLIENT_REFUSED: 'see who is in the policy, and until when: truce policy show POLICY',
  CLIENT_UNREACHABLE: 'check the address, and that `truce serve` is running there',
  KERNEL_UNSUITABLE: 'leave out --kernel, and one is built that fits; docs/image.md says what another one needs',
  LOCAL_FILE_UNREADABLE: 'check the path and its permissions',
  LOCAL_FILE_UNWRITABLE: 'check the path and its permissions',
  NITRO_CLI_BLOBS_MISSING:
    'install nitro-cli with its blobs, or name their folder in NITRO_CLI_BLOBS; without --nitro-cli-blobs a kernel is built',
  NODE_UNAVAILABLE: 'the first build on a machine takes Node from the npm registry: check that npm reaches it',
  PEM_INVALID: 'give a file in PEM form: -----BEGIN CERTIFICATE-----',
  POLICY_EXPIRED: 'agree on a new policy with a later proxy or certificate expiry',
  POLICY_NOT_TAKEN: 'check the policy: truce policy check POLICY',
  RELAY_FAILED: 'another port: --listen HOST:PORT',
  SIMULATOR_ROOT_INVALID: 'remove the directory to get a new root; clients then have to name that one',
  SOCKET_PATH_TOO_LONG: 'point XDG_RUNTIME_DIR or TMPDIR to a directory with a shorter name',
  UNEXPECTED: 'run again with TRUCE_DEBUG=1 and report what it prints',
};

/** @param code of the error table, or a code that an enclave of another version sent */
export function hintFor(code: string): string | undefined {
  return Object.hasOwn(hints, code) ? hints[code as ErrorCode] : undefined;
}

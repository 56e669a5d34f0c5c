/** What is served beside the two planes, asked for on the command line: written into an image, or for a process to boot with. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { KMS_PROXY_PORT } from '../../proto/boot.ts';
import {
  ATTESTATION_PORT,
  type BootServices,
  ENCLAVE_SERVICES_PORT,
  type EnclaveServiceChannel,
} from '../../proto/boot-services.ts';
import { whole } from './option-values.ts';

export interface ServiceOptions {
  /** null: off. */
  readonly attestationPort?: number | null;
  readonly enclaveServices?: EnclaveServiceChannel;
  readonly enclaveServicesPort?: number;
  readonly stateKey?: StateKey;
}

/** The key of KMS that seals the enclave services' state. */
export interface StateKey {
  readonly region: string;
  readonly keyId: string;
}

const CHANNELS: readonly EnclaveServiceChannel[] = ['tls', 'plain-and-read-by-the-host'];
/** As the runtime takes it. */
const ARN = /^arn:[a-z-]+:kms:([a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}):\d{12}:key\/[A-Za-z0-9-]+$/;
/** Source: Linux, include/uapi/linux/vm_sockets.h: the last one is a wildcard. */
const MAXIMUM_PORT = 0xfffffffe;

/** Adds what `ServiceOptions` holds. */
export function addServiceOptions(command: Command): Command {
  return command
    .option(
      '--attestation-port <port>',
      `the attestation service's port inside the enclave, or off; ${ATTESTATION_PORT} unless told`,
      parsePortOrOff,
    )
    .addOption(
      new Option(
        '--enclave-services <channel>',
        'serve account, wallet, secrets and function: to the parties inside TLS, or to whoever has the host; not unless told',
      ).choices(CHANNELS),
    )
    .option(
      '--enclave-services-port <port>',
      `their port inside the enclave; ${ENCLAVE_SERVICES_PORT} unless told`,
      parseVsockPort,
    )
    .option(
      '--state-key <key>',
      "the ARN of KMS's key that seals what they keep; without one it is lost with the enclave",
      parseStateKey,
    );
}

/** Ends the command where something is said of services that are not asked for: nobody would see that they are not there. */
export function requireServicesAsked(options: ServiceOptions, command: Command): void {
  const { enclaveServices, enclaveServicesPort, stateKey } = options;
  if (enclaveServices !== undefined || (enclaveServicesPort ?? stateKey) === undefined) return;
  command.error('error: --enclave-services-port and --state-key need --enclave-services', {
    exitCode: 2,
    code: 'truce.services',
  });
}

/** What the boot configuration says of them; undefined where all is left at its default. */
export function servicesOf(options: ServiceOptions): BootServices | undefined {
  const {
    attestationPort,
    enclaveServices: channel,
    enclaveServicesPort: port = ENCLAVE_SERVICES_PORT,
    stateKey,
  } = options;
  if (attestationPort === undefined && channel === undefined && stateKey === undefined) return undefined;
  return {
    ...(attestationPort === undefined
      ? {}
      : { attestation: attestationPort === null ? null : { port: attestationPort } }),
    ...(channel === undefined ? {} : { enclave: { channel, port } }),
    ...(stateKey === undefined ? {} : { kms: { ...stateKey, port: KMS_PROXY_PORT } }),
  };
}

/**
 * A key's ARN says its region itself, and its account: an alias would be one of whoever gives the credentials.
 * Source: AWS KMS developer guide, "Find the key ID and key ARN".
 */
function parseStateKey(keyId: string): StateKey {
  const [, region] = ARN.exec(keyId) ?? [];
  if (region === undefined) throw new InvalidArgumentError('the ARN of a key (arn:...:key/...) is due.');
  return { region, keyId };
}

function parsePortOrOff(text: string): number | null {
  return text === 'off' ? null : parseVsockPort(text);
}

export const parseVsockPort = whole(1, MAXIMUM_PORT);

/** What is served beside the two planes, asked for on the command line: written into an image, or for a process to boot with. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type BootServices,
  ENCLAVE_SERVICES_PORT,
  type EnclaveServiceChannel,
} from '../../proto/boot-services.ts';

export interface ServiceOptions {
  readonly enclaveServices?: EnclaveServiceChannel;
  readonly enclaveServicesPort?: number;
}

const CHANNELS: readonly EnclaveServiceChannel[] = ['tls', 'plain-and-read-by-the-host'];
/** Source: Linux, include/uapi/linux/vm_sockets.h: the last one is a wildcard. */
const MAXIMUM_PORT = 0xfffffffe;

/** Adds what `ServiceOptions` holds. */
export function addServiceOptions(command: Command): Command {
  return command
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
    );
}

/** What the boot configuration says of them; undefined where all is left at its default. */
export function servicesOf(options: ServiceOptions): BootServices | undefined {
  const { enclaveServices: channel, enclaveServicesPort: port = ENCLAVE_SERVICES_PORT } = options;
  return channel === undefined ? undefined : { enclave: { channel, port } };
}

export function parseVsockPort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,10}$/.test(text) || port < 1 || port > MAXIMUM_PORT)
    throw new InvalidArgumentError(`a port from 1 to ${MAXIMUM_PORT} is due.`);
  return port;
}

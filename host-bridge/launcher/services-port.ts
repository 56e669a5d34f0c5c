/** Where an enclave serves its services, by its own word: an image has that built in, and nobody else knows it. */
import { TruceError } from '../../proto/errors.ts';
import { ControlClient } from './control-client.ts';
import type { RunningEnclave } from './running-enclave.ts';
import { statusMember } from './runtime-status.ts';

const LARGEST_PORT = 0xfffffffe;

/**
 * @param exposed whether others than this machine can reach what is offered
 * @throws TruceError SERVICES_NOT_SERVED, SERVICES_PLAIN_EXPOSED, MESSAGE_INVALID, and those of the control plane
 */
export async function servicesPort(
  enclave: Pick<RunningEnclave, 'connectControl'>,
  exposed: boolean,
): Promise<number> {
  const control = new ControlClient(await enclave.connectControl());
  try {
    const served = statusMember(statusMember(await control.status(), 'services'), 'enclave');
    if (served === undefined) throw new TruceError('SERVICES_NOT_SERVED');
    if (exposed && statusMember(served, 'channel') !== 'tls') throw new TruceError('SERVICES_PLAIN_EXPOSED');
    const port = statusMember(served, 'port');
    if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= LARGEST_PORT) return port;
    throw new TruceError('MESSAGE_INVALID', { reason: 'the status names no port of the services' });
  } finally {
    control.close();
  }
}

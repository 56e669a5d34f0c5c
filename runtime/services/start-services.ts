/** Everything that is served beside the two planes, as the boot configuration says it: started in one place, ended in one. */
import type { BootConfiguration } from '../../proto/boot.ts';
import { ATTESTATION_PORT } from '../../proto/boot-services.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import type { Transport } from '../boot/transport.ts';
import type { ChildPool } from '../executor/child-pool.ts';
import type { Enclave } from '../manager/enclave.ts';
import { startAttestationService } from './attestation/attestation-service.ts';
import { AttestedKeys } from './attestation/attested-keys.ts';
import { serveEnclaveServices } from './enclave/serve-enclave-services.ts';

export interface ServicesOptions {
  readonly configuration: BootConfiguration;
  readonly transport: Transport;
  readonly nsm: NitroSecureModule;
  readonly enclave: Enclave;
  readonly pool: ChildPool;
  readonly limits: RuntimeLimits;
  /** Keys that callers of the attestation service have made; services use them, and nobody gets one. */
  readonly keys: AttestedKeys;
}

/** A service that listens. */
export interface RunningService {
  /** Inside the enclave. */
  readonly port: number;
  /** Ends what it does for its callers, and listens no more. */
  close(): Promise<void>;
}

export interface RunningServices {
  /** Those that something listens on. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/** Starts them one after the other; where one cannot start, those before it are ended again. */
export async function startServices(options: Omit<ServicesOptions, 'keys'>): Promise<RunningServices> {
  const running: RunningService[] = [];
  const keys = new AttestedKeys();
  const close = async () => {
    await Promise.all(running.map((service) => service.close()));
    keys.close();
  };
  try {
    for (const start of startsOf({ ...options, keys })) running.push(await start());
  } catch (error) {
    await close();
    throw error;
  }
  return { ports: running.map(({ port }) => port), close };
}

/** What the configuration asks for. */
function startsOf(options: ServicesOptions): (() => Promise<RunningService>)[] {
  const { attestation = { port: ATTESTATION_PORT }, enclave } = options.configuration.services ?? {};
  return [
    ...(attestation === null ? [] : [() => attest(options, attestation.port)]),
    ...(enclave === undefined ? [] : [() => serveEnclaveServices(options, enclave)]),
  ];
}

function attest({ transport, nsm, enclave, keys }: ServicesOptions, port: number): Promise<RunningService> {
  return startAttestationService({ transport, nsm, keys, port, enclave: () => publicFacts(enclave) });
}

function publicFacts(enclave: Enclave): Record<string, unknown> {
  const { phase, instanceId, policyHash } = enclave.status();
  return { phase, instance_id: instanceId, policy_hash: policyHash };
}

/** Everything that is served beside the two planes, as the boot configuration says it: started in one place, ended in one. */
import type { BootConfiguration } from '../../proto/boot.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import type { Transport } from '../boot/transport.ts';
import type { ChildPool } from '../executor/child-pool.ts';
import type { Enclave } from '../manager/enclave.ts';
import { serveEnclaveServices } from './enclave/serve-enclave-services.ts';

export interface ServicesOptions {
  readonly configuration: BootConfiguration;
  readonly transport: Transport;
  readonly nsm: NitroSecureModule;
  readonly enclave: Enclave;
  readonly pool: ChildPool;
  readonly limits: RuntimeLimits;
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
export async function startServices(options: ServicesOptions): Promise<RunningServices> {
  const running: RunningService[] = [];
  const close = async () => {
    await Promise.all(running.map((service) => service.close()));
  };
  try {
    for (const start of startsOf(options)) running.push(await start());
  } catch (error) {
    await close();
    throw error;
  }
  return { ports: running.map(({ port }) => port), close };
}

/** What the configuration asks for. */
function startsOf(options: ServicesOptions): (() => Promise<RunningService>)[] {
  const { enclave } = options.configuration.services ?? {};
  return enclave === undefined ? [] : [() => serveEnclaveServices(options, enclave)];
}

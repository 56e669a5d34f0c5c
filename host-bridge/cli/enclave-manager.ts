/** The package's `truce/enclave-manager`: the manager with its launchers, and images measured as the command line does. */
import {
  EnclaveManager,
  type EnclaveManagerOptions,
  type EnclaveSource,
} from '../enclave-manager/enclave-manager.ts';
import { nitroSource, processSource, qemuSource } from '../enclave-manager/launcher-sources.ts';
import type { Launcher } from '../launcher/running-enclave.ts';
import { measureImageFile } from './machine-options.ts';

export type { PartyCredentials } from '../client/party.ts';
export type { TrustOptions } from '../client/trust.ts';
export {
  type AttestedServices,
  type ConnectServicesOptions,
  connectServices,
  type ServiceFacts,
} from '../enclave-manager/connect-services.ts';
export type {
  EnclaveManager,
  EnclaveManagerOptions,
  ManagerRequest,
} from '../enclave-manager/enclave-manager.ts';
export type { ExpectedImage } from '../enclave-manager/expected-image.ts';
export {
  type ManagerConfiguration,
  parseManagerConfiguration,
} from '../enclave-manager/manager-configuration.ts';
export type { ServiceSession } from '../enclave-manager/service-session.ts';

export interface CreateManagerOptions extends EnclaveManagerOptions {
  /** Where the enclave runs; on Nitro unless told. */
  readonly launcher?: Launcher;
}

/** A manager that has not started anything yet. @throws TruceError JSON_INVALID, and the MANAGER_ codes */
export function createEnclaveManager({
  launcher = 'nitro',
  ...options
}: CreateManagerOptions): EnclaveManager {
  const sources: Readonly<Record<Launcher, () => EnclaveSource>> = {
    nitro: () => nitroSource(measureImageFile),
    qemu: () => qemuSource(measureImageFile),
    process: () => processSource(),
  };
  return new EnclaveManager(options, sources[launcher]());
}

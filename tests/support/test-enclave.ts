/** A real enclave of the process launcher with its relay, for tests and benchmarks: real processes, real TLS, real jail. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createParty, type DemoParty } from '../../host-bridge/cli/demo-parties.ts';
import { connect, type TruceSession } from '../../host-bridge/client/index.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import {
  type LaunchOptions,
  launchProcess,
  type ProcessEnclave,
} from '../../host-bridge/launcher/process-launcher.ts';
import { RelaySupervisor } from '../../host-bridge/relay/supervisor.ts';
import { type PolicyParts, policyText } from './policy-text.ts';
import { repositoryRoot } from './repository.ts';

const DIST = fileURLToPath(new URL('dist', repositoryRoot));
const DAY_MS = 86_400_000;

export type Party = DemoParty;

export function makeParty(name: string): Promise<Party> {
  return createParty(name, Date.now() + DAY_MS);
}

export interface TestEnclave {
  readonly enclave: ProcessEnclave;
  readonly relay: RelaySupervisor;
  readonly policy: string;
  readonly pcr0: Uint8Array;
  connect(party: Party, options?: { policy?: string; signal?: AbortSignal }): Promise<TruceSession>;
  stop(): Promise<void>;
}

const INSTALLATION = {
  runtimeDirectory: join(DIST, 'runtime'),
  simulatorProgram: join(DIST, 'nsm-simulator.js'),
};

/** Starts an enclave with the policy that `parts` describe, or that is written for its PCR0. The caller stops it. */
export async function startTestEnclave(
  parts: Omit<PolicyParts, 'pcr0'> | ((pcr0: Uint8Array) => string),
  options: LaunchOptions = {},
): Promise<TestEnclave> {
  const enclave = await launchProcess({ installation: INSTALLATION, output: 'inherit', ...options });
  try {
    const pcr0 = enclave.measurements.pcr0;
    const policy = typeof parts === 'function' ? parts(pcr0) : policyText({ ...parts, pcr0 });
    const control = new ControlClient(await enclave.connectControl());
    await control.setPolicy(policy);
    control.close();
    const relay = await RelaySupervisor.start({
      program: join(DIST, 'relay.js'),
      relay: {
        listen: { host: '127.0.0.1', port: 0 },
        target: enclave.dataTarget,
        connections: 1024,
        connectMilliseconds: 10_000,
        idleMilliseconds: DAY_MS,
      },
    });
    const trust = { roots: [enclave.trust.certificatePem] };
    return {
      enclave,
      relay,
      policy,
      pcr0,
      connect: (party, { policy: other, signal } = {}) =>
        connect({
          address: relay.address,
          policy: other ?? policy,
          identity: { certificate: party.certificate, key: party.key },
          trust,
          ...(signal === undefined ? {} : { signal }),
        }),
      stop: async () => {
        await relay.stop();
        await enclave.stop();
      },
    };
  } catch (error) {
    await enclave.stop();
    throw error;
  }
}

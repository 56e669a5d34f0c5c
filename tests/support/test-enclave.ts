/**
 * A real enclave with its relay, for tests and benchmarks: real processes, real TLS, real jail. It is one of the process
 * launcher; with TRUCE_TEST_LAUNCHER=qemu an image is built for it and booted in QEMU, and the same tests run there.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createParty, type DemoParty } from '../../host-bridge/cli/demo-parties.ts';
import { connect, type TruceSession } from '../../host-bridge/client/index.ts';
import type { TrustOptions } from '../../host-bridge/client/trust.ts';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { type LaunchOptions, launchProcess } from '../../host-bridge/launcher/process-launcher.ts';
import { launchQemu } from '../../host-bridge/launcher/qemu-launcher.ts';
import type { EnclaveTrust, RunningEnclave } from '../../host-bridge/launcher/running-enclave.ts';
import { RelaySupervisor } from '../../host-bridge/relay/supervisor.ts';
import { type PolicyParts, policyText } from './policy-text.ts';
import { repositoryRoot } from './repository.ts';
import { buildTestImage } from './test-image.ts';

const DIST = fileURLToPath(new URL('dist', repositoryRoot));
const DAY_MS = 86_400_000;
/** Files, programs and what the tests leave lying, beside the image. */
const MEMORY_MIB = 1536;

/** Where the enclaves of this run are. Tests that look at the runtime's own processes can do so in `process` alone. */
export const testLauncher = process.env.TRUCE_TEST_LAUNCHER === 'qemu' ? 'qemu' : 'process';

export type Party = DemoParty;

export function makeParty(name: string): Promise<Party> {
  return createParty(name, Date.now() + DAY_MS);
}

export interface TestEnclave {
  readonly enclave: RunningEnclave;
  readonly relay: RelaySupervisor;
  readonly policy: string;
  readonly pcr0: Uint8Array;
  /** What its clients have to accept. */
  readonly trust: TrustOptions;
  connect(party: Party, options?: { policy?: string; signal?: AbortSignal }): Promise<TruceSession>;
  stop(): Promise<void>;
}

export interface TestLaunchOptions extends LaunchOptions {
  /** This run's unless told. */
  readonly launcher?: 'process' | 'qemu';
  /** Of a machine; the process launcher's enclaves have this one's. */
  readonly memoryMiB?: number;
}

const INSTALLATION = {
  runtimeDirectory: join(DIST, 'runtime'),
  simulatorProgram: join(DIST, 'nsm-simulator.js'),
};

/** The launcher's own, but that children do not exercise: nobody would wait for it. */
const EXECUTOR = { warmChildren: 1, namespaces: 'if-possible', components: true } as const;

/** Launches an enclave that has no policy yet; no relay. */
export function launchTestEnclave(options: TestLaunchOptions = {}): Promise<RunningEnclave> {
  if ((options.launcher ?? testLauncher) === 'qemu') return launchTestImage(options);
  return launchProcess({ installation: INSTALLATION, output: 'inherit', executor: EXECUTOR, ...options });
}

/** Namespaces are always required in an image, whatever the options say. */
async function launchTestImage(options: TestLaunchOptions): Promise<RunningEnclave> {
  const directory = await mkdtemp(join(tmpdir(), 'truce-image-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    const { path, measurements } = await buildTestImage(directory, {
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.services === undefined ? {} : { services: options.services }),
      ...(options.executor === undefined
        ? {}
        : {
            warmChildren: options.executor.warmChildren,
            components: options.executor.components ?? false,
          }),
      ...(options.installation === undefined
        ? {}
        : { runtimeDirectory: options.installation.runtimeDirectory }),
    });
    const enclave = await launchQemu({
      eif: path,
      measurements,
      memoryMiB: options.memoryMiB ?? MEMORY_MIB,
      installation: { keeperProgram: join(DIST, 'enclave-keeper.js') },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    void enclave.exited.then(remove);
    return enclave;
  } catch (error) {
    await remove();
    throw error;
  }
}

export function trustIn(trust: EnclaveTrust): TrustOptions {
  if (trust.kind === 'emulator') return { emulator: true };
  return trust.kind === 'root' ? { roots: [trust.certificatePem] } : {};
}

/** Starts an enclave with the policy that `parts` describe, or that is written for its PCR0. The caller stops it. */
export async function startTestEnclave(
  parts: Omit<PolicyParts, 'pcr0'> | ((pcr0: Uint8Array) => string),
  options: TestLaunchOptions = {},
): Promise<TestEnclave> {
  const enclave = await launchTestEnclave(options);
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
    const trust = trustIn(enclave.trust);
    return {
      enclave,
      relay,
      policy,
      pcr0,
      trust,
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

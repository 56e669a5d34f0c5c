/** The stage of the demo: an enclave by the process launcher, and a relay before it, that leave nothing behind. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlClient } from '../launcher/control-client.ts';
import { findInstallation } from '../launcher/installation.ts';
import { measuredPcrs } from '../launcher/measurement.ts';
import { launchProcess, type ProcessEnclave } from '../launcher/process-launcher.ts';
import { defaultRelayOptions } from '../relay/relay.ts';
import { RelaySupervisor } from '../relay/supervisor.ts';

export interface DemoEnclave {
  /** Where clients connect: the relay. */
  readonly address: { readonly host: string; readonly port: number };
  /** PCR0 to PCR2 as the launcher measured them: what clients are told to expect. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  /** PEM: the root that signs the simulator's documents in AWS's stead. */
  readonly trustRoot: string;
  setPolicy(text: string): Promise<void>;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const ANY_PORT = 0;

/** TruceError of the launcher or the relay, or the signal's reason; then nothing is left running. */
export async function startDemoEnclave(signal: AbortSignal): Promise<DemoEnclave> {
  const installation = findInstallation();
  // A root of the demo's own: it proves nothing beyond it, and goes with it.
  const directory = await mkdtemp(join(tmpdir(), 'truce-demo-'));
  let enclave: ProcessEnclave | undefined;
  let relay: RelaySupervisor | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([relay?.stop(), enclave?.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    enclave = await launchProcess({ installation, simulatorDirectory: directory, signal });
    signal.throwIfAborted();
    relay = await RelaySupervisor.start({
      program: installation.relayProgram,
      relay: {
        ...defaultRelayOptions,
        listen: { host: LOOPBACK, port: ANY_PORT },
        target: enclave.dataTarget,
      },
    });
    signal.throwIfAborted();
    const { measurements, trust } = enclave;
    const control = new ControlClient(await enclave.connectControl());
    return {
      address: relay.address,
      pcrs: measuredPcrs(measurements),
      trustRoot: trust.certificatePem,
      setPolicy: (text) => control.setPolicy(text).finally(() => control.close()),
      stop: async () => {
        control.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The nitro launcher: runs an image by nitro-cli on an EC2 instance that has enclaves. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DialTarget, VsockTarget } from '../relay/dial-target.ts';
import { findInstallation, type Installation } from './installation.ts';
import { keptEnclave, startMachine } from './kept-enclave.ts';
import type { Measurements } from './measurement.ts';
import { NitroCli } from './nitro-cli.ts';
import { terminateIfListed } from './nitro-machine.ts';
import { checkResources } from './nitro-preflight.ts';
import type { RunningEnclave } from './running-enclave.ts';

export interface NitroLaunchOptions {
  readonly eif: string;
  /** What the image measures to. */
  readonly measurements: Measurements;
  /** The least that the image can have, or 512, unless told. */
  readonly memoryMiB?: number;
  /** 2 unless told. */
  readonly cpus?: number;
  readonly cid?: number;
  readonly name?: string;
  /** A console for the host, and no secrets: PCRs are zero, and clients refuse it. */
  readonly debugMode?: boolean;
  readonly nitroCli?: string;
  readonly installation?: Pick<Installation, 'keeperProgram'>;
  /** Where /proc, /sys and /etc are; `/` unless told. */
  readonly systemRoot?: string;
  /** How a port of the enclave is reached; over AF_VSOCK unless told. */
  readonly target?: (cid: number, port: number) => DialTarget;
  readonly startMilliseconds?: number;
  readonly graceMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/** nitro-cli itself waits three minutes for an image of ordinary size. */
const START_MILLISECONDS = 240_000;
const GRACE_MILLISECONDS = 5000;
const PCR_BYTES = 48;
/** What nitro-cli is told by; nothing else is passed on. */
const ENVIRONMENT = [
  'PATH',
  'HOME',
  'LANG',
  'NITRO_CLI_BLOBS',
  'NITRO_CLI_ARTIFACTS',
  'NITRO_CLI_SOCKETS_PATH',
];

/**
 * Runs an image and waits until nitro-cli has had its heartbeat.
 * TruceError LAUNCH_FAILED or one of the NITRO_ codes, with nothing left running.
 */
export async function launchNitro(options: NitroLaunchOptions): Promise<RunningEnclave> {
  const { keeperProgram } = options.installation ?? findInstallation();
  const eif = resolve(options.eif);
  const { memoryMiB, cpus } = await checkResources({ ...options, eif });
  const directory = await mkdtemp(join(tmpdir(), 'truce-nitro-'));
  const debugMode = options.debugMode ?? false;
  const cli = new NitroCli(options.nitroCli);
  const { keeper, report } = await startMachine(
    {
      kind: 'nitro',
      nitroCli: cli.program,
      eif,
      memoryMiB,
      cpus,
      cid: options.cid ?? null,
      name: options.name ?? `truce-${randomBytes(6).toString('hex')}`,
      debugMode,
      startMilliseconds: options.startMilliseconds ?? START_MILLISECONDS,
    },
    { program: keeperProgram, environment: passedOn(process.env), stderr: 'inherit' },
    options.signal,
  ).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  const cid = report.enclave?.EnclaveCID ?? 0;
  const target = options.target ?? nitroTarget;
  return keptEnclave({
    keeper,
    report,
    launcher: 'nitro',
    directory,
    measurements: debugMode ? zeroMeasurements() : options.measurements,
    trust: { kind: 'aws' },
    target: (port) => target(cid, port),
    graceMilliseconds: options.graceMilliseconds ?? GRACE_MILLISECONDS,
    clear: () => terminateIfListed(cli, report.enclave?.EnclaveID),
  });
}

/** How a port of an enclave on Nitro is reached. */
export function nitroTarget(cid: number, port: number): VsockTarget {
  return { kind: 'vsock', cid, port };
}

/** What documents of an enclave in debug mode show. Source: AWS, "Cryptographic attestation". */
export function zeroMeasurements(): Measurements {
  return {
    pcr0: new Uint8Array(PCR_BYTES),
    pcr1: new Uint8Array(PCR_BYTES),
    pcr2: new Uint8Array(PCR_BYTES),
  };
}

function passedOn(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    ENVIRONMENT.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

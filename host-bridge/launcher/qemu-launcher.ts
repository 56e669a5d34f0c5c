/**
 * The qemu launcher: boots the very image that Nitro boots, in QEMU's Nitro machine, with a real /dev/nsm and real
 * AF_VSOCK in the guest. QEMU signs nothing and its owner sees everything: for development, tests and looking.
 */
import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HEARTBEAT_PORT } from '../../proto/boot.ts';
import type { DialTarget } from '../relay/dial-target.ts';
import { findInstallation, type Installation } from './installation.ts';
import { keptEnclave, type StartedMachine, startMachine } from './kept-enclave.ts';
import { writeLaunchNote } from './launch-note.ts';
import type { QemuConfiguration } from './machine-configuration.ts';
import type { Measurements } from './measurement.ts';
import { type NitroLocal, readNitroLocal } from './nitro-local.ts';
import { makeSocketDirectory } from './places.ts';
import { SANDBOX, VSOCK_SOCKET } from './qemu-command.ts';
import type { RunningEnclave } from './running-enclave.ts';

export interface QemuLaunchOptions {
  readonly eif: string;
  /** What the image measures to. */
  readonly measurements: Measurements;
  /** 512 unless told. */
  readonly memoryMiB?: number;
  /** 2 unless told. */
  readonly cpus?: number;
  /** A number of its own, drawn at random, unless told. */
  readonly cid?: number;
  /** TCG unless told: a machine's /dev/kvm may open and yet run no guest. */
  readonly accelerator?: 'tcg' | 'kvm';
  readonly installation?: Pick<Installation, 'keeperProgram'>;
  readonly local?: NitroLocal;
  /** Where the console is written to; in the enclave's directory, and gone with it, unless told. */
  readonly consolePath?: string;
  /** Where the keeper's own messages go; to this process's stderr unless told. */
  readonly log?: number;
  /** How long the start may take until the heartbeat. */
  readonly startMilliseconds?: number;
  /** How long the runtime may take to end after it has been asked. */
  readonly graceMilliseconds?: number;
  readonly signal?: AbortSignal;
}

export interface StartedQemu extends StartedMachine {
  readonly configuration: QemuConfiguration;
}

export const DEFAULT_MEMORY_MIB = 512;
export const DEFAULT_CPUS = 2;
/** Without hardware virtualisation it takes some 8 s; where others want the processors too, 157 s were seen. */
const START_MILLISECONDS = 240_000;
export const GRACE_MILLISECONDS = 5000;
/** Room for CIDs that people choose themselves. */
const FIRST_CID = 1 << 16;
const LAST_CID = 2 ** 31;

/**
 * Boots an image and waits for its heartbeat.
 * TruceError LAUNCH_FAILED, NITRO_LOCAL_MISSING or SOCKET_PATH_TOO_LONG, with nothing left behind.
 */
export async function launchQemu(options: QemuLaunchOptions): Promise<RunningEnclave> {
  const started = await startQemu(options);
  const { directory, console, cid } = started.configuration;
  const enclave = keptEnclave({
    ...started,
    launcher: 'qemu',
    directory,
    measurements: options.measurements,
    trust: { kind: 'emulator' },
    consolePath: console,
    target: (port) => qemuTarget(directory, port),
    graceMilliseconds: options.graceMilliseconds ?? GRACE_MILLISECONDS,
  });
  try {
    await writeLaunchNote(directory, { launcher: 'qemu', cid, pid: started.keeper.pid! });
  } catch (error) {
    await enclave.stop();
    throw error;
  }
  return enclave;
}

/** How a port of a machine in `directory` is reached. */
export function qemuTarget(directory: string, port: number): DialTarget {
  return { kind: 'vhost-user', path: join(directory, VSOCK_SOCKET), port };
}

/** The machine and its keeper alone; errors as of `launchQemu`. */
export async function startQemu(options: QemuLaunchOptions): Promise<StartedQemu> {
  const { keeperProgram } = options.installation ?? findInstallation();
  const local = options.local ?? (await readNitroLocal());
  const directory = await makeSocketDirectory(`${VSOCK_SOCKET}_${HEARTBEAT_PORT}`);
  try {
    const configuration: QemuConfiguration = {
      kind: 'qemu',
      qemu: local.qemu.program,
      firmware: local.qemu.firmware,
      vhostDeviceVsock: local.vhostDeviceVsock.program,
      eif: resolve(options.eif),
      memoryMiB: options.memoryMiB ?? DEFAULT_MEMORY_MIB,
      cpus: options.cpus ?? DEFAULT_CPUS,
      cid: options.cid ?? randomInt(FIRST_CID, LAST_CID),
      id: `i-truce-enc${randomBytes(8).toString('hex')}`,
      accelerator: options.accelerator ?? 'tcg',
      sandbox: await canSandbox(local.qemu.program),
      directory,
      console: options.consolePath ?? join(directory, 'console.log'),
      startMilliseconds: options.startMilliseconds ?? START_MILLISECONDS,
    };
    const keeper = { program: keeperProgram, stderr: options.log ?? ('inherit' as const) };
    return { ...(await startMachine(configuration, keeper, options.signal)), configuration };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Whether this QEMU was built with seccomp: one that was not refuses the option. */
function canSandbox(program: string): Promise<boolean> {
  return new Promise((settle) => {
    execFile(program, ['-sandbox', SANDBOX, '-version'], { timeout: 10_000 }, (error) =>
      settle(error === null),
    );
  });
}

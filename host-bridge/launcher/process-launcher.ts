/**
 * The process launcher: the runtime as a process of this machine, with Unix sockets for vsock and a simulator for
 * /dev/nsm. For development, tests and the demo: the runtime is the same, but nothing hides it from the machine's owner.
 */
import { closeSync, openSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BootConfiguration,
  type BootExecutor,
  CONTROL_PORT,
  DATA_PORT,
  HEARTBEAT_SOCKET,
} from '../../proto/boot.ts';
import type { BootServices } from '../../proto/boot-services.ts';
import { RUNTIME_FILE } from '../../proto/bundle-manifest.ts';
import { TruceError } from '../../proto/errors.ts';
import type { LimitSettings } from '../../proto/limits.ts';
import { dial } from '../relay/dial.ts';
import type { UnixTarget } from '../relay/dial-target.ts';
import { ChildProgram, describeExit } from './child-program.ts';
import { HeartbeatListener } from './heartbeat.ts';
import { findInstallation, type Installation } from './installation.ts';
import { writeLaunchNote } from './launch-note.ts';
import { lastLine } from './log-file.ts';
import { type Measurements, measuredPcrs, measureRuntime } from './measurement.ts';
import { makeSocketDirectory, simulatorDirectory } from './places.ts';
import { DIAL_MILLISECONDS, type RootTrust, type RunningEnclave } from './running-enclave.ts';
import { RunningProcessEnclave } from './running-process-enclave.ts';
import { encodeSimulatorConfiguration, parseSimulatorReport } from './simulator-configuration.ts';
import { openSimulatorRoot, type SimulatorRoot } from './simulator-root.ts';

export interface LaunchOptions {
  readonly installation?: Pick<Installation, 'runtimeDirectory' | 'simulatorProgram'>;
  /** Where the simulator's root is kept; `$XDG_STATE_HOME/truce/simulator` unless told. */
  readonly simulatorDirectory?: string;
  readonly executor?: BootExecutor;
  readonly limits?: LimitSettings;
  /** Documents for Veracruz's proxy attestation server; false unless told. */
  readonly legacyAttestation?: boolean;
  /** What is served beside the two planes; the boot configuration's default unless told. */
  readonly services?: BootServices;
  /** Where the runtime's own messages go: to a file in its directory, or to this process's stderr. */
  readonly output?: 'file' | 'inherit';
  /** How long the start may take until the heartbeat. */
  readonly startMilliseconds?: number;
  /** How long each step of the end may take before the next, harder one. */
  readonly graceMilliseconds?: number;
  readonly signal?: AbortSignal;
}

/** What this launcher says more of an enclave than others can. */
export interface ProcessEnclave extends RunningEnclave {
  readonly trust: RootTrust;
  readonly dataTarget: UnixTarget;
  target(port: number): UnixTarget;
}

const DEFAULT_EXECUTOR: BootExecutor = {
  warmChildren: 1,
  namespaces: 'if-possible',
  components: true,
  exercise: true,
};
const START_MILLISECONDS = 60_000;
/** Sessions get 3 s to take their last answers. */
const GRACE_MILLISECONDS = 5000;
const LOG_FILE = 'runtime.log';
const NSM_SOCKET = 'nsm';

/**
 * Starts an enclave and waits for its heartbeat.
 * TruceError LAUNCH_FAILED, BUNDLE_INVALID, SIMULATOR_ROOT_INVALID or SOCKET_PATH_TOO_LONG, with nothing left behind.
 */
export async function launchProcess(options: LaunchOptions = {}): Promise<ProcessEnclave> {
  const installation = options.installation ?? findInstallation();
  const measurements = await measureRuntime(installation.runtimeDirectory);
  const rootDirectory = options.simulatorDirectory ?? simulatorDirectory();
  const root = await openSimulatorRoot(rootDirectory, Date.now());
  const timeout = AbortSignal.timeout(options.startMilliseconds ?? START_MILLISECONDS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const directory = await makeSocketDirectory(HEARTBEAT_SOCKET);
  const started: ChildProgram[] = [];
  try {
    const heartbeat = await HeartbeatListener.listen(join(directory, HEARTBEAT_SOCKET));
    try {
      const simulator = startSimulator(installation, directory, rootDirectory, measurements);
      started.push(simulator);
      await awaitSimulator(simulator, signal);
      const runtime = await startRuntime(installation, directory, options);
      started.push(runtime);
      await awaitHeartbeat(heartbeat, runtime, directory, signal);
      await writeLaunchNote(directory, { launcher: 'process', cid: runtime.pid!, pid: runtime.pid! });
      const grace = options.graceMilliseconds ?? GRACE_MILLISECONDS;
      return enclave(directory, { runtime, simulator, grace }, measurements, root);
    } finally {
      heartbeat.close();
    }
  } catch (error) {
    for (const child of started.reverse()) await child.stop(0);
    await rm(directory, { recursive: true, force: true });
    if (options.signal?.aborted === true) throw options.signal.reason;
    if (timeout.aborted) {
      throw new TruceError('LAUNCH_FAILED', { reason: 'it took too long' }, { cause: error });
    }
    throw error;
  }
}

function startSimulator(
  installation: Pick<Installation, 'simulatorProgram'>,
  directory: string,
  rootDirectory: string,
  measurements: Measurements,
): ChildProgram {
  const configuration = encodeSimulatorConfiguration({
    socket: join(directory, NSM_SOCKET),
    rootDirectory,
    measurements: measuredPcrs(measurements),
    remove: directory,
  });
  return new ChildProgram({
    program: installation.simulatorProgram,
    args: [configuration],
    stdout: 'pipe',
    stderr: 'inherit',
  });
}

async function awaitSimulator(simulator: ChildProgram, signal: AbortSignal): Promise<void> {
  const line = await simulator.firstLine(signal);
  const report = line === undefined ? undefined : parseSimulatorReport(line);
  if (report?.ready === true) return;
  const reason = report?.message ?? describeExit(await simulator.exited);
  throw new TruceError('LAUNCH_FAILED', { reason: `the NSM simulator: ${reason}` });
}

async function startRuntime(
  installation: Pick<Installation, 'runtimeDirectory'>,
  directory: string,
  options: LaunchOptions,
): Promise<ChildProgram> {
  const configuration: BootConfiguration = {
    transport: { kind: 'unix', directory },
    nsm: { kind: 'socket', path: join(directory, NSM_SOCKET) },
    executor: options.executor ?? DEFAULT_EXECUTOR,
    limits: options.limits ?? {},
    legacyAttestation: options.legacyAttestation ?? false,
    ...(options.services === undefined ? {} : { services: options.services }),
  };
  const boot = join(directory, 'boot.json');
  await writeFile(boot, JSON.stringify(configuration), { mode: 0o600 });
  const inherit = options.output === 'inherit';
  const log = inherit ? undefined : openSync(join(directory, LOG_FILE), 'ax', 0o600);
  try {
    return new ChildProgram({
      program: join(installation.runtimeDirectory, RUNTIME_FILE),
      args: ['--boot', boot, '--lifeline'],
      // The runtime has nothing to say on stdout; facts of ours go there, so it gets stderr for both.
      stdout: log ?? process.stderr.fd,
      stderr: log ?? 'inherit',
    });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

async function awaitHeartbeat(
  heartbeat: HeartbeatListener,
  runtime: ChildProgram,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const beat = await Promise.race([
    heartbeat.beat.then(() => 'beat' as const),
    runtime.exited,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    }),
  ]);
  if (beat === 'beat') return;
  const said = await lastLine(join(directory, LOG_FILE));
  const reason = said === undefined ? describeExit(beat) : `${describeExit(beat)}: ${said}`;
  throw new TruceError('LAUNCH_FAILED', { reason: `the runtime: ${reason}` });
}

function enclave(
  directory: string,
  processes: { readonly runtime: ChildProgram; readonly simulator: ChildProgram; readonly grace: number },
  measurements: Measurements,
  root: SimulatorRoot,
): ProcessEnclave {
  const { runtime } = processes;
  const target = (port: number): UnixTarget => ({ kind: 'unix', path: join(directory, String(port)) });
  const dataTarget = target(DATA_PORT);
  const controlTarget = target(CONTROL_PORT);
  const life = new RunningProcessEnclave({
    directory,
    runtime,
    simulator: processes.simulator,
    controlPath: controlTarget.path,
    graceMilliseconds: processes.grace,
  });
  const timeout = () => AbortSignal.timeout(DIAL_MILLISECONDS);
  return {
    launcher: 'process',
    directory,
    pid: runtime.pid!,
    measurements,
    trust: { kind: 'root', certificatePem: root.certificatePem, certificatePath: root.certificatePath },
    dataTarget,
    target,
    connectControl: () => dial(controlTarget, { allowHalfOpen: false }, timeout()),
    connectData: () => dial(dataTarget, {}, timeout()),
    exited: life.exited,
    stop: () => life.stop(),
    kill: () => runtime.kill('SIGKILL'),
  };
}

/** An enclave whose machine a keeper holds: how it is reached, and how it ends with nothing left. */
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { CONTROL_PORT, DATA_PORT } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import { dial } from '../relay/dial.ts';
import type { DialTarget } from '../relay/dial-target.ts';
import { ChildProgram, describeExit, type ExitStatus } from './child-program.ts';
import {
  type MachineConfiguration,
  type MachineReport,
  parseMachineReport,
} from './machine-configuration.ts';
import type { Measurements } from './measurement.ts';
import {
  DIAL_MILLISECONDS,
  type EnclaveTrust,
  type Launcher,
  type RunningEnclave,
} from './running-enclave.ts';
import { shutDown } from './shut-down.ts';

export interface KeeperOptions {
  /** The keeper's script: dist/enclave-keeper.js. */
  readonly program: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its own messages go. */
  readonly stderr: 'inherit' | number;
}

export interface StartedMachine {
  readonly keeper: ChildProgram;
  readonly report: Extract<MachineReport, { ready: true }>;
}

export interface KeptParts extends StartedMachine {
  readonly launcher: Launcher;
  readonly directory: string;
  readonly measurements: Measurements;
  readonly trust: EnclaveTrust;
  readonly consolePath?: string;
  /** How a port of the enclave is reached. */
  readonly target: (port: number) => DialTarget;
  readonly graceMilliseconds: number;
  /** Ends what a keeper left that was killed itself; where nothing can be left, there is nothing to do. */
  readonly clear?: () => Promise<void>;
}

/** The keeper takes seconds to end a machine, and as long to see that one has ended. */
const KEEPER_GRACE_MILLISECONDS = 10_000;

/**
 * Starts a keeper and waits for its machine. TruceError LAUNCH_FAILED {reason}, the signal's reason; then nothing runs.
 */
export async function startMachine(
  configuration: MachineConfiguration,
  { program, environment = {}, stderr }: KeeperOptions,
  signal: AbortSignal | undefined,
): Promise<StartedMachine> {
  const keeper = new ChildProgram({
    program,
    args: [JSON.stringify(configuration)],
    environment,
    stdout: 'pipe',
    stderr,
  });
  try {
    const line = await keeper.line(signal);
    const report = line === undefined ? undefined : parseMachineReport(line);
    if (report !== undefined && 'ready' in report) {
      if (report.ready) return { keeper, report };
      throw new TruceError(report.code, report.details);
    }
    const reason = `its keeper: ${describeExit(await keeper.exited)}`;
    throw new TruceError('LAUNCH_FAILED', { reason });
  } catch (error) {
    await keeper.stop(KEEPER_GRACE_MILLISECONDS);
    throw error;
  }
}

export function keptEnclave(parts: KeptParts): RunningEnclave {
  const { keeper, report, target, graceMilliseconds } = parts;
  const connect = (port: number, allowHalfOpen: boolean, milliseconds: number): Promise<Socket> =>
    dial(target(port), { allowHalfOpen }, AbortSignal.timeout(milliseconds));
  const connectControl = (milliseconds: number) => connect(CONTROL_PORT, false, milliseconds);
  const exited = endOf(keeper, parts.clear).then(async (status) => {
    await rm(parts.directory, { recursive: true, force: true });
    return status;
  });
  const end = async () => {
    const asked = () => connectControl(graceMilliseconds);
    if (keeper.running && (await shutDown(asked, graceMilliseconds)))
      await keeper.exitsWithin(graceMilliseconds);
    await keeper.stop(KEEPER_GRACE_MILLISECONDS);
    await exited;
  };
  let stopping: Promise<void> | undefined;
  return {
    launcher: parts.launcher,
    directory: parts.directory,
    pid: report.pid,
    measurements: parts.measurements,
    trust: parts.trust,
    dataTarget: target(DATA_PORT),
    target,
    connectControl: () => connectControl(DIAL_MILLISECONDS),
    connectData: () => connect(DATA_PORT, true, DIAL_MILLISECONDS),
    exited,
    stop: () => {
      stopping ??= end();
      return stopping;
    },
    kill: () => keeper.kill('SIGKILL'),
    ...(parts.consolePath === undefined ? {} : { consolePath: parts.consolePath }),
  };
}

/** What the keeper says of the machine's end; of its own, where it can say nothing any more. */
async function endOf(keeper: ChildProgram, clear: (() => Promise<void>) | undefined): Promise<ExitStatus> {
  const line = await keeper.line();
  const status = await keeper.exited;
  const report = line === undefined ? undefined : parseMachineReport(line);
  if (report === undefined) {
    try {
      await clear?.();
      return status;
    } catch (error) {
      return { ...status, fault: error instanceof Error ? error.message : String(error) };
    }
  }
  if ('ended' in report) return report.ended;
  return report.ready ? status : { ...status, fault: new TruceError(report.code, report.details).message };
}

/** The exit status of `truce exec`: the program's own, or what a shell shows for a signal where something ended it. */
import type { ErrorCode } from '../../proto/errors.ts';
import type { ExecOutcome } from '../../proto/exec.ts';
import { ExitCode } from './failure.ts';

/** A shell shows 128 and the signal's number. Source: POSIX, 2.8.2 "Exit status for commands"; Linux's numbers. */
const SIGNALED = 128;
const SIGINT = 2;
const SIGABRT = 6;
const SIGKILL = 9;
const SIGPIPE = 13;
const SIGALRM = 14;
const SIGXCPU = 24;
const SIGXFSZ = 25;

/** As if the kernel held these limits. A code that is not here kept the program from starting. */
const signals: Partial<Record<ErrorCode, number>> = {
  RUN_TRAP: SIGABRT,
  RUN_STACK_LIMIT: SIGABRT,
  RUN_CLOCK_DENIED: SIGABRT,
  RUN_FAILED: SIGABRT,
  RUN_PROTOCOL: SIGABRT,
  RUN_COMMIT_REFUSED: SIGABRT,
  RUN_CONFLICT: SIGABRT,
  RUN_MEMORY_LIMIT: SIGKILL,
  RUN_TABLE_LIMIT: SIGKILL,
  RUN_WALL_LIMIT: SIGALRM,
  RUN_CPU_LIMIT: SIGXCPU,
  RUN_COMPILE_LIMIT: SIGXCPU,
  RUN_FUEL_LIMIT: SIGXCPU,
  RUN_OUTPUT_LIMIT: SIGXFSZ,
  RUN_WRITE_LIMIT: SIGXFSZ,
  RUN_SPACE_LIMIT: SIGXFSZ,
  RUN_INODES_LIMIT: SIGXFSZ,
  RUN_FILES_LIMIT: SIGXFSZ,
  RUN_JOURNAL_LIMIT: SIGXFSZ,
};

const interruptions: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT, SIGTERM: 15 };

/** Of a run that has ended. */
export function statusOf({ exitCode, error, outputError, outputClosed }: ExecOutcome): number {
  if (outputClosed) return SIGNALED + SIGPIPE;
  if (error !== undefined) {
    const signal = signals[error.code as ErrorCode];
    return signal === undefined ? ExitCode.FAILED : SIGNALED + signal;
  }
  const status = shellStatus(exitCode ?? 0);
  return status === 0 && outputError !== undefined ? ExitCode.FAILED : status;
}

/** After a signal to this command. */
export function interruptedStatus(signal: string): number {
  return SIGNALED + (interruptions[signal] ?? SIGINT);
}

/** Eight bits are all that a parent can be told; a failure must not become a success by losing the others. */
function shellStatus(exitCode: number): number {
  const low = exitCode & 0xff;
  return low === 0 && exitCode !== 0 ? 0xff : low;
}

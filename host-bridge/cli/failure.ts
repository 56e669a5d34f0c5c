/** How a command's failure is told: one line for people with what to do about it, or one JSON object. */
import { CommanderError } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { RemoteError } from '../client/remote-error.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { hintFor } from './hints.ts';

export const ExitCode = { OK: 0, FAILED: 1, USAGE: 2 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface FailureOptions {
  /** Whether the command was asked for JSON and has printed none. */
  readonly json: boolean;
  /** Whether stacks are shown: TRUCE_DEBUG. */
  readonly debug: boolean;
}

/** Tells about the error; the result is the process's exit code. */
export function reportFailure(error: unknown, io: CommandIo, options: FailureOptions): ExitCode {
  if (error instanceof CommanderError) return reportUsage(error, io, options);
  const { code, message } = describeFailure(error);
  if (options.json) printJson(io, { ok: false, error: { code, message } });
  io.stderr.write(`truce: ${printable(message)}\n`);
  const hint = hintFor(code);
  if (hint !== undefined) io.stderr.write(`  what to do: ${hint}\n`);
  io.stderr.write(`  code: ${code}\n`);
  if (options.debug) io.stderr.write(`${stackOf(error)}\n`);
  return ExitCode.FAILED;
}

/** Commander has written its own message; help and version that were asked for are no failures. */
function reportUsage(error: CommanderError, io: CommandIo, options: FailureOptions): ExitCode {
  if (error.exitCode === 0) return ExitCode.OK;
  const message = error.message.replace(/^error: /, '');
  if (options.json) printJson(io, { ok: false, error: { code: 'USAGE', message } });
  return ExitCode.USAGE;
}

/** The code may be one of the system's, such as ENOSPC. */
export function describeFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof TruceError || error instanceof RemoteError)
    return { code: error.code, message: error.message };
  if (error instanceof Error) {
    // The system's errors carry a name such as ENOSPC; anything else is a fault of this program.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined && /^E[A-Z0-9]+$/.test(code)) return { code, message: error.message };
    return { code: 'UNEXPECTED', message: `unexpected fault: ${error.message}` };
  }
  return { code: 'UNEXPECTED', message: `unexpected fault: ${String(error)}` };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

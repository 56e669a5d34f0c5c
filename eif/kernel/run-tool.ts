/** Runs the programs that a kernel is built with, in an environment that is the same everywhere. */
import { spawn } from 'node:child_process';
import { TruceError } from '../../proto/errors.ts';

export interface ToolOptions {
  readonly directory?: string;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** Debian's own programs: another compiler may come first in the caller's PATH. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;
const MAXIMUM_OUTPUT_CHARACTERS = 4 << 20;
/** Of what a program said before it failed: an error names the last lines. */
const TAIL_CHARACTERS = 1500;

/**
 * Gives the standard output, or nothing where `onLine` takes it. Aborting ends the program and all that it started.
 * @throws TruceError KERNEL_BUILD {reason}
 */
export function runTool(
  program: string,
  parameters: readonly string[],
  { directory, signal, environment, onLine }: ToolOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      ...(directory === undefined ? {} : { cwd: directory }),
      env: { ...ENVIRONMENT, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: make's children must end with it.
      detached: true,
    });
    const abort = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal?.addEventListener('abort', abort, { once: true });
    let output = '';
    let unfinished = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (onLine === undefined) {
        if (output.length < MAXIMUM_OUTPUT_CHARACTERS) output += text;
        return;
      }
      const lines = (unfinished + text).split('\n');
      unfinished = (lines.pop() ?? '').slice(-TAIL_CHARACTERS);
      for (const line of lines) onLine(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-TAIL_CHARACTERS);
    });
    child.once('error', (cause) => {
      signal?.removeEventListener('abort', abort);
      reject(failed(`${program} does not start: ${(cause as NodeJS.ErrnoException).code}`, { cause }));
    });
    child.once('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted === true) reject(signal.reason);
      else if (code === 0) resolve(output);
      else reject(failed(`${program} ended with ${code ?? killedBy}: ${errors.trim()}`));
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function failed(reason: string, options?: ErrorOptions): TruceError {
  return new TruceError('KERNEL_BUILD', { reason }, options);
}

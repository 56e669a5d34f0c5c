/** Runs the programs that things are built with, in an environment that is the same everywhere. */
import { spawn } from 'node:child_process';

export interface ToolOptions {
  readonly directory?: string;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** Gets each line of standard output. */
  readonly onLine?: (line: string) => void;
}

/** A program that did not do its work; the message names it and the last of what it said. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** Debian's own programs: another compiler may come first in the caller's PATH. */
const SEARCH_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const ENVIRONMENT = { PATH: SEARCH_PATH, LC_ALL: 'C', TZ: 'UTC' } as const;
const MAXIMUM_OUTPUT_CHARACTERS = 4 << 20;
const TAIL_CHARACTERS = 1500;

/**
 * Gives the standard output, or nothing where `onLine` takes it. Aborting ends the program and all that it started.
 * @throws ToolError, or the signal's reason
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
      // A group of its own: the children of make must end with it.
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
      const { code } = cause as NodeJS.ErrnoException;
      reject(new ToolError(`${program} does not start: ${code}`, { cause }));
    });
    child.once('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted === true) reject(signal.reason);
      else if (code === 0) resolve(output);
      // Some build tools report failures on their standard output.
      else
        reject(
          new ToolError(`${program} ended with ${code ?? killedBy}: ${lastOf(errors, output, unfinished)}`),
        );
    });
  });
}

function lastOf(...texts: readonly string[]): string {
  const text = texts.map((part) => part.trim()).find((part) => part !== '');
  return text?.slice(-TAIL_CHARACTERS) ?? 'it said nothing';
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has just ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

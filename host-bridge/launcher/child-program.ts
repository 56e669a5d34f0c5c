/** A program of Truce as a child process: held by a lifeline, in a session of its own, and stopped with all that it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ChildProgramOptions {
  /** The script that Node runs. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
  /** 'pipe' where the program reports by lines; else where its output goes. */
  readonly stdout: 'pipe' | 'ignore' | 'inherit' | number;
  readonly stderr: 'ignore' | 'inherit' | number;
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it never started. */
  readonly fault?: string;
}

const LONGEST_LINE = 64 * 1024;

export class ChildProgram {
  readonly #child: ChildProcess;
  /** Settles when the process is gone and reaped; never rejects. */
  readonly exited: Promise<ExitStatus>;

  constructor(options: ChildProgramOptions) {
    // Its own session, so that a Ctrl-C at the terminal reaches the supervisor alone, which then stops all in order,
    // and so that whatever it starts can be ended with it.
    this.#child = spawn(process.execPath, [options.program, ...options.args], {
      env: { ...options.environment },
      stdio: ['pipe', options.stdout, options.stderr],
      detached: true,
    });
    // The lifeline breaks when the child ends; `exited` tells.
    this.#child.stdin?.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        if (this.#child.pid === undefined) resolve({ code: null, signal: null, fault: error.message });
      });
      this.#child.once('exit', (code, signal) => {
        // What it started and left behind in its group goes with it.
        this.#signalGroup('SIGKILL');
        resolve({ code, signal });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The first line that the program prints, undefined where it ends before; later output is thrown away. */
  async firstLine(signal: AbortSignal): Promise<string | undefined> {
    const output = this.#child.stdout;
    if (output === null) throw new TypeError("the program's output is not piped");
    let text = '';
    try {
      for await (const [chunk] of on(output, 'data', { signal, close: ['end', 'close'] })) {
        text += String(chunk);
        const end = text.indexOf('\n');
        if (end !== -1) return text.slice(0, end);
        if (text.length > LONGEST_LINE) return text;
      }
      return undefined;
    } finally {
      output.resume();
    }
  }

  /** Lets go of the lifeline, as the kernel does for a supervisor that dies. */
  releaseLifeline(): void {
    this.#child.stdin?.destroy();
  }

  /** Signals the process and everything in its group, unless it is gone. */
  kill(signal: NodeJS.Signals): void {
    if (this.running) this.#signalGroup(signal);
  }

  #signalGroup(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      // Gone between the check and the signal.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Whether the process is gone within the time. */
  async exitsWithin(milliseconds: number): Promise<boolean> {
    const timer = new AbortController();
    try {
      return await Promise.race([
        this.exited.then(() => true),
        delay(milliseconds, false, { signal: timer.signal }).catch(() => false),
      ]);
    } finally {
      timer.abort();
    }
  }

  /** Ends it: the lifeline and SIGTERM first, SIGKILL after the grace. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.releaseLifeline();
    this.kill('SIGTERM');
    if (!(await this.exitsWithin(graceMilliseconds))) this.kill('SIGKILL');
    await this.exited;
  }
}

/** An exit status in words. */
export function describeExit(status: ExitStatus): string {
  if (status.fault !== undefined) return status.fault;
  return status.signal === null
    ? `it ended with exit code ${status.code}`
    : `it was ended by ${status.signal}`;
}

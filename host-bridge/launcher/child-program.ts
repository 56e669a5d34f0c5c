/** A program of Truce as a child process: held by a lifeline, in a session of its own, and stopped with all that it started. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { DETACH } from './lifeline.ts';

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
  /** Why it never started, or what it died of. */
  readonly fault?: string;
}

const LONGEST_LINE = 64 * 1024;

export class ChildProgram {
  readonly #child: ChildProcess;
  #unread = '';
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

  /**
   * The next line that the program prints, at most 64 KiB of it; undefined where it ends before.
   * Rejects with the signal's reason.
   */
  async line(signal?: AbortSignal): Promise<string | undefined> {
    const output = this.#child.stdout;
    if (output === null) throw new TypeError("the program's output is not piped");
    for (;;) {
      const end = this.#unread.indexOf('\n');
      if (end !== -1 || this.#unread.length > LONGEST_LINE) {
        const line = this.#unread.slice(0, end === -1 ? undefined : end);
        this.#unread = end === -1 ? '' : this.#unread.slice(end + 1);
        return line;
      }
      const chunk: unknown = output.read();
      if (chunk !== null) this.#unread += String(chunk);
      else if (output.readableEnded || output.destroyed) return undefined;
      else await readableOrOver(output, signal);
    }
  }

  /** The first line; later output is thrown away. */
  async firstLine(signal: AbortSignal): Promise<string | undefined> {
    try {
      return await this.line(signal);
    } finally {
      this.#child.stdout?.resume();
    }
  }

  /** Lets it live on without us: the word that a detachable program takes for it, and no lifeline any more. */
  async detach(): Promise<void> {
    await new Promise<void>((resolve) => this.#child.stdin?.end(DETACH, () => resolve()));
    this.#child.unref();
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

  /**
   * Ends it: the lifeline and SIGTERM first, SIGKILL for its whole group after the grace. SIGTERM is for the program
   * alone: what it runs to end in order, such as nitro-cli, must not be ended with it.
   */
  async stop(graceMilliseconds: number): Promise<void> {
    this.releaseLifeline();
    this.#child.kill('SIGTERM');
    if (!(await this.exitsWithin(graceMilliseconds))) this.kill('SIGKILL');
    await this.exited;
  }
}

function readableOrOver(output: Readable, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      signal?.removeEventListener('abort', abort);
      for (const event of ['readable', 'end', 'close']) output.off(event, ready);
      end();
    };
    const ready = () => settle(resolve);
    const abort = () => settle(() => reject(signal?.reason));
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener('abort', abort, { once: true });
    for (const event of ['readable', 'end', 'close']) output.once(event, ready);
  });
}

/** An exit status in words. */
export function describeExit(status: ExitStatus): string {
  if (status.fault !== undefined) return status.fault;
  return status.signal === null
    ? `it ended with exit code ${status.code}`
    : `it was ended by ${status.signal}`;
}

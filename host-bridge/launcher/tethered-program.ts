/**
 * A program that is not ours, such as QEMU, as a child of the keeper: it dies with the keeper, whatever that dies of,
 * gains no privileges, and inherits nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExitStatus } from './child-program.ts';
import { linesOf } from './log-file.ts';

export interface TetheredOptions {
  /** An absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** What on stderr means that it is of no use any more though it runs on: it is killed then. */
  readonly fatal?: RegExp;
}

/**
 * util-linux's: it asks the kernel for SIGKILL at the parent's end, which outlives exec (prctl(2), PR_SET_PDEATHSIG), and
 * then becomes the program. The program stays in the keeper's process group, and ends with it too.
 */
const TETHER = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'] as const;
const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
/** Complaints that are kept; a guest can provoke any number. */
const COMPLAINT_BYTES = 4096;

export class TetheredProgram {
  readonly #child: ChildProcess;
  /** Settles when the process is gone and reaped; never rejects. */
  readonly exited: Promise<ExitStatus>;
  #complaint: Uint8Array = new Uint8Array(0);

  constructor({ program, args, directory, fatal }: TetheredOptions) {
    const [tether, ...tetherArgs] = TETHER;
    this.#child = spawn(tether, [...tetherArgs, program, ...args], {
      cwd: directory,
      env: { PATH: SYSTEM_PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Uint8Array) => {
      this.#complaint = Buffer.concat([this.#complaint, chunk]).subarray(-COMPLAINT_BYTES);
      if (fatal !== undefined && linesOf(this.#complaint).some((line) => fatal.test(line)))
        this.kill('SIGKILL');
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        if (this.#child.pid === undefined) resolve({ code: null, signal: null, fault: error.message });
      });
      // After the end of its output, so that its last words are here.
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdout(): Readable {
    return this.#child.stdout!;
  }

  /** The last line that it wrote to stderr, if any. */
  get complaint(): string | undefined {
    return linesOf(this.#complaint).at(-1);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGTERM, and SIGKILL after the grace. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.kill('SIGTERM');
    const timer = new AbortController();
    const late = delay(graceMilliseconds, undefined, { signal: timer.signal }).then(
      () => this.kill('SIGKILL'),
      () => undefined,
    );
    await Promise.race([this.exited, late]);
    await this.exited;
    timer.abort();
  }
}

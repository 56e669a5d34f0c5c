/** Runs nitro-cli. It has no library; what it prints is its interface. */
import { type ChildProcess, spawn } from 'node:child_process';
import { TruceError } from '../../proto/errors.ts';
import { describeExit } from './child-program.ts';
import { parseJson, ShapeError } from './json-shape.ts';
import { nitroError } from './nitro-errors.ts';
import {
  type DescribedEnclave,
  type NitroEnclave,
  readDescribedEnclaves,
  readNitroEnclave,
  readTermination,
} from './nitro-output.ts';

export interface NitroRunOptions {
  readonly eif: string;
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly cid?: number;
  readonly name?: string;
  readonly debugMode: boolean;
  /** How long the start may take. nitro-cli has limits of its own, which are shorter than what it takes unless told. */
  readonly milliseconds?: number;
}

/** Far above any list of enclaves. */
const LONGEST_OUTPUT = 1 << 20;
/** nitro-cli itself waits 90 s for each begun 6 GiB of image and as long for each begun 100 GiB of memory. */
const RUN_MILLISECONDS = 240_000;
const COMMAND_MILLISECONDS = 60_000;
const KILL_GRACE_MILLISECONDS = 2000;
const LAST_WORDS_MILLISECONDS = 1000;

/**
 * Errors of all commands, TruceError: NITRO_CLI_MISSING, NITRO_CLI_TIMEOUT, NITRO_CLI_OUTPUT, NITRO_CLI_FAILED and the
 * NITRO_ codes that stand for nitro-cli's own; the signal's reason.
 */
export class NitroCli {
  readonly #program: string;

  /** @param program a path, or a name that PATH leads to */
  constructor(program: string = process.env.NITRO_CLI || 'nitro-cli') {
    this.#program = program;
  }

  get program(): string {
    return this.#program;
  }

  /** Starts an enclave; done when it has given its heartbeat, which nitro-cli itself waits for on port 9000. */
  async run(options: NitroRunOptions, signal?: AbortSignal): Promise<NitroEnclave> {
    const { eif, memoryMiB, cpus, cid, name, debugMode } = options;
    const args = [
      ...['--eif-path', eif, '--memory', String(memoryMiB), '--cpu-count', String(cpus)],
      ...(cid === undefined ? [] : ['--enclave-cid', String(cid)]),
      ...(name === undefined ? [] : ['--enclave-name', name]),
      ...(debugMode ? ['--debug-mode'] : []),
    ];
    return this.#json(
      'run-enclave',
      args,
      readNitroEnclave,
      options.milliseconds ?? RUN_MILLISECONDS,
      signal,
    );
  }

  async describe(signal?: AbortSignal): Promise<readonly DescribedEnclave[]> {
    return this.#json('describe-enclaves', [], readDescribedEnclaves, COMMAND_MILLISECONDS, signal);
  }

  async terminate(id: string, signal?: AbortSignal): Promise<void> {
    const command = 'terminate-enclave';
    const args = ['--enclave-id', id];
    const terminated = await this.#json(command, args, readTermination, COMMAND_MILLISECONDS, signal);
    if (!terminated) throw new TruceError('NITRO_CLI_FAILED', { command, reason: 'it was not terminated' });
  }

  /** Its console, debug mode only, as a process that writes to stdout until the enclave ends. */
  console(id: string): ChildProcess {
    return spawn(this.#program, ['console', '--enclave-id', id], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async #json<T>(
    command: string,
    args: readonly string[],
    read: (value: unknown) => T,
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const stdout = await this.#run(command, args, milliseconds, signal);
    try {
      return read(parseJson(stdout));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw new TruceError('NITRO_CLI_OUTPUT', { command, reason: error.message }, { cause: error });
    }
  }

  #run(
    command: string,
    args: readonly string[],
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const child = spawn(this.#program, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      const output = { stdout: '', stderr: '' };
      let failure: unknown;
      const give = (reason: unknown) => {
        failure ??= reason;
        child.kill('SIGTERM');
        setTimeout(() => child.kill('SIGKILL'), KILL_GRACE_MILLISECONDS).unref();
      };
      const timer = setTimeout(
        () => give(new TruceError('NITRO_CLI_TIMEOUT', { command, milliseconds })),
        milliseconds,
      );
      const abort = () => give(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          output[name] += text;
          if (output[name].length > LONGEST_OUTPUT)
            give(new TruceError('NITRO_CLI_OUTPUT', { command, reason: 'it never ends' }));
        });
      }
      const settle = (end: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        end();
      };
      child.once('error', (cause: NodeJS.ErrnoException) =>
        settle(() =>
          reject(new TruceError('NITRO_CLI_MISSING', { reason: cause.code ?? cause.message }, { cause })),
        ),
      );
      const end = (code: number | null, exitSignal: NodeJS.Signals | null) => {
        child.stdout.destroy();
        child.stderr.destroy();
        settle(() => {
          if (failure !== undefined) reject(failure);
          else if (code === 0) resolve(output.stdout);
          else reject(nitroError(command, output.stderr, describeExit({ code, signal: exitSignal })));
        });
      };
      child.once('close', end);
      // What holds the enclave from then on may hold the pipes too.
      child.once('exit', (code, exitSignal) =>
        setTimeout(end, LAST_WORDS_MILLISECONDS, code, exitSignal).unref(),
      );
    });
  }
}

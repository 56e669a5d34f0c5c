/** An enclave of nitro-cli, started and watched. nitro-cli holds it in a process of its own, so nothing here keeps it alive. */
import { setTimeout as delay } from 'node:timers/promises';
import { TruceError } from '../../proto/errors.ts';
import type { ExitStatus } from './child-program.ts';
import type { NitroConfiguration } from './machine-configuration.ts';
import { NitroCli, type NitroRunOptions } from './nitro-cli.ts';
import type { NitroEnclave } from './nitro-output.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

/** nitro-cli tells nobody when an enclave ends: it has to be asked, and each question costs a process. */
const POLL_MILLISECONDS = 5000;
/** Whether a process still runs is asked of the kernel alone. */
const HOLDER_MILLISECONDS = 250;
/** So many failures in a row are no hiccup any more. */
const FAILURES = 3;
/** Failures after which an enclave may have come to be all the same. */
const UNCLEAR: ReadonlySet<string> = new Set(['NITRO_CLI_TIMEOUT', 'NITRO_CLI_OUTPUT']);

export class NitroMachine {
  readonly #cli: NitroCli;
  readonly #stopping = new AbortController();
  #holder: ProcessIdentity | undefined;
  readonly enclave: NitroEnclave;
  /** Settles when the enclave is gone; never rejects. */
  readonly ended: Promise<ExitStatus>;

  private constructor(cli: NitroCli, enclave: NitroEnclave) {
    this.#cli = cli;
    this.enclave = enclave;
    this.#holder = identityOf(enclave.ProcessID);
    this.ended = this.#watch();
  }

  static async start(configuration: NitroConfiguration, signal: AbortSignal): Promise<NitroMachine> {
    const cli = new NitroCli(configuration.nitroCli);
    const { eif, memoryMiB, cpus, cid, name, debugMode } = configuration;
    const milliseconds = configuration.startMilliseconds;
    const options = { eif, memoryMiB, cpus, name, debugMode, milliseconds, ...(cid === null ? {} : { cid }) };
    return new NitroMachine(cli, await runEnclave(cli, options, signal));
  }

  get pid(): number {
    return this.enclave.ProcessID;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.ended;
    await terminateIfListed(this.#cli, this.enclave.EnclaveID);
  }

  /** Until it is time to ask: at once where nitro-cli's process has gone, which holds the enclave. */
  async #pause(signal: AbortSignal): Promise<void> {
    const until = performance.now() + POLL_MILLISECONDS;
    while (performance.now() < until) {
      await delay(HOLDER_MILLISECONDS, undefined, { signal });
      if (this.#holder !== undefined && !isRunning(this.#holder)) {
        this.#holder = undefined;
        return;
      }
    }
  }

  async #watch(): Promise<ExitStatus> {
    const { signal } = this.#stopping;
    for (let failures = 0; ; ) {
      try {
        await this.#pause(signal);
        const all = await this.#cli.describe(signal);
        failures = 0;
        const own = all.find(({ EnclaveID }) => EnclaveID === this.enclave.EnclaveID);
        if (own?.State !== 'RUNNING') return { code: 0, signal: null };
      } catch (error) {
        if (signal.aborted) return { code: null, signal: null };
        failures += 1;
        if (failures === FAILURES)
          return { code: null, signal: null, fault: error instanceof Error ? error.message : String(error) };
      }
    }
  }
}

/** Ends an enclave that still runs. Errors as of NitroCli. */
export async function terminateIfListed(cli: NitroCli, id: string | undefined): Promise<void> {
  const all = await cli.describe();
  const own = all.find(({ EnclaveID }) => EnclaveID === id);
  if (own?.State === 'RUNNING') await cli.terminate(own.EnclaveID);
}

/**
 * Starts an enclave; where that fails half way, such as by an interruption, what has come of it is ended.
 * Errors as of NitroCli.
 */
export async function runEnclave(
  cli: NitroCli,
  options: NitroRunOptions & { readonly name: string },
  signal?: AbortSignal,
): Promise<NitroEnclave> {
  const before = new Set((await cli.describe(signal)).map(({ EnclaveID }) => EnclaveID));
  try {
    return await cli.run(options, signal);
  } catch (error) {
    const unclear = signal?.aborted === true || (error instanceof TruceError && UNCLEAR.has(error.code));
    if (unclear) {
      for (const { EnclaveID, EnclaveName } of await cli.describe())
        if (!before.has(EnclaveID) && isNamed(EnclaveName, options.name)) await cli.terminate(EnclaveID);
    }
    throw error;
  }
}

/** A name that was taken has got a number behind it; other names that begin alike are other people's enclaves. */
function isNamed(found: string, wanted: string): boolean {
  return found.startsWith(wanted) && /^(?:_[0-9]+)?$/.test(found.slice(wanted.length));
}

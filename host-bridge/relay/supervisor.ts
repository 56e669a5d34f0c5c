/** Keeps a relay process running: one that ends by itself is started again on the same port. */
import { setTimeout as delay } from 'node:timers/promises';
import { TruceError } from '../../proto/errors.ts';
import { ChildProgram, describeExit } from '../launcher/child-program.ts';
import { parseRelayReport } from './configuration.ts';
import type { RelayOptions } from './relay.ts';

export interface RelaySupervisorOptions {
  /** The relay's script: dist/relay.js. */
  readonly program: string;
  readonly relay: RelayOptions;
  /** Told of each end that nobody asked for, before the next start. */
  readonly restarting?: (why: string) => void;
}

const FIRST_DELAY = 50;
const LONGEST_DELAY = 5000;
/** A relay that ran this long was well: the next start waits no longer than the first. */
const STEADY_MILLISECONDS = 30_000;
const START_MILLISECONDS = 20_000;
const STOP_GRACE_MILLISECONDS = 2000;

export class RelaySupervisor {
  readonly #options: RelaySupervisorOptions;
  readonly #stopping = new AbortController();
  #child: ChildProgram;
  #address: { readonly host: string; readonly port: number };
  #restarts = 0;
  readonly #watch: Promise<void>;

  private constructor(options: RelaySupervisorOptions, first: StartedRelay) {
    this.#options = options;
    this.#child = first.child;
    this.#address = first.address;
    this.#watch = this.#keepRunning();
  }

  /** Settles when the relay listens. TruceError RELAY_LISTEN or RELAY_FAILED where the first start fails. */
  static async start(options: RelaySupervisorOptions): Promise<RelaySupervisor> {
    return new RelaySupervisor(options, await startRelay(options.program, options.relay));
  }

  /** Where clients connect; stays the same over restarts. */
  get address(): { readonly host: string; readonly port: number } {
    return this.#address;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#child.stop(STOP_GRACE_MILLISECONDS);
    await this.#watch;
  }

  async #keepRunning(): Promise<void> {
    let pause = FIRST_DELAY;
    let started = performance.now();
    while (!this.#stopping.signal.aborted) {
      const status = await this.#child.exited;
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - started > STEADY_MILLISECONDS) pause = FIRST_DELAY;
      this.#options.restarting?.(describeExit(status));
      // What is left of it may hold the port.
      await this.#child.stop(0);
      pause = await this.#startAgain(pause);
      started = performance.now();
    }
  }

  /** Tries until the relay listens again or is to stop; returns the pause that a further failure waits. */
  async #startAgain(firstPause: number): Promise<number> {
    const { program, relay } = this.#options;
    const listen = { host: relay.listen.host, port: this.#address.port };
    for (let pause = firstPause; ; pause = Math.min(pause * 2, LONGEST_DELAY)) {
      try {
        await delay(pause, undefined, { signal: this.#stopping.signal });
      } catch {
        return pause;
      }
      try {
        const { child } = await startRelay(program, { ...relay, listen });
        this.#child = child;
        this.#restarts += 1;
        if (this.#stopping.signal.aborted) await child.stop(STOP_GRACE_MILLISECONDS);
        return Math.min(pause * 2, LONGEST_DELAY);
      } catch (error) {
        if (!(error instanceof TruceError)) throw error;
        this.#options.restarting?.(error.message);
      }
    }
  }
}

interface StartedRelay {
  readonly child: ChildProgram;
  readonly address: { readonly host: string; readonly port: number };
}

async function startRelay(program: string, options: RelayOptions): Promise<StartedRelay> {
  const child = new ChildProgram({
    program,
    args: [JSON.stringify(options)],
    stdout: 'pipe',
    stderr: 'inherit',
  });
  try {
    const line = await child.firstLine(AbortSignal.timeout(START_MILLISECONDS));
    const report = line === undefined ? undefined : parseRelayReport(line);
    if (report?.ready === true) return { child, address: { host: report.host, port: report.port } };
    if (report !== undefined) throw new TruceError('RELAY_FAILED', { reason: report.message });
    const reason =
      line === undefined ? describeExit(await child.exited) : 'it reports nothing that can be read';
    throw new TruceError('RELAY_FAILED', { reason });
  } catch (error) {
    await child.stop(0);
    if (error instanceof TruceError) throw error;
    throw new TruceError('RELAY_FAILED', { reason: 'it reports nothing' }, { cause: error });
  }
}

/** Keeps a relay process running: one that ends by itself is started again on the same port. */
import { setTimeout as delay } from 'node:timers/promises';
import { TruceError } from '../../proto/errors.ts';
import { ChildProgram, describeExit } from '../launcher/child-program.ts';
import {
  parseRelayCounts,
  parseRelayReport,
  type RelayConfiguration,
  type RelayProcessCounts,
} from './configuration.ts';

export interface RelaySupervisorOptions {
  /** The relay's script: dist/relay.js. */
  readonly program: string;
  readonly relay: RelayConfiguration;
  /** Told of each end that nobody asked for, before the next start. */
  readonly restarting?: (why: string) => void;
}

const FIRST_DELAY = 50;
const LONGEST_DELAY = 5000;
/** A relay that ran this long was well: the next start waits no longer than the first. */
const STEADY_MILLISECONDS = 30_000;
const START_MILLISECONDS = 20_000;
const STOP_GRACE_MILLISECONDS = 2000;

interface Address {
  readonly host: string;
  readonly port: number;
}

export class RelaySupervisor {
  readonly #options: RelaySupervisorOptions;
  readonly #stopping = new AbortController();
  #child: ChildProgram;
  readonly #address: Address;
  readonly #httpAddress: Address | undefined;
  #counts: RelayProcessCounts | undefined;
  #restarts = 0;
  readonly #watch: Promise<void>;

  private constructor(options: RelaySupervisorOptions, first: StartedRelay) {
    this.#options = options;
    this.#child = first.child;
    this.#address = first.address;
    this.#httpAddress = first.http;
    void this.#follow(first.child);
    this.#watch = this.#keepRunning();
  }

  /** Settles when the relay listens. TruceError RELAY_LISTEN or RELAY_FAILED where the first start fails. */
  static async start(options: RelaySupervisorOptions): Promise<RelaySupervisor> {
    return new RelaySupervisor(options, await startRelay(options.program, options.relay));
  }

  /** Where clients connect; stays the same over restarts. */
  get address(): Address {
    return this.#address;
  }

  /** The HTTP plane's, where there is one; stays the same, too. */
  get httpAddress(): Address | undefined {
    return this.#httpAddress;
  }

  /** What the relay that runs now has done, as it last said: a second ago at most, or before it had nothing new to say. */
  get counts(): RelayProcessCounts | undefined {
    return this.#counts;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get running(): boolean {
    return this.#child.running;
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
    const again = this.#whereItWas(relay);
    for (let pause = firstPause; ; pause = Math.min(pause * 2, LONGEST_DELAY)) {
      try {
        await delay(pause, undefined, { signal: this.#stopping.signal });
      } catch {
        return pause;
      }
      try {
        const { child } = await startRelay(program, again);
        this.#child = child;
        void this.#follow(child);
        this.#restarts += 1;
        if (this.#stopping.signal.aborted) await child.stop(STOP_GRACE_MILLISECONDS);
        return Math.min(pause * 2, LONGEST_DELAY);
      } catch (error) {
        if (!(error instanceof TruceError)) throw error;
        this.#options.restarting?.(error.message);
      }
    }
  }

  /** The configuration for another start: where port 0 was asked for, the port that was given. */
  #whereItWas({ http, ...relay }: RelayConfiguration): RelayConfiguration {
    return {
      ...relay,
      listen: { host: relay.listen.host, port: this.#address.port },
      ...(http === undefined || this.#httpAddress === undefined
        ? {}
        : { http: { ...http, listen: { host: http.listen.host, port: this.#httpAddress.port } } }),
    };
  }

  /** Takes what a relay says of itself until it ends; its counts end with it. */
  async #follow(child: ChildProgram): Promise<void> {
    this.#counts = undefined;
    for (let line = await child.line(); line !== undefined; line = await child.line())
      if (child === this.#child) this.#counts = parseRelayCounts(line) ?? this.#counts;
  }
}

interface StartedRelay {
  readonly child: ChildProgram;
  readonly address: Address;
  readonly http: Address | undefined;
}

async function startRelay(program: string, options: RelayConfiguration): Promise<StartedRelay> {
  const child = new ChildProgram({
    program,
    args: [JSON.stringify(options)],
    stdout: 'pipe',
    stderr: 'inherit',
  });
  try {
    const line = await child.line(AbortSignal.timeout(START_MILLISECONDS));
    const report = line === undefined ? undefined : parseRelayReport(line);
    if (report?.ready === true)
      return { child, address: { host: report.host, port: report.port }, http: report.http };
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

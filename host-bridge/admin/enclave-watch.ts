/** What the runtime last said of itself: asked again when somebody wants to know, and never twice at once. */

import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlClient } from '../launcher/control-client.ts';
import { statusMember } from '../launcher/runtime-status.ts';

/** The runtime's status, as far as it is anyone's business. */
export interface EnclaveReport {
  /** Of its life: 'serving' where it has its policy and takes parties. */
  readonly phase: string;
  readonly connections: number;
  readonly sessions: number;
  /** Whether the endpoint has a certificate that a proxy issued. */
  readonly certified: boolean;
}

export interface WatchTimes {
  readonly answerMilliseconds: number;
  /** How old a report may be that is given without asking again. */
  readonly freshMilliseconds: number;
}

const DEFAULT_TIMES: WatchTimes = { answerMilliseconds: 2000, freshMilliseconds: 500 };

export class EnclaveWatch {
  readonly #connectControl: () => Promise<Socket>;
  readonly #times: WatchTimes;
  #last: { readonly report: EnclaveReport | undefined; readonly at: number } | undefined;
  #asking: Promise<EnclaveReport | undefined> | undefined;

  /** @param connectControl a new connection to the enclave's control plane */
  constructor(connectControl: () => Promise<Socket>, times: WatchTimes = DEFAULT_TIMES) {
    this.#connectControl = connectControl;
    this.#times = times;
  }

  /** Without waiting: what is known, undefined where the last question had no answer. A new one is asked. */
  get last(): EnclaveReport | undefined {
    void this.now();
    return this.#last?.report;
  }

  /** What is so now; undefined where it does not answer in time. Never rejects. */
  now(): Promise<EnclaveReport | undefined> {
    if (this.#last !== undefined && performance.now() - this.#last.at < this.#times.freshMilliseconds)
      return Promise.resolve(this.#last.report);
    this.#asking ??= this.#ask().then((report) => {
      this.#last = { report, at: performance.now() };
      this.#asking = undefined;
      return report;
    });
    return this.#asking;
  }

  async #ask(): Promise<EnclaveReport | undefined> {
    const timer = new AbortController();
    const late = delay(this.#times.answerMilliseconds, undefined, { signal: timer.signal }).catch(
      () => undefined,
    );
    // An enclave that is ending answers with anything, or with nothing.
    const report = this.#status().catch(() => undefined);
    const first = await Promise.race([report, late]);
    timer.abort();
    return first;
  }

  async #status(): Promise<EnclaveReport | undefined> {
    const control = new ControlClient(await this.#connectControl(), this.#times.answerMilliseconds);
    try {
      return readReport(await control.status());
    } finally {
      control.close();
    }
  }
}

function readReport(status: unknown): EnclaveReport | undefined {
  const phase = statusMember(status, 'phase');
  if (typeof phase !== 'string') return undefined;
  return {
    phase,
    connections: count(statusMember(status, 'connections')),
    sessions: count(statusMember(status, 'sessions')),
    certified: statusMember(statusMember(status, 'certificate'), 'issuer') === 'proxy',
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

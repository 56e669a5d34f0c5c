/**
 * Keeps an enclave's endpoint certified: the first certificate before anything is served, a new one when half of its life
 * is over, and again and again where the proxy is away. The enclave goes on serving all the while.
 */
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostAndPort } from '../../proto/policy/model.ts';
import { certifyEndpoint } from './certify-endpoint.ts';
import { ProxyAttestationClient } from './proxy-client.ts';
import { isPassing } from './proxy-problem.ts';

export interface CertificateKeeperOptions {
  /** The policy's proxy. */
  readonly proxy: HostAndPort;
  /** A new connection to the enclave's control plane. */
  readonly connectControl: () => Promise<Socket>;
  /** Gives the first certificate up. */
  readonly signal?: AbortSignal;
  /** Told of each renewal. */
  readonly renewed?: (notAfter: number) => void;
  /** Told of each renewal that failed, and when the next is due: milliseconds since 1970. */
  readonly failed?: (error: Error, next: number) => void;
  /** How long an answer of the proxy may take; 10 s unless told. */
  readonly answerMilliseconds?: number;
  /** How long after one renewal, or one that failed, the next may begin at the earliest; 1 s unless told. */
  readonly restMilliseconds?: number;
  /** How long before a renewal that failed is tried again; each further time twice as long, up to twenty times. 30 s unless told. */
  readonly retryMilliseconds?: number;
}

/** How long to wait before the second, third, ... attempt at the first certificate. */
const FIRST_PAUSES = [500, 1000, 2000, 4000];
const RETRY_MILLISECONDS = 30_000;
/** In those: ten minutes. */
const LONGEST_RETRY = 20;
/** Many enclaves that were started together are not to come together again: so much earlier or later. */
const JITTER = 0.1;
const REST_MILLISECONDS = 1000;
/** What a timer holds. Source: Node's TIMEOUT_MAX, 2^31 - 1. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

export class CertificateKeeper {
  readonly #options: CertificateKeeperOptions;
  readonly #client: ProxyAttestationClient;
  readonly #stopping = new AbortController();
  #notAfter: number;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: CertificateKeeperOptions, client: ProxyAttestationClient, notAfter: number) {
    this.#options = options;
    this.#client = client;
    this.#notAfter = notAfter;
    this.#schedule();
  }

  /**
   * With the first certificate installed. Failures that may pass are tried again, for about eight seconds and what the
   * proxy's answers take. @throws TruceError those of `certifyEndpoint`; or the signal's reason
   */
  static async start(options: CertificateKeeperOptions): Promise<CertificateKeeper> {
    const { proxy, connectControl, signal, answerMilliseconds } = options;
    const client = new ProxyAttestationClient(proxy, answerMilliseconds);
    for (let attempt = 0; ; attempt++) {
      try {
        const { notAfter } = await certifyEndpoint(client, connectControl, signal);
        return new CertificateKeeper(options, client, notAfter);
      } catch (error) {
        const pause = FIRST_PAUSES[attempt];
        if (pause === undefined || !isPassing(error)) throw error;
        await delay(jittered(pause), undefined, { signal }).catch(() => signal?.throwIfAborted());
      }
    }
  }

  /** When the certificate that is installed ends: milliseconds since 1970. */
  get notAfter(): number {
    return this.#notAfter;
  }

  /** Renews no more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stopping.abort();
  }

  #schedule(): number {
    const left = Math.max(0, this.#notAfter - Date.now());
    const pause = this.#failures === 0 ? left / 2 : this.#retryPause(left);
    const milliseconds = Math.min(
      Math.max(jittered(pause), this.#options.restMilliseconds ?? REST_MILLISECONDS),
      LONGEST_TIMER_MILLISECONDS,
    );
    this.#timer = setTimeout(() => void this.#renew(), milliseconds).unref();
    return Date.now() + milliseconds;
  }

  /** Growing, but with several attempts before the certificate's end, however short its life is. */
  #retryPause(left: number): number {
    const first = this.#options.retryMilliseconds ?? RETRY_MILLISECONDS;
    const growing = first * Math.min(2 ** (this.#failures - 1), LONGEST_RETRY);
    return left > 0 ? Math.min(growing, Math.max(left / 4, first)) : growing;
  }

  async #renew(): Promise<void> {
    const { connectControl, renewed, failed } = this.#options;
    try {
      const { notAfter } = await certifyEndpoint(this.#client, connectControl, this.#stopping.signal);
      this.#notAfter = notAfter;
      this.#failures = 0;
      this.#schedule();
      renewed?.(notAfter);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#failures += 1;
      const next = this.#schedule();
      failed?.(error instanceof Error ? error : new Error(String(error)), next);
    }
  }
}

function jittered(milliseconds: number): number {
  return milliseconds * (1 + JITTER * (2 * Math.random() - 1));
}

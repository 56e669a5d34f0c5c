/**
 * What the peer has been sent and owes an answer to: requests, which are answered in their order, and beside that order
 * cancels and what is followed.
 */
import { brokenProtocol } from './answers.ts';
import type { Exchange } from './exchange.ts';
import type { Subscription } from './subscription.ts';

/** Requests without their answers. Half of the runtime's default bound, so that a cancel always gets through. */
const OUTSTANDING_LIMIT = 32;

export class Awaited {
  readonly #requests: Exchange[] = [];
  /** Contexts of cancels. */
  readonly #cancels = new Set<number>();
  /** By context, until the peer's last word on them: their messages come outside the order. */
  readonly #followed = new Map<number, Subscription>();

  /** Whether no more requests may go out for now. */
  get full(): boolean {
    return this.#requests.length >= OUTSTANDING_LIMIT;
  }

  /** Whether no request waits for its answer. */
  get idle(): boolean {
    return this.#requests.length === 0;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#followed.values()];
  }

  includes(exchange: Exchange): boolean {
    return this.#requests.includes(exchange);
  }

  request(exchange: Exchange): void {
    this.#requests.push(exchange);
  }

  cancel(context: number): void {
    this.#cancels.add(context);
  }

  follow(subscription: Subscription): void {
    this.#followed.set(subscription.context, subscription);
  }

  followed(context: number): Subscription | undefined {
    return this.#followed.get(context);
  }

  /** The peer has said its last word on a subscription. */
  unfollow(context: number): void {
    this.#followed.delete(context);
  }

  /** The exchange that an answer is for: the oldest, or none for a cancel. @throws TruceError CLIENT_PROTOCOL */
  take(context: number): Exchange | undefined {
    const oldest = this.#requests[0];
    if (oldest?.context === context) return this.#requests.shift();
    if (this.#cancels.delete(context)) return undefined;
    throw brokenProtocol(`an answer to request ${context} came out of order`);
  }

  /** No answers come any more. */
  forgetRequests(): void {
    this.#requests.length = 0;
  }
}

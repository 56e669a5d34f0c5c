/**
 * The live files that one session follows. Each is told of as it grows, between the session's answers and outside of
 * their order, one message at a time: a party that takes nothing holds one piece of memory, whatever it follows.
 */
import { TruceError } from '../../proto/errors.ts';
import { asTruceError } from '../manager/incident.ts';
import type { LiveSubscription } from '../manager/live-files.ts';
import type { Responder } from './responder.ts';

/** Subscriptions of one session at once. */
export const MOST_OF_ONE_SESSION = 64;

interface Open {
  readonly context: number;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

export class Subscriptions {
  readonly #responder: Responder;
  /** Throws where the party may be told nothing more. */
  readonly #mayGoOn: () => void;
  /** Told where the connection itself fails. */
  readonly #broken: () => void;
  readonly #open = new Set<Open>();

  constructor(responder: Responder, mayGoOn: () => void, broken: () => void) {
    this.#responder = responder;
    this.#mayGoOn = mayGoOn;
    this.#broken = broken;
  }

  /** More are under way than may be: what is refused holds memory, too, until the party has taken that. */
  get crowded(): boolean {
    return this.#open.size > MOST_OF_ONE_SESSION;
  }

  /**
   * Follows what `begin` gives, until it ends; what `begin` throws is the answer otherwise. Resolves when the party has been
   * told of either.
   */
  open(context: number, begin: () => LiveSubscription): Promise<void> {
    const controller = new AbortController();
    const limited = () => {
      if (this.#open.size >= MOST_OF_ONE_SESSION)
        throw new TruceError('SUBSCRIPTION_LIMIT', { limit: MOST_OF_ONE_SESSION, where: 'in one session' });
      return begin();
    };
    const done = this.#follow(context, limited, controller.signal).then(
      () => undefined,
      () => this.#broken(),
    );
    const open = { context, controller, done };
    this.#open.add(open);
    return done.then(() => void this.#open.delete(open));
  }

  cancel(context: number): void {
    this.#abort(new TruceError('SUBSCRIPTION_CANCELLED'), (open) => open.context === context);
  }

  /** Ends all of them, and resolves when their parties have been told. */
  async end(reason: TruceError): Promise<void> {
    this.#abort(reason, () => true);
    await Promise.all([...this.#open].map(({ done }) => done));
  }

  #abort(reason: TruceError, which: (open: Open) => boolean): void {
    for (const open of this.#open) if (which(open)) open.controller.abort(reason);
  }

  async #follow(context: number, begin: () => LiveSubscription, signal: AbortSignal): Promise<void> {
    let subscription: LiveSubscription | undefined;
    try {
      subscription = begin();
      // That it stands is told at once, with whatever there is: nothing, mostly.
      let ended = await this.#responder.live(context, subscription);
      while (!ended) {
        await subscription.next(signal);
        this.#mayGoOn();
        ended = await this.#responder.live(context, subscription);
      }
    } catch (error) {
      await this.#responder.fail(context, asTruceError(error));
    } finally {
      subscription?.close();
    }
  }
}

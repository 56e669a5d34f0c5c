/**
 * The sending side of a conversation: requests go out one after the other, without waiting for answers; cancels overtake
 * them. Nothing is written faster than it is sent.
 */
import type { TLSSocket } from 'node:tls';
import { TruceError } from '../../proto/errors.ts';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import type { Awaited } from './awaited.ts';
import type { Exchange } from './exchange.ts';
import type { Subscription } from './subscription.ts';

const LAST_CONTEXT = 0xffff_ffff;

export class Outbox {
  readonly #socket: TLSSocket;
  readonly #awaited: Awaited;
  readonly #fail: (error: Error) => void;
  readonly #requests: Exchange[] = [];
  /** The contexts that cancels are for. */
  readonly #cancels: number[] = [];
  readonly #subscriptions: Subscription[] = [];
  #nextContext = 1;
  #pumping = false;
  #wake: (() => void) | undefined;
  #closed = false;

  /**
   * @param awaited is told of all that has been sent
   * @param fail ends the conversation
   */
  constructor(socket: TLSSocket, awaited: Awaited, fail: (error: Error) => void) {
    this.#socket = socket;
    this.#awaited = awaited;
    this.#fail = fail;
  }

  /** What has not been sent yet. */
  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  request(exchange: Exchange): void {
    this.#requests.push(exchange);
    this.pump();
  }

  follow(subscription: Subscription): void {
    this.#subscriptions.push(subscription);
    this.pump();
  }

  cancel(context: number): void {
    this.#cancels.push(context);
    this.pump();
  }

  /** Takes back what has not been sent yet; false where it has. */
  takeBack(exchange: Exchange): boolean {
    return remove(this.#requests, exchange);
  }

  takeBackSubscription(subscription: Subscription): boolean {
    return remove(this.#subscriptions, subscription);
  }

  /** Nothing new is followed any more. */
  dropSubscriptions(): void {
    this.#subscriptions.length = 0;
  }

  /** Sends nothing more. */
  close(): void {
    this.#closed = true;
    this.#requests.length = 0;
    this.#wake?.();
  }

  /** Sends what there is; also to be called when there is room again. */
  pump(): void {
    this.#wake?.();
    if (this.#pumping) return;
    this.#pumping = true;
    this.#sendAll()
      .catch((error: Error) => this.#fail(error))
      .finally(() => {
        this.#pumping = false;
        // Something may have been asked after the last look.
        const waiting = this.#requests.length + this.#cancels.length + this.#subscriptions.length;
        if (!this.#closed && waiting > 0) this.pump();
      });
  }

  async #sendAll(): Promise<void> {
    while (!this.#closed) {
      const target = this.#cancels.shift();
      if (target !== undefined) {
        const context = this.#takeContext();
        this.#awaited.cancel(context);
        await this.#write(encodeRequest({ context, kind: 'cancel', target }));
      } else if (this.#subscriptions.length > 0) await this.#sendSubscription(this.#subscriptions.shift()!);
      else if (this.#requests.length === 0) return;
      else if (!this.#awaited.full) await this.#send(this.#requests.shift()!);
      else {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await woken;
        this.#wake = undefined;
      }
    }
  }

  async #sendSubscription(subscription: Subscription): Promise<void> {
    const { fileName, offset } = subscription;
    subscription.context = this.#takeContext();
    const { context } = subscription;
    const request = encodeRequest({ context, kind: 'subscribe', fileName, offset });
    this.#awaited.follow(subscription);
    await this.#write(request);
  }

  async #send(exchange: Exchange): Promise<void> {
    exchange.context = this.#takeContext();
    let head: Uint8Array | undefined;
    try {
      head = exchange.outgoing.head(exchange.context);
    } catch (error) {
      exchange.fail(error);
      return;
    }
    this.#awaited.request(exchange);
    const { body } = exchange.outgoing;
    if (body === undefined) return this.#write(head);
    exchange.sending = true;
    try {
      for await (const piece of body) {
        if (this.#closed) return;
        if (head !== undefined) {
          // The head and the first piece in one TLS record where they fit.
          this.#socket.cork();
          this.#socket.write(head);
          head = undefined;
          const written = this.#write(piece);
          this.#socket.uncork();
          await written;
        } else await this.#write(piece);
      }
      if (head !== undefined) await this.#write(head);
      exchange.sending = false;
    } catch (error) {
      // The peer waits for bytes that will never come.
      exchange.fail(error);
      this.#fail(new TruceError('CLIENT_UPLOAD_BROKEN', {}, { cause: error }));
    }
  }

  #takeContext(): number {
    const context = this.#nextContext;
    this.#nextContext = context === LAST_CONTEXT ? 1 : context + 1;
    return context;
  }

  /** Settles when there is room for more, or the connection is gone. */
  async #write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (this.#closed || socket.write(bytes) || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        socket.off('drain', settle).off('close', settle);
        resolve();
      };
      socket.on('drain', settle).on('close', settle);
    });
  }
}

function remove<T>(list: T[], item: T): boolean {
  const place = list.indexOf(item);
  if (place >= 0) list.splice(place, 1);
  return place >= 0;
}

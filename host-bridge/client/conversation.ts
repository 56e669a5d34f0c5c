/**
 * Requests and answers over one TLS connection: requests go out one after the other, without waiting for answers;
 * answers come back in the same order. Nothing is read faster than it is taken, nor written faster than it is sent.
 */
import type { TLSSocket } from 'node:tls';
import { ResponseStatus, TruceError } from '../../proto/errors.ts';
import type { MessageLimits } from '../../proto/wire/message-stream.ts';
import { type ContentsHeader, type Response, ResponseDecoder } from '../../proto/wire/response-codec.ts';
import { type AnswerReader, brokenProtocol } from './answers.ts';
import { Awaited } from './awaited.ts';
import { Exchange } from './exchange.ts';
import { Outbox } from './outbox.ts';
import { RemoteError } from './remote-error.ts';
import { Subscription } from './subscription.ts';

/** How long the peer may take to close its side after we have closed ours. */
const CLOSE_MILLISECONDS = 2000;

export interface Outgoing {
  /** Encodes all that precedes the contents, or the whole request. */
  readonly head: (context: number) => Uint8Array;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** Tell the runtime when the signal aborts: for requests that it works on for long. */
  readonly cancellable?: boolean;
}

export class Conversation {
  readonly #socket: TLSSocket;
  #decoder: ResponseDecoder;
  readonly #awaited = new Awaited();
  readonly #outbox: Outbox;
  /** All whose promises have not settled. */
  readonly #open = new Set<Exchange>();
  /** Whose contents are being read. */
  #reading: Exchange | Subscription | undefined;
  /** Pieces that have not been taken yet: nothing is read meanwhile. */
  #held = 0;
  readonly #over = new AbortController();
  #failure: Error | undefined;

  constructor(socket: TLSSocket, limits: MessageLimits) {
    this.#socket = socket;
    this.#outbox = new Outbox(socket, this.#awaited, (error) => this.fail(error));
    this.#decoder = this.#makeDecoder(limits);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (cause) => this.fail(new TruceError('CLIENT_CLOSED', {}, { cause })));
    socket.on('close', () => this.fail(new TruceError('CLIENT_CLOSED')));
    if (socket.destroyed) this.fail(new TruceError('CLIENT_CLOSED'));
  }

  /** Why nothing more can be asked; undefined while the conversation lasts. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Aborts when nothing more can be asked, because of a failure or of `close`. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Goes on with other limits. @throws TruceError CLIENT_PROTOCOL where the peer is in the middle of a message */
  setLimits(limits: MessageLimits): void {
    if (!this.#decoder.idle || !this.#awaited.idle) throw brokenProtocol('more came than was asked for');
    this.#decoder = this.#makeDecoder(limits);
  }

  /**
   * Sends a request in its turn and reads its answer. Aborting before its turn takes it back; aborting while contents
   * are on their way out ends the whole conversation, since the peer has been promised them.
   * @throws RemoteError, TruceError, or the signal's reason
   */
  ask<T>(outgoing: Outgoing, reader: AnswerReader<T>): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#over.signal.aborted) return Promise.reject(new TruceError('CLIENT_CLOSED'));
    if (outgoing.signal?.aborted) return Promise.reject(outgoing.signal.reason);
    return new Promise<T>((resolve, reject) => {
      const exchange = Exchange.open(outgoing, reader, resolve, reject, () => this.#abandoned(exchange));
      this.#open.add(exchange);
      void exchange.settled.then(() => this.#open.delete(exchange));
      this.#outbox.request(exchange);
    });
  }

  /**
   * Asks to be told of a live file as it grows. Aborting, and leaving the iteration, cancel that. The pieces come on the
   * connection that all answers come on: while they are not taken, nothing else is read.
   */
  follow(fileName: string, offset: number, signal: AbortSignal | undefined): Subscription {
    const subscription = new Subscription(fileName, offset, () => this.#unfollow(subscription));
    const abort = () => subscription.abort(signal?.reason);
    if (this.#failure !== undefined) subscription.fail(this.#failure);
    else if (this.#over.signal.aborted) subscription.fail(new TruceError('CLIENT_CLOSED'));
    else if (signal?.aborted) abort();
    else {
      signal?.addEventListener('abort', abort, { once: true });
      void subscription.concluded.then(() => signal?.removeEventListener('abort', abort));
      this.#outbox.follow(subscription);
    }
    return subscription;
  }

  /** Waits for what has been asked, then closes. What is followed ends at once. */
  async close(): Promise<void> {
    this.#over.abort();
    for (const subscription of this.#subscriptions) subscription.fail(new TruceError('CLIENT_CLOSED'));
    this.#outbox.dropSubscriptions();
    await Promise.all([...this.#open].map((exchange) => exchange.settled));
    if (this.#socket.closed) return;
    const closed = new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_MILLISECONDS);
    this.#socket.end();
    this.#socket.resume();
    await closed;
    clearTimeout(timer);
  }

  /** Ends the conversation now: whatever waits for an answer fails with `error`. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#over.abort();
    this.#awaited.forgetRequests();
    for (const exchange of this.#open) exchange.fail(error);
    for (const subscription of this.#subscriptions) subscription.fail(error);
    this.#socket.destroy();
    this.#outbox.close();
  }

  get #subscriptions(): readonly Subscription[] {
    return [...this.#outbox.subscriptions, ...this.#awaited.subscriptions];
  }

  #makeDecoder(limits: MessageLimits): ResponseDecoder {
    return new ResponseDecoder(
      {
        response: (response) => this.#answer(response),
        resultBegin: (header) => this.#contents(header),
        result: (piece) => this.#hold(this.#reading?.piece(piece)),
        resultEnd: () => {
          const done = this.#reading;
          this.#reading = undefined;
          if (!(done instanceof Subscription)) done?.end();
          else if (done.end()) this.#awaited.unfollow(done.context);
        },
      },
      limits,
    );
  }

  #receive(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      this.fail(asFailure(error));
    }
  }

  #contents(header: ContentsHeader): void {
    const failed = header.status !== ResponseStatus.SUCCESS;
    if (header.kind === 'live') {
      const subscription = this.#awaited.followed(header.context);
      if (subscription === undefined || failed) throw brokenProtocol('a live file came that nobody follows');
      subscription.begin(header);
      this.#reading = subscription;
      return;
    }
    const exchange = this.#take(header.context);
    this.#reading = exchange;
    if (failed) exchange?.fail(brokenProtocol('contents came with a failure'));
    else exchange?.contents(header);
  }

  #answer(response: Response): void {
    const failed = response.status !== ResponseStatus.SUCCESS || response.kind === 'error';
    // No request has context 0: this is about the connection itself.
    if (response.context === 0 && failed) throw new RemoteError(response);
    const subscription = failed ? this.#awaited.followed(response.context) : undefined;
    if (subscription !== undefined) {
      this.#awaited.unfollow(response.context);
      subscription.fail(new RemoteError(response));
      return;
    }
    const exchange = this.#take(response.context);
    if (failed) exchange?.fail(new RemoteError(response));
    else exchange?.message(response);
  }

  #take(context: number): Exchange | undefined {
    const exchange = this.#awaited.take(context);
    this.#outbox.pump();
    return exchange;
  }

  /** Reads on when the promise, which never rejects, has settled. */
  #hold(taken: Promise<void> | undefined): void {
    if (taken === undefined) return;
    if (this.#held++ === 0) this.#socket.pause();
    void taken.then(() => {
      if (--this.#held === 0) this.#socket.resume();
    });
  }

  #abandoned(exchange: Exchange): void {
    if (this.#outbox.takeBack(exchange)) return;
    if (exchange.sending) this.fail(new TruceError('CLIENT_UPLOAD_BROKEN'));
    else if (exchange.cancellable && this.#awaited.includes(exchange)) this.#outbox.cancel(exchange.context);
  }

  /** Its caller wants no more of it. */
  #unfollow(subscription: Subscription): void {
    if (this.#outbox.takeBackSubscription(subscription)) return;
    const { context } = subscription;
    if (this.#awaited.followed(context) !== undefined) this.#outbox.cancel(context);
  }
}

/** What went wrong while an answer was read. */
function asFailure(error: unknown): Error {
  if (error instanceof RemoteError) return error;
  if (error instanceof TruceError && error.code === 'CLIENT_PROTOCOL') return error;
  return brokenProtocol(error instanceof Error ? error.message : String(error), error);
}

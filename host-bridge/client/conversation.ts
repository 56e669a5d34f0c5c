/**
 * Requests and answers over one TLS connection: requests go out one after the other, without waiting for answers;
 * answers come back in the same order. Nothing is read faster than it is taken, nor written faster than it is sent.
 */
import type { TLSSocket } from 'node:tls';
import { ResponseStatus, TruceError } from '../../proto/errors.ts';
import type { MessageLimits } from '../../proto/wire/message-stream.ts';
import { encodeRequest } from '../../proto/wire/request-codec.ts';
import { type ContentsHeader, type Response, ResponseDecoder } from '../../proto/wire/response-codec.ts';
import { type AnswerReader, brokenProtocol } from './answers.ts';
import { Exchange } from './exchange.ts';
import { RemoteError } from './remote-error.ts';
import { Subscription } from './subscription.ts';

/** Requests without their answers. Half of the runtime's default bound, so that a cancel always gets through. */
const OUTSTANDING_LIMIT = 32;
/** How long the peer may take to close its side after we have closed ours. */
const CLOSE_MILLISECONDS = 2000;
const LAST_CONTEXT = 0xffff_ffff;

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
  readonly #outbox: Exchange[] = [];
  readonly #outstanding: Exchange[] = [];
  /** Cancels that wait to be sent, by the context they are for; they overtake. */
  readonly #urgent: number[] = [];
  /** Subscriptions that wait to be sent. */
  readonly #newcomers: Subscription[] = [];
  /** Those that were sent, by context, until the peer's last word on them: their messages come outside the order. */
  readonly #followed = new Map<number, Subscription>();
  /** Contexts of cancels that were sent. */
  readonly #cancels = new Set<number>();
  /** All whose promises have not settled. */
  readonly #open = new Set<Exchange>();
  /** Whose contents are being read. */
  #reading: Exchange | Subscription | undefined;
  /** Pieces that have not been taken yet: nothing is read meanwhile. */
  #held = 0;
  #nextContext = 1;
  #pumping = false;
  #wakePump: (() => void) | undefined;
  #failure: Error | undefined;
  #ending = false;

  constructor(socket: TLSSocket, limits: MessageLimits) {
    this.#socket = socket;
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

  /** Goes on with other limits. @throws TruceError CLIENT_PROTOCOL where the peer is in the middle of a message */
  setLimits(limits: MessageLimits): void {
    if (!this.#decoder.idle || this.#outstanding.length > 0)
      throw brokenProtocol('more came than was asked for');
    this.#decoder = this.#makeDecoder(limits);
  }

  /**
   * Sends a request in its turn and reads its answer. Aborting before its turn takes it back; aborting while contents
   * are on their way out ends the whole conversation, since the peer has been promised them.
   * @throws RemoteError, TruceError, or the signal's reason
   */
  ask<T>(outgoing: Outgoing, reader: AnswerReader<T>): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ending) return Promise.reject(new TruceError('CLIENT_CLOSED'));
    if (outgoing.signal?.aborted) return Promise.reject(outgoing.signal.reason);
    return new Promise<T>((resolve, reject) => {
      const exchange = Exchange.open(outgoing, reader, resolve, reject, () => this.#abandoned(exchange));
      this.#open.add(exchange);
      void exchange.settled.then(() => this.#open.delete(exchange));
      this.#outbox.push(exchange);
      this.#pump();
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
    else if (this.#ending) subscription.fail(new TruceError('CLIENT_CLOSED'));
    else if (signal?.aborted) abort();
    else {
      signal?.addEventListener('abort', abort, { once: true });
      void subscription.concluded.then(() => signal?.removeEventListener('abort', abort));
      this.#newcomers.push(subscription);
      this.#pump();
    }
    return subscription;
  }

  /** Waits for what has been asked, then closes. What is followed ends at once. */
  async close(): Promise<void> {
    this.#ending = true;
    for (const subscription of [...this.#newcomers, ...this.#followed.values()])
      subscription.fail(new TruceError('CLIENT_CLOSED'));
    this.#newcomers.length = 0;
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
    this.#outbox.length = 0;
    this.#outstanding.length = 0;
    for (const exchange of this.#open) exchange.fail(error);
    for (const subscription of [...this.#newcomers, ...this.#followed.values()]) subscription.fail(error);
    this.#socket.destroy();
    this.#wakePump?.();
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
          else if (done.end()) this.#followed.delete(done.context);
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
      const subscription = this.#followed.get(header.context);
      if (subscription === undefined || failed) throw brokenProtocol('a live file came that nobody follows');
      subscription.begin(header);
      this.#reading = subscription;
      return;
    }
    const exchange = this.#take(header);
    this.#reading = exchange;
    if (failed) exchange?.fail(brokenProtocol('contents came with a failure'));
    else exchange?.contents(header);
  }

  #answer(response: Response): void {
    const failed = response.status !== ResponseStatus.SUCCESS || response.kind === 'error';
    // No request has context 0: this is about the connection itself.
    if (response.context === 0 && failed) throw new RemoteError(response);
    const subscription = failed ? this.#followed.get(response.context) : undefined;
    if (subscription !== undefined) {
      this.#followed.delete(response.context);
      subscription.fail(new RemoteError(response));
      return;
    }
    const exchange = this.#take(response);
    if (failed) exchange?.fail(new RemoteError(response));
    else exchange?.message(response);
  }

  /** The exchange that an answer is for: the oldest, or none for a cancel, which stands outside the order. */
  #take(answer: Response | ContentsHeader): Exchange | undefined {
    const oldest = this.#outstanding[0];
    if (oldest?.context === answer.context) {
      this.#outstanding.shift();
      this.#wakePump?.();
      return oldest;
    }
    if (this.#cancels.delete(answer.context)) return undefined;
    throw brokenProtocol(`an answer to request ${answer.context} came out of order`);
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
    const place = this.#outbox.indexOf(exchange);
    if (place >= 0) this.#outbox.splice(place, 1);
    else if (exchange.sending) this.fail(new TruceError('CLIENT_UPLOAD_BROKEN'));
    else if (exchange.cancellable && this.#outstanding.includes(exchange)) {
      this.#urgent.push(exchange.context);
      this.#pump();
    }
  }

  /** Its caller wants no more of it. */
  #unfollow(subscription: Subscription): void {
    const place = this.#newcomers.indexOf(subscription);
    if (place >= 0) this.#newcomers.splice(place, 1);
    else if (this.#followed.has(subscription.context)) {
      this.#urgent.push(subscription.context);
      this.#pump();
    }
  }

  #pump(): void {
    this.#wakePump?.();
    if (this.#pumping) return;
    this.#pumping = true;
    this.#sendAll()
      .catch((error: Error) => this.fail(error))
      .finally(() => {
        this.#pumping = false;
        // Something may have been asked after the last look at the outbox.
        const waiting = this.#outbox.length + this.#urgent.length + this.#newcomers.length;
        if (this.#failure === undefined && waiting > 0) this.#pump();
      });
  }

  async #sendAll(): Promise<void> {
    while (this.#failure === undefined) {
      const target = this.#urgent.shift();
      if (target !== undefined) {
        const context = this.#takeContext();
        this.#cancels.add(context);
        await this.#write(encodeRequest({ context, kind: 'cancel', target }));
      } else if (this.#newcomers.length > 0) await this.#sendNewcomer(this.#newcomers.shift()!);
      else if (this.#outbox.length === 0) return;
      else if (this.#outstanding.length < OUTSTANDING_LIMIT) await this.#send(this.#outbox.shift()!);
      else {
        const woken = new Promise<void>((resolve) => {
          this.#wakePump = resolve;
        });
        await woken;
        this.#wakePump = undefined;
      }
    }
  }

  async #sendNewcomer(subscription: Subscription): Promise<void> {
    const { fileName, offset } = subscription;
    subscription.context = this.#takeContext();
    const { context } = subscription;
    const request = encodeRequest({ context, kind: 'subscribe', fileName, offset });
    this.#followed.set(context, subscription);
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
    this.#outstanding.push(exchange);
    const { body } = exchange.outgoing;
    if (body === undefined) return this.#write(head);
    exchange.sending = true;
    try {
      for await (const piece of body) {
        if (this.#failure !== undefined) return;
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
      this.fail(new TruceError('CLIENT_UPLOAD_BROKEN', {}, { cause: error }));
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
    if (this.#failure !== undefined || socket.write(bytes) || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const settle = () => {
        socket.off('drain', settle).off('close', settle);
        resolve();
      };
      socket.on('drain', settle).on('close', settle);
    });
  }
}

/** What went wrong while an answer was read. */
function asFailure(error: unknown): Error {
  if (error instanceof RemoteError) return error;
  if (error instanceof TruceError && error.code === 'CLIENT_PROTOCOL') return error;
  return brokenProtocol(error instanceof Error ? error.message : String(error), error);
}

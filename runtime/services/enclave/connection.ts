/**
 * One connection to the enclave services: a request, its answer, and the next, as long as the caller keeps it and its
 * turns last. Nothing is read while a call is under way, and nobody holds a connection by being slow.
 */
import type { Duplex } from 'node:stream';
import { TruceError } from '../../../proto/errors.ts';
import { encodeServiceFrame, ServiceFrameDecoder } from '../../../proto/wire/service-frame.ts';
import {
  decodeServiceRequest,
  encodeServiceAnswer,
  type ServiceAnswer,
  type ServiceRequest,
  UNKNOWN_REQUEST,
} from '../../../proto/wire/service-message.ts';
import { type CallerConnection, failedAnswer, type ServiceDispatcher } from './dispatcher.ts';

export interface ServiceConnectionOptions {
  readonly dispatcher: ServiceDispatcher;
  readonly connection: CallerConnection;
  /** Whether the caller may still ask: a certificate can end while its connection lasts. */
  readonly valid: () => boolean;
  /** Bytes of one request. */
  readonly messageBytes: number;
  /** From one answer to the end of the next request, and for an answer to be taken; a minute unless told. */
  readonly patienceMilliseconds?: number;
}

/** The originals make one call a connection; this is for those that make more, and no one for ever. */
const MOST_REQUESTS = 1000;
const PATIENCE_MILLISECONDS = 60_000;
/** Who was told to go gets this long to close its side. */
const FAREWELL_MILLISECONDS = 2000;

export class ServiceConnection {
  readonly #socket: Duplex;
  readonly #options: ServiceConnectionOptions;
  readonly #decoder: ServiceFrameDecoder;
  /** Whole requests that wait for their turn; an error: what came behind them is none. */
  readonly #waiting: (Uint8Array | Error)[] = [];
  readonly #gone = new AbortController();
  #working: Promise<void> | undefined;
  #requests = 0;
  #ending = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Duplex, options: ServiceConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#decoder = new ServiceFrameDecoder(options.messageBytes);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('end', () => this.#ended());
    socket.once('close', () => this.#closed());
    this.#wait();
  }

  /** Lets the answer that is under way go out, then closes. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#gone.abort(new TruceError('SHUTTING_DOWN'));
    await this.#working;
    endSoon(this.#socket);
  }

  #receive(chunk: Buffer): void {
    if (this.#ending) return;
    try {
      this.#decoder.push(chunk, (message) => this.#waiting.push(message));
    } catch (error) {
      this.#waiting.push(error instanceof Error ? error : new Error('not an error', { cause: error }));
    }
    if (this.#waiting.length === 0) return;
    this.#socket.pause();
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      clearTimeout(this.#timer);
      this.#requests += 1;
      const answer = next instanceof Error ? failedAnswer(UNKNOWN_REQUEST, next) : await this.#answer(next);
      if (this.#socket.destroyed) return;
      await this.#write(answer);
      // What follows bytes that were no frame cannot be told apart from them.
      const over = next instanceof Error || this.#requests >= MOST_REQUESTS || !this.#options.valid();
      if (this.#ending || over) {
        this.#ending = true;
        this.#waiting.length = 0;
        endSoon(this.#socket);
        return;
      }
    }
    this.#working = undefined;
    this.#wait();
    this.#socket.resume();
  }

  async #answer(message: Uint8Array): Promise<ServiceAnswer> {
    const { dispatcher, connection, valid } = this.#options;
    let request: ServiceRequest;
    try {
      if (!valid()) throw new TruceError('IDENTITY_UNKNOWN');
      request = decodeServiceRequest(message);
    } catch (error) {
      return failedAnswer(UNKNOWN_REQUEST, error);
    } finally {
      // What callers send are passwords and keys: this copy at least ends here.
      message.fill(0);
    }
    try {
      return await dispatcher.answer(request, connection, this.#gone.signal);
    } finally {
      request.payload.fill(0);
    }
  }

  /** Settles when the answer is on its way, or nobody is left to take it. */
  async #write(answer: ServiceAnswer): Promise<void> {
    const socket = this.#socket;
    const message = encodeServiceAnswer(answer);
    const frame = encodeServiceFrame(message);
    this.#wait();
    await new Promise<void>((resolve) => {
      socket.once('close', resolve);
      socket.write(frame, () => {
        socket.off('close', resolve);
        resolve();
      });
    });
    for (const bytes of [frame, message, answer.payload]) bytes?.fill(0);
  }

  /** Whoever is waited for from now on has so long. */
  #wait(): void {
    clearTimeout(this.#timer);
    const patience = this.#options.patienceMilliseconds ?? PATIENCE_MILLISECONDS;
    this.#timer = setTimeout(() => this.#socket.destroy(), patience);
  }

  /** The caller says no more; what it has asked is answered. */
  #ended(): void {
    void Promise.resolve(this.#working).then(() => endSoon(this.#socket));
  }

  #closed(): void {
    this.#ending = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#gone.abort(new TruceError('RUN_CANCELLED'));
  }
}

/** Tells one that has no business here, and nothing else. */
export function refuseServiceCaller(socket: Duplex, error: TruceError): void {
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.write(encodeServiceFrame(encodeServiceAnswer(failedAnswer(UNKNOWN_REQUEST, error))));
  endSoon(socket);
}

function endSoon(socket: Duplex): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MILLISECONDS);
  socket.once('close', () => clearTimeout(timer));
  socket.end();
}

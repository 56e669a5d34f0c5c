/**
 * Calls of enclave services over one connection, one after the other: the bytes of the originals, but that lengths are
 * read whole and bounded, and that an answer has to be the answer to what was asked.
 */
import type { Duplex } from 'node:stream';
import { TruceError } from '../../proto/errors.ts';
import { encodeServiceFrame, ServiceFrameDecoder } from '../../proto/wire/service-frame.ts';
import {
  decodeServiceAnswer,
  encodeServiceRequest,
  type ServiceAnswer,
  type ServiceRequest,
  UNKNOWN_REQUEST,
} from '../../proto/wire/service-message.ts';

/** How long the peer may take to close its side after we have closed ours. */
const FAREWELL_MILLISECONDS = 2000;

interface Waiting {
  readonly requestId: string;
  readonly resolve: (answer: ServiceAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export class ServiceSession {
  readonly #socket: Duplex;
  #decoder: ServiceFrameDecoder;
  #waiting: Waiting | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #failure: Error | undefined;

  /** @param answerBytes what one answer may have */
  constructor(socket: Duplex, answerBytes: number) {
    this.#socket = socket;
    this.#decoder = new ServiceFrameDecoder(answerBytes);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (cause) => this.fail(new TruceError('CLIENT_CLOSED', {}, { cause })));
    socket.on('end', () => this.fail(new TruceError('CLIENT_CLOSED')));
    socket.on('close', () => this.fail(new TruceError('CLIENT_CLOSED')));
    if (socket.destroyed) this.fail(new TruceError('CLIENT_CLOSED'));
  }

  /** Whether more can be asked, as far as is known here. */
  get open(): boolean {
    return this.#failure === undefined;
  }

  /** Goes on with another bound, between two calls. @throws TruceError CLIENT_PROTOCOL where something came unasked */
  setAnswerBytes(answerBytes: number): void {
    if (!this.#decoder.idle) throw broken('more came than was asked for');
    this.#decoder = new ServiceFrameDecoder(answerBytes);
  }

  /**
   * Sends a request in its turn; the answer may be that it failed. After a failure of the connection nobody can say whether
   * it was done: it is never sent twice.
   * @throws TruceError CLIENT_CLOSED, CLIENT_PROTOCOL; the signal's reason, which ends the connection
   */
  send(request: ServiceRequest, signal?: AbortSignal): Promise<ServiceAnswer> {
    const answer = this.#turn.then(() => this.#exchange(request, signal));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  close(): void {
    this.#failure ??= new TruceError('CLIENT_CLOSED');
    if (this.#socket.destroyed) return;
    const timer = setTimeout(() => this.#socket.destroy(), FAREWELL_MILLISECONDS);
    this.#socket.once('close', () => clearTimeout(timer));
    this.#socket.end();
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  async #exchange(request: ServiceRequest, signal: AbortSignal | undefined): Promise<ServiceAnswer> {
    signal?.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    const { requestId } = request;
    const abort = () => this.fail(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await new Promise<ServiceAnswer>((resolve, reject) => {
        this.#waiting = { requestId, resolve, reject };
        this.#socket.write(encodeServiceFrame(encodeServiceRequest(request)));
      });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#failure !== undefined) return;
    try {
      this.#decoder.push(chunk, (message) => this.#answer(decodeServiceAnswer(message)));
    } catch (cause) {
      this.fail(
        cause instanceof TruceError && cause.code === 'CLIENT_PROTOCOL'
          ? cause
          : broken(String(cause), cause),
      );
    }
  }

  #answer(answer: ServiceAnswer): void {
    const waiting = this.#waiting;
    if (waiting === undefined) throw broken('more came than was asked for');
    // What could not be read, or is not welcome, has no name to be answered by.
    const nameless = !answer.success && answer.requestId === UNKNOWN_REQUEST;
    if (answer.requestId !== waiting.requestId && !nameless) throw broken('the answer is to another request');
    this.#waiting = undefined;
    waiting.resolve(answer);
  }
}

function broken(reason: string, cause?: unknown): TruceError {
  return new TruceError('CLIENT_PROTOCOL', { reason }, { cause });
}

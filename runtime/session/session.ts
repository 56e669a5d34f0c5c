/**
 * One party's connection: requests in, answers out, in order. Contents are staged as they come; everything else waits
 * for its turn in a queue that is bounded by not reading on. `cancel` overtakes, and what is told of followed files
 * comes between the answers.
 */
import type { TLSSocket } from 'node:tls';
import { TruceError } from '../../proto/errors.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import type { PolicyIdentity } from '../../proto/policy/model.ts';
import type { DataRequestHeader, Request } from '../../proto/wire/request-codec.ts';
import { RequestDecoder } from '../../proto/wire/request-decoder.ts';
import type { ChunkedWrites } from '../manager/chunked-writes.ts';
import { asTruceError } from '../manager/incident.ts';
import type { Answer, Caller, RequestServer } from '../manager/request-server.ts';
import type { Upload } from '../manager/upload.ts';
import { Responder } from './responder.ts';
import { Subscriptions } from './subscriptions.ts';

/** A party that was told off, or farewell, gets this long to take it and to close its side. */
const REFUSAL_MILLISECONDS = 2000;

interface Task {
  readonly context: number;
  readonly controller: AbortController;
  readonly run: (signal: AbortSignal) => Promise<Answer>;
  /** Gives back what the task holds when its turn never comes. Contents that have come are not to be cancelled. */
  readonly abandon?: () => void;
}

export class Session {
  readonly #socket: TLSSocket;
  readonly #caller: Caller;
  readonly #requests: RequestServer;
  readonly #queueLimit: number;
  readonly #responder: Responder;
  readonly #decoder: RequestDecoder;
  readonly #chunked: ChunkedWrites;
  readonly #subscriptions: Subscriptions;
  readonly #queue: Task[] = [];
  #upload: { readonly header: DataRequestHeader; readonly upload: Upload } | undefined;
  #current: Task | undefined;
  #working: Promise<void> | undefined;
  #ending = false;

  constructor(socket: TLSSocket, identity: PolicyIdentity, requests: RequestServer, limits: RuntimeLimits) {
    this.#socket = socket;
    this.#caller = { identity, socket };
    this.#requests = requests;
    this.#queueLimit = limits.requestsQueuedPerSession;
    this.#responder = new Responder(socket);
    this.#chunked = requests.openChunkedWrites();
    this.#subscriptions = new Subscriptions(
      this.#responder,
      () => this.#requireValid(),
      () => socket.destroy(),
    );
    this.#decoder = new RequestDecoder(
      {
        request: (request) => this.#request(request),
        dataBegin: (header) => {
          this.#upload = { header, upload: requests.beginUpload(header, this.#caller, this.#chunked) };
        },
        data: (piece) => this.#upload?.upload.piece(piece),
        dataEnd: () => this.#uploaded(),
      },
      limits,
    );
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#closed());
  }

  /** Settles when all that has been asked is answered; undefined where nothing is asked. */
  get working(): Promise<void> | undefined {
    return this.#working;
  }

  /** Lets the answers that are under way go out, then closes. */
  async end(): Promise<void> {
    this.#ending = true;
    const reason = new TruceError('SHUTTING_DOWN');
    for (const task of this.#tasks()) task.controller.abort(reason);
    const told = this.#subscriptions.end(reason);
    await this.#working;
    await told;
    await new Promise<void>((resolve) => {
      if (this.#socket.destroyed) return resolve();
      this.#socket.once('close', () => resolve());
      endSoon(this.#socket, resolve);
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#ending) return;
    try {
      this.#requireValid();
      this.#decoder.push(chunk);
    } catch (error) {
      // What follows cannot be told apart any more: say why, once, and close.
      this.#ending = true;
      this.#enqueue({ context: 0, run: () => Promise.reject(error) });
      void this.#working?.then(() => endSoon(this.#socket));
    }
  }

  /** A certificate that has ended speaks for nobody any more, however long its session has been open. */
  #requireValid(): void {
    if (this.#caller.identity.notAfter <= Date.now()) throw new TruceError('IDENTITY_UNKNOWN');
  }

  #request(request: Request): void {
    if (request.kind === 'subscribe') {
      const { context } = request;
      const begin = () => this.#requests.subscribe(request, this.#caller);
      void this.#subscriptions.open(context, begin).then(() => this.#pace());
      this.#pace();
      return;
    }
    if (request.kind === 'cancel') this.#cancel(request.target);
    const run = (signal: AbortSignal): Promise<Answer> =>
      request.kind === 'cancel'
        ? Promise.resolve({ kind: 'message', body: { kind: 'none' } })
        : this.#requests.handle(request, this.#caller, signal);
    this.#enqueue({ context: request.context, run });
  }

  #uploaded(): void {
    const { header, upload } = this.#upload!;
    this.#upload = undefined;
    const run = async (signal: AbortSignal): Promise<Answer> => {
      await upload.commit(signal);
      return { kind: 'message', body: { kind: 'none' } };
    };
    this.#enqueue({ context: header.context, run, abandon: () => upload.abandon() });
  }

  #cancel(context: number): void {
    for (const task of this.#tasks())
      if (task.context === context && task.abandon === undefined)
        task.controller.abort(new TruceError('RUN_CANCELLED'));
    this.#subscriptions.cancel(context);
  }

  /** What is being worked on, and what waits. */
  #tasks(): Task[] {
    return this.#current === undefined ? [...this.#queue] : [this.#current, ...this.#queue];
  }

  #enqueue(task: Omit<Task, 'controller'>): void {
    this.#queue.push({ ...task, controller: new AbortController() });
    this.#pace();
    this.#working ??= this.#work();
  }

  /** Reads on only where there is room for what comes next. */
  #pace(): void {
    if (this.#queue.length >= this.#queueLimit || this.#subscriptions.crowded) this.#socket.pause();
    else this.#socket.resume();
  }

  async #work(): Promise<void> {
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      this.#pace();
      this.#current = task;
      try {
        await this.#answer(task);
      } catch {
        // Only the connection itself fails here: there is nobody left to answer.
        this.#socket.destroy();
      }
    }
    this.#current = undefined;
    this.#working = undefined;
  }

  async #answer(task: Task): Promise<void> {
    const { signal } = task.controller;
    let answer: Answer;
    try {
      if (signal.aborted) task.abandon?.();
      signal.throwIfAborted();
      answer = await task.run(signal);
    } catch (error) {
      return this.#responder.fail(task.context, asTruceError(error));
    }
    await this.#responder.answer(task.context, answer);
    if (answer.kind === 'message') answer.afterwards?.();
  }

  #closed(): void {
    this.#ending = true;
    const gone = new TruceError('RUN_CANCELLED');
    void this.#subscriptions.end(gone);
    this.#current?.controller.abort(gone);
    for (const task of this.#queue.splice(0)) task.abandon?.();
    this.#upload?.upload.abandon();
    this.#chunked.close();
  }
}

/** Tells a party that it has no business here, and nothing else. */
export function refuseSession(socket: TLSSocket, error: TruceError): void {
  socket.on('error', () => socket.destroy());
  socket.resume();
  const told = new Responder(socket).fail(0, error);
  endSoon(socket);
  // One that does not take it is ended by the timer.
  told.catch(() => socket.destroy());
}

/** Ends a connection after what has been written, and in any case soon: a peer that does not close holds nothing. */
function endSoon(socket: TLSSocket, written?: () => void): void {
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MILLISECONDS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(written);
}

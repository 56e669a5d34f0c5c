/**
 * One party's connection: requests in, answers out, in order. Contents are staged as they come; everything else waits
 * for its turn in a queue that is bounded by not reading on. `cancel` alone overtakes.
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

/** A party that was told off gets this long to take the message. */
const REFUSAL_MILLISECONDS = 2000;

interface Task {
  readonly context: number;
  readonly controller: AbortController;
  readonly run: (signal: AbortSignal) => Promise<Answer>;
  /** Gives back what the task holds when its turn never comes. */
  readonly abandon: () => void;
}

export class Session {
  readonly #socket: TLSSocket;
  readonly #caller: Caller;
  readonly #requests: RequestServer;
  readonly #queueLimit: number;
  readonly #responder: Responder;
  readonly #decoder: RequestDecoder;
  readonly #chunked: ChunkedWrites;
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

  /** Lets the answers that are under way go out, then closes. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#current?.controller.abort(new TruceError('SHUTTING_DOWN'));
    await this.#working;
    this.#socket.end();
  }

  #receive(chunk: Buffer): void {
    if (this.#ending) return;
    try {
      this.#decoder.push(chunk);
    } catch (error) {
      // What follows cannot be told apart any more: say why, once, and close.
      this.#ending = true;
      this.#enqueue(0, () => Promise.reject(error));
      void this.#working?.then(() => this.#socket.end());
    }
  }

  #request(request: Request): void {
    if (request.kind === 'cancel') this.#cancel(request.target);
    this.#enqueue(request.context, (signal) =>
      request.kind === 'cancel'
        ? Promise.resolve({ kind: 'message', body: { kind: 'none' } })
        : this.#requests.handle(request, this.#caller, signal),
    );
  }

  #uploaded(): void {
    const { header, upload } = this.#upload!;
    this.#upload = undefined;
    const commit = async (): Promise<Answer> => {
      upload.commit();
      return { kind: 'message', body: { kind: 'none' } };
    };
    this.#enqueue(header.context, commit, () => upload.abandon());
  }

  #cancel(context: number): void {
    for (const task of [this.#current, ...this.#queue])
      if (task?.context === context) task.controller.abort(new TruceError('RUN_CANCELLED'));
  }

  #enqueue(context: number, run: Task['run'], abandon: () => void = () => undefined): void {
    this.#queue.push({ context, run, abandon, controller: new AbortController() });
    if (this.#queue.length >= this.#queueLimit) this.#socket.pause();
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      if (this.#queue.length < this.#queueLimit) this.#socket.resume();
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
    this.#current?.controller.abort(gone);
    for (const task of this.#queue.splice(0)) task.abandon();
    this.#upload?.upload.abandon();
    this.#chunked.close();
  }
}

/** Tells a party that it has no business here, and nothing else. */
export function refuseSession(socket: TLSSocket, error: TruceError): void {
  socket.on('error', () => socket.destroy());
  socket.resume();
  void new Responder(socket).fail(0, error).then(
    () => socket.end(),
    () => socket.destroy(),
  );
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MILLISECONDS);
  socket.once('close', () => clearTimeout(timer));
}

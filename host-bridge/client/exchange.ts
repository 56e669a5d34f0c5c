/** One request and its answer, from the moment it is asked until its promise settles and its last byte has been read. */
import type { ContentsHeader, Response } from '../../proto/wire/response-codec.ts';
import type { AnswerReader, ContentsReader } from './answers.ts';
import type { Outgoing } from './conversation.ts';

export class Exchange {
  readonly outgoing: Outgoing;
  /** Settles, never rejects, when the answer is known. */
  readonly settled: Promise<void>;
  /** Given when the request is sent. */
  context = 0;
  /** Contents are on their way out. */
  sending = false;
  readonly #read: ReadAnswer;
  readonly #reject: (error: unknown) => void;
  readonly #settle: () => void;
  readonly #onAbort: () => void;
  #contents: ContentsReader<() => void> | undefined;
  #pieces: Promise<void> | undefined;
  #done = false;

  private constructor(
    outgoing: Outgoing,
    read: ReadAnswer,
    reject: (error: unknown) => void,
    abandoned: () => void,
  ) {
    this.outgoing = outgoing;
    this.#read = read;
    this.#reject = reject;
    let settle: () => void = () => undefined;
    this.settled = new Promise((resolve) => {
      settle = resolve;
    });
    this.#settle = settle;
    this.#onAbort = () => {
      this.fail(outgoing.signal?.reason);
      abandoned();
    };
    outgoing.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** `abandoned` is called after the signal has aborted and the promise has been rejected. */
  static open<T>(
    outgoing: Outgoing,
    reader: AnswerReader<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
    abandoned: () => void,
  ): Exchange {
    const read: ReadAnswer = {
      message: (response) => {
        const value = reader.message(response);
        return () => resolve(value);
      },
      contents: (header) => {
        const contents = reader.contents(header);
        return {
          piece: (piece) => contents.piece(piece),
          end: () => {
            const value = contents.end();
            return () => resolve(value);
          },
        };
      },
    };
    return new Exchange(outgoing, read, reject, abandoned);
  }

  get cancellable(): boolean {
    return this.outgoing.cancellable === true;
  }

  message(response: Response): void {
    this.#attempt(() => this.#finish(this.#read.message(response)));
  }

  contents(header: ContentsHeader): void {
    this.#attempt(() => {
      this.#contents = this.#read.contents(header);
    });
  }

  /** A promise where the piece has to be waited for. Pieces of what has failed meanwhile are dropped. */
  piece(piece: Uint8Array): Promise<void> | undefined {
    if (this.#pieces !== undefined) {
      // Pieces keep their order: each waits for the one before.
      this.#pieces = this.#pieces.then(() => this.#take(piece)).then(undefined, (error) => this.fail(error));
    } else {
      const taken = this.#attempt(() => this.#take(piece));
      if (taken === undefined) return undefined;
      this.#pieces = taken.then(undefined, (error) => this.fail(error));
    }
    const last = this.#pieces;
    void last.then(() => {
      if (this.#pieces === last) this.#pieces = undefined;
    });
    return last;
  }

  /** All contents have come. */
  end(): void {
    const finish = () => this.#attempt(() => this.#contents && this.#finish(this.#contents.end()));
    if (this.#pieces === undefined) finish();
    else void this.#pieces.then(finish);
  }

  fail(error: unknown): void {
    this.#finish(() => this.#reject(error));
  }

  #take(piece: Uint8Array): undefined | Promise<void> {
    const taken = this.#done ? undefined : this.#contents?.piece(piece);
    return taken instanceof Promise ? taken : undefined;
  }

  #finish(settlePromise: () => void): void {
    if (this.#done) return;
    this.#done = true;
    this.outgoing.signal?.removeEventListener('abort', this.#onAbort);
    settlePromise();
    this.#settle();
  }

  /** What a reader throws fails this exchange alone: the connection is still in step. */
  #attempt<R>(step: () => R): R | undefined {
    if (this.#done) return undefined;
    try {
      return step();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }
}

/** An AnswerReader whose results wait to be handed over: the type of the value stays with whoever asked. */
type ReadAnswer = AnswerReader<() => void>;

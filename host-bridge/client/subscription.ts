/** A live file as it comes: pieces for whoever asks for the next one, held back where nobody does. */
import type { LiveHeader } from '../../proto/wire/response-codec.ts';
import { brokenProtocol } from './answers.ts';

/** Bytes that are kept for who is busy with something else; with more, the connection waits. */
const KEPT_BYTES = 1 << 20;

interface Waiting {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

export class Subscription implements AsyncIterator<Uint8Array, undefined> {
  /** Given when the request is sent; 0 before. */
  context = 0;
  readonly fileName: string;
  /** Where it began. */
  readonly offset: number;
  readonly #onLeave: () => void;
  /** Where the next byte belongs. */
  #position: number;
  /** The message that is being read is the last one. */
  #lastMessage = false;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #waiting: Waiting | undefined;
  readonly #room: (() => void)[] = [];
  /** What the caller is told behind all pieces: the end, or why there is none. */
  #outcome: { readonly error?: unknown } | undefined;
  /** Resolves when it is known. */
  readonly concluded: Promise<void>;
  #concluded: () => void = () => undefined;

  /** `onLeave` is called where the caller has enough before the end. */
  constructor(fileName: string, offset: number, onLeave: () => void) {
    this.fileName = fileName;
    this.offset = offset;
    this.#position = offset;
    this.#onLeave = onLeave;
    this.concluded = new Promise((resolve) => {
      this.#concluded = resolve;
    });
  }

  /** A `live` message begins. @throws TruceError CLIENT_PROTOCOL where it is not the rest of what came */
  begin({ fileName, offset, length, ended }: LiveHeader): void {
    if (fileName !== this.fileName || offset !== this.#position)
      throw brokenProtocol('a piece of another live file, or of another place');
    this.#position += length;
    this.#lastMessage = ended;
  }

  /** A promise where there is no room for more. */
  piece(bytes: Uint8Array): Promise<void> | undefined {
    // What still comes behind that is nobody's, and must not hold up the answers that others wait for.
    if (this.#outcome !== undefined) return undefined;
    if (this.#waiting !== undefined) {
      this.#settle(({ resolve }) => resolve({ done: false, value: bytes }));
      return undefined;
    }
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= KEPT_BYTES) return undefined;
    return new Promise((resolve) => this.#room.push(resolve));
  }

  /** The message that was begun is all there; whether it was the last one. */
  end(): boolean {
    if (this.#lastMessage) this.#conclude({});
    return this.#lastMessage;
  }

  fail(error: unknown): void {
    this.#conclude({ error });
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#kept.shift();
    if (value !== undefined) {
      this.#keptBytes -= value.length;
      if (this.#keptBytes <= KEPT_BYTES) this.#makeRoom();
      return Promise.resolve({ done: false, value });
    }
    if (this.#waiting !== undefined)
      return Promise.reject(new TypeError('the next piece has been asked for already'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#tellOutcome();
    });
  }

  /** Takes no more: the enclave is told, and what has come is dropped. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#leave({});
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The same for one that is told why. */
  abort(reason: unknown): void {
    this.#leave({ error: reason });
  }

  #leave(outcome: { readonly error?: unknown }): void {
    const early = this.#outcome === undefined;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#conclude(outcome);
    if (early) this.#onLeave();
  }

  #conclude(outcome: { readonly error?: unknown }): void {
    this.#outcome ??= outcome;
    this.#concluded();
    this.#makeRoom();
    this.#tellOutcome();
  }

  /** An error is told once; behind it is the end. */
  #tellOutcome(): void {
    const outcome = this.#outcome;
    if (outcome === undefined || this.#waiting === undefined) return;
    this.#outcome = {};
    this.#settle(({ resolve, reject }) => {
      if (outcome.error === undefined) resolve({ done: true, value: undefined });
      else reject(outcome.error);
    });
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) how(waiting);
  }

  #makeRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve();
  }
}

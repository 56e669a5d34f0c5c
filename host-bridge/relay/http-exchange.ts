/** A session of the HTTP plane: one connection into the enclave, which POSTs write to and read from in turn. */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { type Due, TlsWatch } from './tls-watch.ts';

export interface ExchangeTimes {
  /** How long a POST waits for an answer that is due. */
  readonly answerMilliseconds: number;
  /** How long the enclave may take nothing of what it is sent, or stop in the middle of a record. */
  readonly stallMilliseconds: number;
  /**
   * How long a POST waits that ends in a full record, which most likely is not its message's last. The n-th of a row waits
   * an n-th: all of a gigabyte's together twelve times as long.
   */
  readonly continuationMilliseconds: number;
  /** The same for a shorter record that ends data, or begins them where the client has little memory. */
  readonly fragmentMilliseconds: number;
}

/** POSTs of one session that wait for their turn; a client that speaks in order has none. */
const MOST_WAITING = 4;
const nothing = (): void => undefined;

export class HttpExchange {
  readonly #socket: Socket;
  readonly #times: ExchangeTimes;
  readonly #watch = new TlsWatch();
  readonly #closed = new AbortController();
  #ended = false;
  /** The first piece that has come since the last POST. */
  #held: Buffer | undefined;
  /** Whether the enclave has said nothing since it was last sent something. */
  #silent = true;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Told when there are bytes, or the end. */
  #stirred = nothing;
  /** Lets the POST that waits for an answer go without one. */
  #release = nothing;

  /**
   * @param socket connected, and not read from yet
   * @param ended told when the enclave has ended the connection; some of what it said may not have been taken
   */
  constructor(socket: Socket, times: ExchangeTimes, ended: () => void) {
    this.#socket = socket;
    this.#times = times;
    const end = () => {
      if (this.#ended) return;
      this.#ended = true;
      this.#stirred();
      ended();
    };
    socket.once('end', end).once('close', end);
    socket.on('error', () => socket.destroy());
    // Reads ahead as far as one piece and the stream's own bound. A stream tells its end to those who read it up to there.
    socket.on('readable', () => {
      this.#held ??= socket.read() ?? undefined;
      if (socket.readableLength === 0) socket.read(0);
      this.#stirred();
    });
  }

  /** Whether the enclave has ended the connection and all that it said has been taken. */
  get over(): boolean {
    return this.#ended && this.#held === undefined && this.#socket.readableLength === 0;
  }

  close(): void {
    this.#closed.abort(new TruceError('RELAY_SESSION_UNKNOWN'));
    this.#socket.destroy();
  }

  /**
   * Sends `input`, and gives what the enclave says until it is the client's turn again. Without input: what there is, or
   * comes within the time of an answer. A POST that waits for an answer goes without one when another comes.
   * TruceError RELAY_SESSION_BUSY, RELAY_REQUEST_INVALID, RELAY_ENCLAVE_GONE, RELAY_ENCLAVE_SLOW; RELAY_SESSION_UNKNOWN
   * where the session is closed meanwhile; the signal's reason. All but the first and the last leave a session of no use.
   * @param signal ends the wait, as long as nothing has been taken
   */
  async *exchange(input: Uint8Array, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    if (this.#waiting >= MOST_WAITING) throw new TruceError('RELAY_SESSION_BUSY', { limit: MOST_WAITING });
    this.#waiting += 1;
    this.#release();
    const before = this.#turn;
    let done = nothing;
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      this.#waiting -= 1;
      this.#closed.signal.throwIfAborted();
      signal.throwIfAborted();
      yield* this.#converse(input, signal);
    } finally {
      done();
    }
  }

  async *#converse(input: Uint8Array, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    // What came since the last POST is no answer to this one.
    let taken = 0;
    for (let bytes = this.#read(); bytes !== undefined; bytes = this.#read()) {
      taken += bytes.length;
      yield bytes;
    }
    if (this.#ended) {
      if (taken === 0) throw gone();
      return;
    }
    if (input.length === 0 && taken > 0) return;
    const sending = this.#send(input);
    let wait = input.length === 0 ? this.#times.answerMilliseconds : this.#patience(this.#watch.due);
    for (let answered = false; ; ) {
      if (sending.done && taken === 0 && !answered) signal.throwIfAborted();
      const bytes = this.#read();
      if (bytes !== undefined) {
        answered = true;
        yield bytes;
        wait = this.#watch.speaking ? this.#times.stallMilliseconds : 0;
        continue;
      }
      if (this.#ended) break;
      if (!sending.done) {
        // An enclave that has not taken all of it may be waiting until it is heard.
        if (!(await this.#stirs(this.#times.stallMilliseconds, sending.promise))) throw slow();
        continue;
      }
      if (wait === 0) break;
      // Nothing is lost by a client that goes away before it was told anything.
      if (await this.#stirs(wait, undefined, answered ? undefined : signal)) continue;
      if (answered) throw slow();
      break;
    }
    if (this.#ended && taken === 0 && this.#silent) throw gone();
  }

  #read(): Buffer | undefined {
    const bytes: Buffer | undefined = this.#held ?? this.#socket.read() ?? undefined;
    this.#held = undefined;
    if (bytes === undefined) return undefined;
    if (!this.#watch.received(bytes)) throw gone();
    this.#silent = false;
    return bytes;
  }

  #send(input: Uint8Array): { readonly promise: Promise<void>; done: boolean } {
    this.#silent = true;
    if (input.length === 0) return { promise: Promise.resolve(), done: true };
    if (!this.#watch.sent(input))
      throw new TruceError('RELAY_REQUEST_INVALID', { reason: 'not TLS records' });
    const sending = { done: false, promise: Promise.resolve() };
    sending.promise = new Promise((resolve) => {
      // Called in any case; that the connection is over is seen by its end.
      this.#socket.write(input, () => {
        sending.done = true;
        resolve();
      });
    });
    return sending;
  }

  #patience(due: Due): number {
    switch (due.kind) {
      case 'nothing':
        return 0;
      case 'continuation':
        return this.#times.continuationMilliseconds / due.run;
      case 'unsure':
        return this.#times.fragmentMilliseconds;
      case 'answer':
        return this.#times.answerMilliseconds;
    }
  }

  /**
   * Whether something happens in time: bytes, the end, or what is sent has gone.
   * @param patience of one who can still go away, or be told to go
   */
  async #stirs(milliseconds: number, sent?: Promise<void>, patience?: AbortSignal): Promise<boolean> {
    patience?.throwIfAborted();
    let cancel = nothing;
    let leave = nothing;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        cancel = after(milliseconds, () => resolve(false));
        this.#stirred = () => resolve(true);
        void sent?.then(this.#stirred);
        if (patience === undefined) return;
        this.#release = () => resolve(false);
        leave = () => reject(patience.reason);
        patience.addEventListener('abort', leave);
      });
    } finally {
      cancel();
      patience?.removeEventListener('abort', leave);
      this.#stirred = nothing;
      this.#release = nothing;
    }
  }
}

/** Timers know no less than a millisecond. */
function after(milliseconds: number, call: () => void): () => void {
  if (milliseconds < 1) {
    const immediate = setImmediate(call);
    return () => clearImmediate(immediate);
  }
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
}

function gone(): TruceError {
  return new TruceError('RELAY_ENCLAVE_GONE');
}

function slow(): TruceError {
  return new TruceError('RELAY_ENCLAVE_SLOW');
}

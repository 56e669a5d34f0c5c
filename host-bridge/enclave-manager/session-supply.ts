/** Connections for calls: one call has one to itself, and a few are kept for the next calls while the enclave keeps them. */
import { TruceError } from '../../proto/errors.ts';
import type { ServiceFacts } from './connect-services.ts';
import type { ServiceSession } from './service-session.ts';

export interface ServiceConnection {
  readonly session: ServiceSession;
  /** undefined where the channel is plain. */
  readonly facts: ServiceFacts | undefined;
}

/** The enclave bounds a caller's connections too; what would be one more waits. */
const AT_ONCE = 8;
/** Half of what the enclave waits for the next request: so it is not the one that hangs up meanwhile. */
const KEPT_MILLISECONDS = 30_000;

export class SessionSupply {
  readonly #open: (signal: AbortSignal | undefined) => Promise<ServiceConnection>;
  readonly #idle = new Map<ServiceSession, NodeJS.Timeout>();
  readonly #queue: (() => void)[] = [];
  #used = 0;
  /** The instance of the first connection that was attested: all others have to be its. */
  #instanceId: string | undefined;
  #closed = false;

  constructor(open: (signal: AbortSignal | undefined) => Promise<ServiceConnection>) {
    this.#open = open;
  }

  /** A new connection, the caller's to close. @throws TruceError CLIENT_INSTANCE_MISMATCH, and those of its opening */
  async connect(signal: AbortSignal | undefined): Promise<ServiceConnection> {
    const connection = await this.#open(signal);
    const instanceId = connection.facts?.instanceId;
    this.#instanceId ??= instanceId;
    if (instanceId === this.#instanceId && !this.#closed) return connection;
    connection.session.close();
    throw new TruceError(this.#closed ? 'CLIENT_CLOSED' : 'CLIENT_INSTANCE_MISMATCH');
  }

  /** Lends one for a call. @throws what `work` and the opening throw; the signal's reason */
  async use<T>(work: (session: ServiceSession) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    while (this.#used >= AT_ONCE) await this.#turn(signal);
    this.#used += 1;
    try {
      signal?.throwIfAborted();
      const session = this.#take() ?? (await this.connect(signal)).session;
      try {
        return await work(session);
      } finally {
        this.#keep(session);
      }
    } finally {
      this.#used -= 1;
      this.#queue.shift()?.();
    }
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#idle.keys()) this.#drop(session);
  }

  /** Settles when a place may be free. @throws the signal's reason, and then no place is taken up */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = () => {
        this.#queue.splice(this.#queue.indexOf(begin), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#queue.push(begin);
    });
  }

  #take(): ServiceSession | undefined {
    for (const [session, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(session);
      if (session.open) return session;
    }
    return undefined;
  }

  #keep(session: ServiceSession): void {
    if (this.#closed || !session.open) {
      session.close();
      return;
    }
    this.#idle.set(session, setTimeout(() => this.#drop(session), KEPT_MILLISECONDS).unref());
  }

  #drop(session: ServiceSession): void {
    clearTimeout(this.#idle.get(session));
    this.#idle.delete(session);
    session.close();
  }
}

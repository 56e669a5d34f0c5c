/**
 * TLS sessions whose bytes come in messages of the control plane, as Veracruz's server sends them: the same sessions as
 * those of the data plane, with the same bounds. They belong to the connection that opened them, and end with it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { TruceError } from '../../proto/errors.ts';
import { MessageDuplex } from '../session/message-duplex.ts';
import type { Enclave } from './enclave.ts';
import type { ConnectionWork } from './service.ts';

/** Veracruz's server sends 32 KiB at a time. */
const INCOMING_BYTES = 256 << 10;
const OUTGOING_BYTES = 128 << 10;
/** Turns of the event loop in which bytes that came in are decrypted, judged and answered, where that needs no waiting. */
const TURNS = 4;

/** A control connection, as the owner of sessions. */
export type SessionOwner = object;

export interface TlsData {
  readonly data: Uint8Array;
  /** Whether the enclave goes on, as Veracruz's server understands it: it ends the enclave where not. */
  readonly alive: boolean;
}

interface TlsSession {
  readonly owner: SessionOwner;
  readonly stream: MessageDuplex;
  readonly work: ConnectionWork;
  /** Wakes up whoever waits for output. */
  stir: () => void;
  /** The work that was listened to last. */
  awaited: Promise<void> | undefined;
  /** Whoever fetches has heard that the enclave ends, and had all there was then. */
  told: boolean;
}

export class TlsSessions {
  readonly #enclave: Pick<Enclave, 'accept' | 'phase'>;
  readonly #limit: number;
  /** By number, oldest first. */
  readonly #sessions = new Map<number, TlsSession>();
  #next = 1;
  #stirDrained: () => void = () => undefined;

  /** @param limit sessions at once, those included that are over and whose last bytes nobody has fetched */
  constructor(enclave: Pick<Enclave, 'accept' | 'phase'>, limit: number) {
    this.#enclave = enclave;
    this.#limit = limit;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The number of a new session. @throws TruceError POLICY_NOT_SET, SHUTTING_DOWN, SESSION_LIMIT */
  open(owner: SessionOwner): number {
    if (this.#enclave.phase === 'shutting-down') throw new TruceError('SHUTTING_DOWN');
    if (this.#enclave.phase !== 'serving') throw new TruceError('POLICY_NOT_SET');
    if (this.#sessions.size >= this.#limit) this.#forgetOldestEnded();
    const stream = new MessageDuplex({ incomingBytes: INCOMING_BYTES, outgoingBytes: OUTGOING_BYTES });
    const work = this.#enclave.accept(stream);
    if (stream.destroyed) throw new TruceError('SESSION_LIMIT');
    const session = this.#next;
    this.#next = (this.#next % 0xffff_ffff) + 1;
    const opened: TlsSession = {
      owner,
      stream,
      work,
      stir: () => undefined,
      awaited: undefined,
      told: false,
    };
    stream.watch(() => opened.stir());
    this.#sessions.set(session, opened);
    return session;
  }

  /** Hands over what the party sent. @throws TruceError TLS_SESSION_UNKNOWN, TLS_SESSION_FULL: then none of it was taken */
  async send(owner: SessionOwner, session: number, data: Uint8Array): Promise<void> {
    const { stream } = this.#find(owner, session);
    if (!stream.deliver(data)) throw new TruceError('TLS_SESSION_FULL', { session, limit: INCOMING_BYTES });
    await turn();
  }

  /**
   * What there is for the party. Where there is nothing yet but the party's request is being worked on, it waits for
   * that, as Veracruz's server does, which asks until nothing comes and then waits for the party; but only until
   * `interrupted`, so that a run keeps nobody waiting who asks behind it.
   * @throws TruceError TLS_SESSION_UNKNOWN, also behind the last bytes of a session that is over
   */
  async fetch(owner: SessionOwner, session: number, interrupted: Promise<unknown>): Promise<TlsData> {
    const found = this.#find(owner, session);
    const { stream } = found;
    await awaitOutput(found, interrupted);
    const data = stream.fetch();
    const alive = this.#enclave.phase !== 'shutting-down';
    if (data.length === 0) {
      if (stream.destroyed) this.#forget(session);
      else if (!alive) this.#tell(found);
    } else found.told = false; // and asks once more
    return { data, alive };
  }

  /** Ends a session as the loss of its connection would. @throws TruceError TLS_SESSION_UNKNOWN */
  close(owner: SessionOwner, session: number): void {
    this.#find(owner, session).stream.destroy();
    this.#forget(session);
  }

  /** Ends all sessions of a connection that is over. */
  closeAll(owner: SessionOwner): void {
    for (const [session, { owner: its, stream }] of this.#sessions) {
      if (its !== owner) continue;
      stream.destroy();
      this.#forget(session);
    }
  }

  /** Forgets what is over without a byte that anybody could still fetch. */
  forgetSpent(): void {
    for (const [session, { stream }] of this.#sessions)
      if (stream.destroyed && !stream.hasOutput) this.#forget(session);
  }

  /** Settles when every session's last bytes have been fetched, and their fetchers know that the enclave ends. */
  async drained(): Promise<void> {
    while ([...this.#sessions.values()].some(({ told, stream }) => !told || stream.hasOutput))
      await new Promise<void>((resolve) => {
        this.#stirDrained = resolve;
      });
  }

  #tell(session: TlsSession): void {
    session.told = true;
    this.#stirDrained();
  }

  #forget(session: number): void {
    this.#sessions.delete(session);
    this.#stirDrained();
  }

  #find(owner: SessionOwner, session: number): TlsSession {
    const found = this.#sessions.get(session);
    if (found === undefined || found.owner !== owner)
      throw new TruceError('TLS_SESSION_UNKNOWN', { session });
    return found;
  }

  /** The last words of those that are over make room for others. @throws TruceError SESSION_LIMIT */
  #forgetOldestEnded(): void {
    for (const [session, { stream }] of this.#sessions) {
      if (!stream.destroyed) continue;
      this.#sessions.delete(session);
      return;
    }
    throw new TruceError('SESSION_LIMIT');
  }
}

/**
 * Settles when there is output, when none is to be expected before the party sends more, or when interrupted. However
 * often it is asked during one long run, each promise is listened to once.
 */
async function awaitOutput(session: TlsSession, interrupted: Promise<unknown>): Promise<void> {
  const { stream, work } = session;
  const stir = () => session.stir();
  let patient = true;
  void interrupted.then(() => {
    patient = false;
    stir();
  });
  for (;;) {
    for (let count = 0; count < TURNS && !stream.hasOutput; count++) await turn();
    const working = work();
    if (stream.hasOutput || stream.destroyed || working === undefined || !patient) return;
    if (session.awaited !== working) {
      session.awaited = working;
      working.then(stir, stir);
    }
    await new Promise<void>((resolve) => {
      session.stir = resolve;
    });
  }
}

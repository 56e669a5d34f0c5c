/** The sessions of the HTTP plane: who opened which, how many there may be, and when they end. */
import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import { dial } from './dial.ts';
import type { DialTarget } from './dial-target.ts';
import { GuessLimit, networkOf } from './guess-limit.ts';
import type { PlaneRequest } from './http-body.ts';
import { type ExchangeTimes, HttpExchange } from './http-exchange.ts';
import { ContentType } from './tls-records.ts';

export interface HttpSessionOptions extends ExchangeTimes {
  readonly target: DialTarget;
  /** Sessions at once. */
  readonly sessions: number;
  readonly sessionsPerAddress: number;
  /** How long a session may be left alone. */
  readonly idleMilliseconds: number;
  readonly connectMilliseconds: number;
}

export interface HttpSessionCounts {
  /** Open now. */
  readonly open: number;
  readonly opened: number;
  /** Ended because they were left alone. */
  readonly expired: number;
  readonly toEnclave: number;
  readonly fromEnclave: number;
}

interface Session {
  readonly id: number;
  readonly address: string;
  readonly exchange: HttpExchange;
  idle: NodeJS.Timeout;
  /** POSTs under way. */
  users: number;
}

/**
 * Ids that fit a C program's `int`, in which an old client keeps them (sdk/veracruz-mcu-client/vc.c), and a u32 (those
 * written in Rust); 0 means none.
 */
const ID_END = 2 ** 31;
/** A POST is answered when the kernel has taken its bytes; the enclave decrypts them while the next one comes. */
const SEND_BUFFER_BYTES = 2 << 20;
/** How long the last words of an enclave that has ended the connection are kept for the next POST. */
const LAST_WORDS_MILLISECONDS = 10_000;
/** What leaves a session as it was. */
const HARMLESS: ReadonlySet<ErrorCode> = new Set(['RELAY_SESSION_BUSY']);

export class HttpSessions {
  readonly #options: HttpSessionOptions;
  readonly #sessions = new Map<number, Session>();
  /** By network, of which one host of IPv6 has every address. */
  readonly #perNetwork = new Map<string, number>();
  readonly #guesses = new GuessLimit();
  #places = 0;
  #opened = 0;
  #expired = 0;
  #toEnclave = 0;
  #fromEnclave = 0;

  constructor(options: HttpSessionOptions) {
    this.#options = options;
  }

  get counts(): HttpSessionCounts {
    return {
      open: this.#sessions.size,
      opened: this.#opened,
      expired: this.#expired,
      toEnclave: this.#toEnclave,
      fromEnclave: this.#fromEnclave,
    };
  }

  /**
   * Does what a POST asks for. The blobs have to be taken to their end, or returned: then they are lost, and the session
   * with them. TruceError RELAY_*, here or from the blobs.
   * @param signal aborts where the client is gone
   */
  async exchange(
    address: string,
    { session: id, bytes }: PlaneRequest,
    signal: AbortSignal,
  ): Promise<{ readonly id: number; readonly blobs: AsyncGenerator<Buffer, void, undefined> }> {
    const session = id === 0 ? await this.#open(address, bytes, signal) : this.#find(address, id);
    this.#toEnclave += bytes.length;
    return { id: session.id, blobs: this.#blobs(session, bytes, signal, id === 0) };
  }

  /** Ends a session whose client has not got what was taken for it. */
  drop(id: number): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) this.#close(session);
  }

  stop(): void {
    for (const session of this.#sessions.values()) this.#close(session);
  }

  #find(address: string, id: number): Session {
    const now = performance.now();
    if (this.#guesses.exhausted(address, now)) throw new TruceError('RELAY_GUESS_LIMIT');
    const session = this.#sessions.get(id);
    // Another one's is as good as none.
    if (session?.address === address) return session;
    this.#guesses.count(address, now);
    throw new TruceError('RELAY_SESSION_UNKNOWN');
  }

  async #open(address: string, bytes: Uint8Array, signal: AbortSignal): Promise<Session> {
    if (bytes[0] !== ContentType.handshake)
      throw new TruceError('RELAY_REQUEST_INVALID', { reason: 'a session begins with a TLS handshake' });
    this.#takePlace(address);
    let socket: Socket;
    try {
      socket = await this.#dial(signal);
    } catch (error) {
      this.#givePlace(address);
      throw error;
    }
    let id = randomInt(1, ID_END);
    while (this.#sessions.has(id)) id = randomInt(1, ID_END);
    const session: Session = {
      id,
      address,
      exchange: new HttpExchange(socket, this.#options, () => this.#ended(session)),
      idle: setTimeout(() => this.#expire(session), this.#options.idleMilliseconds),
      users: 0,
    };
    this.#sessions.set(id, session);
    this.#opened += 1;
    return session;
  }

  async #dial(gone: AbortSignal): Promise<Socket> {
    const late = AbortSignal.timeout(this.#options.connectMilliseconds);
    try {
      return await dial(
        this.#options.target,
        { sendBufferBytes: SEND_BUFFER_BYTES },
        AbortSignal.any([gone, late]),
      );
    } catch (cause) {
      if (gone.aborted) throw gone.reason;
      throw new TruceError(late.aborted ? 'RELAY_ENCLAVE_SLOW' : 'RELAY_ENCLAVE_ABSENT', {}, { cause });
    }
  }

  async *#blobs(
    session: Session,
    bytes: Uint8Array,
    signal: AbortSignal,
    first: boolean,
  ): AsyncGenerator<Buffer, void, undefined> {
    session.users += 1;
    let sound = false;
    let told = 0;
    try {
      for await (const blob of session.exchange.exchange(bytes, signal)) {
        told += blob.length;
        this.#fromEnclave += blob.length;
        yield blob;
      }
      // A client that was told nothing cannot name its session.
      if (first && told === 0)
        throw new TruceError('RELAY_REQUEST_INVALID', {
          reason: 'a session begins with a whole ClientHello',
        });
      sound = !session.exchange.over;
    } catch (error) {
      sound = told === 0 && !first && (signal.aborted || isHarmless(error));
      throw error;
    } finally {
      session.users -= 1;
      if (sound) session.idle.refresh();
      else this.#close(session);
    }
  }

  /** The enclave has ended a session: its place is given back as soon as there is nothing left to be told. */
  #ended(session: Session): void {
    // A POST that is under way hears of it, and this relay's own end is none of the enclave's.
    if (session.users > 0 || this.#sessions.get(session.id) !== session) return;
    if (session.exchange.over) this.#close(session);
    else {
      clearTimeout(session.idle);
      const soon = Math.min(LAST_WORDS_MILLISECONDS, this.#options.idleMilliseconds);
      session.idle = setTimeout(() => this.#expire(session), soon);
    }
  }

  #expire(session: Session): void {
    if (session.users > 0) {
      session.idle.refresh();
      return;
    }
    this.#expired += 1;
    this.#close(session);
  }

  #close(session: Session): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#sessions.delete(session.id);
    clearTimeout(session.idle);
    session.exchange.close();
    this.#givePlace(session.address);
  }

  #takePlace(address: string): void {
    const { sessions, sessionsPerAddress } = this.#options;
    const network = networkOf(address);
    const held = this.#perNetwork.get(network) ?? 0;
    if (held >= sessionsPerAddress)
      throw new TruceError('RELAY_ADDRESS_LIMIT', { limit: sessionsPerAddress });
    if (this.#places >= sessions) throw new TruceError('RELAY_SESSION_LIMIT', { limit: sessions });
    this.#places += 1;
    this.#perNetwork.set(network, held + 1);
  }

  #givePlace(address: string): void {
    this.#places -= 1;
    const network = networkOf(address);
    const left = (this.#perNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#perNetwork.set(network, left);
    else this.#perNetwork.delete(network);
  }
}

function isHarmless(error: unknown): boolean {
  return error instanceof TruceError && HARMLESS.has(error.code);
}

/**
 * Requests that the HTTP plane has taken on, until their replies are over: how many wait on a connection, and what is held
 * for them, in all and for one network.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import { networkOf, plainAddress } from './guess-limit.ts';

export interface HeldLimits {
  /** Bodies that are held at once, all together. */
  readonly heldBytes: number;
  /** Those of one address; of IPv6, of one network. */
  readonly heldBytesPerAddress: number;
}

export interface AdmittedRequest {
  /** Aborts where the client is gone before it has got its reply (RELAY_SESSION_UNKNOWN). */
  readonly gone: AbortSignal;
  /** So many bytes are held for it from now on. */
  readonly hold: (bytes: number) => void;
}

/** Requests that one connection may have sent without having got the replies. */
const MOST_PIPELINED = 16;

export class HttpAdmission {
  readonly #limits: HeldLimits;
  /** What is to be done for each reply that a connection has still to get, when that is over. */
  readonly #endings = new WeakMap<Socket, Set<() => void>>();
  readonly #perNetwork = new Map<string, number>();
  #held = 0;

  constructor(limits: HeldLimits) {
    this.#limits = limits;
  }

  /** Replies that the connection has still to get. */
  pending(socket: Socket): number {
    return this.#endings.get(socket)?.size ?? 0;
  }

  /**
   * Takes a request on, before its body is read; undefined where that has ended its connection.
   * @throws TruceError RELAY_BODIES_LIMIT
   */
  admit(socket: Socket, response: ServerResponse, bytes: number): AdmittedRequest | undefined {
    const endings = this.#endingsOf(socket);
    if (endings.size >= MOST_PIPELINED) {
      socket.destroy();
      return undefined;
    }
    const network = networkOf(plainAddress(socket.remoteAddress ?? ''));
    const gone = new AbortController();
    let held = 0;
    const hold = (bytes: number): void => {
      this.#count(network, bytes - held);
      held = bytes;
    };
    const end = (): void => {
      if (!endings.delete(end)) return;
      hold(0);
      if (!response.writableFinished) gone.abort(new TruceError('RELAY_SESSION_UNKNOWN'));
    };
    endings.add(end);
    response.once('close', end);
    const { heldBytes, heldBytesPerAddress } = this.#limits;
    const ofNetwork = this.#perNetwork.get(network) ?? 0;
    if (this.#held + bytes > heldBytes || ofNetwork + bytes > heldBytesPerAddress)
      throw new TruceError('RELAY_BODIES_LIMIT');
    hold(bytes);
    return { gone: gone.signal, hold };
  }

  #endingsOf(socket: Socket): Set<() => void> {
    const known = this.#endings.get(socket);
    if (known !== undefined) return known;
    const endings = new Set<() => void>();
    this.#endings.set(socket, endings);
    // node:http tells replies that wait for their turn nothing of their connection's end.
    socket.once('close', () => {
      for (const end of endings) end();
    });
    return endings;
  }

  #count(network: string, change: number): void {
    this.#held += change;
    const held = (this.#perNetwork.get(network) ?? 0) + change;
    if (held > 0) this.#perNetwork.set(network, held);
    else this.#perNetwork.delete(network);
  }
}

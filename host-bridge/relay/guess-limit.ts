/**
 * How often an address may name sessions that are not its own. An id has 31 random bits; who found one could do no more
 * than break that session, since what it carries is TLS, but should not find one either.
 */

/** Enough for all sessions of an address to find out that the relay has been started again. */
const BURST = 512;
/** At this pace, one of 64 sessions is found after 24 days on average. */
const PER_SECOND = 16;
/** Addresses that are remembered; beyond, the one that has been quiet longest is forgotten. */
const MOST_ADDRESSES = 65_536;

interface Account {
  readonly left: number;
  /** Milliseconds of a steady clock. */
  readonly at: number;
}

export class GuessLimit {
  readonly #accounts = new Map<string, Account>();

  /** Whether the address has to wait, whatever it asks for: an answer to a right guess alone would tell it apart. */
  exhausted(address: string, now: number): boolean {
    return this.#left(networkOf(address), now) < 1;
  }

  /** Counts a wrong guess. */
  count(address: string, now: number): void {
    const network = networkOf(address);
    const left = Math.max(0, this.#left(network, now) - 1);
    // The newest are last.
    this.#accounts.delete(network);
    this.#accounts.set(network, { left, at: now });
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= MOST_ADDRESSES) break;
      this.#accounts.delete(oldest);
    }
  }

  #left(network: string, now: number): number {
    const account = this.#accounts.get(network);
    if (account === undefined) return BURST;
    return Math.min(BURST, account.left + ((now - account.at) / 1000) * PER_SECOND);
  }
}

/** One host has a whole /64 of IPv6 addresses (RFC 4291 section 2.5.4). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => '0');
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
}

/** An IPv4 address that a socket of both kinds shows as an IPv6 one (RFC 4291 section 2.5.5.2). */
export function plainAddress(address: string): string {
  return /^::ffff:([0-9.]+)$/i.exec(address)?.[1] ?? address;
}

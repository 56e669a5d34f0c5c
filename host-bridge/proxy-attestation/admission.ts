/** Who may ask now: so many requests of an address a minute, so many of its bodies and so many attempts at once. */
import { TruceError } from '../../proto/errors.ts';
import type { ProxyLimits } from '../../proto/limits.ts';

const MINUTE = 60_000;
/** Addresses that are counted at once; beyond it all others share one count. */
const MOST_ADDRESSES = 10_000;
const OTHERS = 'others';

type AdmissionLimits = Pick<ProxyLimits, 'attempts' | 'arrivingPerAddress' | 'requestsPerMinute'>;

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #requests = new Map<string, number>();
  /** Bodies that are arriving, by address: never more entries than connections. */
  readonly #arriving = new Map<string, number>();
  #minute = 0;
  #attempts = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Counts one request. TruceError PROXY_RATE. */
  request(address: string, now: number): void {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#requests.clear();
    }
    const counted = this.#requests.has(address) || this.#requests.size < MOST_ADDRESSES ? address : OTHERS;
    const count = (this.#requests.get(counted) ?? 0) + 1;
    if (count > this.#limits.requestsPerMinute) throw new TruceError('PROXY_RATE');
    this.#requests.set(counted, count);
  }

  /** Holds one of the address's own places while `read` waits for a body, however slowly it comes. TruceError PROXY_BUSY. */
  async arrival<T>(address: string, read: () => Promise<T>): Promise<T> {
    const before = this.#arriving.get(address) ?? 0;
    if (before >= this.#limits.arrivingPerAddress) throw new TruceError('PROXY_BUSY');
    this.#arriving.set(address, before + 1);
    try {
      return await read();
    } finally {
      const left = (this.#arriving.get(address) ?? 1) - 1;
      if (left === 0) this.#arriving.delete(address);
      else this.#arriving.set(address, left);
    }
  }

  /** Holds one of the places for attempts while `work` runs. TruceError PROXY_BUSY. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    if (this.#attempts >= this.#limits.attempts) throw new TruceError('PROXY_BUSY');
    this.#attempts += 1;
    try {
      return await work();
    } finally {
      this.#attempts -= 1;
    }
  }
}

/** What an address counts as: IPv4 whole, also where it is written as IPv6's; of IPv6 the network, 64 bits. */
export function countedAddress(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

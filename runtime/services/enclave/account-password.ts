/**
 * Passwords: scrypt (RFC 7914) over the password, then HMAC-SHA-256 with a key that is the enclave's and this caller's. Who
 * steals the hashes can try no password on them anywhere else. A hash speaks for one account: in another's row it is wrong.
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { TruceError } from '../../../proto/errors.ts';
import type { AccountKeys } from './account-keys.ts';
import { invalid } from './payload.ts';

/**
 * 2^15 blocks of 8, three times over: 32 MiB and about a third of a second.
 * Source: OWASP, Password Storage Cheat Sheet, one of its equal choices.
 */
const DEFAULT_COST: ScryptCost = { ln: 15, p: 3 };
/** Of 128 bytes each. */
const BLOCK_SIZE = 8;
/** What a hash may ask for: 64 MiB, and no more than about a second. */
const MOST = { ln: 16, p: 4 };
const LEAST_LN = 14;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** scrypt runs on threads of libuv, of which there are four: others have work for them too. */
const AT_ONCE = 2;
const WAITING = 32;
const WAITING_PER_CALLER = 8;

/** PHC's string format; the name is not scrypt's own, since the last step is not scrypt's. */
const FORMAT = /^\$truce-scrypt\$v=1\$ln=(\d{1,2}),r=8,p=(\d)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
export const LONGEST_HASH = 160;

export interface ScryptCost {
  /** The logarithm of the blocks' number, to base 2. */
  readonly ln: number;
  /** How many times over. */
  readonly p: number;
}

/** Whose password. */
export interface PasswordOwner {
  /** Who calls. */
  readonly caller: string;
  /** The caller's name for the account. */
  readonly account: string;
}

export class PasswordHasher {
  readonly #keys: AccountKeys;
  readonly #cost: ScryptCost;
  readonly #waiting: { readonly caller: string; readonly begin: () => void }[] = [];
  #running = 0;

  /** @param cost of new hashes */
  constructor(keys: AccountKeys, cost: ScryptCost = DEFAULT_COST) {
    this.#keys = keys;
    this.#cost = cost;
  }

  /** A new hash, in text. @throws TruceError SERVICE_BUSY */
  async hash(password: string, owner: PasswordOwner): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#tag(password, owner, salt, this.#cost);
    const { ln, p } = this.#cost;
    return `$truce-scrypt$v=1$ln=${ln},r=${BLOCK_SIZE},p=${p}$${digits(salt)}$${digits(tag)}`;
  }

  /** Whether it is the hash of this password of this account. @throws TruceError SERVICE_PAYLOAD_INVALID, SERVICE_BUSY */
  async verify(password: string, hash: string, owner: PasswordOwner): Promise<boolean> {
    const [, ln, p, salt, tag] = FORMAT.exec(hash) ?? [];
    const parameters = { ln: Number(ln), p: Number(p) };
    const within =
      parameters.ln >= LEAST_LN && parameters.ln <= MOST.ln && parameters.p >= 1 && parameters.p <= MOST.p;
    const [saltBytes, expected] = [salt, tag].map(fromDigits);
    if (saltBytes === undefined || expected === undefined || !within)
      throw invalid('hash', 'is none of this service');
    return timingSafeEqual(expected, await this.#tag(password, owner, saltBytes, parameters));
  }

  async #tag(
    password: string,
    { caller, account }: PasswordOwner,
    salt: Buffer,
    { ln, p }: ScryptCost,
  ): Promise<Buffer> {
    await this.#turn(caller);
    const bytes = Buffer.from(password);
    try {
      const cost = 2 ** ln;
      const key = await new Promise<Buffer>((resolve, reject) =>
        // 128 * N * r is what it needs; Node's own bound leaves no room beside the blocks.
        scrypt(
          bytes,
          salt,
          KEY_BYTES,
          { N: cost, r: BLOCK_SIZE, p, maxmem: 256 * cost * BLOCK_SIZE },
          (error, derived) => (error === null ? resolve(derived) : reject(error)),
        ),
      );
      const pepper = this.#keys.derive('password', caller);
      const tag = createHmac('sha256', pepper)
        .update(`ln=${ln},r=${BLOCK_SIZE},p=${p}\0`)
        .update(salt)
        .update(key)
        .update(account)
        .digest();
      pepper.fill(0);
      key.fill(0);
      return tag;
    } finally {
      bytes.fill(0);
      const next = this.#waiting.shift();
      // Whoever is next takes this very turn over, before anybody new can.
      if (next === undefined) this.#running -= 1;
      else next.begin();
    }
  }

  /** Settles when scrypt may run: so many at once, and so many that wait. */
  async #turn(caller: string): Promise<void> {
    if (this.#running < AT_ONCE) {
      this.#running += 1;
      return;
    }
    const own = this.#waiting.filter((other) => other.caller === caller).length;
    if (own >= WAITING_PER_CALLER)
      throw new TruceError('SERVICE_BUSY', {
        limit: WAITING_PER_CALLER,
        where: 'for passwords, of this caller,',
      });
    if (this.#waiting.length >= WAITING)
      throw new TruceError('SERVICE_BUSY', { limit: WAITING, where: 'for passwords' });
    await new Promise<void>((begin) => this.#waiting.push({ caller, begin }));
  }
}

/** undefined where there are none, or other ones than `digits` makes. */
function fromDigits(text: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(text ?? '', 'base64');
  return text !== undefined && digits(bytes) === text ? bytes : undefined;
}

/** Base64 without padding, as PHC's format has it. */
function digits(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** Challenges that were given out and not answered yet: each answered once, within its time, and so many at most. */
import { randomBytes } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';
import type { ProxyLimits } from '../../proto/limits.ts';
import type { ProxyDatabase, Statement } from './database.ts';

/** What a challenge was asked for; Veracruz's REST form does not say. */
export type ChallengeProtocol = 'nitro' | 'psa' | 'any';

export const CHALLENGE_BYTES = 32;

type ChallengeLimits = Pick<ProxyLimits, 'challenges' | 'challengesPerAddress' | 'challengeMilliseconds'>;

export class Challenges {
  readonly #database: ProxyDatabase;
  readonly #limits: ChallengeLimits;
  readonly #expire: Statement;
  readonly #count: Statement;
  readonly #insert: Statement;
  readonly #take: Statement;

  constructor(database: ProxyDatabase, limits: ChallengeLimits) {
    this.#database = database;
    this.#limits = limits;
    this.#expire = database.statement('DELETE FROM challenges WHERE expires <= ?');
    this.#count = database.statement(
      'SELECT (SELECT count(*) FROM challenges), (SELECT count(*) FROM challenges WHERE address = ?)',
    );
    this.#insert = database.statement(
      'INSERT OR IGNORE INTO challenges (id, nonce, protocol, address, expires) VALUES (?, ?, ?, ?, ?)',
    );
    this.#take = database.statement('DELETE FROM challenges WHERE id = ? RETURNING nonce, protocol, expires');
  }

  /**
   * A new challenge. Where all places are taken it is refused, and none of the others is given up for it.
   * @param makeId gives ids until one is free
   * @throws TruceError PROXY_BUSY
   */
  begin(
    makeId: () => string,
    protocol: ChallengeProtocol,
    address: string,
    now: number,
  ): { readonly id: string; readonly nonce: Uint8Array } {
    const nonce = randomBytes(CHALLENGE_BYTES);
    return this.#database.transaction(() => {
      this.#expire.run(now);
      const [all, ofAddress] = this.#count.one(address) ?? [];
      if (Number(all) >= this.#limits.challenges || Number(ofAddress) >= this.#limits.challengesPerAddress)
        throw new TruceError('PROXY_BUSY');
      const expires = now + this.#limits.challengeMilliseconds;
      for (;;) {
        const id = makeId();
        if (this.#insert.run(id, nonce, protocol, address, expires) === 1) return { id, nonce };
      }
    });
  }

  /**
   * Uses a challenge up: of any number of callers, in any number of processes, one gets it.
   * @throws TruceError PROXY_CHALLENGE_UNKNOWN
   */
  take(id: string, protocol: 'nitro' | 'psa', now: number): Uint8Array {
    const row = this.#take.one(id);
    const [nonce, askedFor, expires] = row ?? [];
    const fits = askedFor === 'any' || askedFor === protocol;
    if (!(nonce instanceof Uint8Array) || !fits || !(Number(expires) > now))
      throw new TruceError('PROXY_CHALLENGE_UNKNOWN');
    return new Uint8Array(nonce);
  }
}

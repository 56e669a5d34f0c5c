/** So many at once, and so many a second after that. */
export interface Rate {
  readonly burst: number;
  readonly aSecond: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  readonly #now: () => number;
  #tokens: number;
  #counted: number;

  /** @param now milliseconds of a clock that never goes back */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
    this.#tokens = rate.burst;
    this.#counted = now();
  }

  /** Takes one; where there is none, the milliseconds until there is. */
  take(): number {
    const { burst, aSecond } = this.#rate;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#counted) / 1000) * aSecond);
    this.#counted = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / aSecond) * 1000);
    this.#tokens -= 1;
    return 0;
  }
}

/**
 * How often a child may ask what brings it nothing new: every question takes a turn of the runtime's one thread, which
 * others need too. A program that asks more often is answered later, not refused.
 */

/** Questions at once, after a while without any. */
const BURST = 10_000;
const PER_MILLISECOND = 10;

export class RequestAllowance {
  readonly #now: () => number;
  #left = BURST;
  #counted: number;

  /** `now`: milliseconds by a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#counted = now();
  }

  /** Takes a question that is worth `cost`; how many milliseconds its answer has to wait. */
  take(cost: number): number {
    const now = this.#now();
    this.#left = Math.min(BURST, this.#left + (now - this.#counted) * PER_MILLISECOND) - cost;
    this.#counted = now;
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left / PER_MILLISECOND);
  }
}

/**
 * How steady the machine was: equal pieces of work between the benchmarks. Where processors are threads of cores that
 * other machines share, the same work takes twice as long whenever one of those is busy, which no figure here shows.
 */
import { percentile } from './measure.ts';

const PIECES = 100;
/** Some milliseconds. Many additions that do not wait for one another: what shares a core shares its adders. */
const ROUNDS = 1_000_000;

const table = new Int32Array(1024);

export class Steadiness {
  readonly #milliseconds: number[] = [];

  /** Half a second of work. */
  probe(): void {
    for (let piece = 0; piece < PIECES; piece++) {
      const start = performance.now();
      work();
      this.#milliseconds.push(performance.now() - start);
    }
  }

  describe(): string {
    const quickest = percentile(this.#milliseconds, 0.05);
    const times = (share: number): string => (percentile(this.#milliseconds, share) / quickest).toFixed(2);
    return `Of ${this.#milliseconds.length} equal pieces of work between the tables half took at most ${times(0.5)} times as long as the quickest twentieth, one in ten at least ${times(0.9)} times.`;
  }
}

function work(): void {
  let [first, second, third] = [1, 2, 3];
  for (let round = 0; round < ROUNDS; round++) {
    first = (first + table[round & 1023]!) ^ round;
    second = (second ^ table[(round * 7) & 1023]!) + round;
    third = (third + table[(round + 5) & 1023]!) ^ (round >> 1);
    table[(round * 3) & 1023] = first ^ second ^ third;
  }
}

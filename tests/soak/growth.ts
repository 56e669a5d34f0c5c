/** Whether something still grows that has had the time to get going. */
import { median } from '../../bench/measure.ts';

/**
 * V8 lets the two halves of its young generation grow to 16 MiB each, by doubling: the last step is 16 MiB, and comes
 * whenever enough lives through a collection (`node --v8-options`, --max-semi-space-size). Less is no leak, over thousands of
 * requests.
 */
export const SLACK_BYTES = 20 << 20;

/** Compares the last third with the one before it: the first is what a process takes to get going. */
export function grew(what: string, samples: readonly number[], slack: number): string[] {
  const third = Math.floor(samples.length / 3);
  if (third === 0) return [];
  const [before, after] = [median(samples.slice(third, 2 * third)), median(samples.slice(-third))];
  return after > before + slack ? [`${what} grew from ${before} to ${after}`] : [];
}

/** Medians and ratios of things measured in turn: machines are shared and noisy, so nothing is quoted alone. */

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Nearest rank; `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** Of ratios: it does not matter which of the two is divided by the other. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Runs each measurement `rounds` times, A B A B ..., after one round that does not count. Results by name. */
export async function interleave<Name extends string>(
  rounds: number,
  measurements: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(measurements) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -1; round < rounds; round++)
    for (const name of names) {
      const result = await measurements[name]();
      if (round >= 0) results[name].push(result);
    }
  return results;
}

/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly truce: string;
  readonly other: string;
  readonly ratio: string;
  readonly goal: string;
}

/** All hostile programs, again and again, and after each of them the next client's run. */
import { percentile } from '../../bench/measure.ts';
import type { Table } from '../../bench/table.ts';
import { HOSTILE_LIMITS } from '../programs/hostile-programs.ts';
import { idle, statusWhen } from '../support/enclave-status.ts';
import type { HostileEnclave } from '../support/hostile-enclave.ts';

/** What a run may take beyond its limit, from the request to the answer. */
const BEYOND_LIMIT_MILLISECONDS = 100;
const BASELINE_RUNS = 100;

export interface Findings {
  readonly table: Table;
  readonly violations: readonly string[];
}

export async function hostileRounds(hostile: HostileEnclave, rounds: number): Promise<Findings> {
  const violations: string[] = [];
  const violate = (what: string): void => {
    violations.push(what);
    process.stderr.write(`VIOLATION: ${what}\n`);
  };
  const baseline: number[] = [];
  for (let run = 0; run < BASELINE_RUNS; run++) baseline.push(await hostile.ordinaryRun());
  const { files } = await idle(hostile.enclave);
  const taken = new Map<string, number[]>([...hostile.programs.keys()].map((name) => [name, []]));
  const ends = new Map<string, Map<string | number, number>>();
  const ordinary: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [name, program] of hostile.programs) {
      // A program's limits begin with its child: what a request may wait for one is measured by the bench.
      await statusWhen(hostile.enclave, ({ executor }) => executor.warm > 0);
      const { end, milliseconds } = await hostile.attack(name);
      taken.get(name)!.push(milliseconds);
      const counted = ends.get(name) ?? new Map<string | number, number>();
      ends.set(name, counted.set(end, (counted.get(end) ?? 0) + 1));
      if (!program.ends.includes(end)) violate(`round ${round}: ${name} ended by ${end}`);
      const most = limitOf(end) + BEYOND_LIMIT_MILLISECONDS;
      if (milliseconds > most)
        violate(`round ${round}: ${name} took ${milliseconds.toFixed(0)} ms, over ${most}`);
      try {
        ordinary.push(await hostile.ordinaryRun());
      } catch (error) {
        violate(`round ${round}, after ${name}: ${(error as Error).message}`);
      }
      await hostile.tidy();
    }
    const left = (await idle(hostile.enclave)).files;
    if (left.bytes !== files.bytes || left.inodes !== files.inodes)
      violate(`round ${round}: ${JSON.stringify(left)} in files, not ${JSON.stringify(files)}`);
    process.stderr.write(`hostile programs: round ${round} of ${rounds}, ${violations.length} violations\n`);
  }
  const slowest = percentile(baseline, 1) + BEYOND_LIMIT_MILLISECONDS;
  const late = ordinary.filter((milliseconds) => milliseconds > slowest).length;
  if (late > 0) violate(`${late} ordinary runs took over ${slowest.toFixed(0)} ms`);
  const row = (what: string, ended: string, values: readonly number[]): string[] => [
    what,
    ended,
    ...[0.5, 0.99, 1].map((share) => percentile(values, share).toFixed(0)),
  ];
  return {
    table: {
      title: `Hostile programs, ${rounds} times each (milliseconds from request to answer)`,
      header: ['program', 'ended by', 'p50', 'p99', 'most'],
      rows: [
        ...[...taken].map(([name, values]) => row(name, countsOf(ends.get(name)), values)),
        row('an ordinary run before them all', '0', baseline),
        row('an ordinary run after each', '0', ordinary),
      ],
    },
    violations,
  };
}

/** Whatever else it ends by, a run has its whole wall clock limit. */
function limitOf(end: string | number): number {
  if (end === 'RUN_CPU_LIMIT') return HOSTILE_LIMITS.cpuMilliseconds;
  return end === 'RUN_COMPILE_LIMIT' ? HOSTILE_LIMITS.compileMilliseconds : HOSTILE_LIMITS.wallMilliseconds;
}

function countsOf(counts: ReadonlyMap<string | number, number> | undefined): string {
  return [...(counts ?? [])].map(([end, count]) => `${end} (${count})`).join(', ');
}

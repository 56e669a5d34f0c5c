/** Twelve compute kernels, native and in each host: the best of three in a process, medians over interleaved processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEngine, type Figures, type Host, native, nodeWasi, runOn, truce, wasmEdge } from './hosts.ts';
import { geometricMean, median } from './measure.ts';
import { buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const ROUNDS = 5;

export async function measureCompute(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const program = await buildProgram('compute', directory);
    const edge = wasmEdge(directory);
    const hosts = [native, truce, bareEngine, await nodeWasi(), ...(edge === undefined ? [] : [edge])];
    const results = new Map<Host, Figures[]>(hosts.map((host) => [host, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const host of hosts) {
        const figures = await runOn(host, program, ['all', '3']);
        results.get(host)!.push(figures!);
      }
    const kernels = [...results.get(native)![0]!.keys()];
    requireSameAnswers(results, kernels);
    const time = (host: Host, kernel: string): number =>
      median(results.get(host)!.map((figures) => figures.get(kernel)!.value));
    const ratios = (host: Host): number[] =>
      kernels.map((kernel) => time(host, kernel) / time(native, kernel));
    const others = hosts.filter((host) => host !== native);
    return {
      title: 'Compute',
      note: 'Native in milliseconds, hosts as ratios to it: lower is better. Start-up is not counted.',
      header: ['kernel', ...hosts.map(({ name }) => name)],
      rows: [
        ...kernels.map((kernel) => [
          kernel,
          `${(time(native, kernel) / 1000).toFixed(1)} ms`,
          ...others.map((host) => (time(host, kernel) / time(native, kernel)).toFixed(2)),
        ]),
        ['geometric mean', '1', ...others.map((host) => geometricMean(ratios(host)).toFixed(2))],
      ],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A host that computes something else is not faster, but wrong. */
function requireSameAnswers(
  results: ReadonlyMap<Host, readonly Figures[]>,
  kernels: readonly string[],
): void {
  const expected = results.get(native)![0]!;
  for (const [host, rounds] of results)
    for (const figures of rounds)
      for (const kernel of kernels)
        if (figures.get(kernel)?.checksum !== expected.get(kernel)!.checksum)
          throw new Error(`${host.name}: ${kernel} has another result`);
}

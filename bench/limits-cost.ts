/**
 * What limits, counting instructions and being deterministic cost: the twelve kernels, each as whole processes, since a
 * deterministic program's own clock tells nothing. What the same module takes in the same mode when it runs no kernel is
 * taken off: modes differ in what they do before a program starts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareEngine, type Figures, type Host, runOn, truceIn } from './hosts.ts';
import { geometricMean, interleave, median } from './measure.ts';
import { type BuiltProgram, buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const ROUNDS = 3;
/** A process repeats a kernel for about so long: what starting takes varies by some ten milliseconds. */
const KERNEL_MILLISECONDS = 600;
/** More than any kernel executes. */
const FUEL = String(Number.MAX_SAFE_INTEGER);
/** A name that no kernel has. */
const NO_KERNEL = 'none';

const off = bareEngine;
const on = truceIn('limits on');
/** With limits and something more. */
const modes: readonly Host[] = [
  truceIn('fuel', ['--fuel', FUEL]),
  truceIn('deterministic', ['--deterministic']),
  truceIn('both', ['--deterministic', '--fuel', FUEL]),
  truceIn('Interpretation', ['--strategy', 'Interpretation']),
];
const hosts: readonly Host[] = [off, on, ...modes];

export async function measureLimitsCost(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const program = await buildProgram('compute', directory);
    const once = (await runOn(off, program, ['all', '3']))!;
    const empty = await timesOf(program, NO_KERNEL, 1, once);
    const kernels: { readonly name: string; readonly times: ReadonlyMap<Host, number> }[] = [];
    for (const [name, { value }] of once) {
      const repeated = Math.max(3, Math.round((KERNEL_MILLISECONDS * 1000) / value));
      const whole = await timesOf(program, name, repeated, once);
      const times = hosts.map((host): [Host, number] => [
        host,
        kernelTime(host, name, whole.get(host)! - empty.get(host)!) / repeated,
      ]);
      kernels.push({ name, times: new Map(times) });
    }
    const ratios = (host: Host, to: Host): number[] =>
      kernels.map(({ times }) => times.get(host)! / times.get(to)!);
    const columns = [ratios(on, off), ...modes.map((mode) => ratios(mode, on))];
    return {
      title: 'Limits, off and on',
      note: 'Limits off is the bare engine, in milliseconds; limits on (memory, tables, stack, processor time, wall clock) is `truce exec`, as a ratio to that. Fuel, determinism, both, and V8’s tier without optimising come on top of the limits: as ratios to limits on. Each time is that of whole processes, less what the same module takes in the same mode without running a kernel.',
      header: [
        'kernel',
        'limits off',
        'limits on, to off',
        ...modes.map(({ name }) => `${name}, to limits on`),
      ],
      rows: [
        ...kernels.map(({ name, times }, kernel) => [
          name,
          `${times.get(off)!.toFixed(1)} ms`,
          ...columns.map((column) => column[kernel]!.toFixed(2)),
        ]),
        ['geometric mean', '', ...columns.map((column) => geometricMean(column).toFixed(2))],
      ],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** How long a process takes that runs a kernel so many times, by host, in milliseconds. */
async function timesOf(
  program: BuiltProgram,
  kernel: string,
  repeated: number,
  expected: Figures,
): Promise<ReadonlyMap<Host, number>> {
  const measurements = hosts.map((host) => [
    host.name,
    async () => {
      const start = performance.now();
      const figures = await runOn(host, program, [kernel, String(repeated)]);
      const taken = performance.now() - start;
      // What computes something else is not faster, but wrong.
      if (kernel !== NO_KERNEL && figures?.get(kernel)?.checksum !== expected.get(kernel)?.checksum)
        throw new Error(`${host.name}: ${kernel} has another result`);
      return taken;
    },
  ]);
  const times = await interleave<string>(ROUNDS, Object.fromEntries(measurements));
  return new Map(hosts.map((host) => [host, median(times[host.name]!)]));
}

/** Noise can make a start look longer than a whole process: then there is no figure, and no mean that hides it. */
function kernelTime(host: Host, kernel: string, milliseconds: number): number {
  if (milliseconds <= 0) throw new Error(`${host.name}: ${kernel} took no longer than starting does`);
  return milliseconds;
}

/**
 * What limits, counting instructions and being deterministic cost: the twelve kernels, timed from outside by the lines
 * that they print, since a deterministic program's own clock tells nothing. So what a mode does before the program
 * starts, or when it has ended, does not count.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bareEngine, type Host, truceIn } from './hosts.ts';
import { geometricMean, median } from './measure.ts';
import { type BuiltProgram, buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const ROUNDS = 3;
/** How often a process runs each kernel: enough for V8 to optimise the shortest. Its fastest counts. */
const REPEATED = 15;
/** More than any kernel executes. */
const FUEL = String(Number.MAX_SAFE_INTEGER);

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

/** By kernel. */
type Timed = ReadonlyMap<string, { readonly milliseconds: number; readonly checksum: string }>;

export async function measureLimitsCost(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const program = await buildProgram('compute', directory);
    const results = new Map<Host, Timed[]>(hosts.map((host) => [host, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const host of hosts) results.get(host)!.push(await timeKernels(host, program, directory));
    const kernels = [...results.get(off)![0]!.keys()];
    requireSameAnswers(results, kernels);
    const time = (host: Host, kernel: string): number =>
      median(results.get(host)!.map((timed) => timed.get(kernel)!.milliseconds));
    const ratios = (host: Host, to: Host): number[] =>
      kernels.map((kernel) => time(host, kernel) / time(to, kernel));
    const columns = [ratios(on, off), ...modes.map((mode) => ratios(mode, on))];
    return {
      title: 'Limits, off and on',
      note: 'Limits off is the bare engine, in milliseconds; limits on (memory, tables, stack, processor time, wall clock) is `truce exec`, as a ratio to that. Fuel, determinism, both, and V8’s tier without optimising come on top of the limits: as ratios to limits on. Timed from outside, from one line that the program prints to the next: start-up is not counted.',
      header: [
        'kernel',
        'limits off',
        'limits on, to off',
        ...modes.map(({ name }) => `${name}, to limits on`),
      ],
      rows: [
        ...kernels.map((kernel, index) => [
          kernel,
          `${time(off, kernel).toFixed(1)} ms`,
          ...columns.map((column) => column[index]!.toFixed(2)),
        ]),
        ['geometric mean', '', ...columns.map((column) => geometricMean(column).toFixed(2))],
      ],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Each kernel's fastest round in one process. */
async function timeKernels(host: Host, program: BuiltProgram, directory: string): Promise<Timed> {
  const [file, ...args] = host.command(program, directory, ['lines', String(REPEATED)]);
  const child = spawn(file!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const timed = new Map<string, { milliseconds: number; checksum: string }>();
  const ended = once(child, 'close');
  let last = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const now = performance.now();
    const [kernel = '', checksum = ''] = line.split(' ');
    const milliseconds = Math.min(now - last, timed.get(kernel)?.milliseconds ?? Number.POSITIVE_INFINITY);
    if (checksum !== 'begins') timed.set(kernel, { milliseconds, checksum });
    last = now;
  });
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`${host.name} ended with ${code}`);
  return timed;
}

/** A mode that computes something else is not faster, but wrong. */
function requireSameAnswers(results: ReadonlyMap<Host, readonly Timed[]>, kernels: readonly string[]): void {
  const expected = results.get(off)![0]!;
  for (const [host, rounds] of results)
    for (const timed of rounds)
      for (const kernel of kernels)
        if (timed.get(kernel)?.checksum !== expected.get(kernel)!.checksum)
          throw new Error(`${host.name}: ${kernel} has another result`);
}

/**
 * What counting instructions and being deterministic cost: the twelve kernels as whole processes, less what an empty
 * program takes, since a deterministic program's own clock tells nothing.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Host, truce, truceIn } from './hosts.ts';
import { interleave, median } from './measure.ts';
import { buildProgram } from './programs.ts';
import type { Table } from './table.ts';
import { EMPTY_PROGRAM } from './warm-run.ts';

const ROUNDS = 5;
/** More than any kernel executes. */
const FUEL = String(Number.MAX_SAFE_INTEGER);

export async function measureLimitsCost(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const { wasm } = await buildProgram('compute', directory);
    const empty = join(directory, 'empty.wasm');
    writeFileSync(empty, EMPTY_PROGRAM);
    const hosts = [
      truce,
      truceIn('metered', ['--fuel', FUEL]),
      truceIn('deterministic', ['--deterministic']),
      truceIn('both', ['--deterministic', '--fuel', FUEL]),
      truceIn('Interpretation', ['--strategy', 'Interpretation']),
    ];
    const measurements: Record<string, () => Promise<number>> = {
      empty: () => timeProcess(truce, empty, directory),
    };
    for (const host of hosts) measurements[host.name] = () => timeProcess(host, wasm, directory);
    const times = await interleave(ROUNDS, measurements);
    const taken = ({ name }: Host): number => median(times[name]!) - median(times.empty!);
    return {
      title: 'Limits, off and on',
      note: 'The twelve kernels one behind the other. Memory, tables, processor time and wall clock are limited in every row.',
      header: ['program', 'time', 'ratio'],
      rows: hosts.map((host) => [
        host.name,
        `${taken(host).toFixed(0)} ms`,
        (taken(host) / taken(truce)).toFixed(2),
      ]),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function timeProcess(host: Host, wasm: string, directory: string): Promise<number> {
  const [file, ...args] = host.command({ native: '', wasm }, directory, ['all', '3']);
  const start = performance.now();
  await promisify(execFile)(file!, args);
  return performance.now() - start;
}

/** Starting a small and a 7 MB module: cold, from the command to its end; warm, from a client's request to the result. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RUN, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import { bareEngine, type Host, nodeWasi, truce, truceIn, wasmEdge } from './hosts.ts';
import { makeLargeModule } from './large-module.ts';
import { interleave, median, percentile } from './measure.ts';
import type { Table } from './table.ts';
import { EMPTY_PROGRAM, WARM_GOAL } from './warm-run.ts';

const COLD_ROUNDS = 7;
const WARM_RUNS = 25;
/** The module is rewritten for each, before it is compiled. */
const REWRITTEN = [
  truceIn('with fuel', ['--fuel', '1000000000']),
  truceIn('deterministic', ['--deterministic']),
];
/** Arrivals are so far apart that a new child is ready for each. */
const PACE_MILLISECONDS = 600;

export async function measureStart(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const large = makeLargeModule();
    const modules = [
      { name: 'empty program', bytes: EMPTY_PROGRAM, path: join(directory, 'empty.wasm') },
      { name: `${(large.length / 1e6).toFixed(1)} MB`, bytes: large, path: join(directory, 'large.wasm') },
    ];
    for (const { path, bytes } of modules) writeFileSync(path, bytes);
    const edge = wasmEdge(directory);
    const hosts = [truce, ...REWRITTEN, bareEngine, await nodeWasi(), ...(edge === undefined ? [] : [edge])];
    const rows: string[][] = [];
    for (const { name, path } of modules) {
      const cold = await interleave(
        COLD_ROUNDS,
        Object.fromEntries(hosts.map((host) => [host.name, () => timeProcess(host, path, directory)])),
      );
      rows.push([`${name}, cold`, ...hosts.map((host) => `${median(cold[host.name]!).toFixed(0)} ms`), '']);
    }
    for (const { name, bytes } of modules) {
      const times = await timeWarm(bytes);
      const cell = `${percentile(times, 0.5).toFixed(1)} ms (p99 ${percentile(times, 0.99).toFixed(1)})`;
      rows.push([
        `${name}, warm`,
        cell,
        ...hosts.slice(1).map(() => ''),
        bytes === EMPTY_PROGRAM ? `p50 ${WARM_GOAL}` : '',
      ]);
    }
    return {
      title: 'Start',
      note: 'Cold: a process from its command line to its end; with fuel and deterministic are `truce exec` too. Warm: an enclave with a child ready, from a client’s request to its answer.',
      header: ['module', ...hosts.map(({ name }) => name), 'goal'],
      rows,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function timeProcess(host: Host, wasm: string, directory: string): Promise<number> {
  const [file, ...args] = host.command({ native: '', wasm }, directory, []);
  const start = performance.now();
  const child = spawn(file!, args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${host.name} ended with ${code}`);
  return performance.now() - start;
}

async function timeWarm(bytes: Uint8Array): Promise<number[]> {
  const party = await makeParty('bench');
  const enclave = await startTestEnclave(
    {
      parties: [{ certificate: party.certificate, rights: { '/p.wasm': WRITE | RUN } }],
      programs: [{ path: '/p.wasm', module: bytes, rights: {} }],
    },
    { executor: { warmChildren: 2, namespaces: 'if-possible', components: true } },
  );
  try {
    const session = await enclave.connect(party);
    await session.writeFile('/p.wasm', bytes);
    const times: number[] = [];
    for (let run = -2; run < WARM_RUNS; run++) {
      await delay(PACE_MILLISECONDS);
      const start = performance.now();
      await session.run('/p.wasm');
      if (run >= 0) times.push(performance.now() - start);
    }
    await session.close();
    return times;
  } finally {
    await enclave.stop();
  }
}

/** What file calls cost in each host: one C program that measures itself, medians over interleaved processes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  browserWasiShim,
  type Figures,
  type Host,
  native,
  nodeWasi,
  type RunningHost,
  runOn,
  truce,
  wasmEdge,
  wasmerWasi,
} from './hosts.ts';
import { median } from './measure.ts';
import { buildProgram } from './programs.ts';
import { type ReadyChild, startReadyChild } from './ready-child.ts';
import type { Table } from './table.ts';

const ROUNDS = 5;
/** Parts that take a host longer are left out of its later rounds: some copy the whole file on every append. */
const LONGEST_MILLISECONDS = 30_000;
const PARTS = ['calls', 'blocks', 'files'] as const;

type AnyHost = Host | RunningHost;

/** Lines of the table: what the program prints, in the unit it is shown in, and what Truce is to keep. */
const LINES: readonly { name: string; what: string; divisor: number; unit: string; goal: string }[] = [
  { name: 'seek_ns', what: 'seek', divisor: 1, unit: 'ns', goal: '150' },
  { name: 'clock_ns', what: 'clock', divisor: 1, unit: 'ns', goal: '150' },
  { name: 'pread1_ns', what: 'pread of 1 byte', divisor: 1, unit: 'ns', goal: '150' },
  { name: 'pwrite1_ns', what: 'pwrite of 1 byte', divisor: 1, unit: 'ns', goal: '' },
  { name: 'fstat_ns', what: 'fstat', divisor: 1, unit: 'ns', goal: '' },
  { name: 'write4k_us', what: 'write 256 MiB by 4 KiB', divisor: 1000, unit: 'ms', goal: '60' },
  { name: 'read4k_us', what: 'read 256 MiB by 4 KiB', divisor: 1000, unit: 'ms', goal: '40' },
  { name: 'write64k_us', what: 'write 256 MiB by 64 KiB', divisor: 1000, unit: 'ms', goal: '' },
  { name: 'read64k_us', what: 'read 256 MiB by 64 KiB', divisor: 1000, unit: 'ms', goal: '' },
  { name: 'create10000_us', what: 'create 10,000 files', divisor: 1000, unit: 'ms', goal: '40' },
  { name: 'readback10000_us', what: 'open and read 10,000', divisor: 1000, unit: 'ms', goal: '' },
  { name: 'stat10000_us', what: 'stat 10,000', divisor: 1000, unit: 'ms', goal: '10' },
  { name: 'list10000_us', what: 'list 10,000', divisor: 1000, unit: 'ms', goal: '15' },
  { name: 'unlink10000_us', what: 'unlink 10,000', divisor: 1000, unit: 'ms', goal: '10' },
];

export async function measureFileCalls(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  let ready: ReadyChild | undefined;
  try {
    const program = await buildProgram('file-calls', directory);
    ready = await startReadyChild(program, PARTS);
    const edge = wasmEdge(directory);
    const peers = [await nodeWasi(), wasmerWasi, browserWasiShim, ...(edge === undefined ? [] : [edge])];
    const hosts = [native, ready, truce, ...peers];
    const results = new Map<AnyHost, Figures[]>(hosts.map((host) => [host, []]));
    const given = new Set<string>();
    for (let round = 0; round < ROUNDS; round++)
      for (const part of PARTS)
        for (const host of hosts) {
          if (given.has(`${host.name} ${part}`)) continue;
          const figures = await runOn(host, program, [part], LONGEST_MILLISECONDS);
          if (figures === undefined) given.add(`${host.name} ${part}`);
          else results.get(host)!.push(figures);
        }
    const cell = (host: AnyHost, { name, divisor, unit }: (typeof LINES)[number]): string => {
      const values = results.get(host)!.flatMap((figures) => figures.get(name)?.value ?? []);
      return values.length === 0
        ? 'not in 30 s'
        : `${(median(values) / divisor).toFixed(unit === 'ns' ? 0 : 1)} ${unit}`;
    };
    return {
      title: 'File calls',
      note: 'In an enclave, a ready child; beside it `truce exec`, whose child starts with it. Native, node:wasi and WasmEdge on tmpfs; the others in memory. Only Truce and the kernel check rights.',
      header: ['what', ...hosts.map(({ name }) => name), 'goal'],
      rows: LINES.map((line) => [
        line.what,
        ...hosts.map((host) => cell(host, line)),
        line.goal === '' ? '' : `${line.goal} ${line.unit}`,
      ]),
    };
  } finally {
    await ready?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

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

const ROUNDS = 9;
/** Parts that take a host longer are left out of its later rounds: some copy the whole file on every append. */
const LONGEST_MILLISECONDS = 30_000;
const PARTS = ['calls', 'blocks', 'files'] as const;

type AnyHost = Host | RunningHost;

interface Line {
  /** As the program prints it. */
  readonly name: string;
  readonly what: string;
  readonly unit: 'ns' | 'ms';
  /** What Truce is to keep on the machine that the goals were set on, and what native C took there; in `unit`. */
  readonly goal?: { readonly truce: number; readonly native: number };
}

const LINES: readonly Line[] = [
  { name: 'seek_ns', what: 'seek', unit: 'ns', goal: { truce: 150, native: 91.3 } },
  { name: 'clock_ns', what: 'clock', unit: 'ns', goal: { truce: 150, native: 22 } },
  { name: 'pread1_ns', what: 'pread of 1 byte', unit: 'ns', goal: { truce: 150, native: 167.6 } },
  { name: 'pwrite1_ns', what: 'pwrite of 1 byte', unit: 'ns' },
  { name: 'fstat_ns', what: 'fstat', unit: 'ns' },
  { name: 'write4k_us', what: 'write 256 MiB by 4 KiB', unit: 'ms', goal: { truce: 60, native: 62.3 } },
  { name: 'read4k_us', what: 'read 256 MiB by 4 KiB', unit: 'ms', goal: { truce: 40, native: 47.0 } },
  { name: 'write64k_us', what: 'write 256 MiB by 64 KiB', unit: 'ms' },
  { name: 'read64k_us', what: 'read 256 MiB by 64 KiB', unit: 'ms' },
  { name: 'create10000_us', what: 'create 10,000 files', unit: 'ms', goal: { truce: 40, native: 30.8 } },
  { name: 'readback10000_us', what: 'open and read 10,000', unit: 'ms' },
  { name: 'stat10000_us', what: 'stat 10,000', unit: 'ms', goal: { truce: 10, native: 9.2 } },
  { name: 'list10000_us', what: 'list 10,000', unit: 'ms', goal: { truce: 15, native: 2.5 } },
  { name: 'unlink10000_us', what: 'unlink 10,000', unit: 'ms', goal: { truce: 10, native: 20.1 } },
];

export async function measureFileCalls(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  let ready: ReadyChild | undefined;
  try {
    const program = await buildProgram('file-calls', directory);
    ready = await startReadyChild(program, PARTS);
    const edge = wasmEdge(directory);
    const onKernelFiles = [await nodeWasi(), ...(edge === undefined ? [] : [edge])];
    const inMemory = [wasmerWasi, browserWasiShim];
    const others = [...onKernelFiles, ...inMemory];
    const hosts = [native, ready, truce, ...others];
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
    const measured = (host: AnyHost, { name, unit }: Line): number | undefined => {
      const values = results.get(host)!.flatMap((figures) => figures.get(name)?.value ?? []);
      return values.length === 0 ? undefined : median(values) / (unit === 'ms' ? 1000 : 1);
    };
    return {
      title: 'File calls',
      note: note(onKernelFiles, inMemory),
      header: ['what', ...hosts.map(({ name }) => name), 'fastest other host', 'goal', 'goal here'],
      rows: LINES.map((line) => [
        line.what,
        ...hosts.map((host) => shown(measured(host, line), line)),
        fastest(others, line, measured),
        ...goals(line, measured(native, line)),
      ]),
    };
  } finally {
    await ready?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function note(onKernelFiles: readonly Host[], inMemory: readonly Host[]): string {
  const names = (hosts: readonly Host[]): string => hosts.map(shortName).join(' and ');
  return `In an enclave, a ready child; beside it \`truce exec\`, whose child starts with it. Native, ${names(onKernelFiles)} on tmpfs; ${names(inMemory)} in memory. Only Truce and the kernel check rights. The fastest other host is the best of ${names([...onKernelFiles, ...inMemory])}: native code is no host. The goals were set on another machine: beside each stands what it is at the speed of this one, as native C took there and takes here.`;
}

/** Without what is said of it in brackets. */
function shortName({ name }: Host): string {
  return name.replace(/ \(.*\)$/, '');
}

/** The best of the other hosts: Truce is to be ahead of it in the same run. */
function fastest(
  others: readonly Host[],
  line: Line,
  measured: (host: Host, line: Line) => number | undefined,
): string {
  const [first] = others
    .flatMap((host) => {
      const value = measured(host, line);
      return value === undefined ? [] : [{ host, value }];
    })
    .sort((one, other) => one.value - other.value);
  return first === undefined ? '' : `${shortName(first.host)} ${shown(first.value, line)}`;
}

function shown(value: number | undefined, { unit }: Line): string {
  return value === undefined ? 'not in 30 s' : `${value.toFixed(unit === 'ns' ? 0 : 1)} ${unit}`;
}

/** The goal as it was set, and at the speed of this machine, in this run: as native C was there, and is here. */
function goals({ goal, unit }: Line, nativeHere: number | undefined): readonly [string, string] {
  if (goal === undefined || nativeHere === undefined) return ['', ''];
  return [`${goal.truce} ${unit}`, `${Math.round((goal.truce * nativeHere) / goal.native)} ${unit}`];
}

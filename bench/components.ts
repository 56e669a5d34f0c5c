/**
 * File calls of a component beside those of the core module it was made of, and beside jco's own shim. The component is
 * made with jco's tools, which are the example components'.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { repositoryRoot } from '../tests/support/repository.ts';
import { type Figures, type Host, preview2Shim, runOn, truce } from './hosts.ts';
import { median } from './measure.ts';
import { buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const ROUNDS = 3;
const LONGEST_MILLISECONDS = 60_000;
const TOOLS = fileURLToPath(new URL('examples/components/', repositoryRoot));
const ADAPTER = join(TOOLS, 'node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm');

export async function measureComponents(): Promise<Table> {
  if (!existsSync(ADAPTER))
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefix', TOOLS], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const core = await buildProgram('file-calls', directory);
    const component = { ...core, wasm: join(directory, 'component.wasm') };
    const adapters: [string, Uint8Array][] = [['wasi_snapshot_preview1', readFileSync(ADAPTER)]];
    writeFileSync(component.wasm, await componentNew(readFileSync(core.wasm), adapters));
    const columns = [
      { name: 'core module', host: truce, program: core },
      { name: 'component', host: truce, program: component },
      { name: 'jco and preview2-shim', host: preview2Shim, program: component },
    ].map((column) => ({ ...column, figures: [] as Figures[] }));
    for (let round = 0; round < ROUNDS; round++)
      for (const part of ['calls', 'blocks', 'files'])
        for (const { host, program, figures } of columns) {
          const some = await runOn(host as Host, program, [part], LONGEST_MILLISECONDS);
          if (some !== undefined) figures.push(some);
        }
    const names = new Set(columns[0]!.figures.flatMap((figures) => [...figures.keys()]));
    return {
      title: 'Components',
      note: 'The same C program as a core module and as a component, through jco’s adapter.',
      header: ['what', ...columns.map(({ name }) => name)],
      rows: [...names].map((name) => [
        name,
        ...columns.map(({ figures }) => {
          const values = figures.flatMap((one) => one.get(name)?.value ?? []);
          return values.length === 0 ? 'not in 60 s' : median(values).toFixed(0);
        }),
      ]),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

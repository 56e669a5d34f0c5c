/** What checking rights costs: file calls with the checks, and with a child that was built without them. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { repositoryRoot } from '../tests/support/repository.ts';
import { type Figures, runOn, truce, truceIn } from './hosts.ts';
import { median } from './measure.ts';
import { buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const ROUNDS = 9;

/** What is taken out, by source file: each text must be there, or the comparison would be with nothing. */
const CHECKS: Readonly<Record<string, readonly (readonly [check: string, without: string])[]>> = {
  'proto/policy/access.ts': [
    ['return this.entryAt(path)?.rights ?? 0;', 'return 0x3fffffff;'],
    ['return this.#aboveRights.has(path) || this.rightsAt(path) !== 0;', 'return true;'],
  ],
  'runtime/wasi/program.ts': [
    ['(descriptor.effective & needed) !== needed', 'false'],
    ['(descriptor.base & needed) !== needed', 'false'],
    ['(program.access.rightsAt(resolution.path) & needed) !== needed', 'false'],
    ['{ followLast: true, visit }', '{ followLast: true }'],
    ['{ followLast: false, visit }', '{ followLast: false }'],
    ['{ followLast: false, asEntry: true, visit }', '{ followLast: false, asEntry: true }'],
  ],
};

export async function measureRightsCost(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const program = await buildProgram('file-calls', directory);
    const unchecked = truceIn('truce without checks', [], await buildWithoutChecks(directory));
    const results = new Map<typeof truce, Figures[]>([truce, unchecked].map((host) => [host, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const part of ['calls', 'files'])
        for (const [host, figures] of results) figures.push((await runOn(host, program, [part]))!);
    const best = (host: typeof truce, name: string): number =>
      median(results.get(host)!.flatMap((figures) => figures.get(name)?.value ?? []));
    const names = new Set(results.get(truce)!.flatMap((figures) => [...figures.keys()]));
    return {
      title: 'Checking rights',
      note: 'The same calls in a child built without the checks: below 1 is noise.',
      header: ['what', 'truce', 'without checks', 'ratio', 'goal'],
      rows: [...names].map((name) => {
        const [checked, without] = [best(truce, name), best(unchecked, name)];
        return [name, checked.toFixed(1), without.toFixed(1), (checked / without).toFixed(3), '1.03'];
      }),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A copy of dist/ whose executor child checks nothing. Its path. */
async function buildWithoutChecks(directory: string): Promise<string> {
  const copy = join(directory, 'dist');
  cpSync(fileURLToPath(new URL('dist', repositoryRoot)), copy, { recursive: true });
  await build({
    absWorkingDir: fileURLToPath(repositoryRoot),
    entryPoints: ['runtime/executor/child-main.ts'],
    outfile: join(copy, 'runtime/executor-child.js'),
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['./koffi.node'],
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as truceCreateRequire } from 'node:module'; const require = truceCreateRequire(import.meta.url);",
    },
    plugins: [nativeBeside, withoutChecks],
  });
  return copy;
}

const nativeBeside: Plugin = {
  name: 'koffi-native-file-beside-the-bundle',
  setup(plugin) {
    plugin.onLoad({ filter: /koffi\/src\/static\.js$/ }, () => ({
      contents: "export function loadStatic() { return require('./koffi.node'); }",
    }));
  },
};

const withoutChecks: Plugin = {
  name: 'without-checks',
  setup(plugin) {
    plugin.onLoad({ filter: /\/(access|program)\.ts$/ }, ({ path }) => {
      const relative = path.slice(fileURLToPath(repositoryRoot).length);
      let contents = readFileSync(path, 'utf8');
      for (const [check, without] of CHECKS[relative] ?? []) {
        if (!contents.includes(check)) throw new Error(`${relative} has no ${check} any more`);
        contents = contents.replace(check, without);
      }
      return { contents, loader: 'ts' };
    });
  },
};

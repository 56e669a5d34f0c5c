/**
 * What checking rights costs: file calls with the checks, and built without them, in turn and in one process: two
 * processes differ by more than is looked for here.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { repositoryRoot } from '../tests/support/repository.ts';
import { type Figures, readFigures } from './hosts.ts';
import type { runInProcess } from './in-process-run.ts';
import { median } from './measure.ts';
import { buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const ROUNDS = 41;
/** Until V8 has compiled everything. */
const ROUNDS_BEFORE = 4;

/** What is taken out, by source file, wherever it stands there: a text that is not there any more is an error. */
const CHECKS: Readonly<Record<string, readonly (readonly [check: string, without: string])[]>> = {
  'proto/policy/access.ts': [
    ['return this.entryAt(path)?.rights ?? 0;', 'return 0x3fffffff;'],
    ['if (path === this.#seen) return true;', 'return true;'],
  ],
  'runtime/wasi/calls-descriptors.ts': [
    ['seesAll || access.sees(listed + name)', 'true'],
    ['seesAll = (access.rightsBelow(path) ?? 0) !== 0;', 'seesAll = true;'],
  ],
  'runtime/wasi/calls-files.ts': [['if ((descriptor.effective & needs.fd_seek) === 0)', 'if (false)']],
  'runtime/wasi/path-open.ts': [
    ['const flagNeeds = callRights.path_open | openFlagRights(openFlags);', 'const flagNeeds = 0;'],
    ['const needed = flagNeeds | synchronousRights(fdFlags, granted);', ''],
    ['if ((granted & needed) !== needed) throw notCapable();', ''],
    ['checkGivenUp(start, request);', ''],
    ['if ((request.base & READ_OR_WRITE & ~granted) !== 0) throw notCapable();', ''],
  ],
  'runtime/wasi/program.ts': [
    ['(descriptor.effective & needed) !== needed', 'false'],
    ['(descriptor.base & needed) !== needed', 'false'],
    ['(rightsOf(program, resolution) & needed) !== needed', 'false'],
    ["name === '.' ? access.rightsAt(path) : access.rightsIn(directory, path)", '0x3fffffff'],
    ['{ followLast: true, visit }', '{ followLast: true }'],
    ['{ followLast: false, visit }', '{ followLast: false }'],
    ['{ followLast: false, asEntry: true, visit }', '{ followLast: false, asEntry: true }'],
  ],
};
const root = fileURLToPath(repositoryRoot);

/** What the program measures that rights are checked for: its blocks are the calls again, with more data. */
const PARTS = ['calls', 'files'] as const;
/** Clocks are allowed or not, once for a program: no right is looked at. */
const WITHOUT_RIGHTS: ReadonlySet<string> = new Set(['clock_ns']);

const NAMES = ['checked', 'unchecked'] as const;

/** The collector strikes now in one line and now in the next: together they say more. */
const WHOLE = '10,000 files, together';
function wholeOf(found: Figures): number | [] {
  const times = [...found].filter(([line]) => line.endsWith('10000_us')).map(([, { value }]) => value);
  return times.length === 0 ? [] : times.reduce((sum, time) => sum + time);
}

type RunInProcess = typeof runInProcess;
type Builds = Readonly<Record<(typeof NAMES)[number], RunInProcess>>;

export async function measureRightsCost(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const { wasm } = await buildProgram('file-calls', directory);
    const module = readFileSync(wasm);
    const both = async (purpose: string): Promise<Builds> => ({
      checked: await bundle(directory, `checked-${purpose}`, [nativeBeside]),
      unchecked: await bundle(directory, `unchecked-${purpose}`, [nativeBeside, withoutChecks]),
    });
    // Others than those that are measured: refusals would be in what the engine learns of them.
    const tried = await both('tried');
    for (const part of PARTS) requireNothingLeft(tried, module, part);
    const builds = await both('measured');
    const figures: Record<keyof Builds, Figures[]> = { checked: [], unchecked: [] };
    for (let round = -ROUNDS_BEFORE; round < ROUNDS; round++)
      for (const part of PARTS)
        for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
          const found = readFigures(builds[name](module, [part]));
          if (round >= 0) figures[name].push(found);
        }
    const values = (name: keyof Builds, line: string): number[] =>
      figures[name].flatMap((found) => (line === WHOLE ? wholeOf(found) : (found.get(line)?.value ?? [])));
    const lines = new Set([...figures.checked.flatMap((found) => [...found.keys()]), WHOLE]);
    return {
      title: 'Checking rights',
      note: 'The same calls in a build without the checks, in turn in one process, when everything is compiled: ratios are those of pairs, and of the fastest rounds, which other work on the machine disturbed least; below 1 is noise.',
      header: ['what', 'truce', 'without checks', 'ratio', 'of the fastest', 'goal'],
      rows: [...lines]
        .filter((line) => !WITHOUT_RIGHTS.has(line))
        .map((line) => {
          const [checked, without] = [values('checked', line), values('unchecked', line)];
          // Of each pair, which ran one after the other.
          const ratio = median(checked.map((value, round) => value / without[round]!));
          const fastest = Math.min(...checked) / Math.min(...without);
          const shown = [median(checked).toFixed(1), median(without).toFixed(1)];
          return [line, ...shown, ratio.toFixed(3), fastest.toFixed(3), '1.03'];
        }),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * A program without any rights ends well where nothing is checked, and only there: else the comparison would be with a
 * build that still checks, or say nothing.
 */
function requireNothingLeft({ checked, unchecked }: Builds, module: Uint8Array, part: string): void {
  try {
    unchecked(module, [part], 'no rights');
  } catch (cause) {
    throw new Error(`the build without checks still checks something in ${part}`, { cause });
  }
  let refused = false;
  try {
    checked(module, [part], 'no rights');
  } catch {
    refused = true;
  }
  if (!refused) throw new Error(`${part} needs no rights, so it cannot tell whether they are checked`);
}

async function bundle(directory: string, name: string, plugins: Plugin[]): Promise<RunInProcess> {
  const outfile = join(directory, name, 'run.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/in-process-run.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    external: ['./koffi.node'],
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as truceCreateRequire } from 'node:module'; const require = truceCreateRequire(import.meta.url);",
    },
    plugins,
  });
  cpSync(fileURLToPath(new URL('dist/koffi.node', repositoryRoot)), join(directory, name, 'koffi.node'));
  const { runInProcess } = (await import(pathToFileURL(outfile).href)) as { runInProcess: RunInProcess };
  return runInProcess;
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
    const left = new Set(Object.keys(CHECKS));
    plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const relative = path.slice(root.length);
      const checks = CHECKS[relative];
      if (checks === undefined) return undefined;
      left.delete(relative);
      let contents = readFileSync(path, 'utf8');
      for (const [check, without] of checks) {
        if (!contents.includes(check)) throw new Error(`${relative} has no ${check} any more`);
        contents = contents.replaceAll(check, without);
      }
      return { contents, loader: 'ts' };
    });
    plugin.onEnd(() => {
      if (left.size > 0) throw new Error(`${[...left].join(', ')} is no part of what runs`);
    });
  },
};

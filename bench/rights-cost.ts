/**
 * What checking rights costs: file calls with the checks, and built without them, in turn and in one process: two
 * processes differ by more than is looked for here. So do two builds within one, by chance: there are many processes.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { repositoryRoot } from '../tests/support/repository.ts';
import type { runInProcess } from './in-process-run.ts';
import { median, percentile } from './measure.ts';
import { buildProgram } from './programs.ts';
import type { Table } from './table.ts';

const execute = promisify(execFile);
/** Each compiles both builds anew, and lays them out in memory by chance: that alone makes one of two quicker. */
const PROCESSES = 20;
const ROUNDS = 6;

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

/** The collector strikes now in one line and now in the next: together they say more. */
const WHOLE = '10,000 files, together';

type RunInProcess = typeof runInProcess;
/** A round, by line. */
type Round = Readonly<Record<string, number>>;
/** The quickest rounds of one process, by line: what else the machine does only ever adds. */
interface Sample {
  readonly checked: Round;
  readonly unchecked: Round;
}

export async function measureRightsCost(): Promise<Table> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-bench-'));
  try {
    const { wasm } = await buildProgram('file-calls', directory);
    const builds = [
      await bundle(directory, 'checked', [nativeBeside]),
      await bundle(directory, 'unchecked', [nativeBeside, withoutChecks]),
    ] as const;
    await requireNothingLeft(...builds, readFileSync(wasm));
    const samples: Sample[] = [];
    for (let index = 0; index < PROCESSES; index++) samples.push(await sample(wasm, builds, index % 2 === 1));
    const lines = Object.keys(samples[0]!.checked).filter((line) => !WITHOUT_RIGHTS.has(line));
    return {
      title: 'Checking rights',
      note: `The same calls in a build without the checks, in turn in one process, when everything is compiled, in ${PROCESSES} processes: of each the quickest rounds. Ratios are those of one process: the median, and how far half of them lie apart; below 1 is noise.`,
      header: ['what', 'truce', 'without checks', 'ratio', 'half of them', 'goal'],
      rows: lines.map((line) => {
        const ratios = samples.map(({ checked, unchecked }) => checked[line]! / unchecked[line]!);
        const shown = (build: keyof Sample) => median(samples.map((found) => found[build][line]!)).toFixed(1);
        const middle = [0.25, 0.75].map((share) => percentile(ratios, share).toFixed(3));
        return [
          line,
          shown('checked'),
          shown('unchecked'),
          median(ratios).toFixed(3),
          middle.join(' to '),
          '1.03',
        ];
      }),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `turned`: the build without checks goes first. */
async function sample(wasm: string, builds: readonly [string, string], turned: boolean): Promise<Sample> {
  const script = fileURLToPath(new URL('build/bench/rights-sample.js', repositoryRoot));
  const order = turned ? builds.toReversed() : builds;
  const { stdout } = await execute(process.execPath, [script, String(ROUNDS), wasm, PARTS.join(), ...order]);
  const [first, second] = (JSON.parse(stdout) as [Round[], Round[]]).map(quickest);
  return turned ? { checked: second!, unchecked: first! } : { checked: first!, unchecked: second! };
}

function quickest(rounds: readonly Round[]): Round {
  const wholes = rounds.map((round): Round => ({ ...round, [WHOLE]: wholeOf(round) }));
  const least = (line: string): number => Math.min(...wholes.map((round) => round[line]!));
  return Object.fromEntries(Object.keys(wholes[0]!).map((line) => [line, least(line)]));
}

function wholeOf(round: Round): number {
  const files = Object.entries(round).filter(([line]) => line.endsWith('10000_us'));
  return files.reduce((sum, [, time]) => sum + time, 0);
}

/**
 * A program without any rights ends well where nothing is checked, and only there: else the comparison would be with a
 * build that still checks, or say nothing.
 */
async function requireNothingLeft(checked: string, unchecked: string, module: Uint8Array): Promise<void> {
  const [checks, doesNot] = await Promise.all(
    [checked, unchecked].map(
      async (path) => (await import(pathToFileURL(path).href)).runInProcess as RunInProcess,
    ),
  );
  for (const part of PARTS) {
    try {
      doesNot!(module, [part], 'no rights');
    } catch (cause) {
      throw new Error(`the build without checks still checks in ${part}`, { cause });
    }
    let refused = false;
    try {
      checks!(module, [part], 'no rights');
    } catch {
      refused = true;
    }
    if (!refused) throw new Error(`${part} needs no rights, so it cannot tell whether they are checked`);
  }
}

/** The path of what was built. */
async function bundle(directory: string, name: string, plugins: Plugin[]): Promise<string> {
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
  return outfile;
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

/** The hosts that run the same program: native, Truce, and its peers, each as a command line. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { repositoryRoot } from '../tests/support/repository.ts';
import { prepareNode24 } from './node-24.ts';
import type { BuiltProgram } from './programs.ts';

const execute = promisify(execFile);
const MOST_OUTPUT = 1 << 20;

/** A command line for a program; `directory` is an empty one on tmpfs. */
type CommandLine = (program: BuiltProgram, directory: string, args: readonly string[]) => string[];

export interface Host {
  readonly name: string;
  readonly command: CommandLine;
}

/** What is no process of its own: it gives what the program printed. */
export interface RunningHost {
  readonly name: string;
  run(args: readonly string[]): Promise<string>;
}

const built = (path: string): string => fileURLToPath(new URL(path, repositoryRoot));

function peer(node: string, script: string): CommandLine {
  return (program, directory, args) => [
    node,
    '--no-warnings',
    built(`build/bench/peers/${script}.js`),
    program.wasm,
    directory,
    ...args,
  ];
}

export const native: Host = {
  name: 'native clang -O2',
  command: (program, _directory, args) => [program.native, ...args],
};

export const truce: Host = truceIn('truce exec');

/** `truce exec` with options, out of a folder like dist/. */
export function truceIn(name: string, options: readonly string[] = [], dist = built('dist')): Host {
  return {
    name,
    command: (program, directory, args) => [
      process.execPath,
      join(dist, 'truce.js'),
      'exec',
      '--clock',
      '--dir',
      `${directory}::/`,
      ...options,
      program.wasm,
      '--',
      ...args,
    ],
  };
}

export const bareEngine: Host = { name: 'bare engine', command: peer(process.execPath, 'bare-engine') };

export const browserWasiShim: Host = {
  name: 'browser_wasi_shim',
  command: peer(process.execPath, 'browser-wasi-shim'),
};

export const preview2Shim: Host = {
  name: 'jco and preview2-shim',
  command: peer(process.execPath, 'preview2-shim'),
};

export const wasmerWasi: Host = {
  name: '@wasmer/wasi',
  command: (program, directory, args) =>
    peer(process.execPath, 'wasmer-wasi')(program, directory, [...args, '/work']),
};

export async function nodeWasi(): Promise<Host> {
  return { name: 'node:wasi (Node 24)', command: peer(await prepareNode24(), 'node-wasi') };
}

/** WasmEdge with its ahead-of-time compiler, where it is installed. */
export function wasmEdge(directory: string): Host | undefined {
  try {
    execFileSync('wasmedge', ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return {
    name: 'WasmEdge AOT',
    command: (program, files, args) => {
      const compiled = join(directory, `${program.wasm.split('/').at(-1)}.so`);
      if (!existsSync(compiled)) execFileSync('wasmedge', ['compile', program.wasm, compiled]);
      return ['wasmedge', '--dir', `/:${files}`, compiled, ...args];
    },
  };
}

/**
 * Runs a program on a host, in an empty directory on tmpfs; what it printed, as numbers by name, or undefined where it
 * took longer than `timeout` milliseconds.
 */
export async function runOn(
  host: Host | RunningHost,
  program: BuiltProgram,
  args: readonly string[],
  timeout = 0,
): Promise<Figures | undefined> {
  if ('run' in host) return readFigures(await host.run(args));
  mkdirSync('/dev/shm', { recursive: true });
  const directory = mkdtempSync('/dev/shm/truce-bench-');
  try {
    const [file, ...rest] = host.command(program, directory, args);
    const { stdout } = await execute(file!, rest, { cwd: directory, maxBuffer: MOST_OUTPUT, timeout });
    return readFigures(stdout);
  } catch (error) {
    if (timeout > 0 && (error as { killed?: boolean }).killed === true) return undefined;
    throw error;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** By name: the value, and a checksum where there is one. */
export type Figures = ReadonlyMap<string, { readonly value: number; readonly checksum: string | undefined }>;

/** Lines of name, value and perhaps a checksum; none where nothing was measured. */
export function readFigures(output: string): Figures {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', value, checksum] = line.split(' ');
      if (!Number.isFinite(Number(value))) throw new Error(`not a figure: ${line}`);
      return [name, { value: Number(value), checksum }];
    }),
  );
}

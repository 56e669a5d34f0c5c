/**
 * Small programs that misbehave, or show one thing, for tests of whatever runs programs: compiled from the WebAssembly
 * text beside this file. Where a sample makes one call, its exit code is that call's error number.
 */
import { readFileSync } from 'node:fs';
import wabt from 'wabt';
import { repositoryRoot } from '../support/repository.ts';

export type SampleProgram =
  | 'catches-its-end'
  | 'deep-directories'
  | 'deep-recursion'
  | 'dotdot-escape'
  | 'echo-stdin'
  | 'empty'
  | 'endless-loop'
  | 'everything-that-varies'
  | 'exit-three'
  | 'giant-file'
  | 'many-files'
  | 'many-open-files'
  | 'many-tables'
  | 'memory-bomb'
  | 'name-flood'
  | 'never-starts'
  | 'open-forbidden'
  | 'output-flood'
  | 'output-trickle'
  | 'output-vectors'
  | 'path-flood'
  | 'poll-flood'
  | 'random-flood'
  | 'read-clock'
  | 'read-secret'
  | 'rename-storm'
  | 'scattered-bytes'
  | 'sleep-for-ever'
  | 'symlink-escape'
  | 'symlink-loop'
  | 'table-bomb'
  | 'trap'
  | 'wild-calls'
  | 'write-forbidden';

/** The module's bytes. Throws where the text does not compile. */
export async function compileSample(name: SampleProgram): Promise<Uint8Array> {
  const path = new URL(`tests/programs/${name}.wat`, repositoryRoot);
  return compileText(readFileSync(path, 'utf8'), `${name}.wat`);
}

/** Each call of wabt's makes another compiler, which takes longer than most modules. */
let compiler: ReturnType<typeof wabt> | undefined;

/** The bytes of a module given as WebAssembly text. */
export async function compileText(text: string, name = 'test.wat'): Promise<Uint8Array> {
  compiler ??= wabt();
  const { parseWat } = await compiler;
  const parsed = parseWat(name, text, {
    bulk_memory: true,
    exceptions: true,
    tail_call: true,
    threads: true,
  });
  try {
    return parsed.toBinary({}).buffer.slice();
  } finally {
    parsed.destroy();
  }
}

/** The bench's C programs, built natively and for WASI with the same flags. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { repositoryRoot } from '../tests/support/repository.ts';

const execute = promisify(execFile);
/** Contracted multiply-adds round otherwise: checksums would differ. */
const FLAGS = ['-O2', '-ffp-contract=off'];

export interface BuiltProgram {
  readonly native: string;
  readonly wasm: string;
}

/** Builds `bench/programs/<name>.c` into `directory`. Rejects where Debian's clang, lld and wasi-libc are missing. */
export async function buildProgram(name: string, directory: string): Promise<BuiltProgram> {
  mkdirSync(directory, { recursive: true });
  const source = fileURLToPath(new URL(`bench/programs/${name}.c`, repositoryRoot));
  const program = { native: join(directory, name), wasm: join(directory, `${name}.wasm`) };
  try {
    await execute('clang', [...FLAGS, source, '-o', program.native, '-lm']);
    const target = ['--target=wasm32-wasi', '--sysroot=/usr', '-Wl,--strip-all'];
    await execute('clang', [...target, ...FLAGS, source, '-o', program.wasm]);
  } catch (error) {
    throw new Error('the bench builds with clang, lld, wasi-libc and libclang-rt-14-dev-wasm32', {
      cause: error,
    });
  }
  return program;
}

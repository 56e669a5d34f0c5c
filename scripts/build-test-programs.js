// Rebuilds the C programs that the tests of WASI run, or checks them (--check), against tests/programs/c/manifest.json.
// Needs what the C examples need: apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32 (Debian 12).
import { buildOrCheck, clang } from './wasm-programs.js';

const folder = 'tests/programs/c';
const names = [
  'descriptors',
  'directories',
  'files',
  'links',
  'live',
  'paths',
  'process',
  'read-only',
  'streams',
  'times',
];
const headers = { live: [], process: [] };
const programs = names.map((name) => ({
  name,
  language: 'c',
  sources: [`${name}.c`, ...(headers[name] ?? ['check.h', 'tree.h'])],
  wasm: `${name}.wasm`,
}));

buildOrCheck({ folder, compilers: { c: clang(folder) }, programs });

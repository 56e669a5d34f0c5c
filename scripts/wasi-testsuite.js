// Runs suites of programs that say how they must end, such as the public wasi-testsuite's, through `truce exec`:
// `npm run wasi-testsuite -- FOLDER...`. Each NAME.wasm of a folder is run once, as NAME.json beside it says.
// Format: doc/specification.md of WebAssembly/wasi-testsuite, with `root` as its programs use it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const truce = join(dirname(fileURLToPath(import.meta.url)), '../dist/truce.js');
const TIMEOUT_MILLISECONDS = 60_000;
const MOST_OUTPUT_BYTES = 64 << 20;
const isText = (value) => typeof value === 'string';
const isNames = (value) => Array.isArray(value) && value.every(isText);
/** What a specification may say, and what it must look like. `root` is shown as /, each of `dirs` under its own name. */
const members = {
  args: isNames,
  dirs: isNames,
  root: isText,
  env: (value) => value !== null && typeof value === 'object' && Object.values(value).every(isText),
  exit_code: (value) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff,
  stdout: isText,
  stderr: isText,
};

const folders = process.argv.slice(2);
if (folders.length === 0 || folders.some((folder) => folder.startsWith('-'))) {
  console.error('usage: npm run wasi-testsuite -- FOLDER...   (folders of NAME.wasm, NAME.json)');
  process.exit(2);
}

let failed = 0;
const programs = tryTo(() => folders.flatMap(programsOf));
for (const { program, expected } of programs) {
  const faults = run(program, expected);
  console.log(`${faults.length === 0 ? 'passed' : 'FAILED'}  ${program}`);
  for (const fault of faults) console.log(`        ${fault}`);
  if (faults.length > 0) failed++;
}
console.log(`${programs.length - failed} of ${programs.length} passed`);
process.exitCode = failed === 0 ? 0 : 1;

function tryTo(find) {
  try {
    return find();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

function programsOf(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  if (names.length === 0) throw new Error(`${folder}: no programs in it`);
  return names.sort().map((name) => {
    const program = resolve(folder, name);
    return { program, expected: specification(program) };
  });
}

/** What was otherwise than its specification says. */
function run(program, expected) {
  const folder = dirname(program);
  const result = spawnSync(
    process.execPath,
    [
      truce,
      'exec',
      program,
      '--clock',
      ...(expected.root === undefined ? [] : ['--dir', `${join(folder, expected.root)}::/`]),
      ...(expected.dirs ?? []).flatMap((name) => ['--dir', `${join(folder, name)}::/${name}`]),
      ...Object.entries(expected.env ?? {}).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      '--',
      ...(expected.args ?? []),
    ],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MILLISECONDS,
      maxBuffer: MOST_OUTPUT_BYTES,
    },
  );
  if (result.error !== undefined) return [`it was stopped: ${result.error.message}`];
  const faults = [];
  const exitCode = expected.exit_code ?? 0;
  if (result.status !== exitCode)
    faults.push(`exit status ${result.status ?? result.signal}, not ${exitCode}: ${result.stderr.trim()}`);
  for (const stream of ['stdout', 'stderr'])
    if (expected[stream] !== undefined && result[stream] !== expected[stream])
      faults.push(`${stream} ${JSON.stringify(result[stream])}, not ${JSON.stringify(expected[stream])}`);
  return faults;
}

function specification(program) {
  const file = join(dirname(program), `${basename(program, '.wasm')}.json`);
  if (!existsSync(file)) return {};
  const expected = parse(file);
  if (expected === null || typeof expected !== 'object') throw new Error(`${file}: an object is due`);
  for (const [name, value] of Object.entries(expected)) {
    if (!Object.hasOwn(members, name)) throw new Error(`${file}: ${name} is unknown here`);
    if (!members[name](value)) throw new Error(`${file}: ${name} cannot be ${JSON.stringify(value)}`);
  }
  return expected;
}

function parse(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${error.message}`);
  }
}

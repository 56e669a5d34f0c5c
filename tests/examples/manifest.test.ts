import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { repositoryRoot } from '../support/repository.ts';

interface Manifest {
  compilers: Record<string, { version: string; packages: Record<string, string>; flags: string[] }>;
  programs: {
    name: string;
    language: string;
    sources: { path: string; sha256: string }[];
    wasm: string;
    bytes: number;
    sha256: string;
  }[];
}

const examples = new URL('examples/', repositoryRoot);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', examples), 'utf8')) as Manifest;
const read = (path: string): Buffer => readFileSync(new URL(path, examples));
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

t.test('the committed programs and their sources have the manifest’s hashes', async (t) => {
  for (const program of manifest.programs) {
    t.equal(hash(read(program.wasm)), program.sha256, program.name);
    t.equal(read(program.wasm).length, program.bytes, `${program.name}: length`);
    for (const source of program.sources) t.equal(hash(read(source.path)), source.sha256, source.path);
  }
});

t.test('every program folder is in the manifest, in more than one language', async (t) => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  // Components have a manifest of their own.
  const others = new Set(['common', 'components', 'data']);
  const programs = folders.map((entry) => entry.name).filter((name) => !others.has(name));
  t.same(manifest.programs.map((program) => program.name).sort(), programs.sort());
  t.same([...new Set(manifest.programs.map((program) => program.language))].sort(), ['c', 'rust']);
});

t.test('every language names its compiler, flags and exact packages', async (t) => {
  for (const { language } of manifest.programs) t.ok(manifest.compilers[language], language);
  for (const [language, { version, packages, flags }] of Object.entries(manifest.compilers)) {
    t.match(version, /\d+\.\d+\.\d+/, language);
    t.ok(flags.includes('--target=wasm32-wasi'), language);
    for (const [name, exact] of Object.entries(packages)) t.match(exact, /^(\d+:)?\d[\w.+~-]*$/, name);
  }
});

t.test('a program is a valid module that imports WASI preview 1, or nothing, and nothing else', async (t) => {
  for (const program of manifest.programs) {
    const module = new WebAssembly.Module(new Uint8Array(read(program.wasm)));
    const imports = WebAssembly.Module.imports(module);
    const others = imports.filter((item) => item.module !== 'wasi_snapshot_preview1');
    // The one program that is there to show Veracruz's own call.
    const own = program.name === 'fd-create' ? ['veracruz_si.fd_create'] : [];
    t.same(
      others.map((item) => `${item.module}.${item.name}`),
      own,
      program.name,
    );
    const exports = WebAssembly.Module.exports(module).map((item) => `${item.kind} ${item.name}`);
    t.ok(exports.includes('memory memory') && exports.includes('function _start'), program.name);
  }
});

t.test('a program holds no path of the machine that built it', async (t) => {
  // Rust's own messages name Debian's source package, the same on every machine.
  for (const program of manifest.programs)
    t.notMatch(read(program.wasm).toString('latin1'), /\/(home|root|tmp|work|Users|var)\//, program.name);
});

t.test('the owners’ files are what the public data set gives', async (t) => {
  const script = fileURLToPath(new URL('scripts/make-example-data.js', repositoryRoot));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  t.equal(status, 0, stderr);
});

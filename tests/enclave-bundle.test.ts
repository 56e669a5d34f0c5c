/** What is measured and runs inside the enclave: the built programs, as the launcher and an image take them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import t from 'tap';
import { ROOT_COMMON_NAME } from '../host-bridge/launcher/simulator-names.ts';
import { moduleImports } from './support/module-imports.ts';
import { repositoryRoot } from './support/repository.ts';

const folder = new URL('dist/runtime/', repositoryRoot);
const files = readdirSync(folder)
  .filter((name) => name !== 'manifest.json')
  .sort();
const programs = files.filter((name) => /\.c?js$/.test(name));
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

/** The sources in a bundle: the bundler writes the path of each above its code. */
function sourcesOf(bundle: string): string[] {
  return [...bundle.matchAll(/^\s*\/\/ ((?:\.\.\/)*[\w@.-]+(?:\/[\w@.-]+)+\.[cm]?[jt]s)$/gm)].map(
    ([, path]) => path!,
  );
}

t.test('the measured programs are the files there are, with their hashes', async (t) => {
  const manifest = JSON.parse(read('manifest.json')) as { files: { name: string; sha256: string }[] };
  t.ok(programs.length >= 3, 'the programs have been built');
  t.same(manifest.files.map(({ name }) => name).sort(), files);
  for (const { name, sha256 } of manifest.files) {
    const bytes = readFileSync(new URL(name, folder));
    t.equal(createHash('sha256').update(bytes).digest('hex'), sha256, name);
  }
});

t.test('all of it is strict: modules are, and what is none says so before anything else', async (t) => {
  for (const name of programs)
    if (name.endsWith('.cjs')) t.match(read(name), /^['"]use strict['"];/, name);
    else t.match(read(name), /^import /, name);
  t.match(readFileSync(new URL('../runtime-exec.cjs', folder), 'utf8'), /^['"]use strict['"];/);
});

t.test('nothing of the host, and no simulator, is inside', async (t) => {
  for (const name of programs) {
    const sources = sourcesOf(read(name));
    t.ok(
      sources.some((path) => path.startsWith('runtime/')),
      `the sources of ${name} were found`,
    );
    const ours = /^(runtime|native|proto|node_modules)\//;
    t.same(
      sources.filter((path) => !ours.test(path)),
      [],
      name,
    );
    t.notOk(read(name).includes(ROOT_COMMON_NAME), `${name} cannot name the simulator's root`);
  }
  const simulator = readFileSync(new URL('../nsm-simulator.js', folder), 'utf8');
  t.ok(simulator.includes(ROOT_COMMON_NAME), 'where the simulator is, its root is named');
  t.ok(sourcesOf(simulator).includes('host-bridge/launcher/nsm-simulator.ts'));
});

t.test('what runs programs holds neither keys nor sessions', async (t) => {
  for (const name of ['executor-child.cjs', 'executor-spawner.cjs']) {
    const sources = sourcesOf(read(name));
    t.same(
      sources.filter((path) =>
        /^runtime\/(session|manager|boot)\/|^proto\/(wire|attestation|x509)\//.test(path),
      ),
      [],
      name,
    );
  }
});

t.test(
  "the measured programs need Node's own modules and the native file beside them, and nothing else",
  async (t) => {
    for (const name of programs) {
      const foreign = moduleImports(read(name))
        .map(({ module }) => module)
        .filter((module) => !module.startsWith('node:') && !builtinModules.includes(module));
      t.same(
        [...new Set(foreign)].filter((module) => module !== './koffi.node'),
        [],
        name,
      );
    }
  },
);

// Bundles the programs of Truce into dist/ with esbuild.
//
// The runtime's files go to dist/runtime/ with a manifest of their SHA-256 in a fixed order: the process
// launcher measures exactly these files (DESIGN section 9). koffi's native file is one of them, beside the bundles.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const quiet = process.argv.includes('--quiet');

/** Programs that run inside the enclave: measured, and shipped in the image. */
const runtimePrograms = {
  'runtime.js': 'runtime/main.ts',
  'executor-spawner.cjs': 'runtime/executor/spawner-main.ts',
  'executor-child.cjs': 'runtime/executor/child-main.ts',
};

/** What only components need: in images that were asked for it. */
const componentPrograms = {
  'executor-component.cjs': 'runtime/executor/component-main.ts',
  'executor-transpiler.cjs': 'runtime/executor/transpiler-main.ts',
};
/** The transpiler's own modules, which it loads from beside itself before it is locked in. */
const bindgenModules = [
  'js-component-bindgen-component.core.wasm',
  'js-component-bindgen-component.core2.wasm',
];

/** Programs that run outside it; the engine alone, for `truce exec`, is one of them, and starts those above. */
const hostPrograms = {
  'runtime-exec.cjs': 'runtime/exec/main.ts',
  'relay.js': 'host-bridge/relay/main.ts',
  'enclave-keeper.js': 'host-bridge/launcher/keeper-main.ts',
  'nsm-simulator.js': 'host-bridge/launcher/nsm-simulator-main.ts',
  'client.js': 'host-bridge/client/index.ts',
  'attestation-client.js': 'host-bridge/attestation-client/index.ts',
  'enclave-manager.js': 'host-bridge/cli/enclave-manager.ts',
  'proxy-attestation.js': 'host-bridge/proxy-attestation/index.ts',
  'nitro-local.js': 'scripts/nitro-local/main.ts',
};

/** The command line, whose commands lie beside it: one that is called loads what it needs, and no more. */
const commandLine = { 'truce.js': 'host-bridge/cli/main.ts' };
const COMMAND_PARTS = 'truce-part-';

/** What runs in browsers too: no module of Node's, no package. */
const webLibraries = { 'attestation.js': 'proto/attestation/library/index.ts' };

/**
 * What only host programs need: left in node_modules/, so that no image can come to carry any of it, and loaded by those
 * commands alone that use it.
 */
const hostPackages = ['fastify', '@fastify/multipart', 'libsql'];

/** Tests that run inside an enclave in the runtime's place: built with --enclave-tests, part of no image but their own. */
const enclaveTestPrograms = { 'runtime.js': 'tests/enclave/guest/main.ts' };

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  external: ['./koffi.node'],
  legalComments: 'none',
  logLevel: 'warning',
  // Bundled CommonJS packages still call require() for Node's own modules.
  banner: {
    js: "import { createRequire as truceCreateRequire } from 'node:module'; const require = truceCreateRequire(import.meta.url);",
  },
};

/** What programs wait for while it starts: Node takes a seventh less of a processor to start CommonJS than a module. */
const commonJs = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'truceBundle', 'import.meta.dirname': '__dirname' },
  // In the mode that modules have, without which a function's callers can be asked for: first of all, or it says nothing.
  banner: { js: "'use strict'; const truceBundle = require('node:url').pathToFileURL(__filename).href;" },
  logOverride: { 'empty-import-meta': 'error' },
};

/** koffi looks for its native file in several places; here there is one, beside the bundle, and it is measured. */
const nativeBeside = {
  name: 'koffi-native-file-beside-the-bundle',
  setup(plugin) {
    plugin.onLoad({ filter: /koffi\/src\/static\.js$/ }, () => ({
      contents: "export function loadStatic() { return require('./koffi.node'); }",
    }));
  },
};

/** jco's transpiler comes with the whole host for components that it is itself; here it gets nothing. */
const nothingForTranspiler = {
  name: 'nothing-for-the-transpiler',
  setup(plugin) {
    plugin.onResolve({ filter: /^@bytecodealliance\/preview2-shim\// }, () => ({
      path: join(root, 'runtime/executor/transpiler-wasi.ts'),
    }));
  },
};

async function bundle(programs, outdir, packagesLeftOut = [], options = {}) {
  for (const extension of ['.js', '.cjs']) {
    const entries = Object.entries(programs).filter(([out]) => extname(out) === extension);
    if (entries.length === 0) continue;
    await build({
      ...shared,
      ...(extension === '.cjs' ? commonJs : {}),
      ...options,
      external: [...shared.external, ...packagesLeftOut],
      plugins: [nativeBeside, nothingForTranspiler],
      outdir,
      entryPoints: entries.map(([out, source]) => ({
        in: join(root, source),
        out: basename(out, extension),
      })),
    });
  }
}

async function bundleCommandLine(outdir) {
  // Parts are named by their content: others stay behind.
  for (const name of readdirSync(outdir)) if (name.startsWith(COMMAND_PARTS)) rmSync(join(outdir, name));
  const parts = { splitting: true, chunkNames: `${COMMAND_PARTS}[hash]` };
  await bundle(commandLine, outdir, hostPackages, parts);
}

/** For browsers and Node alike: an import of `node:` anywhere below ends the build. */
async function bundleForWeb(libraries, outdir) {
  await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    outdir,
    entryPoints: Object.entries(libraries).map(([out, source]) => ({
      in: join(root, source),
      out: out.replace(/\.js$/, ''),
    })),
  });
}

/** The declarations that importers of `truce/client` and `truce/attestation` compile against. */
function writeTypes() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const args = ['--declaration', '--emitDeclarationOnly', '--incremental', 'false', '--outDir', 'dist/types'];
  execFileSync(process.execPath, [tsc, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  cpSync(join(root, 'proto/generated'), join(root, 'dist/types/proto/generated'), { recursive: true });
}

/** Files alone; the parts of the command line are looked after where they are made. */
function removeOthers(folder, names) {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isFile() && !names.includes(entry.name) && !entry.name.startsWith(COMMAND_PARTS))
      rmSync(join(folder, entry.name));
}

/** What images are built from beside programs: all of eif/ that is neither source nor page. */
function copyImageData() {
  const target = join(root, 'dist/eif');
  rmSync(target, { recursive: true, force: true });
  cpSync(join(root, 'eif'), target, { recursive: true, filter: (path) => !/\.(ts|md)$/.test(path) });
}

/** For editors and validators of policies, which read them from the package. */
function copySchemas() {
  const target = join(root, 'dist/schemas');
  rmSync(target, { recursive: true, force: true });
  cpSync(join(root, 'proto/policy/schemas'), target, { recursive: true });
}

function packageVersion(name) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

mkdirSync(join(root, 'dist/runtime'), { recursive: true });
await bundle({ ...runtimePrograms, ...componentPrograms }, join(root, 'dist/runtime'));
for (const name of bindgenModules)
  cpSync(
    join(root, 'node_modules/@bytecodealliance/jco-transpile/vendor', name),
    join(root, 'dist/runtime', name),
  );
await bundle(hostPrograms, join(root, 'dist'), hostPackages);
await bundleCommandLine(join(root, 'dist'));
await bundleForWeb(webLibraries, join(root, 'dist'));

const native = createRequire(import.meta.url).resolve(
  `@koromix/koffi-${process.platform}-${process.arch}/${process.platform}_${process.arch}/koffi.node`,
);
cpSync(native, join(root, 'dist/runtime/koffi.node'));
// The relay sets the buffers of its sockets.
cpSync(native, join(root, 'dist/koffi.node'));
const outside = Object.keys({ ...hostPrograms, ...commandLine, ...webLibraries });
const described = (name) => ({
  name,
  sha256: createHash('sha256')
    .update(readFileSync(join(root, 'dist/runtime', name)))
    .digest('hex'),
});
const files = [
  ...[...Object.keys(runtimePrograms), 'koffi.node'].map(described),
  ...[...Object.keys(componentPrograms), ...bindgenModules].map((name) => ({
    ...described(name),
    part: 'components',
  })),
];
// What builds before this one left is not measured: nothing may lie there that looks as if it were.
removeOthers(join(root, 'dist/runtime'), [...files.map(({ name }) => name), 'manifest.json']);
removeOthers(join(root, 'dist'), [...outside, 'koffi.node']);
/** What made the files, in exact versions: an image's manifest hands them on. */
const sources = Object.fromEntries(
  [
    '@bytecodealliance/jco-transpile',
    '@noble/curves',
    '@noble/hashes',
    '@scure/base',
    '@scure/bip32',
    'esbuild',
    'koffi',
    'node-forge',
    'protobufjs',
  ].map((name) => [name, packageVersion(name)]),
);
writeFileSync(join(root, 'dist/runtime/manifest.json'), `${JSON.stringify({ files, sources }, null, 2)}\n`);
copyImageData();
copySchemas();
if (process.argv.includes('--enclave-tests'))
  await bundle(enclaveTestPrograms, join(root, 'build/enclave-tests'));
if (process.argv.includes('--types')) writeTypes();
if (!quiet) console.log(`built ${files.length + outside.length} files in dist/`);

// Emits the whole project to build/ for the tests, each module by itself. Types are checked apart: `npm run typecheck`.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folders = ['proto', 'native', 'runtime', 'host-bridge', 'eif', 'scripts', 'tests', 'bench'];

const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);

/** Modules stay apart: each import is left as it is, but for the ending that the emitted file has. */
const importsOfEmitted = {
  name: 'imports-of-emitted-files',
  setup(plugin) {
    plugin.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.startsWith('.') ? path.replace(/\.ts$/, '.js') : path, external: true },
    );
  },
};

// A test file that was renamed must not live on as its old compiled self.
rmSync(join(root, 'build/tests'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: sources,
  outdir: 'build',
  outbase: '.',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  plugins: [importsOfEmitted],
});
cpSync(join(root, 'proto/generated'), join(root, 'build/proto/generated'), { recursive: true });
cpSync(join(root, 'tests/fixtures'), join(root, 'build/tests/fixtures'), { recursive: true });

// Emits the whole project to build/ for the tests, each module by itself. Types are checked apart: `npm run typecheck`.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folders = ['proto', 'native', 'runtime', 'host-bridge', 'eif', 'scripts', 'tests', 'bench'];

const sources = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);

/** tap in one file: each test loads it, and its two hundred modules take longer than most tests. */
const TAP = 'build/tap.js';

/** tap's way to start a process follows it for coverage, with a loader that takes as long again. */
const plainProcesses = {
  name: 'plain-processes',
  setup(plugin) {
    plugin.onResolve({ filter: /^@tapjs\/processinfo$/ }, ({ path }) => ({ path, namespace: 'plain' }));
    plugin.onLoad({ filter: /./, namespace: 'plain' }, () => ({
      contents: "import { spawn } from 'node:child_process'; export const ProcessInfo = { spawn };",
    }));
  },
};

/** Modules stay apart: each import is left as it is, but for the ending that the emitted file has, and for tap. */
const importsOfEmitted = {
  name: 'imports-of-emitted-files',
  setup(plugin) {
    plugin.onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
      if (kind === 'entry-point') return undefined;
      const emitted = join(root, 'build', relative(root, resolveDir));
      const found =
        path === 'tap' ? relative(emitted, join(root, TAP)) : path.replace(/^(\..*)\.ts$/, '$1.js');
      return { path: found, external: true };
    });
  },
};

// A test file that was renamed must not live on as its old compiled self.
rmSync(join(root, 'build/tests'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { tap: 'tap' },
  outdir: dirname(TAP),
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: {
    js: "import { createRequire as tapCreateRequire } from 'node:module'; const require = tapCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
  plugins: [plainProcesses],
});
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

// Type-checks the whole project and emits it to build/ for the tests: tap itself checks no types.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

// A test file that was renamed must not live on as its old compiled self; sources are kept for tsc's increments.
rmSync(join(root, 'build/tests'), { recursive: true, force: true });
rmSync(join(root, 'build/.tsbuildinfo'), { force: true });
const tsc = spawnSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--pretty', 'false'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
cpSync(join(root, 'proto/generated'), join(root, 'build/proto/generated'), { recursive: true });
cpSync(join(root, 'tests/fixtures'), join(root, 'build/tests/fixtures'), { recursive: true });

// Runs the tests that need a booted image: those of tests/enclave, and the end-to-end suite with QEMU's machine in the
// place of the process launcher. `npm run nitro:local` prepares what they need. Arguments name files to run instead.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** A boot takes seconds under emulation, TLS and programs several times what they take on the machine itself. */
const TIMEOUT_SECONDS = 900;

/** What looks at the runtime's processes from outside, or reaches behind it: in a machine of its own nobody can. */
const ofProcesses = {
  'certified-endpoint.test.js': 'verifies signed documents, which QEMU has none of',
  'control-plane.test.js': "asks the simulator of the security module behind the runtime's back",
  'endings.test.js': 'kills the processes of the process launcher',
  'kills.test.js': 'kills the runtime, its spawner and its children',
  'proxy-attested.test.js': 'has a proxy verify signed documents, which QEMU has none of',
  'secrets.test.js': "reads the memory of the runtime's processes",
};

function everything() {
  const enclave = list('enclave', (name) => name.endsWith('.enclave.js'));
  const endToEnd = list('end-to-end', (name) => name.endsWith('.test.js') && !(name in ofProcesses));
  return [...enclave, ...endToEnd];
}

function list(folder, wanted) {
  return readdirSync(join(root, 'build/tests', folder))
    .filter(wanted)
    .map((name) => `build/tests/${folder}/${name}`);
}

const named = process.argv.slice(2);
const tap = createRequire(import.meta.url).resolve('tap/package.json');
const files = named.length > 0 ? named : everything();
for (const [name, reason] of Object.entries(ofProcesses))
  console.log(`not run in a machine: ${name}: it ${reason}`);
const { status } = spawnSync(
  process.execPath,
  [join(dirname(tap), 'dist/esm/run.mjs'), `--timeout=${TIMEOUT_SECONDS}`, ...files],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TRUCE_TEST_LAUNCHER: 'qemu' } },
);
process.exit(status ?? 1);

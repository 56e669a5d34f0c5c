/** Images that must not start: each ends its machine, with one line on the console that says why. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { DEFAULT_COMMAND_LINE } from '../../eif/build.ts';
import { launchQemu } from '../../host-bridge/launcher/qemu-launcher.ts';
import { TruceError } from '../../proto/errors.ts';
import { repositoryRoot } from '../support/repository.ts';
import { buildTestImage } from '../support/test-image.ts';

const keeperProgram = fileURLToPath(new URL('dist/enclave-keeper.js', repositoryRoot));

const refusals: readonly [string, string, RegExp][] = [
  ['two parents', 'parent_cid=2', /truce: fatal: BOOT_FAILED: .*parent_cid is one number/],
  ['options for Node', 'NODE_OPTIONS=--no-warnings', /truce: fatal: BOOT_FAILED: .*NODE_OPTIONS/],
];

for (const [what, words, line] of refusals)
  t.test(`${what} on the measured command line: the machine ends, and says so`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'truce-refusal-'));
    t.teardown(() => rm(directory, { recursive: true, force: true }));
    const { path, measurements } = await buildTestImage(directory, {
      commandLine: `${DEFAULT_COMMAND_LINE} ${words}`,
    });
    const launch = launchQemu({ eif: path, measurements, installation: { keeperProgram } });
    const error = await launch.then(
      (enclave) => enclave.stop().then(() => undefined),
      (reason: unknown) => reason,
    );
    if (!(error instanceof TruceError)) throw new Error('it started', { cause: error });
    t.equal(error.code, 'LAUNCH_FAILED');
    t.match(error.message, /the machine ended before it was ready/);
    t.match(error.message, line);
  });

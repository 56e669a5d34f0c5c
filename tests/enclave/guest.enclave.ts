/**
 * The tests that run inside a machine: transports over the guest's own vsock, the security module by ioctl, and what the
 * first process has made of the machine. Here they are put into an image, booted, and their report is read.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readApplication } from '../../eif/application.ts';
import { signImage } from '../../eif/sign.ts';
import { HeartbeatListener } from '../../host-bridge/launcher/heartbeat.ts';
import { VSOCK_SOCKET } from '../../host-bridge/launcher/qemu-command.ts';
import { launchQemu } from '../../host-bridge/launcher/qemu-launcher.ts';
import { HEARTBEAT_PORT } from '../../proto/boot.ts';
import { toHex } from '../../proto/bytes.ts';
import { DAY, makeSigner } from '../support/image-signer.ts';
import { repositoryRoot } from '../support/repository.ts';
import { buildTestImage } from '../support/test-image.ts';
import { readReport } from './guest/report.ts';

const at = (path: string) => fileURLToPath(new URL(path, repositoryRoot));

t.test('all that is tested inside holds, and the guest sees the builder’s measurements', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'truce-guest-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const program = readFileSync(at('build/enclave-tests/runtime.js'));
  const built = await readApplication(at('dist/runtime'));
  const files = built.files.map((file) =>
    file.name === 'runtime.js' ? { ...file, content: program } : file,
  );
  const now = Date.now();
  const signer = await makeSigner('secp384r1', { notBefore: now - DAY, notAfter: now + DAY });
  const { path, measurements } = await buildTestImage(directory, {
    application: { ...built, files },
    sign: (image) => signImage(image, signer, { now }),
  });
  const consolePath = join(directory, 'console.log');
  const guest = await launchQemu({
    eif: path,
    measurements,
    consolePath,
    installation: { keeperProgram: at('dist/enclave-keeper.js') },
  });
  t.teardown(() => guest.stop());
  // The guest tries the heartbeat once more, as one of its checks.
  const second = await HeartbeatListener.listen(join(guest.directory, `${VSOCK_SOCKET}_${HEARTBEAT_PORT}`));
  t.teardown(() => second.close());
  t.match(await guest.exited, { code: 0 }, 'the machine ends by itself');
  const console = readFileSync(consolePath, 'utf8');
  const report = readReport(console);
  if (report === undefined) throw new Error(`the guest came to no end: ${console.slice(-4000)}`);
  t.same(report.failures, [], 'nothing failed');
  for (const line of console.split(/\r?\n/)) if (/^(not )?ok |^ {2}/.test(line)) t.comment(line);
  t.equal(report.failed, 0);
  t.ok(report.passed > 30, `${report.passed} checks ran inside`);
  for (const [name, value] of [
    ['PCR0', measurements.pcr0],
    ['PCR1', measurements.pcr1],
    ['PCR2', measurements.pcr2],
    ['PCR8', measurements.pcr8],
  ] as const)
    t.equal(report.facts.get(name), value && toHex(value), `${name} as the builder has it`);
});

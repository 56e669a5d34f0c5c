/**
 * Prepares a local Nitro machine: QEMU with the `nitro-enclave` machine, the back end of its vsock and the enclave's
 * kernel. Each is made once and kept in the user's cache; what is there is not made again.
 *
 *   npm run nitro:local               prepare what is missing
 *   npm run nitro:local -- --check    change nothing, say what is there; 1 where something is missing
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeWhole } from '../../eif/cached-file.ts';
import { ensureKernel, findKernel } from '../../eif/kernel/kernel.ts';
import { missingBuildPackages } from '../../eif/kernel/toolchain.ts';
import { cacheDirectory } from '../../host-bridge/launcher/places.ts';
import { TruceError } from '../../proto/errors.ts';
import { installPackages, missingPackages } from './build-packages.ts';
import { qemuBuildPackages } from './pins.ts';
import { type Preparation, PreparationError } from './preparation.ts';
import { ensureQemu, findQemu, type Qemu } from './qemu.ts';
import { ensureVhostDeviceVsock, findVhostDeviceVsock, type VhostDeviceVsock } from './vhost-device-vsock.ts';

/** The program is dist/nitro-local.js; what images are built from lies beside it. */
const DATA_DIRECTORY = join(dirname(fileURLToPath(import.meta.url)), 'eif');
const USAGE = 'usage: npm run nitro:local [-- --check]';

async function prepare(options: Preparation): Promise<void> {
  const { cacheDirectory: directory } = options;
  await mkdir(directory, { recursive: true });
  const needed = new Set(missingBuildPackages());
  if ((await findQemu(options)) === undefined) for (const name of qemuBuildPackages) needed.add(name);
  await installPackages(await missingPackages([...needed], options.signal), options);
  const vhostDeviceVsock = await ensureVhostDeviceVsock(options);
  const qemu = await ensureQemu(options);
  // Last what takes longest and what an image, not the machine, is made of.
  const text = `${JSON.stringify({ qemu, vhostDeviceVsock }, null, 2)}\n`;
  await writeWhole(join(directory, 'nitro-local.json'), text);
  const kernel = await ensureKernel({ ...options, dataDirectory: DATA_DIRECTORY });
  report(qemu, vhostDeviceVsock, kernel);
}

async function check(options: Preparation): Promise<boolean> {
  const vhostDeviceVsock = await findVhostDeviceVsock(options);
  const qemu = await findQemu(options);
  const kernel = await findKernel({ ...options, dataDirectory: DATA_DIRECTORY });
  report(qemu, vhostDeviceVsock, kernel);
  return qemu !== undefined && vhostDeviceVsock !== undefined && kernel !== undefined;
}

function report(
  qemu: Qemu | undefined,
  vsock: VhostDeviceVsock | undefined,
  kernel: { readonly version: string; readonly image: string; readonly sha256: string } | undefined,
): void {
  const lines = [
    ['QEMU', qemu && `${qemu.version}  ${qemu.program}`],
    ['vhost-device-vsock', vsock && `${vsock.version}  ${vsock.program}`],
    ['kernel', kernel && `${kernel.version}  ${kernel.image}  SHA-256 ${kernel.sha256}`],
  ];
  for (const [name, text] of lines) console.log(`${name}: ${text ?? 'missing'}`);
}

function parseCommand(): { readonly check: boolean } | undefined {
  try {
    return { check: parseArgs({ options: { check: { type: 'boolean' } } }).values.check === true };
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const command = parseCommand();
  if (command === undefined) {
    console.error(USAGE);
    return 2;
  }
  const started = performance.now();
  const controller = new AbortController();
  const stop = (): void => controller.abort(new PreparationError('stopped: run it again to go on'));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const progress = (message: string): void => {
    console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${message}`);
  };
  const options = { cacheDirectory: cacheDirectory(), progress, signal: controller.signal };
  try {
    if (command.check) return (await check(options)) ? 0 : 1;
    await prepare(options);
    return 0;
  } catch (error) {
    if (!(error instanceof PreparationError || error instanceof TruceError)) throw error;
    console.error(`nitro:local: ${error.message}`);
    return 1;
  }
}

process.exitCode = await main();

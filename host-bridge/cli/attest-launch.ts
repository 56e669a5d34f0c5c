/** `truce attest --launch`: an enclave of the command's own, that is asked and ends with it. */
import { TruceError } from '../../proto/errors.ts';
import { findInstallation } from '../launcher/installation.ts';
import { notedEnclaves } from '../launcher/launch-note.ts';
import { launchProcess } from '../launcher/process-launcher.ts';
import type { RunningEnclave } from '../launcher/running-enclave.ts';
import type { FoundEnclave } from '../launcher/running-enclaves.ts';
import type { CommandIo } from './command-io.ts';
import { defaultMachineLauncher, launchMachine } from './machine-options.ts';
import { withProgress } from './progress.ts';

/** What `--launch` takes for the runtime as a process; anything else is an image's file. */
export const LAUNCH_PROCESS = 'process';

/**
 * Launches it, has it used, and stops it whatever happens. Who verifies still has to name what he trusts: that he has
 * started it himself makes no document of a simulator genuine.
 */
export async function withLaunchedEnclave<T>(
  launch: string,
  io: CommandIo,
  signal: AbortSignal,
  use: (enclave: FoundEnclave) => Promise<T>,
): Promise<T> {
  const enclave = await withProgress(io, 'starting the enclave', () =>
    launch === LAUNCH_PROCESS
      ? launchProcess({ installation: findInstallation(), signal })
      : launchMachine(defaultMachineLauncher(), { eif: launch }, signal),
  );
  try {
    tellTrust(enclave, io);
    return await use(await asFound(enclave));
  } finally {
    await enclave.stop();
  }
}

async function asFound(enclave: RunningEnclave): Promise<FoundEnclave> {
  const { launcher } = enclave;
  const target = (port: number) => enclave.target(port);
  const sample = target(1);
  if (sample.kind === 'vsock') return { launcher, cid: sample.cid, target };
  const note = (await notedEnclaves()).find(({ directory }) => directory === enclave.directory);
  if (note === undefined) throw new TruceError('LAUNCH_FAILED', { reason: 'it has ended' });
  return { launcher, cid: note.cid, target };
}

function tellTrust({ trust, measurements }: RunningEnclave, { stderr }: CommandIo): void {
  stderr.write(`truce: its PCR0 is ${Buffer.from(measurements.pcr0).toString('hex')}\n`);
  if (trust.kind === 'root')
    stderr.write(`truce: a simulator signs for it: --root ${trust.certificatePath} accepts that\n`);
  if (trust.kind === 'emulator') stderr.write('truce: nobody signs for it: --trust-emulator accepts that\n');
}

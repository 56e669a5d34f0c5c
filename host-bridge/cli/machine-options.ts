/** What is asked of a machine on the command line, and where it is to run. */
import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { inspectEif } from '../../eif/describe.ts';
import { readImageFile } from '../../eif/image-file.ts';
import { fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import { ENCLAVE_NAME } from '../launcher/enclave-record.ts';
import { LARGEST_CID, SMALLEST_CID } from '../launcher/machine-configuration.ts';
import type { Measurements } from '../launcher/measurement.ts';
import { launchNitro } from '../launcher/nitro-launcher.ts';
import { launchQemu } from '../launcher/qemu-launcher.ts';
import type { RunningEnclave } from '../launcher/running-enclave.ts';
import { NITRO_DEVICE } from '../launcher/running-enclaves.ts';
import { whole } from './option-values.ts';

export type MachineLauncher = 'qemu' | 'nitro';

export interface MachineOptions {
  readonly eif: string;
  readonly memory?: number;
  readonly cpus?: number;
  readonly cid?: number;
  readonly accelerator?: 'tcg' | 'kvm';
}

const MOST_MIB = 1 << 30;
const MOST_CPUS = 4096;

/** Where a machine runs unless told: on the hardware where there is some. */
export function defaultMachineLauncher(): MachineLauncher {
  return existsSync(NITRO_DEVICE) ? 'nitro' : 'qemu';
}

/** Adds what `MachineOptions` holds, but for the image. */
export function addMachineOptions(command: Command): Command {
  return command
    .option(
      '--memory <MiB>',
      'memory of the machine; 512 unless told, or more where Nitro needs it',
      whole(1, MOST_MIB),
    )
    .option('--cpus <number>', 'processors of the machine; 2 unless told', whole(1, MOST_CPUS))
    .option('--cid <number>', 'its vsock address; a free one unless told', whole(SMALLEST_CID, LARGEST_CID))
    .addOption(
      new Option(
        '--accelerator <accelerator>',
        "QEMU's; tcg unless told, since many a /dev/kvm runs no guest",
      ).choices(['tcg', 'kvm']),
    );
}

export function parseEnclaveName(text: string): string {
  if (!ENCLAVE_NAME.test(text))
    throw new InvalidArgumentError('a name has 1 to 64 letters, digits, dots, dashes and underscores.');
  return text;
}

/**
 * What an image measures to. Error: LOCAL_FILE_UNREADABLE, and the EIF_ codes for one that no machine would start.
 */
export async function measureImageFile(path: string): Promise<Measurements> {
  const { description, problems } = inspectEif(await readImageFile(path), Date.now());
  const [first] = problems;
  if (first !== undefined) throw first;
  const measured = description.Measurements as Readonly<Record<string, string>>;
  const register = (index: number): Uint8Array | undefined => {
    const hex = measured[`PCR${index}`];
    return hex === undefined ? undefined : fromHex(hex);
  };
  const [pcr0, pcr1, pcr2, pcr8] = [register(0), register(1), register(2), register(8)];
  if (pcr0 === undefined || pcr1 === undefined || pcr2 === undefined)
    throw new TruceError('LAUNCH_FAILED', { reason: 'the image could not be measured' });
  return { pcr0, pcr1, pcr2, ...(pcr8 === undefined ? {} : { pcr8 }) };
}

/** Starts a machine that lives as long as this process. Errors of the launcher and of `measureImageFile`. */
export async function launchMachine(
  launcher: MachineLauncher,
  { eif, memory, cpus, cid, accelerator }: MachineOptions,
  signal: AbortSignal,
): Promise<RunningEnclave> {
  const options = {
    eif,
    measurements: await measureImageFile(eif),
    signal,
    ...(memory === undefined ? {} : { memoryMiB: memory }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(cid === undefined ? {} : { cid }),
  };
  if (launcher === 'nitro') return launchNitro(options);
  return launchQemu({ ...options, ...(accelerator === undefined ? {} : { accelerator }) });
}

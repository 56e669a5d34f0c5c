/** The enclaves that run on this machine, whoever started them, and how their ports are reached. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import type { DialTarget } from '../relay/dial-target.ts';
import { EnclaveRegistry } from './enclave-registry.ts';
import { notedEnclaves } from './launch-note.ts';
import { NitroCli } from './nitro-cli.ts';
import type { DescribedEnclave } from './nitro-output.ts';
import { qemuTarget } from './qemu-launcher.ts';
import type { Launcher } from './running-enclave.ts';

export interface FoundEnclave {
  readonly launcher: Launcher;
  /** Its vsock address; of the process launcher's enclaves, which have none, the number of their process. */
  readonly cid: number;
  /** What it is called, where it has a name. */
  readonly name?: string;
  /** How a port of it is dialled. */
  target(port: number): DialTarget;
}

/** Made by the Nitro Enclaves driver where the instance has enclaves. */
export const NITRO_DEVICE = '/dev/nitro_enclaves';

/** Those of nitro-cli in its order, then our own. Errors as of NitroCli, where it is to be expected; the signal's reason. */
export async function runningEnclaves(
  cli: NitroCli = new NitroCli(),
  signal?: AbortSignal,
): Promise<readonly FoundEnclave[]> {
  return [...(await nitroEnclaves(cli, signal)), ...(await localEnclaves())];
}

/**
 * The enclave of that CID: one of ours, or whatever vsock leads to. Without a CID the first one that runs.
 * TruceError ENCLAVE_NONE_RUNNING.
 */
export async function findEnclave(cid: number | undefined): Promise<FoundEnclave> {
  if (cid !== undefined) {
    const own = (await localEnclaves()).find((enclave) => enclave.cid === cid);
    return own ?? { launcher: 'nitro', cid, target: (port) => ({ kind: 'vsock', cid, port }) };
  }
  const [first] = await runningEnclaves();
  if (first === undefined) throw new TruceError('ENCLAVE_NONE_RUNNING');
  return first;
}

/** What nitro-cli lists; nothing where nothing says that it is to be expected: who has no hardware need not have it. */
export async function describedEnclaves(
  cli: NitroCli,
  signal?: AbortSignal,
): Promise<readonly DescribedEnclave[]> {
  const expected = existsSync(NITRO_DEVICE) || (process.env.NITRO_CLI ?? '') !== '';
  return expected ? cli.describe(signal) : [];
}

async function nitroEnclaves(
  cli: NitroCli,
  signal: AbortSignal | undefined,
): Promise<readonly FoundEnclave[]> {
  return (await describedEnclaves(cli, signal))
    .filter(({ State }) => State === 'RUNNING')
    .map(({ EnclaveCID: cid, EnclaveName: name }) => ({
      launcher: 'nitro',
      cid,
      name,
      target: (port) => ({ kind: 'vsock', cid, port }),
    }));
}

/** QEMU's machines in the background, and what other commands of this user hold. */
async function localEnclaves(): Promise<readonly FoundEnclave[]> {
  const machines = (await new EnclaveRegistry().lives()).flatMap(({ running, record }): FoundEnclave[] => {
    const { name, machine } = record;
    if (!running || machine === undefined) return [];
    const { cid, directory } = machine;
    return [{ launcher: 'qemu', cid, name, target: (port) => qemuTarget(directory, port) }];
  });
  const noted = (await notedEnclaves()).map(
    ({ launcher, cid, directory }): FoundEnclave => ({
      launcher,
      cid,
      target: (port) =>
        launcher === 'qemu'
          ? qemuTarget(directory, port)
          : { kind: 'unix', path: join(directory, String(port)) },
    }),
  );
  return [...machines, ...noted];
}

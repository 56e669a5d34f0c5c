/** The enclaves of nitro-cli beside our own. */
import { existsSync } from 'node:fs';
import { NitroCli } from '../launcher/nitro-cli.ts';
import type { EnclaveFacts } from './enclave-facts.ts';
import { NITRO_DEVICE } from './machine-options.ts';

/** None where nothing says that nitro-cli is to be expected: who has no hardware need not have it. */
export async function nitroEnclaves(cli: NitroCli = new NitroCli()): Promise<readonly EnclaveFacts[]> {
  const expected = existsSync(NITRO_DEVICE) || (process.env.NITRO_CLI ?? '') !== '';
  return expected ? (await cli.describe()).map((enclave) => ({ ...enclave, Launcher: 'nitro' })) : [];
}

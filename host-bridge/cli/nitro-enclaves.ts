/** The enclaves of nitro-cli beside our own. */
import { NitroCli } from '../launcher/nitro-cli.ts';
import { describedEnclaves } from '../launcher/running-enclaves.ts';
import type { EnclaveFacts } from './enclave-facts.ts';

/** None where nothing says that nitro-cli is to be expected: who has no hardware need not have it. */
export async function nitroEnclaves(cli: NitroCli = new NitroCli()): Promise<readonly EnclaveFacts[]> {
  return (await describedEnclaves(cli)).map((enclave) => ({ ...enclave, Launcher: 'nitro' }));
}

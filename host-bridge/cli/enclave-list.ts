/** `truce enclave list`: what runs in the background, in the form of `nitro-cli describe-enclaves`. */
import type { Command } from 'commander';
import { EnclaveRegistry } from '../launcher/enclave-registry.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { type EnclaveFacts, factsOfMachine } from './enclave-facts.ts';
import { nitroEnclaves } from './nitro-enclaves.ts';
import { textTable } from './text-table.ts';

export function registerEnclaveList(enclave: Command, io: CommandIo): void {
  enclave
    .command('list')
    .description('list the enclaves that run in the background')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const facts = [...(await machines()), ...(await nitroEnclaves())];
      if (json) printJson(io, facts);
      else if (facts.length === 0) io.stdout.write('no enclave runs\n');
      else io.stdout.write(table(facts));
    });
}

async function machines(): Promise<readonly EnclaveFacts[]> {
  const lives = await new EnclaveRegistry().lives();
  return lives
    .filter(({ running, record }) => running && record.machine !== undefined)
    .map((life) => factsOfMachine(life));
}

function table(facts: readonly EnclaveFacts[]): string {
  const rows = facts.map((one) => [
    printable(one.EnclaveName),
    one.Launcher,
    one.State,
    one.Flags === 'NONE' ? '' : printable(one.Flags),
    String(one.EnclaveCID),
    String(one.NumberOfCPUs),
    `${one.MemoryMiB} MiB`,
    String(one.ProcessID),
  ]);
  return textTable(['name', 'launcher', 'state', 'flags', 'CID', 'CPUs', 'memory', 'process'], rows);
}

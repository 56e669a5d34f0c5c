/** `truce enclave ...`. */
import { type Command, Option } from 'commander';
import { findInstallation } from '../launcher/installation.ts';
import { measurementsJson, measureRuntime } from '../launcher/measurement.ts';
import { type CommandIo, printJson } from './command-io.ts';

export function registerEnclaveCommands(program: Command, io: CommandIo): void {
  const enclave = program.command('enclave').description('look at enclaves');
  enclave
    .command('describe')
    .description("print an enclave's measurements, PCR0 to PCR2, in nitro-cli's form")
    .addOption(launcherOption())
    .option('--json', 'JSON is what it prints in any case')
    .action(async () => {
      printJson(io, measurementsJson(await measureRuntime(findInstallation().runtimeDirectory)));
    });
}

/** Where the enclave runs. */
export function launcherOption(): Option {
  return new Option('--launcher <launcher>', 'where the enclave runs')
    .choices(['process'])
    .default('process');
}

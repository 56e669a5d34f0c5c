/** `truce enclave describe`: what an image is and whether it is whole, or the measurements of the process launcher. */
import { type Command, Option } from 'commander';
import { inspectEif } from '../../eif/describe.ts';
import { readImageFile } from '../../eif/image-file.ts';
import { findInstallation } from '../launcher/installation.ts';
import { measurementsJson, measureRuntime } from '../launcher/measurement.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';

interface DescribeOptions {
  readonly eif?: string;
}

export function registerEnclaveDescribe(enclave: Command, io: CommandIo): void {
  const command = enclave
    .command('describe')
    .description(
      "print what an image is and measures, in nitro-cli's form; without an image, PCR0 to PCR2 here",
    )
    .argument('[image]', 'an enclave image of any builder')
    .addOption(new Option('--eif <file>', 'the same, as nitro-cli has it').conflicts('launcher'))
    .addOption(
      new Option('--launcher <launcher>', 'where an enclave without an image runs')
        .choices(['process'])
        .default('process'),
    )
    .option('--json', 'JSON is what it prints in any case');
  command.action(async (argument: string | undefined, { eif }: DescribeOptions) => {
    if (argument !== undefined && eif !== undefined)
      command.error('error: the image is named twice', { exitCode: 2, code: 'truce.usage' });
    const path = argument ?? eif;
    if (path !== undefined) await describeImage(path, io);
    else printJson(io, measurementsJson(await measureRuntime(findInstallation().runtimeDirectory)));
  });
}

/** Facts to stdout, whatever they are; then the first thing that is wrong ends the command. */
async function describeImage(path: string, io: CommandIo): Promise<void> {
  const { description, problems } = inspectEif(await readImageFile(path), Date.now());
  printJson(io, description);
  const [first, ...others] = problems;
  for (const { message, code } of others) io.stderr.write(`truce: ${printable(message)}\n  code: ${code}\n`);
  if (first !== undefined) throw first;
}

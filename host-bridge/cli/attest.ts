/** `truce attest`: asks the attestation service of enclaves on this machine, and verifies what it answers. */
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import type { ServiceExpectations } from '../attestation-client/verify-answer.ts';
import { type FoundEnclave, findEnclave, runningEnclaves } from '../launcher/running-enclaves.ts';
import { ask } from './attest-ask.ts';
import { type AttestOptions, addAttestOptions, modeOf } from './attest-options.ts';
import { AttestReport, describeEnclave } from './attest-report.ts';
import { verifierOptions } from './attestation-options.ts';
import type { CommandIo } from './command-io.ts';
import { ExitCode } from './failure.ts';
import { interruptible } from './interruption.ts';
import { checkTarget } from './whole-files.ts';

/** Where enclaves are found. */
export interface Discovery {
  /** All that run here. */
  running(): Promise<readonly FoundEnclave[]>;
  named(cid: number): Promise<FoundEnclave>;
}

const THIS_MACHINE: Discovery = { running: () => runningEnclaves(), named: findEnclave };

const EXAMPLES = `
Examples:
  truce attest --ping
  truce attest --status --json
  truce attest --verify --generate-key --pcr 0=HEX
  truce attest --attest --save document.b64

Exit status: 0 done, and of --verify: all are valid; 1 not so; 2 wrong usage.`;

/** @param exit takes the status where an enclave did not answer, or a document is not valid */
export function registerAttestCommand(
  program: Command,
  io: CommandIo,
  exit: (status: number) => void,
  discovery: Discovery = THIS_MACHINE,
): void {
  const command = program
    .command('attest')
    .description("ask an enclave's attestation service how it is, or for a document")
    .addHelpText('after', EXAMPLES);
  addAttestOptions(command).action(async (options: AttestOptions) => {
    const mode = modeOf(options, command);
    const expectations = await expectationsOf(options, command);
    if (options.save !== undefined) await checkTarget(options.save);
    await interruptible(async (signal) => {
      const enclaves = await select(options, discovery, io);
      const report = new AttestReport(options, expectations, io);
      if (mode === 'verify') report.warnOfAnyImage();
      // Side by side; told of in the order in which they were named.
      const outcomes = enclaves.map((enclave) => ask(enclave, mode, options, expectations, signal));
      for (const [index, outcome] of (await Promise.all(outcomes)).entries())
        if (!report.tell(enclaves[index]!, outcome)) exit(ExitCode.FAILED);
    });
  });
}

/** The enclaves that were named; else the first that runs, with a word on which that is. */
async function select(
  { cid }: AttestOptions,
  discovery: Discovery,
  { stderr }: CommandIo,
): Promise<readonly FoundEnclave[]> {
  if (cid !== undefined) return Promise.all(cid.map((one) => discovery.named(one)));
  const [first, ...others] = await discovery.running();
  if (first === undefined) throw new TruceError('ENCLAVE_NONE_RUNNING');
  stderr.write(`truce: asking ${describeEnclave(first)}\n`);
  if (others.length > 0)
    stderr.write(`truce: others run too, --cid N asks them: ${others.map(describeEnclave).join(', ')}\n`);
  return [first];
}

/** What cannot be meant is wrong usage, before anybody is asked. */
async function expectationsOf(options: AttestOptions, command: Command): Promise<ServiceExpectations> {
  const { nonce, userData, trustEmulator, ...trusted } = options;
  const resolved = await verifierOptions(trusted, command);
  return { ...resolved, ...(trustEmulator === undefined ? {} : { emulator: trustEmulator }) };
}

/** `truce attest`: asks the attestation service of enclaves on this machine, and verifies what it answers. */
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import type { ServiceExpectations } from '../attestation-client/verify-answer.ts';
import { type FoundEnclave, findEnclave, runningEnclaves } from '../launcher/running-enclaves.ts';
import { ask } from './attest-ask.ts';
import { serveLines } from './attest-daemon.ts';
import { withLaunchedEnclave } from './attest-launch.ts';
import { type AttestMode, type AttestOptions, addAttestOptions, modeOf } from './attest-options.ts';
import { AttestReport, describeEnclave } from './attest-report.ts';
import { verifierOptions } from './attestation-options.ts';
import type { CommandIo } from './command-io.ts';
import { ExitCode } from './failure.ts';
import { interruptible } from './interruption.ts';
import { checkTarget } from './whole-files.ts';

/** Where enclaves are found. */
export interface Discovery {
  /** All that run here. */
  running(signal: AbortSignal): Promise<readonly FoundEnclave[]>;
  named(cid: number): Promise<FoundEnclave>;
}

const THIS_MACHINE: Discovery = {
  running: (signal) => runningEnclaves(undefined, signal),
  named: findEnclave,
};

const EXAMPLES = `
Examples:
  truce attest --ping
  truce attest --status --json
  truce attest --verify --generate-key --pcr 0=HEX
  truce attest --attest --save document.b64
  truce attest --launch process --attest
  truce attest --launch app.eif --daemon

Exit status: 0 done, and of --verify: all are valid; 1 not so; 2 wrong usage.`;

/** @param exit takes the status where an enclave did not answer, or a document is not valid */
export function registerAttestCommand(
  program: Command,
  io: CommandIo,
  exit: (status: number) => void,
  discovery: Discovery = THIS_MACHINE,
  input: NodeJS.ReadableStream = process.stdin,
): void {
  const command = program
    .command('attest')
    .description("ask an enclave's attestation service how it is, or for a document")
    .addHelpText('after', EXAMPLES);
  addAttestOptions(command)
    .option(
      '--launch <process|file>',
      'start an enclave to ask, as a process or of an image, and stop it after',
    )
    .option('--daemon', 'take a request from each line of standard input, each with options of its own')
    .action(async (options: CommandOptions) => {
      const { launch, daemon = false } = options;
      checkCombination(options, command);
      // What cannot be meant is found before anything is started.
      const request = daemon ? undefined : await readRequest(options, command);
      await interruptible((signal) => {
        const serve = async (there: Discovery): Promise<void> => {
          if (request === undefined) await converse({ io, exit, discovery: there, input, signal });
          else if (!(await askAll(request, there, io, signal))) exit(ExitCode.FAILED);
        };
        if (launch === undefined) return serve(discovery);
        return withLaunchedEnclave(launch, io, signal, (enclave) =>
          serve({ ...discovery, running: async () => [enclave] }),
        );
      });
    });
}

interface CommandOptions extends AttestOptions {
  readonly launch?: string;
  readonly daemon?: boolean;
}

interface AttestRequest {
  readonly mode: AttestMode;
  readonly options: AttestOptions;
  readonly expectations: ServiceExpectations;
}

function checkCombination({ launch, daemon, cid }: CommandOptions, command: Command): void {
  const wrong = (message: string): never => command.error(`error: ${message}`, { exitCode: 2 });
  if (launch !== undefined && cid !== undefined)
    wrong('--launch starts the enclave that is asked: --cid names others');
  if (daemon !== true) return;
  const given = command.options.find(
    (option) =>
      !['launch', 'daemon'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given !== undefined) wrong(`--daemon takes its requests line by line, and ${given.long} with them`);
}

/** What cannot be meant is wrong usage, before anybody is asked. */
async function readRequest(options: AttestOptions, command: Command): Promise<AttestRequest> {
  const mode = modeOf(options, command);
  const expectations = await expectationsOf(options, command);
  if (options.save !== undefined) await checkTarget(options.save);
  return { mode, options, expectations };
}

/** Whether all of them answered, and well. */
async function askAll(
  { mode, options, expectations }: AttestRequest,
  discovery: Discovery,
  io: CommandIo,
  signal: AbortSignal,
): Promise<boolean> {
  const enclaves = await select(options, discovery, io, signal);
  const report = new AttestReport(options, expectations, io);
  if (mode === 'verify') report.warnOfAnyImage();
  // Side by side; told of in the order in which they were named.
  const outcomes = await Promise.all(
    enclaves.map((enclave) => ask(enclave, mode, options, expectations, signal)),
  );
  return outcomes.map((outcome, index) => report.tell(enclaves[index]!, outcome)).every((good) => good);
}

interface Conversation {
  readonly io: CommandIo;
  readonly exit: (status: number) => void;
  readonly discovery: Discovery;
  readonly input: NodeJS.ReadableStream;
  readonly signal: AbortSignal;
}

/** A request from each line, until they end. */
function converse({ io, exit, discovery, input, signal }: Conversation): Promise<void> {
  const prompt = input === process.stdin && process.stdin.isTTY === true;
  const register = (program: Command) => registerAttestCommand(program, io, exit, discovery);
  return serveLines({ input, prompt, signal, register, exit }, io);
}

/** The enclaves that were named; else the first that runs, with a word on which that is. */
async function select(
  { cid }: AttestOptions,
  discovery: Discovery,
  { stderr }: CommandIo,
  signal: AbortSignal,
): Promise<readonly FoundEnclave[]> {
  if (cid !== undefined) return Promise.all(cid.map((one) => discovery.named(one)));
  const [first, ...others] = await discovery.running(signal);
  if (first === undefined) throw new TruceError('ENCLAVE_NONE_RUNNING');
  stderr.write(`truce: asking ${describeEnclave(first)}\n`);
  if (others.length > 0)
    stderr.write(`truce: others run too, --cid N asks them: ${others.map(describeEnclave).join(', ')}\n`);
  return [first];
}

async function expectationsOf(options: AttestOptions, command: Command): Promise<ServiceExpectations> {
  const { nonce, userData, trustEmulator, ...trusted } = options;
  const resolved = await verifierOptions(trusted, command);
  return { ...resolved, ...(trustEmulator === undefined ? {} : { emulator: trustEmulator }) };
}

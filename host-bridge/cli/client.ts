/** `truce client`: one party's work in one session, after the enclave has proven itself. */
import type { Command } from 'commander';
import { type Check, type ConnectOptions, connect, type TruceSession } from '../client/index.ts';
import { EMULATOR_REMARK, trustOptions } from '../client/trust.ts';
import { type OperationFact, type OperationOptions, planOperations } from './client-operations.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { interruptible } from './interruption.ts';
import { readLocalFile } from './local-files.ts';
import { STANDARD_STREAM } from './local-transfer.ts';
import {
  collectAssignment,
  collectPcr,
  collectText,
  type HostPort,
  parseAddress,
  parseInstanceId,
} from './option-values.ts';
import { loadPolicyFile } from './policy-file.ts';
import { withProgress } from './progress.ts';

interface ClientOptions extends OperationOptions {
  readonly identity: string;
  readonly key: string;
  readonly address?: HostPort;
  readonly trustRoot?: readonly string[];
  readonly trustEmulator?: boolean;
  readonly pcr?: ReadonlyMap<number, Uint8Array>;
  readonly instance?: Uint8Array;
  readonly json?: boolean;
}

/** Certificates and keys are a few KiB. */
const LARGEST_PEM = 1 << 16;
/** How long a session that failed may take to close. */
const CLOSE_MILLISECONDS = 2000;

const ORDER = `
Whatever the order of the options, it is: programs, data, appended data, fed data, runs, pipelines, receipts, followed
files, results, listings, shutdown. One thing is done after the other: who runs a program and streams takes two sessions.
FILE - stands for standard input, or for standard output in --follow and --results. Nothing is sent before every check has passed.`;

export function registerClientCommand(program: Command, io: CommandIo): void {
  program
    .command('client')
    .description('take part in a policy: check the enclave, then send, run and receive')
    .argument('<policy>', 'the policy that the parties have agreed on')
    .requiredOption('--identity <file>', 'the certificate that the policy lists, PEM')
    .requiredOption('--key <file>', 'its private key, PEM')
    .option(
      '--address <host:port>',
      "where the relay is; the policy's veracruz_server_url unless told",
      parseAddress,
    )
    .option('--trust-root <file>', "accept this root, PEM, in place of AWS's; may be repeated", collectText)
    .option('--trust-emulator', "accept QEMU's unsigned documents, which prove nothing, and no others")
    .option('--pcr <n=hex>', 'demand this value of a register; may be repeated', collectPcr)
    .option('--instance <hex>', 'demand this very instance of the enclave', parseInstanceId)
    .option('--program <name=file>', 'send a program; may be repeated', collectAssignment)
    .option('--data <name=file>', 'send data; may be repeated', collectAssignment)
    .option('--append <name=file>', 'append data; may be repeated', collectAssignment)
    .option(
      '--feed <name=file>',
      'add what a file or pipe gives to a live file, as it comes, and end it; may be repeated',
      collectAssignment,
    )
    .option('--run <name>', 'run a program; may be repeated', collectText)
    .option('--pipeline <name>', 'run a pipeline of the policy; may be repeated', collectText)
    .option('--receipt <file>', 'receive the signed receipt of the last run or pipeline, of a failed one too')
    .option(
      '--receipt-of <name=file>',
      'receive the newest receipt of a run that wrote that file, or of that program; may be repeated',
      collectAssignment,
    )
    .option(
      '--follow <name=file>',
      'receive a live file, or stdout, as it grows, up to its end; may be repeated',
      collectAssignment,
    )
    .option('--results <name=file>', 'receive a file; may be repeated', collectAssignment)
    .option('--list <path>', 'list a directory; may be repeated', collectText)
    .option('--shutdown', 'end the enclave, for all parties')
    .option('--json', 'print checks and outcomes as JSON')
    .addHelpText('after', ORDER)
    .action(async (policy: string, options: ClientOptions, command: Command) => {
      requireMeaning(options, command);
      await interruptible((signal) => takePart(policy, options, io, signal));
    });
}

/** Standard input and output can be given away once each, and JSON needs the latter for itself; a receipt is of a run. */
function requireMeaning(options: ClientOptions, command: Command): void {
  const { program = [], data = [], append = [], feed = [], follow = [] } = options;
  const results = [...follow, ...(options.results ?? [])];
  const count = (files: readonly { readonly file: string }[]) =>
    files.filter(({ file }) => file === STANDARD_STREAM).length;
  if (count([...program, ...data, ...append, ...feed]) > 1) fail('standard input can be sent once');
  if (count(results) > 1) fail('standard output can take one result');
  if (options.receipt !== undefined && [...(options.run ?? []), ...(options.pipeline ?? [])].length === 0)
    fail('--receipt is of a --run or --pipeline; --receipt-of asks for those of others');
  if (count(results) === 1 && options.json) fail('a result and --json cannot both go to standard output');

  function fail(message: string): never {
    return command.error(`error: ${message}`, { exitCode: 2, code: 'truce.streams' });
  }
}

async function takePart(
  policyFile: string,
  options: ClientOptions,
  io: CommandIo,
  signal: AbortSignal,
): Promise<void> {
  // Facts go to stdout unless a result does.
  const received = [...(options.follow ?? []), ...(options.results ?? [])];
  const ownStdout = received.every(({ file }) => file !== STANDARD_STREAM);
  const say = (text: string) => {
    if (!options.json) (ownStdout ? io.stdout : io.stderr).write(`${printableLines(text)}\n`);
  };
  const remark = options.trustEmulator === true ? EMULATOR_REMARK : '';
  const settings = await connectOptions(policyFile, options, signal, (check) => say(describeCheck(check)));
  const operations = planOperations(options);
  const trust = trustOptions(settings.trust);
  const session = await withProgress(io, 'connecting', () => connect(settings));
  const facts: OperationFact[] = [];
  try {
    for (const operation of operations) {
      const fact = await withProgress(io, operation.label, (line) =>
        operation.perform({ session, signal, line, stdin: process.stdin, stdout: io.stdout, trust }),
      );
      facts.push(fact);
      say(fact.text.replace(/$/gm, remark));
    }
  } catch (error) {
    await closeWithin(session, CLOSE_MILLISECONDS);
    throw error;
  }
  await session.close();
  if (!options.json) return;
  const { instanceId } = session.facts;
  printJson(io, {
    ok: true,
    ...(options.trustEmulator === true ? { proven: false, remark: remark.trim() } : {}),
    instanceId,
    checks: session.checks,
    operations: facts.map(({ fields }) => fields),
  });
}

async function connectOptions(
  policyFile: string,
  options: ClientOptions,
  signal: AbortSignal,
  onProgress: (check: Check) => void,
): Promise<ConnectOptions> {
  const { policy } = await loadPolicyFile(policyFile);
  const text = async (path: string) => Buffer.from(await readLocalFile(path, LARGEST_PEM)).toString('utf8');
  const { trustRoot, trustEmulator, pcr, instance } = options;
  const { host, port } = options.address ?? policy.serverAddress;
  return {
    address: { host, port },
    policy: policy.text,
    identity: { certificate: await text(options.identity), key: await text(options.key) },
    trust: {
      ...(trustEmulator === true ? { emulator: true } : {}),
      ...(trustRoot === undefined ? {} : { roots: await Promise.all(trustRoot.map(text)) }),
      ...(pcr === undefined ? {} : { pcrs: pcr }),
      ...(instance === undefined ? {} : { instanceId: instance }),
    },
    signal,
    onProgress,
  };
}

async function closeWithin(session: TruceSession, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  // The failure that led here is what is reported.
  await Promise.race([session.close().catch(() => undefined), late]);
  clearTimeout(timer);
}

function describeCheck({ name, ok, detail }: Check): string {
  return `${ok ? 'checked' : 'FAILED'}  ${name.padEnd(12)} ${detail}`;
}

/** What is said comes in part from others; the lines are our own. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

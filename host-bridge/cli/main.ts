/**
 * `truce`: the one command line. Exit codes: 0 done, 1 failed, 2 wrong usage; of `truce exec` its program's. Every
 * command that prints facts takes `--json`; then stdout holds one JSON document, of a failure too.
 */
import { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { reportFailure } from './failure.ts';
import { programVersion } from './program-version.ts';
import { StandardOutput } from './standard-output.ts';

type Register = (program: Command, io: CommandIo, exit: (status: number) => void) => void;

/** In the order of the help text. Only what was asked for is loaded: all of them take longer than many a command. */
const commands: readonly (readonly [name: string, load: () => Promise<Register>])[] = [
  ['demo', async () => (await import('./demo.ts')).registerDemoCommand],
  ['serve', async () => (await import('./serve.ts')).registerServeCommand],
  ['client', async () => (await import('./client.ts')).registerClientCommand],
  ['policy', async () => (await import('./policy-commands.ts')).registerPolicyCommands],
  ['receipt', async () => (await import('./receipt-commands.ts')).registerReceiptCommands],
  ['verify', async () => (await import('./verify.ts')).registerVerifyCommand],
  ['attest', async () => (await import('./attest.ts')).registerAttestCommand],
  ['enclave', async () => (await import('./enclave.ts')).registerEnclaveCommands],
  [
    'proxy-attestation',
    async () => (await import('./proxy-attestation.ts')).registerProxyAttestationCommands,
  ],
  ['exec', async () => (await import('./exec-command.ts')).registerExecCommand],
];

async function main(): Promise<number> {
  const stdout = new StandardOutput(process.stdout);
  process.stderr.on('error', () => {});
  const io = { stdout, stderr: process.stderr };
  const program = new Command('truce')
    .description('WebAssembly programs inside enclaves, for parties who do not trust each other')
    .version(programVersion())
    .showHelpAfterError('(truce --help shows what there is)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => process.stderr.write(text),
    })
    .exitOverride();
  let exitCode = 0;
  const exit = (status: number): void => {
    exitCode = status;
  };
  const asked = commands.filter(([name]) => name === process.argv[2]);
  for (const [, load] of asked.length > 0 ? asked : commands) (await load())(program, io, exit);
  try {
    await program.parseAsync();
  } catch (error) {
    const json = process.argv.includes('--json') && !stdout.used;
    exitCode = reportFailure(error, io, { json, debug: (process.env.TRUCE_DEBUG ?? '') !== '' });
  }
  await new Promise<void>((resolve) => stdout.end(resolve));
  return exitCode;
}

// A session that does not close, or a signal's handler, must not keep a finished command alive.
process.exit(await main());

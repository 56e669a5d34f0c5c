/**
 * `truce`: the one command line. Exit codes: 0 done, 1 failed, 2 wrong usage; of `truce exec` its program's. Every
 * command that prints facts takes `--json`; then stdout holds one JSON document, of a failure too.
 */
import { Command } from 'commander';
import { registerAttestCommand } from './attest.ts';
import { registerClientCommand } from './client.ts';
import { registerDemoCommand } from './demo.ts';
import { registerEnclaveCommands } from './enclave.ts';
import { registerExecCommand } from './exec-command.ts';
import { reportFailure } from './failure.ts';
import { registerPolicyCommands } from './policy-commands.ts';
import { programVersion } from './program-version.ts';
import { registerProxyAttestationCommands } from './proxy-attestation.ts';
import { registerReceiptCommands } from './receipt-commands.ts';
import { registerServeCommand } from './serve.ts';
import { StandardOutput } from './standard-output.ts';
import { registerVerifyCommand } from './verify.ts';

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
  registerDemoCommand(program, io);
  registerServeCommand(program, io);
  registerClientCommand(program, io);
  registerPolicyCommands(program, io, exit);
  registerReceiptCommands(program, io);
  registerVerifyCommand(program, io, exit);
  registerAttestCommand(program, io, exit);
  registerEnclaveCommands(program, io);
  registerProxyAttestationCommands(program, io);
  registerExecCommand(program, io, exit);
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

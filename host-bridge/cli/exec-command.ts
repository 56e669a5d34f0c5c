/** `truce exec`: one program in the engine alone. No enclave and no parties; file system, rights, jail and limits are theirs. */
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import {
  type ExecDirectory,
  type ExecFailure,
  type ExecOutcome,
  type ExecOutput,
  type ExecSettings,
  execError,
} from '../../proto/exec.ts';
import type { LimitSettings } from '../../proto/limits.ts';
import type { ExecutionStrategy } from '../../proto/policy/model.ts';
import { findInstallation } from '../launcher/installation.ts';
import type { CommandIo } from './command-io.ts';
import { ExecEngine, openInput } from './exec-engine.ts';
import {
  collectArgument,
  collectDirectory,
  collectLimit,
  collectOutput,
  collectVariable,
  parseFile,
  parseFuel,
  parseSeed,
  parseTime,
} from './exec-options.ts';
import { interruptedStatus, statusOf } from './exec-status.ts';
import { ExitCode, reportFailure } from './failure.ts';
import { interruptible } from './interruption.ts';
import { writeLocalFile } from './local-files.ts';

interface ExecOptions {
  readonly dir?: readonly ExecDirectory[];
  readonly out?: readonly ExecOutput[];
  readonly env?: readonly string[];
  readonly stdin?: string;
  readonly clock?: boolean;
  readonly deterministic?: boolean;
  readonly seed?: string;
  readonly time?: bigint;
  readonly fuel?: number;
  readonly strategy: ExecutionStrategy;
  readonly limit?: LimitSettings;
  readonly strace?: boolean;
  readonly report?: string;
}

const ZERO_SEED = '00'.repeat(32);

const EXIT_STATUS = `
The exit status is the program's own. A trap ends with 134, used-up processor time with 152, memory with 137, wall clock
with 142, output or files with 153; one line on standard error says which. 1: it could not run, or a file could not be
copied; 2: wrong usage.`;

/** @param exit called with the command's exit status */
export function registerExecCommand(program: Command, io: CommandIo, exit: (status: number) => void): void {
  program
    .command('exec')
    .description('run a program in the engine alone, without an enclave: for those who write programs')
    .argument('<program>', 'the WebAssembly file', parseFile)
    .argument('[arguments...]', "the program's arguments, after --", collectArgument)
    .option(
      '--dir <host::guest[:rights]>',
      'give the program a copy of a file or folder; rights out of rwx or a number, all unless told; may be repeated',
      collectDirectory,
    )
    .option(
      '--out <guest::host>',
      'copy a file or folder of the program out when it has ended; may be repeated',
      collectOutput,
    )
    .option(
      '--env <name[=value]>',
      'set a variable of its environment, or take over ours; may be repeated, the last of a name holds',
      collectVariable,
    )
    .option('--stdin <file>', 'its standard input: a file, pipe or device; ours unless told', parseFile)
    .option('--clock', 'let it read clocks')
    .option(
      '--deterministic',
      'give the same for the same: random numbers from a seed, clocks of its own, no live input',
    )
    .option('--seed <hex>', 'the seed, 32 bytes: zeros unless told; implies --deterministic', parseSeed)
    .option(
      '--time <time>',
      'what its clocks start from: 1970 unless told; implies --deterministic',
      parseTime,
    )
    .option('--fuel <n>', 'end it after so many instructions', parseFuel)
    .addOption(
      new Option('--strategy <strategy>', 'Interpretation: the baseline compiler alone')
        .choices(['Interpretation', 'JIT'])
        .default('JIT'),
    )
    .option('--limit <name=n>', 'set a limit of LIMITS.md; may be repeated', collectLimit)
    .option('--strace', 'print each WASI call on standard error')
    .option('--report <file>', 'write how it ended to a file, as JSON', parseFile)
    .addHelpText('after', EXIT_STATUS)
    .action(async (path: string, args: readonly string[], options: ExecOptions) => {
      exit(await execute(path, args, options, io));
    });
}

async function execute(
  path: string,
  args: readonly string[],
  options: ExecOptions,
  io: CommandIo,
): Promise<number> {
  const { execProgram, runtimeDirectory } = findInstallation();
  const input = options.stdin === undefined ? undefined : openInput(options.stdin);
  const settings: ExecSettings = {
    program: path,
    childProgram: join(runtimeDirectory, 'executor-child.cjs'),
    args: [basename(path), ...args],
    env: options.env ?? [],
    directories: options.dir ?? [],
    outputs: options.out ?? [],
    ...(options.report === undefined ? {} : { report: options.report }),
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    clock: options.clock ?? false,
    ...determinismOf(options),
    ...(options.fuel === undefined ? {} : { fuel: options.fuel }),
    strategy: options.strategy,
    limits: options.limit ?? {},
    trace: options.strace ?? false,
  };
  const engine = new ExecEngine(execProgram, input);
  let outcome: ExecOutcome;
  try {
    outcome = await interruptible(
      (signal) => engine.run(settings, signal),
      () => engine.kill(),
    );
  } catch (error) {
    if (error instanceof TruceError && error.code === 'INTERRUPTED')
      return interruptedStatus(String(error.details.signal));
    throw error;
  }
  for (const failure of [outcome.error, outcome.outputError]) if (failure !== undefined) tell(failure, io);
  const status = statusOf(outcome);
  const { reportPlace, ...told } = outcome;
  // Without one a place was refused: what is there is to stay.
  if (reportPlace === undefined) return status;
  try {
    await writeLocalFile(reportPlace, `${JSON.stringify({ status, ...told }, undefined, 2)}\n`);
    return status;
  } catch (error) {
    reportFailure(error, io, { json: false, debug: false });
    return status === ExitCode.OK ? ExitCode.FAILED : status;
  }
}

function determinismOf({ deterministic, seed, time }: ExecOptions): Pick<ExecSettings, 'determinism'> {
  if (deterministic !== true && seed === undefined && time === undefined) return {};
  return { determinism: { seed: seed ?? ZERO_SEED, realtime: String(time ?? 0n) } };
}

function tell(failure: ExecFailure, io: CommandIo): void {
  reportFailure(execError(failure), io, { json: false, debug: false });
}

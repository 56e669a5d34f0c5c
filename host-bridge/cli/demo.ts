/** `truce demo`: the main job on the embedded default, every step shown. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { type CommandIo, printJson } from './command-io.ts';
import { createNarrator } from './demo-narrator.ts';
import { type DemoOptions, playDemo } from './demo-story.ts';
import { DemoTeller } from './demo-teller.ts';
import { interruptible } from './interruption.ts';

interface DemoCommandOptions {
  readonly json?: true;
  readonly keep?: string;
}

/** Failures leave the command as TruceError: DEMO_FAILED where the story ends otherwise than it should. */
export function registerDemoCommand(program: Command, io: CommandIo): void {
  program
    .command('demo')
    .description('three parties, one enclave on this machine, one answer: every step shown')
    .option('--json', 'print one JSON object instead of the story')
    .option('--keep <directory>', 'keep policy, keys, certificates, trust root and result there')
    .action(async (options: DemoCommandOptions) => {
      const keep = await keeperOf(options.keep);
      const silent = options.json === true;
      const narrator = createNarrator(io, { silent, colour: wantsColour(io) });
      const teller = new DemoTeller(narrator);
      const report = await interruptible((signal) => playDemo({ teller, signal, keep }));
      if (silent) printJson(io, report);
      if (!report.ok) throw new TruceError('DEMO_FAILED', { reason: 'the story did not end as it should' });
    });
}

/** Only for someone who looks, and does not mind: no-color.org. */
function wantsColour({ stdout }: CommandIo): boolean {
  return 'isTTY' in stdout && stdout.isTTY === true && !process.env.NO_COLOR;
}

/** Writes into a directory for this user alone, since keys are among what is kept; nowhere where none is named. */
async function keeperOf(directory: string | undefined): Promise<DemoOptions['keep']> {
  if (directory === undefined) return async () => {};
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(directory, cause);
  }
  return async (name, content) => {
    const path = join(directory, name);
    try {
      await writeFile(path, content, { mode: 0o600 });
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };
}

function unwritable(path: string, cause: unknown): TruceError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new TruceError('LOCAL_FILE_UNWRITABLE', { path, reason }, { cause });
}

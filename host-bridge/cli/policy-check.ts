/** `truce policy check FILE`: whether a runtime would accept the policy, and what in it looks like a slip. */
import type { Command } from 'commander';
import { TruceError } from '../../proto/errors.ts';
import { type CommandIo, printJson } from './command-io.ts';
import {
  type LoadedPolicy,
  loadPolicyFile,
  type PolicyFileOptions,
  parseTime,
  policyFacts,
  printWarnings,
} from './policy-file.ts';

export function registerPolicyCheck(policy: Command, io: CommandIo): void {
  policy
    .command('check')
    .description('check a policy against everything that a runtime demands')
    .argument('<file>', 'the policy')
    .option('--at <time>', 'check as of then instead of now', parseTime)
    .option('--json', 'print facts as JSON')
    .action(async (file: string, options: PolicyFileOptions) => {
      const loaded = await checked(file, options, io);
      if (options.json) printJson(io, { valid: true, ...policyFacts(loaded) });
      else printSummary(file, loaded, io);
    });
}

/** The policy; with `--json` a refusal is a fact as well, besides being the command's failure. */
async function checked(file: string, options: PolicyFileOptions, io: CommandIo): Promise<LoadedPolicy> {
  try {
    return await loadPolicyFile(file, options.at);
  } catch (error) {
    if (options.json && error instanceof TruceError) {
      const { code, message, details } = error;
      printJson(io, { valid: false, error: { code, message, details } });
    }
    throw error;
  }
}

function printSummary(file: string, { policy, hash }: LoadedPolicy, io: CommandIo): void {
  const { dialect, identities, programs, warnings } = policy;
  const counts = `identities: ${identities.length}, programs: ${programs.length}, warnings: ${warnings.length}`;
  io.stdout.write(`${file}: valid (dialect ${dialect}; ${counts})\n${hash}\n`);
  printWarnings(io, warnings);
}

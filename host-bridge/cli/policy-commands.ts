/** `truce policy ...`. */
import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { registerPolicyCheck } from './policy-check.ts';
import { registerPolicyDiff } from './policy-diff.ts';
import { registerPolicyGenerate } from './policy-generate.ts';
import { registerPolicyHash } from './policy-hash.ts';
import { registerPolicyShow } from './policy-show.ts';

/**
 * Failures leave the commands as TruceError, wrong usage as commander's own errors.
 * @param exit called with an exit status that is not a failure's
 */
export function registerPolicyCommands(
  program: Command,
  io: CommandIo,
  exit: (status: number) => void,
): void {
  const policy = program.command('policy').description('check, hash, show, compare and generate policies');
  registerPolicyCheck(policy, io);
  registerPolicyHash(policy, io);
  registerPolicyShow(policy, io);
  registerPolicyDiff(policy, io, exit);
  registerPolicyGenerate(policy, io);
}

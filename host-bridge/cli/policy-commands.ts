/** `truce policy ...`. */
import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import { registerPolicyCheck } from './policy-check.ts';
import { registerPolicyGenerate } from './policy-generate.ts';
import { registerPolicyHash } from './policy-hash.ts';
import { registerPolicyShow } from './policy-show.ts';

/** Failures leave the commands as TruceError, wrong usage as commander's own errors. */
export function registerPolicyCommands(program: Command, io: CommandIo): void {
  const policy = program.command('policy').description('check, hash, show and generate policies');
  registerPolicyCheck(policy, io);
  registerPolicyHash(policy, io);
  registerPolicyShow(policy, io);
  registerPolicyGenerate(policy, io);
}

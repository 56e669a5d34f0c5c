/** Policies of version 2 out of the parts that policies of tests are made of. */
import { type PolicyParts, policyText } from './policy-text.ts';

type Members = Readonly<Record<string, unknown>>;

/** `members` of the policy itself, such as live_files; `programs`: further members of programs, by their paths. */
export function versionTwoPolicy(
  parts: PolicyParts,
  members: Members,
  programs: Readonly<Record<string, Members>> = {},
): string {
  const policy = JSON.parse(policyText(parts));
  for (const program of policy.programs) Object.assign(program, programs[program.program_file_name]);
  return JSON.stringify({ version: 2, ...policy, ...members });
}

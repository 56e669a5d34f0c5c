/** Policies of version 2 that ask for receipts, out of the parts that policies of tests are made of. */
import { type PolicyParts, policyText } from './policy-text.ts';

export interface ReceiptPolicyOptions {
  readonly liveFiles?: readonly string[];
  /** Members of programs, by their paths. */
  readonly programs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function receiptPolicy(parts: PolicyParts, options: ReceiptPolicyOptions = {}): string {
  const policy = JSON.parse(policyText(parts));
  for (const program of policy.programs)
    Object.assign(program, options.programs?.[program.program_file_name]);
  return JSON.stringify({
    version: 2,
    ...policy,
    receipts: true,
    ...(options.liveFiles === undefined ? {} : { live_files: options.liveFiles }),
  });
}

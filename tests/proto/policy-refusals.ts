/**
 * Faulty policies, each the sample of a dialect with one change, and what reading them is refused with.
 */
import type { Test } from 'tap';
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { type Change, makeCertificate, NOW, seed004Policy, veracruzPolicy } from './policy-samples.ts';

export const [first, second, proxy] = await Promise.all([
  makeCertificate(),
  makeCertificate(),
  makeCertificate(),
]);

/** What reading a policy is refused with; undefined where it is read. */
export function refusal(text: string | Uint8Array): TruceError | undefined {
  try {
    parsePolicy(text, { now: NOW });
    return undefined;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return error;
  }
}

export type Case = [name: string, change: Change, code: ErrorCode, path: string];
const dialects = { seed: seed004Policy, veracruz: veracruzPolicy } as const;

/** Each change to a dialect's sample is refused with its code, at its path. */
export function check(t: Test, dialect: keyof typeof dialects, cases: readonly Case[]): void {
  for (const [name, change, code, path] of cases) {
    const policy = dialects[dialect](first, second, proxy);
    change(policy);
    const error = refusal(JSON.stringify(policy));
    t.equal(error?.code, code, `${dialect}: ${name}`);
    t.equal(error?.details.path, path, `${dialect}: ${name}`);
    t.ok(error?.message.startsWith(`${path}`), 'the message begins with the place');
  }
}

/** The policy of docs/policy.md with real certificates, and what becomes of it with a change. */
import { TruceError } from '../../proto/errors.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { type Change, makeCertificate, NOW, put, truce2Policy } from './policy-samples.ts';

export const YEAR = 365 * 86_400_000;
const certificates = await Promise.all([1, 2, 3, 4].map(() => makeCertificate(NOW - YEAR, NOW + 12 * YEAR)));
export const [owner, camera, viewer, root] = certificates;

export function parse(change: Change = () => {}): Policy {
  const policy = truce2Policy(certificates);
  change(policy);
  return parsePolicy(JSON.stringify(policy), { now: NOW });
}

/** Why a changed policy is refused; undefined where it is not. */
export function refusal(change: Change): TruceError | undefined {
  try {
    parse(change);
    return undefined;
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return error;
  }
}

/** A change to a field of its only program. */
export const program = (name: string, value: unknown): Change => put(value, 'programs', 0, name);

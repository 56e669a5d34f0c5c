/** What the demo found out, as facts, and whether all of it is as it should be. */
import { type FittedLine, sameLine } from './demo-files.ts';

/** One thing a party's client verified before it sent anything. */
export interface DemoCheck {
  readonly party: string;
  readonly name: string;
  readonly detail: string;
}

/** One thing that someone tried and must not be able to do. */
export interface DemoAttempt {
  readonly party: string;
  readonly attempt: string;
  /** The code of the error that refused it; undefined where it went through. */
  readonly code: string | undefined;
  /** Codes that are a right refusal: an error of another kind proves nothing. */
  readonly expected: readonly string[];
  readonly message: string;
}

export interface DemoReport {
  readonly ok: boolean;
  /** What the reader got. */
  readonly result: FittedLine;
  /** SHA-256 of the policy's text. */
  readonly policyHash: string;
  readonly instanceId: string;
  /** Hexadecimal, by index. */
  readonly pcrs: Readonly<Record<string, string>>;
  readonly checks: readonly DemoCheck[];
  readonly refused: readonly DemoAttempt[];
  /** Milliseconds, by step. */
  readonly timings: Readonly<Record<string, number>>;
}

export function wasRefused(attempt: DemoAttempt): boolean {
  return attempt.code !== undefined && attempt.expected.includes(attempt.code);
}

/** Completes the report: ok only where the answer is right, every attempt was refused and every party has checked. */
export function judge(
  facts: Omit<DemoReport, 'ok'>,
  expected: { readonly line: FittedLine; readonly parties: readonly string[]; readonly attempts: number },
): DemoReport {
  const checked = expected.parties.every((party) => facts.checks.some((check) => check.party === party));
  const refused = facts.refused.length === expected.attempts && facts.refused.every(wasRefused);
  return { ok: checked && refused && sameLine(facts.result, expected.line), ...facts };
}

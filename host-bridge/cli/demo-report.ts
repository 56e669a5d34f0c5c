/** What the demo found out, as facts, and whether all of it is as it should be. */
import { TruceError } from '../../proto/errors.ts';
import { RemoteError } from '../client/index.ts';
import { type FittedLine, sameLine } from './demo-files.ts';

/** One thing a party's client verified before it sent anything. */
export interface DemoCheck {
  readonly party: string;
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** One thing that someone tried and must not be able to do. */
export interface DemoAttempt {
  readonly party: string;
  readonly attempt: string;
  /** The code of the error that refused it; null where it went through. */
  readonly code: string | null;
  /** The code of the right refusal: an error of another kind proves nothing. */
  readonly expected: string;
  readonly message: string;
}

export interface DemoReport {
  readonly ok: boolean;
  /** What the reader got. */
  readonly result: FittedLine;
  /** SHA-256 of the policy's text. */
  readonly policyHash: string;
  readonly instanceId: string;
  /** Hexadecimal by index: what the enclave's document proved. */
  readonly pcrs: Readonly<Record<string, string>>;
  readonly checks: readonly DemoCheck[];
  readonly refused: readonly DemoAttempt[];
  /** Milliseconds, by step. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Does what must not be possible, and says how it ended. Errors that refuse nothing (an abort) go on to the caller. */
export async function attempt(
  party: string,
  what: string,
  expected: string,
  work: () => Promise<unknown>,
): Promise<DemoAttempt> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof TruceError)) throw error;
    return { party, attempt: what, code: codeOf(error), expected, message: error.message };
  }
  return { party, attempt: what, code: null, expected, message: 'it went through' };
}

/** What the enclave said, where the client only passes on that it was turned away. */
function codeOf(error: RemoteError | TruceError): string {
  const passedOn =
    error instanceof TruceError && error.code === 'CLIENT_REFUSED' ? error.details.code : undefined;
  return typeof passedOn === 'string' ? passedOn : error.code;
}

export function wasRefused({ code, expected }: DemoAttempt): boolean {
  return code === expected;
}

export interface DemoExpectations {
  readonly line: FittedLine;
  /** Who must have checked the enclave. */
  readonly parties: readonly string[];
  /** How many attempts there must have been. */
  readonly attempts: number;
}

/** What is not as it should be, in words; nothing where all is well. */
export function faults(facts: Omit<DemoReport, 'ok'>, expected: DemoExpectations): string[] {
  const { checks, refused, result } = facts;
  const found = [
    ...expected.parties
      .filter((party) => !checks.some((check) => check.party === party))
      .map((party) => `${party} checked nothing`),
    ...checks.filter(({ ok }) => !ok).map(({ party, name }) => `${party}: the check '${name}' failed`),
    ...refused
      .filter((each) => !wasRefused(each))
      .map(
        (each) => `${each.party} ${each.attempt}: ${each.code ?? each.message} instead of ${each.expected}`,
      ),
  ];
  if (refused.length !== expected.attempts)
    found.push(`${refused.length} attempts instead of ${expected.attempts}`);
  if (!sameLine(result, expected.line)) found.push('the answer is wrong');
  return found;
}

/** Measures steps, on a clock that nobody sets. */
export class Stopwatch {
  readonly #timings = new Map<string, number>();
  readonly #start = performance.now();

  /** Milliseconds by step, and in all. */
  get timings(): Readonly<Record<string, number>> {
    return { ...Object.fromEntries(this.#timings), total: Math.round(performance.now() - this.#start) };
  }

  async time<T>(step: string, work: Promise<T>): Promise<T> {
    const start = performance.now();
    const value = await work;
    this.#timings.set(step, Math.round(performance.now() - start));
    return value;
  }
}

/** The demo's story in words: what the narrator's lines say. */
import { basename } from 'node:path';
import type { Check } from '../client/index.ts';
import type { DemoEnclave } from './demo-enclave.ts';
import { countRows, type DemoFiles } from './demo-files.ts';
import type { Narrator } from './demo-narrator.ts';
import { demoPaths } from './demo-policy.ts';
import { type DemoAttempt, type DemoReport, wasRefused } from './demo-report.ts';

const SHOWN_DIGITS = 16;

export class DemoTeller {
  readonly #narrator: Narrator;
  #checksTold = 0;

  constructor(narrator: Narrator) {
    this.#narrator = narrator;
  }

  during<T>(what: string, work: Promise<T>): Promise<T> {
    return this.#narrator.during(what, work);
  }

  parties({ program, fertility, lifeExpectancy }: DemoFiles): void {
    const narrator = this.#narrator;
    narrator.title('Two owners’ figures, one line through them: nobody shows anybody else a row');
    narrator.section('Parties');
    narrator.fact('institute', `brings the program ${basename(demoPaths.program)}, ${kib(program)}`);
    narrator.fact('registry', `brings ${countRows(fertility)} rows: children per woman by country and year`);
    narrator.fact(
      'ministry',
      `brings ${countRows(lifeExpectancy)} rows: life expectancy; runs it, reads the answer`,
    );
  }

  enclave({ address, pcrs }: DemoEnclave, milliseconds: number): void {
    const narrator = this.#narrator;
    narrator.section(
      'Enclave',
      `a process here, with a simulated secure module: the real thing but for the hardware`,
    );
    narrator.fact(
      'started',
      `in ${milliseconds} ms; clients come through the relay at ${address.host}:${address.port}`,
    );
    const pcr0 = pcrs.get(0);
    narrator.fact(
      'measured',
      `PCR0 ${pcr0 === undefined ? 'is missing' : short(Buffer.from(pcr0).toString('hex'))}`,
    );
  }

  policy(hash: string): void {
    this.#narrator.fact('policy', `SHA-256 ${short(hash)}, read and agreed to by all three`);
  }

  /** The first party's checks one by one; the others make the same. */
  checks(party: string, checks: readonly Check[]): void {
    const narrator = this.#narrator;
    if (this.#checksTold === 0) {
      narrator.section('Checks', 'what each party’s client verifies before it sends a byte');
      for (const { name, ok, detail } of checks) narrator.step(ok ? 'done' : 'wrong', name, shorten(detail));
      this.#checksTold = checks.length;
      return;
    }
    const passed = checks.filter(({ ok }) => ok).length;
    narrator.step(passed === this.#checksTold ? 'done' : 'wrong', party, `made the same ${passed} checks`);
  }

  acts(): void {
    this.#narrator.section('Acts', '✓ done   ✗ tried and refused');
  }

  act(party: string, verb: string, path: string, outcome: string): void {
    this.#narrator.step('done', party, `${verb} ${path}`, outcome);
  }

  /** Gives the attempt back. */
  attempt(attempt: DemoAttempt): DemoAttempt {
    const { party, code } = attempt;
    const outcome =
      code === null ? 'NOT REFUSED' : wasRefused(attempt) ? code : `${code}: ${attempt.message}`;
    this.#narrator.step(wasRefused(attempt) ? 'refused' : 'wrong', party, attempt.attempt, outcome);
    return attempt;
  }

  end({ result, timings }: DemoReport, faults: readonly string[]): void {
    const narrator = this.#narrator;
    const { n, slope, intercept, r2 } = result;
    const sign = slope < 0 ? '-' : '+';
    narrator.section(
      'Answer',
      `life expectancy = ${intercept.toFixed(2)} ${sign} ${Math.abs(slope).toFixed(2)} × children per woman`,
    );
    narrator.fact('', `r² ${r2.toFixed(3)} over the ${n} rows that both have`);
    for (const fault of faults) narrator.step('wrong', 'fault', fault);
    if (faults.length === 0)
      narrator.step('done', 'the same', 'as computed outside from both files, by another method');
    narrator.step(
      'done',
      'removed',
      `everything that was started, after ${((timings.total ?? 0) / 1000).toFixed(1)} s`,
    );
  }
}

function kib(bytes: Uint8Array): string {
  return `${Math.round(bytes.length / 1024)} KiB`;
}

function short(hex: string): string {
  return `${hex.slice(0, SHOWN_DIGITS)}…`;
}

/** Long hashes fill a line and nobody reads them; `--json` has them whole. */
function shorten(text: string): string {
  return text.replace(/\b[0-9a-f]{33,}\b/g, short);
}

/** Tells how tests went over the console, in TAP's manner, and reads it again on the host's side. */
import { writeSync } from 'node:fs';

export interface Check {
  readonly name: string;
  /** Throws where the machine is otherwise. */
  run(): void | Promise<void>;
}

export interface GuestResults {
  readonly passed: number;
  readonly failed: number;
  /** Names of those that failed. */
  readonly failures: readonly string[];
  /** What the guest told by name, such as PCR0. */
  readonly facts: ReadonlyMap<string, string>;
}

/** Under emulation, on a busy machine; a check that takes longer hangs. */
const CHECK_MILLISECONDS = 60_000;

export class Report {
  #passed = 0;
  #failed = 0;

  /** Runs checks one after the other; one that hangs has failed. */
  async run(group: string, checks: readonly Check[]): Promise<void> {
    for (const { name, run } of checks) {
      const title = `${group}: ${name}`;
      try {
        await inTime(run);
        this.#passed++;
        say(`ok ${this.#count} - ${title}`);
      } catch (error) {
        this.#failed++;
        say(`not ok ${this.#count} - ${title}`);
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        for (const line of text.split('\n').slice(0, 12)) say(`  ${line}`);
      }
    }
  }

  /** Something for the host to compare. */
  fact(name: string, value: string): void {
    say(`# ${name}=${value}`);
  }

  end(): void {
    say(`guest tests: ${this.#passed} passed, ${this.#failed} failed`);
  }

  get #count(): number {
    return this.#passed + this.#failed;
  }
}

/** What a console says; undefined where the guest never came to its end. */
export function readReport(console: string): GuestResults | undefined {
  const lines = console.split(/\r?\n/);
  const end = lines.map((line) => /^guest tests: (\d+) passed, (\d+) failed$/.exec(line)).find(Boolean);
  if (end === undefined || end === null) return undefined;
  return {
    passed: Number(end[1]),
    failed: Number(end[2]),
    failures: lines.flatMap((line) => /^not ok \d+ - (.*)$/.exec(line)?.[1] ?? []),
    facts: new Map(
      lines.flatMap((line) => {
        const [, name, value] = /^# (\w+)=(.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value] as const];
      }),
    ),
  };
}

async function inTime(run: Check['run']): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end in ${CHECK_MILLISECONDS} ms`)), CHECK_MILLISECONDS);
  });
  try {
    await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

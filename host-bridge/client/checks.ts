/** What a client has checked about an enclave, in the order of the checks, for people to read. */

export interface Check {
  /** What was checked, in a word or two. */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or why it failed. */
  readonly detail: string;
}

export type CheckListener = (check: Check) => void;

export class Checklist {
  readonly #checks: Check[] = [];
  readonly #listener: CheckListener | undefined;
  /** Stands behind every detail from the moment it is set. */
  remark = '';

  constructor(listener?: CheckListener) {
    this.#listener = listener;
  }

  get checks(): readonly Check[] {
    return [...this.#checks];
  }

  /** Records what `work` finds; a failure is recorded and goes on to the caller. */
  async run<T>(name: string, work: () => T | Promise<T>, describe: (value: T) => string): Promise<T> {
    let value: T;
    try {
      value = await work();
    } catch (error) {
      this.failed(name, error);
      throw error;
    }
    this.passed(name, describe(value));
    return value;
  }

  passed(name: string, detail: string): void {
    this.#record({ name, ok: true, detail: detail + this.remark });
  }

  failed(name: string, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    this.#record({ name, ok: false, detail: detail + this.remark });
  }

  #record(check: Check): void {
    this.#checks.push(check);
    this.#listener?.(check);
  }
}

/**
 * Which runs may go on side by side: those whose policy entries for writing do not overlap. The others wait their turn,
 * first come first served, in a queue that is bounded and that a caller can leave.
 */
import { TruceError } from '../../proto/errors.ts';

interface Waiting {
  readonly writes: readonly string[];
  readonly start: () => void;
}

/**
 * Ends a turn: others may write where it did. Its place among those that go on at once is free when `gone` is settled:
 * until then its process may hold the memory that was planned for it.
 */
export type Leave = (gone?: Promise<unknown>) => void;

export class RunQueue {
  readonly #atOnce: number;
  readonly #queued: number;
  /** By turn, not by what they write: runs of one program share that. */
  readonly #active = new Set<Waiting>();
  readonly #waiting: Waiting[] = [];
  /** Runs that are over, and whose processes are not. */
  #ending = 0;

  /** `atOnce` runs go on together, `queued` more may wait. */
  constructor(atOnce: number, queued: number) {
    this.#atOnce = atOnce;
    this.#queued = queued;
  }

  get running(): number {
    return this.#active.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves, when the run may start, to the function that ends its turn. @throws TruceError RUN_QUEUE_FULL; rejects with the signal's reason */
  enter(writes: readonly string[], signal: AbortSignal | undefined): Promise<Leave> {
    signal?.throwIfAborted();
    // One that need not wait takes no place in the queue, however full it is.
    if (this.#waiting.length >= this.#queued && !this.#mayStart(writes))
      throw new TruceError('RUN_QUEUE_FULL', { limit: this.#queued });
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        writes,
        start: () => {
          signal?.removeEventListener('abort', leave);
          this.#active.add(entry);
          resolve((gone) => {
            this.#active.delete(entry);
            if (gone !== undefined) this.#endWith(gone);
            this.#advance();
          });
        },
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal?.reason);
        this.#advance();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(entry);
      this.#advance();
    });
  }

  #endWith(gone: Promise<unknown>): void {
    this.#ending++;
    void gone.finally(() => {
      this.#ending--;
      this.#advance();
    });
  }

  get #full(): boolean {
    return this.#active.size + this.#ending >= this.#atOnce;
  }

  #mayStart(writes: readonly string[]): boolean {
    if (this.#full) return false;
    return ![...this.#active, ...this.#waiting].some((other) => overlap(other.writes, writes));
  }

  /** Starts what may start; one that waits holds up those behind it that would write where it will. */
  #advance(): void {
    const ahead = [...this.#active];
    for (const entry of [...this.#waiting]) {
      if (this.#full) return;
      if (ahead.some((other) => overlap(other.writes, entry.writes))) {
        ahead.push(entry);
        continue;
      }
      ahead.push(entry);
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      entry.start();
    }
  }
}

function overlap(left: readonly string[], right: readonly string[]): boolean {
  return left.some((a) => right.some((b) => covers(a, b) || covers(b, a)));
}

function covers(outer: string, inner: string): boolean {
  return outer === inner || outer === '/' || inner.startsWith(`${outer}/`);
}

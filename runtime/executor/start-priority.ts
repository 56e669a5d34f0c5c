/**
 * Children that nobody waits for yet start behind everything that runs: starting takes a whole processor for a while, and
 * a program's time must not depend on how many of them are being replaced.
 */
import { readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** A tenth of the weight of what runs beside it. Source: Linux kernel/sched/core.c, sched_prio_to_weight. */
const BEHIND = 10;
const HIGHEST = -20;
const LOWEST = 19;

export class StartPriority {
  readonly #usual = getPriority();

  /** Undefined where what is lowered could not be raised again: that takes a privilege, which only trying it tells. */
  static open(): StartPriority | undefined {
    const found = new StartPriority();
    try {
      setPriority(Math.max(found.#usual - 1, HIGHEST));
    } catch (error) {
      if (systemCode(error) === 'EACCES' || systemCode(error) === 'EPERM') return undefined;
      throw error;
    }
    setPriority(found.#usual);
    return found;
  }

  /** To be called before the process has threads: they are made with what it has. */
  lower(pid: number): void {
    ifThere(() => setPriority(pid, Math.min(this.#usual + BEHIND, LOWEST)));
  }

  /** Gives all threads of the process what this one has. */
  restore(pid: number): void {
    // What a thread of it starts meanwhile has what that thread had: so the first one goes first.
    ifThere(() => {
      setPriority(pid, this.#usual);
      for (const thread of readdirSync(`/proc/${pid}/task`))
        ifThere(() => setPriority(Number(thread), this.#usual));
    });
  }
}

/** A process, or a thread of it, may have ended meanwhile. */
function ifThere(work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && systemCode(error) !== 'ESRCH') throw error;
  }
}

/** node:os tells its errors in a field of their own. */
function systemCode(error: unknown): string | undefined {
  return (error as { readonly info?: { readonly code?: string } }).info?.code;
}

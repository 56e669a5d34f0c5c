/** What Linux says of processes: who descends from whom, and who is still there. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  /** The JavaScript that it runs, '' where it runs none. */
  readonly script: string;
}

/** Everything that `pid` has started, and what that has started, in the order of process ids. */
export function descendants(pid: number): ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const found = new Set([pid]);
  // A child may have a lower id than its parent, where ids have started over.
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  found.delete(pid);
  return all.filter((one) => found.has(one.pid)).sort((one, other) => one.pid - other.pid);
}

/** Of these descendants, those that run a script of that name. */
export function descendantsRunning(pid: number, script: string): number[] {
  return descendants(pid)
    .filter((one) => one.script.endsWith(`/${script}`))
    .map((one) => one.pid);
}

/** A zombie that nobody has reaped yet is as good as gone. */
export function isAlive(pid: number): boolean {
  const facts = read(pid);
  return facts !== undefined && facts.state !== 'Z';
}

/** Settles when all are gone; a test that waits in vain is ended by its time limit. */
export async function gone(...pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await delay(10);
}

function read(pid: number): ProcessFacts | undefined {
  try {
    // The name in parentheses may hold anything: what follows the last one counts (proc_pid_stat(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return { pid, parent: Number(parent), state, script: args.find((one) => /\.c?js$/.test(one)) ?? '' };
  } catch {
    return undefined;
  }
}

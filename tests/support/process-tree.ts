/** Who descends from whom, out of /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Process ids of all living descendants. */
export function descendants(ancestor: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat !== undefined && stat.state !== 'Z') parents.set(pid, stat.parent);
  }
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return [...parents.keys()].filter(descends);
}

/** Whether it still runs: a zombie does not. */
export function isRunning(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
}

/** Resolves when none of them runs any more; a test's own time limit ends the wait. */
export async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** What a process holds open, by descriptor: a path, or `socket:[...]` and the like, alike for all who hold it. */
export function openDescriptors(pid: number): ReadonlyMap<number, string> {
  const directory = `/proc/${pid}/fd`;
  const held = new Map<number, string>();
  for (const name of readdirSync(directory)) {
    try {
      held.set(Number(name), readlinkSync(`${directory}/${name}`));
    } catch (error) {
      // Closed meanwhile, such as the one that the list was read by.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return held;
}

/** Source: proc_pid_stat(5); the name in parentheses may hold anything. */
function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

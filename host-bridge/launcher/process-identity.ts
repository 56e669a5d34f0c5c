/** Which process it is, beyond its number: numbers are used again, after a restart of the machine above all. */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** The boot's id and when in it the process began, in clock ticks. Source: proc_pid_stat(5), field 22; random(4). */
  readonly started: string;
}

const START_TIME_FIELD = 22;
/** The first field behind the name, which stands in parentheses and may hold anything. */
const FIELD_AFTER_NAME = 3;

/** Undefined where no such process runs; a zombie does not run any more. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const ticks = fields[START_TIME_FIELD - FIELD_AFTER_NAME] ?? '';
  return { pid, started: `${bootId()}:${ticks}` };
}

export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** Signals the process, or with it all of its group; false where it is not that process any more. */
export function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  whom: 'process' | 'group',
): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(whom === 'group' ? -identity.pid : identity.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

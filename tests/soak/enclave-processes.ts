/** What the processes of an enclave hold, as the kernel counts it. */
import { readdirSync, readFileSync } from 'node:fs';
import { descendants } from '../support/process-tree.ts';

export interface ProcessSize {
  readonly residentBytes: number;
  readonly descriptors: number;
}

/** Source: proc_pid_status(5); undefined for a process that is gone. */
export function processSize(pid: number): ProcessSize | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const resident = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
    if (resident === undefined) return undefined;
    return {
      residentBytes: Number(resident) * 1024,
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** The process that runs this file of the runtime's. */
export function processOf(ancestor: number, file: string): number {
  const found = [ancestor, ...descendants(ancestor)].find((pid) =>
    commandLine(pid).some((argument) => argument.endsWith(file)),
  );
  if (found === undefined) throw new Error(`no process of ${file}`);
  return found;
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

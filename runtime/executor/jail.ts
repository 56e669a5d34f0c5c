/**
 * The lock around an executor child, put on after everything is loaded and received and before a byte of the program is
 * looked at. From then on the process opens nothing, reaches nobody, starts nothing, and cannot undo any of it.
 */
import { openSync, readFileSync } from 'node:fs';
import { prepareStackLimit } from '../../native/engine-stack.ts';
import {
  dieWithParent,
  dropToUser,
  killAfterCpuTime,
  ResourceLimit,
  setDumpable,
  setNoNewPrivileges,
  setOutOfMemoryScore,
  setResourceLimit,
} from '../../native/process-control.ts';
import { prepareFilter } from '../../native/seccomp.ts';
import { TruceError } from '../../proto/errors.ts';
import { jailFilter } from './jail-filter.ts';

/** What a child may use from the lock on. */
export interface JailLimits {
  /** Bytes of private writable memory beyond what it holds already. */
  readonly dataBytes: number;
  /** How much of the main thread's stack a program may take; beyond it a call is a RangeError. */
  readonly stackBytes: number;
  /** Processor time of all its threads; the process ends with SIGXCPU when it is used up. */
  readonly cpuMilliseconds: number;
  /** Numbers of new descriptors stay below it. */
  readonly openFiles: number;
  /** Size to which it may write a file; sockets and pipes do not count. */
  readonly fileBytes: number;
}

/** Process ids stay below 2^22 (Linux PID_MAX_LIMIT), so that base plus process id is nobody else's. */
const USER_BASE = 0x70000000;
/** Room for the threads that V8 and libuv start late, in a user of one's own. */
const THREADS = 64;
/** Out of memory, the kernel takes these processes first. Source: proc_pid_oom_score_adj(5). */
const KILL_FIRST = 1000;
/** A second for the rounding, one for the signal to have its effect: the timer is to strike first. */
const CPU_BACKSTOP_SECONDS = 2;
/**
 * Address space beyond what there is: V8 reserves 10 GiB for a memory and its guards. Memory that is mapped but never
 * written is not in RLIMIT_DATA, yet reading it takes page tables (1/512 of it). It is far more than a program can have
 * taken: with none left, the kernel makes memory writable without a look at RLIMIT_DATA (mm/mprotect.c, mprotect_fixup).
 */
const ADDRESS_SPACE_BYTES = 256 * 2 ** 30;
const SYSTEM_FILE = '/dev/null';

const startedBy = process.ppid;
let prepared = false;
let limitStack: ReturnType<typeof prepareStackLimit> | undefined;
let installFilter: ReturnType<typeof prepareFilter> | undefined;

/**
 * The part of the lock that needs no limits and lets files still be opened: no privileges, a user of its own, first to
 * die when memory runs out, dead when its parent is. A warm child does it ahead of its job; lockDown does it otherwise.
 * @param uid user to become, where this process is root; by default one that no other living child has
 * @throws TruceError JAIL_FAILED
 */
export function prepareJail(uid?: number): void {
  if (prepared) return;
  failingClosed(() => {
    const { arch, pid } = process;
    if (arch !== 'x64' && arch !== 'arm64') throw new Error(`no filter for ${arch}`);
    installFilter = prepareFilter(jailFilter(arch, pid));
    setOutOfMemoryScore(KILL_FIRST);
    limitStack = prepareStackLimit();
    if (process.geteuid?.() === 0) {
      dropToUser(uid ?? USER_BASE + process.pid);
      // Counted by user: with a user of its own, it is this process's threads.
      setResourceLimit(ResourceLimit.NPROC, THREADS);
    }
    // After the change of user, which would take it back.
    dieWithParent();
    if (process.ppid !== startedBy) throw new Error('the process that started this one is gone');
    setNoNewPrivileges();
    setDumpable(false);
    setResourceLimit(ResourceLimit.CORE, 0);
  });
  prepared = true;
}

/**
 * Locks this process in, all its threads included, for good.
 * @throws TruceError JAIL_FAILED: nothing may run then; the process may be locked in part and is to be ended
 */
export function lockDown(limits: JailLimits): void {
  prepareJail();
  failingClosed(() => {
    if (!Number.isSafeInteger(limits.dataBytes) || limits.dataBytes <= 0) throw new RangeError('dataBytes');
    const { user, system } = process.cpuUsage();
    const cpuSeconds = Math.ceil((user + system) / 1e6 + limits.cpuMilliseconds / 1000);
    if (limitStack === undefined || installFilter === undefined) throw new Error('it is not prepared');
    limitStack(limits.stackBytes);
    setResourceLimit(ResourceLimit.FSIZE, limits.fileBytes);
    setResourceLimit(ResourceLimit.NOFILE, limits.openFiles);
    setResourceLimit(ResourceLimit.CPU, cpuSeconds + CPU_BACKSTOP_SECONDS);
    killAfterCpuTime(limits.cpuMilliseconds);
    const inUse = memoryInUse();
    setResourceLimit(ResourceLimit.AS, inUse.all + ADDRESS_SPACE_BYTES);
    setResourceLimit(ResourceLimit.DATA, inUse.data + limits.dataBytes);
    installFilter();
    // A lock that does not hold must never be taken for one.
    if (opens(SYSTEM_FILE)) throw new Error('the filter does not hold');
  });
}

function failingClosed(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new TruceError('JAIL_FAILED', { reason: (error as Error).message }, { cause: error });
  }
}

/** What RLIMIT_AS and RLIMIT_DATA count, in bytes. Source: proc_pid_status(5). */
function memoryInUse(): { all: number; data: number } {
  const status = readFileSync('/proc/self/status', 'latin1');
  const bytes = (field: RegExp): number => {
    const kilobytes = field.exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`/proc/self/status has no line like ${field.source}`);
    return Number(kilobytes) * 1024;
  };
  return { all: bytes(/^VmSize:\s*(\d+) kB$/m), data: bytes(/^VmData:\s*(\d+) kB$/m) };
}

function opens(path: string): boolean {
  try {
    openSync(path, 'r');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

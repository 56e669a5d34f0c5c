/** What a process may do to itself and its children: privileges, limits, signals, the end. */
import { readdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { checked, SystemError, uninterrupted } from './errno.ts';
import { kernelBuffer, lastErrno, libc } from './libc.ts';
import { childReaped } from './own-children.ts';

// Linux include/uapi/linux/prctl.h.
const PR_SET_PDEATHSIG = 1;
const PR_SET_DUMPABLE = 4;
const PR_SET_NO_NEW_PRIVS = 38;

/** Resources that setrlimit(2) bounds. Source: Linux include/uapi/asm-generic/resource.h. */
export const ResourceLimit = {
  CPU: 0,
  FSIZE: 1,
  DATA: 2,
  STACK: 3,
  CORE: 4,
  NPROC: 6,
  NOFILE: 7,
  AS: 9,
} as const;
export type ResourceLimit = (typeof ResourceLimit)[keyof typeof ResourceLimit];

// Linux include/uapi/linux/time.h and asm-generic/siginfo.h.
const CLOCK_PROCESS_CPUTIME_ID = 2;
const SIGEV_SIGNAL = 0;
const SIGEVENT_BYTES = 64;
const ITIMERSPEC_BYTES = 32;

// Linux include/uapi/asm-generic/fcntl.h.
const F_SETFD = 2;
const FD_CLOEXEC = 1;

const SIG_IGN = 1n;
const WNOHANG = 1;

/** From now on no exec gains privileges; the condition for a seccomp filter without CAP_SYS_ADMIN. */
export function setNoNewPrivileges(): void {
  checked('prctl', libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

/** Whether others of the same user may trace this process, read its memory, or have its core dumped. */
export function setDumpable(dumpable: boolean): void {
  checked('prctl', libc.prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0));
}

/**
 * Kills this process when the thread that started it ends. A change of user takes it back, so it comes after that; a
 * parent that is gone already must be found out by other means.
 */
export function dieWithParent(): void {
  checked('prctl', libc.prctl(PR_SET_PDEATHSIG, constants.signals.SIGKILL, 0, 0, 0));
}

/** Sets soft and hard limit of this process alike: what is lowered so cannot be raised without CAP_SYS_RESOURCE. */
export function setResourceLimit(resource: ResourceLimit, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('a limit is a whole number');
  const limit = kernelBuffer(16);
  const view = new DataView(limit.buffer);
  view.setBigUint64(0, BigInt(value), true);
  view.setBigUint64(8, BigInt(value), true);
  checked('prlimit', libc.prlimit(0, resource, limit, null));
}

/**
 * Gives up root for good: no supplementary groups, and one id for real, effective and saved user and group. All threads
 * follow, because the C library's functions (not the bare system calls) are used.
 */
export function dropToUser(id: number): void {
  if (!Number.isInteger(id) || id <= 0 || id >= 0xffffffff) throw new RangeError('a user id is 1 to 2^32-2');
  checked('setgroups', libc.setgroups(0, null));
  checked('setresgid', libc.setresgid(id, id, id));
  checked('setresuid', libc.setresuid(id, id, id));
}

/** -1000 (never) to 1000 (first): whom the kernel kills when memory runs out. Raising needs no privilege. */
export function setOutOfMemoryScore(score: number): void {
  writeFileSync('/proc/self/oom_score_adj', `${score}\n`);
}

/**
 * Sends this process SIGXCPU, which ends it, once all its threads together have used so much more processor time.
 * RLIMIT_CPU counts whole seconds and ends in SIGKILL, which tells nothing.
 */
export function killAfterCpuTime(milliseconds: number): void {
  if (!Number.isSafeInteger(milliseconds) || milliseconds <= 0) throw new RangeError('milliseconds');
  const event = kernelBuffer(SIGEVENT_BYTES);
  const eventView = new DataView(event.buffer);
  eventView.setInt32(8, constants.signals.SIGXCPU, true);
  eventView.setInt32(12, SIGEV_SIGNAL, true);
  const timer = kernelBuffer(8);
  checked('timer_create', libc.timer_create(CLOCK_PROCESS_CPUTIME_ID, event, timer));
  const setting = kernelBuffer(ITIMERSPEC_BYTES);
  const settingView = new DataView(setting.buffer);
  settingView.setBigInt64(16, BigInt(Math.floor(milliseconds / 1000)), true);
  settingView.setBigInt64(24, BigInt(milliseconds % 1000) * 1_000_000n, true);
  const handle = new DataView(timer.buffer).getBigUint64(0, true);
  checked('timer_settime', libc.timer_settime(handle, 0, setting, null));
}

/**
 * Takes away SIGUSR1, at which Node would open its inspector: with it, whoever may signal this process could run
 * JavaScript in it.
 */
export function disarmInspectorSignal(): void {
  libc.signal(constants.signals.SIGUSR1, SIG_IGN);
}

/**
 * No program that this process starts finds any of its descriptors from `first` on, but those that it is given. Node
 * marks the ones it was started with only up to the first gap above 15.
 * @throws SystemError
 */
export function closeOnExec(first: number): void {
  // Not close_range(2), whose flag for this came with Linux 5.11.
  for (const descriptor of readdirSync('/proc/self/fd').map(Number)) {
    if (descriptor < first || libc.fcntl(descriptor, F_SETFD, FD_CLOEXEC) !== -1) continue;
    const errno = lastErrno();
    // The one that read the list is closed again.
    if (errno !== constants.errno.EBADF) throw new SystemError('fcntl', errno);
  }
}

/** Leaves the terminal's session and process group: its signals are for others. Nothing where it leads a group already. */
export function startSession(): void {
  libc.setsid();
}

/** Ends the process here and now: no exit handlers, no flushing. Only the low eight bits count. */
export function exitNow(status: number): never {
  libc._exit(status & 0xff);
  throw new Error('unreachable: _exit returned');
}

/** @throws SystemError ESRCH where there is no such process (any more) */
export function killProcess(pid: number, signal: NodeJS.Signals): void {
  // 0 and negative numbers mean groups, and -1 everybody.
  if (!Number.isInteger(pid) || pid <= 0) throw new RangeError('a process id is positive');
  checked('kill', libc.kill(pid, constants.signals[signal]));
}

/** How a child of this process ended; exactly one of the two is a number. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: number | null;
}

/** Reaps a child that node:child_process does not know. Without `wait`: undefined while it still runs. */
export function reapChild(pid: number, options: { wait: boolean }): ExitStatus | undefined {
  if (!Number.isInteger(pid) || pid <= 0) throw new RangeError('a process id is positive');
  const status = kernelBuffer(4);
  const reaped = uninterrupted('waitpid', () => libc.waitpid(pid, status, options.wait ? 0 : WNOHANG));
  if (reaped === 0) return undefined;
  childReaped(pid);
  const value = new DataView(status.buffer).getInt32(0, true);
  // <sys/wait.h>: the low seven bits are the signal, the next byte the exit code.
  const signal = value & 0x7f;
  return signal === 0 ? { code: (value >> 8) & 0xff, signal: null } : { code: null, signal };
}

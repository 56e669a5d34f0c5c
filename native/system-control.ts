/** What the first process of a machine does for it: end it, reap what nobody else will, see to the console. */
import { checked, SystemError, uninterrupted } from './errno.ts';
import { kernelBuffer, lastErrno, libc, withAddresses } from './libc.ts';
import { closeDescriptor } from './unix-sockets.ts';

// Linux include/uapi/linux/reboot.h, random.h, wait.h and prctl.h.
const RB_AUTOBOOT = 0x01234567;
const GRND_NONBLOCK = 1;
const SYSTEM_CALLS = {
  x64: { getrandom: 318, finit_module: 313 },
  arm64: { getrandom: 278, finit_module: 273 },
} as const;
const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x01000000;
const PR_SET_CHILD_SUBREAPER = 36;
const EAGAIN = 11;
const ECHILD = 10;

/** siginfo_t of the 64-bit ABIs. Source: Linux include/uapi/asm-generic/siginfo.h. */
const SIGNAL_INFORMATION_BYTES = 128;
const SIGNAL_INFORMATION_PID = 16;

/**
 * Restarts the machine at once, which ends an enclave. Returns only where that fails.
 * @throws SystemError EPERM without CAP_SYS_BOOT
 */
export function restartMachine(): void {
  libc.sync();
  checked('reboot', libc.reboot(RB_AUTOBOOT));
}

/** Puts an open file in place of standard input, output and error. @throws SystemError */
export function replaceStandardStreams(descriptor: number): void {
  for (const stream of [0, 1, 2])
    if (descriptor !== stream) uninterrupted('dup3', () => libc.dup3(descriptor, stream, 0));
  if (descriptor > 2) closeDescriptor(descriptor);
}

/** Whether the kernel's random numbers have been seeded: until then whoever needs some would wait. */
export function randomIsSeeded(): boolean {
  const result = libc.syscall(systemCall('getrandom'), 0n, 0, GRND_NONBLOCK, 0, 0, 0);
  if (result !== -1) return true;
  const errno = lastErrno();
  if (errno === EAGAIN) return false;
  throw new SystemError('getrandom', errno);
}

/** Loads a kernel module from an open file, without parameters. @throws SystemError */
export function loadKernelModule(descriptor: number): void {
  const parameters = kernelBuffer(1);
  withAddresses([parameters], (parametersAt) =>
    checked('finit_module', libc.syscall(systemCall('finit_module'), descriptor, parametersAt!, 0, 0, 0, 0)),
  );
}

/** A child of this process that has ended and that nobody has reaped, left as it is. */
export function findEndedChild(): number | undefined {
  return waitFor(P_ALL, 0, WNOWAIT);
}

/** Reaps that very child, where it has ended; how it ended is of no interest. */
export function reapEndedChild(pid: number): void {
  if (!Number.isInteger(pid) || pid <= 0) throw new RangeError('a process id is positive');
  waitFor(P_PID, pid, 0);
}

/** Makes this process, in place of the machine's first one, the parent of its descendants whose own parents are gone. */
export function adoptOrphans(): void {
  checked('prctl', libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
}

function waitFor(kind: number, id: number, options: number): number | undefined {
  const information = kernelBuffer(SIGNAL_INFORMATION_BYTES);
  if (libc.waitid(kind, id, information, WEXITED | WNOHANG | options) === -1) {
    const errno = lastErrno();
    if (errno === ECHILD) return undefined;
    throw new SystemError('waitid', errno);
  }
  // Zero where children live and none has ended.
  const pid = new DataView(information.buffer).getInt32(SIGNAL_INFORMATION_PID, true);
  return pid === 0 ? undefined : pid;
}

function systemCall(name: 'getrandom' | 'finit_module'): number {
  const { arch } = process;
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`no ${name} for ${arch}`);
  return SYSTEM_CALLS[arch][name];
}

/** Processor time of other processes, as the kernel counts it: nothing that they say themselves. */
import { checked, SystemError } from './errno.ts';
import { kernelBuffer, libc } from './libc.ts';

/** Source: Linux include/uapi/linux/resource.h. */
const RUSAGE_CHILDREN = -1;
/** struct rusage: user and system time, each seconds and microseconds, then fourteen longs. */
const RUSAGE_BYTES = 144;

/** What all threads of a living process have used, microseconds. @throws SystemError ESRCH */
export function cpuTimeOf(pid: number): number {
  if (!Number.isInteger(pid) || pid <= 0) throw new RangeError('a process id is positive');
  const clock = kernelBuffer(4);
  const failure = libc.clock_getcpuclockid(pid, clock);
  // It answers with the error itself, not through errno.
  if (failure !== 0) throw new SystemError('clock_getcpuclockid', failure);
  const time = kernelBuffer(16);
  checked('clock_gettime', libc.clock_gettime(new DataView(clock.buffer).getInt32(0, true), time));
  const view = new DataView(time.buffer);
  return Number(view.getBigInt64(0, true)) * 1e6 + Math.round(Number(view.getBigInt64(8, true)) / 1000);
}

/** What all children of this process that have been reaped used in their lives, microseconds. */
export function cpuTimeOfReapedChildren(): number {
  const usage = kernelBuffer(RUSAGE_BYTES);
  checked('getrusage', libc.getrusage(RUSAGE_CHILDREN, usage));
  const view = new DataView(usage.buffer);
  const [userSeconds, userMicroseconds, systemSeconds, systemMicroseconds] = [0, 8, 16, 24].map((offset) =>
    Number(view.getBigInt64(offset, true)),
  ) as [number, number, number, number];
  return (userSeconds + systemSeconds) * 1e6 + userMicroseconds + systemMicroseconds;
}

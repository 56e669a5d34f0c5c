/** The clocks that a program with `enable_clock` sees. Imported: the global `process` is an accessor, called each time. */
import { cpuUsage, hrtime } from 'node:process';
import type { ProgramClock } from '../wasi/preview1.ts';

const MILLION = 1_000_000n;
const STARTED = hrtime.bigint();
const EPOCH =
  BigInt(Math.round(performance.timeOrigin * 1e6)) + BigInt(Math.round(performance.now() * 1e6)) - STARTED;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

export const programClock: ProgramClock = {
  realtime: () => EPOCH + hrtime.bigint(),
  monotonic: () => hrtime.bigint(),
  cpu: () => {
    const { user, system } = cpuUsage();
    return BigInt(user + system) * 1000n;
  },
  // Linux with high resolution timers answers 1 ns for the first two; CPU time is counted in microseconds here.
  resolution: (id) => (id <= 1 ? 1n : 1000n),
  sleepUntil: (deadline) => {
    for (let left = deadline - hrtime.bigint(); left > 0n; left = deadline - hrtime.bigint())
      Atomics.wait(sleeper, 0, 0, Number(left) / Number(MILLION));
  },
};

/** How far every reading of a stepped clock moves it on, in nanoseconds. */
const STEP = 1000n;
/** The largest `timestamp`. */
const LAST_TIME = 2n ** 64n - 1n;

/**
 * Clocks that only the program itself moves: each reading of any of them is a step, and a sleep is over at once, having
 * taken as long as it was to take. The monotonic clock and the CPU clocks begin at 0.
 * @param realtime nanoseconds since 1970 at the program's start
 */
export function steppedClock(realtime: bigint): ProgramClock {
  let elapsed = 0n;
  const upToLast = (time: bigint) => (time < LAST_TIME ? time : LAST_TIME);
  const read = () => {
    elapsed = upToLast(elapsed + STEP);
    return elapsed;
  };
  return {
    realtime: () => upToLast(realtime + read()),
    monotonic: read,
    cpu: read,
    resolution: () => STEP,
    sleepUntil: (deadline) => {
      if (deadline > elapsed) elapsed = deadline;
    },
  };
}

/**
 * `wasi:clocks` and `wasi:random`. A clock of 0.2 has no error to answer with: where the policy denies clocks, a component
 * may import them (every one that was made with a standard library does), and ends when it asks for the time.
 */
import { Clock } from '../abi.ts';
import { bytes, record, tuple, u32, u64 } from './canonical-types.ts';
import { ComponentTrap } from './guest-data.ts';
import { own } from './handle-types.ts';
import { type InterfaceFunctions, imported } from './imported-function.ts';
import { DATA_BYTES, type Preview1Calls } from './preview1-calls.ts';
import { Pollable } from './streams.ts';

const NANOSECONDS = 1_000_000_000n;
const LAST_TIME = 0xffffffffffffffffn;
/** More random bytes in one call than this have to be asked for in several. */
const MAXIMUM_RANDOM_BYTES = 64 << 20;

export const datetime = record({ seconds: u64, nanoseconds: u32 });

export function dateOf(nanoseconds: bigint): { seconds: bigint; nanoseconds: number } {
  return { seconds: nanoseconds / NANOSECONDS, nanoseconds: Number(nanoseconds % NANOSECONDS) };
}

export function wallClockInterface(calls: Preview1Calls): InterfaceFunctions {
  return {
    now: imported([], datetime, () => dateOf(calls.time(Clock.realtime))),
    resolution: imported([], datetime, () => dateOf(calls.resolution(Clock.realtime))),
  };
}

export function monotonicClockInterface(calls: Preview1Calls): InterfaceFunctions {
  const until = (deadline: bigint) => new Pollable({ deadline: deadline > LAST_TIME ? LAST_TIME : deadline });
  return {
    now: imported([], u64, () => calls.time(Clock.monotonic)),
    resolution: imported([], u64, () => calls.resolution(Clock.monotonic)),
    'subscribe-instant': imported([u64], own(Pollable), (when) => {
      // Also finds out whether there is a clock to wait for.
      calls.resolution(Clock.monotonic);
      return until(when);
    }),
    'subscribe-duration': imported([u64], own(Pollable), (span) => until(calls.time(Clock.monotonic) + span)),
  };
}

export function randomInterfaces(calls: Preview1Calls): Readonly<Record<string, InterfaceFunctions>> {
  const randomBytes = (length: bigint) => {
    if (length > MAXIMUM_RANDOM_BYTES)
      throw new ComponentTrap(`more than ${MAXIMUM_RANDOM_BYTES} random bytes at once`);
    const all = new Uint8Array(Number(length));
    for (let done = 0; done < all.length; done += DATA_BYTES)
      all.set(calls.random(Math.min(DATA_BYTES, all.length - done)), done);
    return all;
  };
  const random64 = () => {
    const eight = calls.random(8);
    return new DataView(eight.buffer, eight.byteOffset).getBigUint64(0, true);
  };
  return {
    'wasi:random/random': {
      'get-random-bytes': imported([u64], bytes, randomBytes),
      'get-random-u64': imported([], u64, random64),
    },
    'wasi:random/insecure': {
      'get-insecure-random-bytes': imported([u64], bytes, randomBytes),
      'get-insecure-random-u64': imported([], u64, random64),
    },
    'wasi:random/insecure-seed': {
      'insecure-seed': imported([], tuple(u64, u64), () => [random64(), random64()] as const),
    },
  };
}

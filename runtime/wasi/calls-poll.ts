/**
 * `poll_oneoff`. Files are always ready, and so are the streams; live files are when there are bytes, or there will be no
 * more. A call waits where nothing is ready: for the first clock, or the first live file.
 */
import type { LiveHandle } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import {
  ALL_CLOCK_SUBSCRIPTION_FLAGS,
  CLOCK_SUBSCRIPTION_ABSOLUTE,
  Clock,
  EventType,
  FD_READWRITE_HANGUP,
  PollEvent,
  Subscription,
} from './abi.ts';
import { type Descriptor, refusal } from './descriptors.ts';
import { MAXIMUM_TRANSFER } from './guest-memory.ts';
import type { Program, ProgramClock } from './program.ts';
import { pollRights } from './rights-table.ts';

/** Subscriptions in one call: more than any program can have open. */
export const MAXIMUM_SUBSCRIPTIONS = 4096;

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const LAST_TIME = 0xffffffffffffffffn;

interface Event {
  readonly userData: bigint;
  readonly type: number;
  readonly error: Errno;
  readonly available: number;
  /** The end of what is read is known. */
  readonly hangup?: boolean;
}

/** A read of a live file, which may have to wait. */
interface LiveRead {
  readonly userData: bigint;
  readonly handle: LiveHandle;
  readonly position: number;
}

interface Timer {
  readonly userData: bigint;
  /** When it rings, by the monotonic clock. */
  readonly deadline: bigint;
}

export function pollCall(program: Program) {
  const { memory, descriptors, clock } = program;

  return {
    poll_oneoff(subscriptions: number, events: number, count: number, result: number): Errno {
      const number = count >>> 0;
      if (number === 0 || number > MAXIMUM_SUBSCRIPTIONS) return Errno.INVAL;
      const first = memory.checkArray(subscriptions, number, Subscription.size);
      const firstEvent = memory.checkArray(events, number, PollEvent.size);
      const out = memory.check(result, 4);
      // All are read before any event is written: the two lists may overlap.
      const ready: Event[] = [];
      const timers: Timer[] = [];
      const reads: LiveRead[] = [];
      for (let index = 0; index < number; index++) {
        const read = readSubscription(first + index * Subscription.size);
        if ('deadline' in read) timers.push(read);
        else if ('handle' in read) reads.push(read);
        else ready.push(read);
      }
      if (reads.length > 0) ready.push(...awaitReads(reads, timers, ready.length > 0));
      if (clock !== undefined && timers.length > 0)
        ready.push(...awaitTimers(clock, timers, ready.length > 0));
      ready.forEach((event, index) => {
        putEvent(firstEvent + index * PollEvent.size, event);
      });
      memory.setU32(out, ready.length);
      return Errno.SUCCESS;
    },
  };

  function readSubscription(start: number): Event | Timer | LiveRead {
    const userData = memory.u64(start + Subscription.userData);
    const type = memory.u8(start + Subscription.tag);
    if (type === EventType.clock) return readTimer(start, userData);
    if (type !== EventType.fdRead && type !== EventType.fdWrite)
      throw new VfsError(Errno.INVAL, 'an unknown type of event');
    const reads = type === EventType.fdRead;
    const needed = reads ? pollRights.read : pollRights.write;
    const descriptor = descriptors.get(memory.u32(start + Subscription.descriptor));
    if (descriptor === undefined) return { userData, type, error: Errno.BADF, available: 0 };
    if ((descriptor.effective & needed) !== needed)
      return { userData, type, error: refusal(descriptor, needed), available: 0 };
    if (reads && descriptor.live !== undefined)
      return { userData, handle: descriptor.live, position: descriptor.position };
    return {
      userData,
      type,
      error: Errno.SUCCESS,
      available: reads ? readable(descriptor) : MAXIMUM_TRANSFER,
    };
  }

  /** The reads that need not wait: at once, or, unless something else is ready, when one need not or a timer rings. */
  function awaitReads(reads: readonly LiveRead[], timers: readonly Timer[], ready: boolean): Event[] {
    let milliseconds: number | undefined;
    if (ready) milliseconds = 0;
    else if (clock !== undefined && timers.length > 0) {
      const left = firstDeadline(timers) - clock.monotonic();
      // Rounded down: what is left of the time then is slept.
      milliseconds = Math.max(0, Number(left / NANOSECONDS_PER_MILLISECOND));
    }
    const found = program.pollLive?.(reads, milliseconds) ?? [];
    return reads.flatMap(({ userData }, index) => {
      const read = found[index];
      if (read?.ready !== true) return [];
      const { available, ended } = read;
      return { userData, type: EventType.fdRead, error: Errno.SUCCESS, available, hangup: ended };
    });
  }

  function readTimer(start: number, userData: bigint): Event | Timer {
    const id = memory.u32(start + Subscription.clockId);
    const timeout = memory.u64(start + Subscription.timeout);
    const flags = memory.u16(start + Subscription.clockFlags);
    const failed = (error: Errno): Event => ({ userData, type: EventType.clock, error, available: 0 });
    if (id > Clock.threadCpuTime || (flags & ~ALL_CLOCK_SUBSCRIPTION_FLAGS) !== 0) return failed(Errno.INVAL);
    if (clock === undefined) return failed(Errno.NOTCAPABLE);
    // A program that waits uses no CPU time: it would wait for ever.
    if (id > Clock.monotonic) return failed(Errno.NOTSUP);
    let remaining = timeout;
    if ((flags & CLOCK_SUBSCRIPTION_ABSOLUTE) !== 0) {
      const now = id === Clock.realtime ? clock.realtime() : clock.monotonic();
      remaining = timeout > now ? timeout - now : 0n;
    }
    const deadline = clock.monotonic() + remaining;
    return { userData, deadline: deadline > LAST_TIME ? LAST_TIME : deadline };
  }

  function putEvent(start: number, event: Event): void {
    memory.zero(start, PollEvent.size);
    memory.setU64(start + PollEvent.userData, event.userData);
    memory.setU16(start + PollEvent.error, event.error);
    memory.setU8(start + PollEvent.type, event.type);
    memory.setSafe64(start + PollEvent.available, event.available);
    if (event.hangup === true) memory.setU16(start + PollEvent.readWriteFlags, FD_READWRITE_HANGUP);
  }
}

/** Bytes that can be read of a file; of a stream, that there may be some. */
function readable({ file, position }: Descriptor): number {
  return file === undefined ? 1 : Math.max(0, file.content.size - position);
}

function firstDeadline(timers: readonly Timer[]): bigint {
  return timers.reduce((first, { deadline }) => (deadline < first ? deadline : first), LAST_TIME);
}

/** The timers that have rung: at once, or, unless something else is ready, when the first one does. */
function awaitTimers(clock: ProgramClock, timers: readonly Timer[], ready: boolean): Event[] {
  let now = clock.monotonic();
  const first = firstDeadline(timers);
  if (!ready && first > now) {
    clock.sleepUntil(first);
    now = first;
  }
  return timers
    .filter(({ deadline }) => deadline <= now)
    .map(({ userData }) => ({ userData, type: EventType.clock, error: Errno.SUCCESS, available: 0 }));
}

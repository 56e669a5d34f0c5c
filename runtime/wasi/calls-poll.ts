/**
 * `poll_oneoff`. Files are always ready, and so are the streams: whether a stream's next read blocks is known only to
 * what is behind it. So a call waits only where nothing but clocks is asked for.
 */
import { Errno, VfsError } from '../vfs/errno.ts';
import {
  ALL_CLOCK_SUBSCRIPTION_FLAGS,
  CLOCK_SUBSCRIPTION_ABSOLUTE,
  Clock,
  EventType,
  PollEvent,
  Subscription,
} from './abi.ts';
import { refusal } from './descriptors.ts';
import { MAXIMUM_TRANSFER } from './guest-memory.ts';
import type { Program, ProgramClock } from './program.ts';
import { pollRights } from './rights-table.ts';

/** Subscriptions in one call: more than any program can have open. */
export const MAXIMUM_SUBSCRIPTIONS = 4096;

const LAST_TIME = 0xffffffffffffffffn;

interface Event {
  readonly userData: bigint;
  readonly type: number;
  readonly error: Errno;
  readonly available: number;
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
      for (let index = 0; index < number; index++) {
        const read = readSubscription(first + index * Subscription.size);
        if ('deadline' in read) timers.push(read);
        else ready.push(read);
      }
      if (clock !== undefined && timers.length > 0)
        ready.push(...awaitTimers(clock, timers, ready.length > 0));
      ready.forEach((event, index) => {
        putEvent(firstEvent + index * PollEvent.size, event);
      });
      memory.setU32(out, ready.length);
      return Errno.SUCCESS;
    },
  };

  function readSubscription(start: number): Event | Timer {
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
    const { file } = descriptor;
    let available = reads ? 1 : MAXIMUM_TRANSFER;
    if (reads && file !== undefined) available = Math.max(0, file.content.size - descriptor.position);
    return { userData, type, error: Errno.SUCCESS, available };
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
  }
}

/** The timers that have rung: at once, or, unless something else is ready, when the first one does. */
function awaitTimers(clock: ProgramClock, timers: readonly Timer[], ready: boolean): Event[] {
  let now = clock.monotonic();
  const first = timers.reduce(
    (earliest, { deadline }) => (deadline < earliest ? deadline : earliest),
    LAST_TIME,
  );
  if (!ready && first > now) {
    clock.sleepUntil(first);
    now = first;
  }
  return timers
    .filter(({ deadline }) => deadline <= now)
    .map(({ userData }) => ({ userData, type: EventType.clock, error: Errno.SUCCESS, available: 0 }));
}

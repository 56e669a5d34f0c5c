/** That polling really waits: with the clock that programs get. Nothing here says how long a wait takes at most. */
import t from 'tap';
import { programClock } from '../../../runtime/executor/program-clock.ts';
import { Guest } from './guest.ts';

const [REALTIME, MONOTONIC] = [0, 1];
const ABSOLUTE = 1;
const MILLISECOND = 1_000_000n;
/** Far beyond the test's own time: a wait that chose it would be seen. */
const LONG = 3_600_000n * MILLISECOND;

interface Timer {
  readonly userData: bigint;
  readonly clock: number;
  readonly timeout: bigint;
  readonly precision?: bigint;
  readonly flags?: number;
}

/** The user data of the timers that rang, in the order of the events. */
function wait(guest: Guest, ...timers: Timer[]): bigint[] {
  const subscriptions = guest.room(timers.length * 48);
  const events = guest.room(timers.length * 32);
  const out = guest.room(4);
  timers.forEach((timer, index) => {
    const at = subscriptions + index * 48;
    guest.view.setBigUint64(at, timer.userData, true);
    guest.view.setUint32(at + 16, timer.clock, true);
    guest.view.setBigUint64(at + 24, timer.timeout, true);
    guest.view.setBigUint64(at + 32, timer.precision ?? 0n, true);
    guest.view.setUint16(at + 40, timer.flags ?? 0, true);
  });
  guest.done('poll_oneoff', subscriptions, events, timers.length, out);
  const count = guest.view.getUint32(out, true);
  return Array.from({ length: count }, (_, index) => guest.view.getBigUint64(events + index * 32, true));
}

/** How long the work took by the program's own clock. */
function elapsed(guest: Guest, work: () => void): bigint {
  const out = guest.room(8);
  const now = (): bigint => {
    guest.done('clock_time_get', MONOTONIC, 0n, out);
    return guest.view.getBigUint64(out, true);
  };
  const start = now();
  work();
  return now() - start;
}

t.test('a relative time is waited for, by either clock', async (t) => {
  const guest = new Guest({ clock: programClock });
  for (const clock of [REALTIME, MONOTONIC]) {
    const took = elapsed(guest, () =>
      t.same(wait(guest, { userData: 7n, clock, timeout: 15n * MILLISECOND }), [7n]),
    );
    t.ok(took >= 15n * MILLISECOND, `${took} ns by clock ${clock}`);
  }
});

t.test('an absolute time is waited for, and one that has passed is not', async (t) => {
  const guest = new Guest({ clock: programClock });
  const flags = ABSOLUTE;
  for (const clock of [REALTIME, MONOTONIC]) {
    const now = () => (clock === REALTIME ? programClock.realtime() : programClock.monotonic());
    const timeout = now() + 15n * MILLISECOND;
    t.same(wait(guest, { userData: 1n, clock, timeout, flags }), [1n]);
    t.ok(now() >= timeout);
    t.same(wait(guest, { userData: 2n, clock, timeout: now() - 1n, flags }), [2n]);
    t.same(wait(guest, { userData: 3n, clock, timeout: 0n, flags }), [3n]);
  }
});

t.test('the earliest of several ends the wait, with its own user data', async (t) => {
  const guest = new Guest({ clock: programClock });
  const [first, second, early] = [2n ** 64n - 1n, 0n, 42n];
  const took = elapsed(guest, () =>
    t.same(
      wait(
        guest,
        { userData: first, clock: MONOTONIC, timeout: LONG },
        { userData: early, clock: MONOTONIC, timeout: 10n * MILLISECOND },
        { userData: second, clock: REALTIME, timeout: LONG },
      ),
      [early],
    ),
  );
  t.ok(took >= 10n * MILLISECOND);
  t.same(
    wait(
      guest,
      { userData: 9n, clock: MONOTONIC, timeout: 0n },
      { userData: 9n, clock: MONOTONIC, timeout: LONG },
      { userData: 8n, clock: REALTIME, timeout: 0n },
    ),
    [9n, 8n],
    'those that have rung already come in their order',
  );
});

t.test('what a caller allows a wait to be late is not needed', async (t) => {
  const guest = new Guest({ clock: programClock });
  const timer = { userData: 1n, clock: MONOTONIC, timeout: 5n * MILLISECOND };
  t.same(wait(guest, { ...timer, precision: 2n ** 64n - 1n }), [1n]);
  t.same(wait(guest, { ...timer, precision: LONG }, { userData: 2n, clock: MONOTONIC, timeout: LONG }), [1n]);
});

t.test('each clock has a resolution of its own, and time goes on by it', async (t) => {
  const guest = new Guest({ clock: programClock });
  const out = guest.room(8);
  for (const id of [0, 1, 2, 3]) {
    guest.done('clock_res_get', id, out);
    const resolution = guest.view.getBigUint64(out, true);
    t.ok(resolution > 0n && resolution <= MILLISECOND, `${resolution} ns`);
    guest.done('clock_time_get', id, resolution, out);
    const before = guest.view.getBigUint64(out, true);
    guest.done('clock_time_get', id, 0n, out);
    t.ok(guest.view.getBigUint64(out, true) >= before, `clock ${id}`);
  }
});

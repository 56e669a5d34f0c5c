import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../../proto/errors.ts';
import { ComponentTrap } from '../../../../runtime/wasi/component/guest-data.ts';
import { ProcessExit, type ProgramClock } from '../../../../runtime/wasi/preview1.ts';
import { ComponentGuest } from '../../../support/component-guest.ts';

const OK = 0;
const STREAMS = 'wasi:io/streams#[method]';

function stoppedClock(): ProgramClock & { slept: bigint[] } {
  let now = 5_000_000_007n;
  const slept: bigint[] = [];
  return {
    slept,
    realtime: () => now,
    monotonic: () => now,
    cpu: () => 0n,
    resolution: () => 1_000_000n,
    sleepUntil: (time) => {
      slept.push(time);
      now = time;
    },
  };
}

t.test('arguments and variables are those of the job', async (t) => {
  const guest = new ComponentGuest();
  const args = guest.call('wasi:cli/environment#get-arguments', []);
  t.equal(guest.u32(args + 4), 2);
  t.equal(guest.text(guest.u32(args) + 8), 'one');
  const variables = guest.call('wasi:cli/environment#get-environment', []);
  t.equal(guest.text(guest.u32(variables)), 'A');
  t.equal(guest.text(guest.u32(variables) + 8), 'b=c');
  t.equal(guest.u8(guest.call('wasi:cli/environment#initial-cwd', [])), 0);
});

t.test('standard streams are read to their end and written; one that is not there is closed', async (t) => {
  const guest = new ComponentGuest({ stdin: 'typed' });
  const input = guest.call('wasi:cli/stdin#get-stdin', ['input']);
  const read = (length: bigint) =>
    guest.call(`${STREAMS}input-stream.blocking-read`, ['error', 'input'], input, length);
  let at = read(3n);
  t.same([guest.u8(at), guest.text(at + 4)], [OK, 'typ']);
  at = guest.call(`${STREAMS}input-stream.skip`, ['error', 'input'], input, 1n);
  t.same([guest.u8(at), guest.u64(at + 8)], [OK, 1n]);
  t.equal(guest.text(read(100n) + 4), 'd');
  at = read(1n);
  t.same([guest.u8(at), guest.u8(at + 4)], [1, 1], 'closed');
  const output = guest.call('wasi:cli/stdout#get-stdout', ['output']);
  const write = (handle: number, text: string) =>
    guest.call(`${STREAMS}output-stream.blocking-write-and-flush`, ['error', 'output'], handle, text);
  t.equal(guest.u8(write(output, 'x'.repeat(1 << 21))), OK, 'more than one call of preview 1 takes');
  t.equal(guest.stdout.length, 1 << 21);
  guest.call(`${STREAMS}output-stream.write-zeroes`, ['error', 'output'], output, 3n);
  t.match(guest.stdout, 'x\0\0\0');
  at = write(guest.call('wasi:cli/stderr#get-stderr', ['output']), 'lost');
  t.same([guest.u8(at), guest.u8(at + 4)], [1, 1], 'closed');
});

t.test('the end: ok, error, and a code of its own', async (t) => {
  const ends = (name: string, value: number) => {
    const guest = new ComponentGuest();
    t.throws(() => guest.call(`wasi:cli/exit#${name}`, [], value), ProcessExit);
    return guest.wasi.exit?.exitCode;
  };
  t.equal(ends('exit', 0), 0);
  t.equal(ends('exit', 1), 1);
  t.equal(ends('exit-with-code', 33), 33);
});

t.test('clocks tell the time, and a poll waits for the first moment that comes', async (t) => {
  const clock = stoppedClock();
  const guest = new ComponentGuest({ clock });
  t.equal(guest.raw('wasi:clocks/monotonic-clock#now', [], []), 5_000_000_007n);
  const now = guest.call('wasi:clocks/wall-clock#now', []);
  t.same([guest.u64(now), guest.u32(now + 8)], [5n, 7]);
  const after = (nanoseconds: bigint) =>
    guest.call('wasi:clocks/monotonic-clock#subscribe-duration', ['pollable'], nanoseconds);
  const [late, soon] = [after(9_000n), after(4_000n)];
  const block = new DataView(guest.memory.buffer);
  const [list] = guest.put(new Uint8Array(9));
  const start = Math.ceil(list / 4) * 4;
  block.setUint32(start, late, true);
  block.setUint32(start + 4, soon, true);
  const ready = guest.call('wasi:io/poll#poll', ['pollable'], start, 2);
  t.same([guest.u32(ready + 4), guest.u32(guest.u32(ready))], [1, 1]);
  t.same(clock.slept, [5_000_004_007n]);
  t.equal(guest.call('wasi:io/poll#[method]pollable.ready', ['pollable'], late), 0);
  guest.raw('wasi:io/poll#[method]pollable.block', ['pollable'], [late]);
  t.equal(guest.call('wasi:io/poll#[method]pollable.ready', ['pollable'], late), 1);
});

t.test('where clocks are denied, asking for the time ends the program', async (t) => {
  const guest = new ComponentGuest();
  const denied = { code: 'RUN_CLOCK_DENIED' };
  t.throws(() => guest.call('wasi:clocks/wall-clock#now', []), denied);
  t.throws(() => guest.call('wasi:clocks/monotonic-clock#resolution', []), denied);
  t.throws(() => guest.call('wasi:clocks/monotonic-clock#subscribe-instant', ['pollable'], 0n), denied);
});

t.test('random bytes come in the length that was asked for, up to a bound', async (t) => {
  const guest = new ComponentGuest();
  const at = guest.call('wasi:random/random#get-random-bytes', [], 1_500_000n);
  t.equal(guest.u32(at + 4), 1_500_000);
  t.throws(() => guest.call('wasi:random/random#get-random-bytes', [], 1n << 40n), ComponentTrap);
  t.type(guest.raw('wasi:random/insecure#get-insecure-random-u64', [], []), 'bigint');
});

t.test('handles that are none, or of something else, trap', async (t) => {
  const guest = new ComponentGuest();
  const output = guest.call('wasi:cli/stdout#get-stdout', ['output']);
  for (const handle of [0, output + 1, -1, 1 << 30, 0x7fffffff])
    t.throws(
      () => guest.call(`${STREAMS}output-stream.check-write`, ['error', 'output'], handle),
      ComponentTrap,
      `handle ${handle}`,
    );
  t.throws(() => guest.call(`${STREAMS}input-stream.read`, ['error', 'input'], output, 1n), ComponentTrap);
  guest.drop('output', output);
  t.throws(() => guest.call(`${STREAMS}output-stream.flush`, ['error', 'output'], output), ComponentTrap);
});

t.test('resources are bounded, and used again when they are dropped', async (t) => {
  const guest = new ComponentGuest();
  const make = () => guest.call('wasi:cli/stdout#get-stdout', ['output']);
  for (let count = 0; count < 70_000; count++) guest.drop('output', make());
  t.throws(() => {
    for (let count = 0; count < 70_000; count++) make();
  }, /more resources/);
});

t.test('an allocator that calls the host, or answers nonsense, traps', async (t) => {
  const guest = new ComponentGuest();
  const { memory, resources } = guest;
  const args = guest.known['wasi:cli/environment']!['get-arguments']!;
  const random = guest.known['wasi:random/random']!['get-random-u64']!.lower({}, resources);
  const with_ = (realloc: () => number) => args.lower({ memory, realloc }, resources);
  t.throws(() => with_(() => Number(random()))(0), ComponentTrap, 'it calls the host');
  t.throws(() => with_(() => -8)(0), ComponentTrap, 'outside of the memory');
  t.throws(() => with_(() => 3)(0), ComponentTrap, 'not aligned');
  t.type(random(), 'bigint', 'and afterwards the host can be called again');
});

t.test('sockets and HTTP, where a policy names them, refuse in their own words', async (t) => {
  const guest = new ComponentGuest({ granted: ['wasi:sockets', 'wasi:http'] });
  const [DENIED, REQUEST_DENIED] = [1, 15];
  let at = guest.call('wasi:sockets/tcp-create-socket#create-tcp-socket', ['tcp'], 0);
  t.same([guest.u8(at), guest.u8(at + 4)], [1, DENIED]);
  at = guest.call('wasi:sockets/udp-create-socket#create-udp-socket', ['udp'], 1);
  t.same([guest.u8(at), guest.u8(at + 4)], [1, DENIED]);
  const network = guest.call('wasi:sockets/instance-network#instance-network', ['network']);
  at = guest.call('wasi:sockets/ip-name-lookup#resolve-addresses', ['addresses', 'network'], network, 'host');
  t.same([guest.u8(at), guest.u8(at + 4)], [1, DENIED]);

  const types = 'wasi:http/types#';
  const fields = guest.call(`${types}[constructor]fields`, ['fields']);
  t.equal(guest.u8(guest.call(`${types}[method]fields.append`, ['fields'], fields, 'Accept', 'text/*')), OK);
  t.same(
    [
      guest.u8(guest.call(`${types}[method]fields.append`, ['fields'], fields, 'bad name', 'x')),
      guest.call(`${types}[method]fields.has`, ['fields'], fields, 'accept'),
    ],
    [1, 1],
  );
  const request = guest.call(`${types}[constructor]outgoing-request`, ['fields', 'request'], fields);
  t.throws(() => guest.call(`${types}[method]fields.has`, ['fields'], fields, 'accept'), ComponentTrap);
  guest.call(`${types}[method]outgoing-request.set-authority`, ['request'], request, 1, 'example.org');
  const authority = guest.call(`${types}[method]outgoing-request.authority`, ['request'], request);
  t.equal(guest.text(authority + 4), 'example.org');
  const handle = 'wasi:http/outgoing-handler#handle';
  at = guest.call(handle, ['request', 'options', 'response'], request, 0, 0);
  t.same([guest.u8(at), guest.u8(at + 8)], [1, REQUEST_DENIED]);
  t.throws(() => guest.call(`${types}[method]incoming-response.status`, ['incoming'], 1), ComponentTrap);
});

t.test('whatever core values a call is made with, it answers, traps, or ends the program', async (t) => {
  const clock = stoppedClock();
  const guest = new ComponentGuest({ clock, granted: ['wasi:sockets', 'wasi:http'], stdin: 'x' });
  // Some handles that are real, so that calls get beyond them.
  const tables = ['a', 'b', 'c'];
  for (let count = 0; count < 3; count++) guest.call('wasi:cli/stdin#get-stdin', ['a']);
  guest.call('wasi:cli/stdout#get-stdout', ['b']);
  guest.call('wasi:filesystem/preopens#get-directories', ['c']);
  const names = Object.entries(guest.known).flatMap(([name, functions]) =>
    Object.keys(functions).map((one) => `${name}#${one}`),
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>(0, 1, 2, 3, -1, 65_536, 0x7fffffff, 0n, 1n, 2n ** 63n, undefined, 1.5),
    fc.integer(),
    fc.bigInt({ min: 0n, max: 2n ** 64n }),
  );
  const core = fc.array(value, { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...names), core, (name, values) => {
      // Waiting for ever is an answer, but none that a test can wait for.
      if (name.startsWith('wasi:clocks/monotonic-clock#subscribe')) return true;
      try {
        const answer = guest.raw(name, tables, values);
        return ['number', 'bigint', 'undefined'].includes(typeof answer);
      } catch (error) {
        const ends = [ComponentTrap, ProcessExit, TruceError, WebAssembly.RuntimeError];
        return ends.some((end) => error instanceof end);
      }
    }),
    { numRuns: 4000 },
  );
  t.equal(guest.wasi.fault, undefined);
});

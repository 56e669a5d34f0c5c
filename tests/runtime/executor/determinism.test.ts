import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import type { AccessEntry } from '../../../proto/policy/access.ts';
import { ALL_RIGHTS } from '../../../proto/rights.ts';
import { type ChildLink, silentLink } from '../../../runtime/executor/child-link.ts';
import { runProgram } from '../../../runtime/executor/program.ts';
import { steppedClock } from '../../../runtime/executor/program-clock.ts';
import type { Job, JobInode, JournalOperation } from '../../../runtime/executor/run-protocol.ts';
import { seededRandom } from '../../../runtime/executor/seeded-random.ts';
import { FileType } from '../../../runtime/vfs/inode.ts';
import { compileSample, compileText } from '../../programs/sample-programs.ts';
import { compileScript, type Step } from '../../support/wasi-script.ts';

const SEED = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const NOON = 1_900_000_000_000_000_000n;
const DETERMINISM = { seed: SEED, realtime: String(NOON) };
const ROOT = 2;

/** The same files, as an enclave has them that came by them in another order, at another time. */
interface History {
  readonly first: number;
  readonly time: string;
  readonly reversed: boolean;
}

function filesOf({ first, time, reversed }: History): JobInode[] {
  const times = { accessed: time, modified: time, changed: time, version: 1 };
  const directory = { number: first, type: FileType.directory, ...times };
  const files = ['a', 'b', 'c'].map((name, index) => ({
    number: first + (reversed ? 9 - index : index + 1),
    type: FileType.regularFile,
    ...times,
    names: [{ parent: first, name }],
    content: { size: 1, pieces: [] },
  }));
  return [
    { ...directory, names: [{ parent: ROOT, name: 'input' }] },
    ...(reversed ? files.reverse() : files),
  ];
}

function run(module: Uint8Array, history: History, changes: Partial<Job> = { determinism: DETERMINISM }) {
  const output: Buffer[] = [];
  const link: ChildLink = { ...silentLink, output: (_stream, bytes) => void output.push(Buffer.from(bytes)) };
  const everything: AccessEntry[] = [{ path: '/', rights: ALL_RIGHTS, scope: 'subtree' }];
  const job: Job = {
    program: { size: module.length, pieces: [{ position: 0, length: module.length, inlineOffset: 0 }] },
    strategy: 'JIT',
    clock: true,
    args: ['/program'],
    env: [],
    access: everything,
    boundaries: ['/'],
    streams: { stdin: 0, stdout: ALL_RIGHTS, stderr: 0 },
    stdin: { size: 0, pieces: [] },
    inodes: filesOf(history),
    limits: {
      memoryBytes: 1 << 20,
      tableElements: 10,
      openFiles: 20,
      journalOperations: 100,
      vfs: { bytes: 1 << 20, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 1 << 20 },
      jail: { dataBytes: 0, stackBytes: 0, cpuMilliseconds: 0, openFiles: 0, fileBytes: 0 },
    },
    ...changes,
  };
  const { end, journal } = runProgram(job, { inline: module, mappings: [] }, link);
  const written = journal.changedFiles().map(({ content }) => {
    const bytes = Buffer.alloc(content.size);
    content.read(bytes, 0);
    return bytes.toString('latin1');
  });
  return { end, output: Buffer.concat(output), journal: journal.finish(), written };
}

const morning: History = { first: 100, time: '1000000000', reversed: false };
const evening: History = { first: 7000, time: '2000000000', reversed: true };

t.test('a program sees the same wherever, whenever and after whatever it runs', async (t) => {
  const module = await compileSample('everything-that-varies');
  const [first, second] = [run(module, morning), run(module, evening)];
  t.same(first.end, { exitCode: 0 });
  t.equal(first.output.toString('hex'), second.output.toString('hex'));
  const numbers = (offset: number) => first.output.readBigUInt64LE(offset);
  // Each reading is a microsecond later; the file system takes no notice.
  const started = numbers(40) - NOON;
  t.same([numbers(40), numbers(48), numbers(56)], [NOON + started, started + 1000n, started + 2000n]);
  t.ok(started > 0n && started < 100_000n);
  t.ok(numbers(72) - numbers(48) >= 20_000_000n, 'the sleep has gone by');
  t.equal(first.output.subarray(-8).readBigUInt64LE(), 0x7ff8000000000000n);

  const without = [morning, evening].map((history) => run(module, history, {}));
  t.not(without[0]!.output.toString('hex'), without[1]!.output.toString('hex'), 'others see it all');
});

t.test('what it changes is the same too', async (t) => {
  const script = await compileScript([
    { call: 'write', path: 'input/new', text: 'new' },
    { call: 'make-directory', path: 'made' },
    { call: 'link', from: 'input/b', to: 'made/b' },
    { call: 'rename', from: 'input/c', to: 'made/c' },
    { call: 'set-times', path: 'input/a', nanoseconds: 5 },
    { call: 'unlink', path: 'input/a' },
  ]);
  const named = (operations: readonly JournalOperation[]) =>
    operations.map(({ operation, name }) => `${operation} ${name}`);
  const [first, second] = [run(script, morning), run(script, evening)];
  t.same(first.end, { exitCode: 0 });
  t.same(named(first.journal.operations), named(second.journal.operations));
  t.same(first.written, second.written);
});

const path = fc.constantFrom('input/a', 'input/b', 'input/new', 'made', 'made/a', 'input', 'made/deeper');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ call: fc.constant('make-directory' as const), path }),
  fc.record({ call: fc.constantFrom('unlink' as const, 'remove-directory' as const), path }),
  fc.record({ call: fc.constantFrom('rename' as const, 'link' as const), from: path, to: path }),
  fc.record({
    call: fc.constant('write' as const),
    path,
    text: fc.constantFrom('x', 'yy'),
    append: fc.boolean(),
  }),
  fc.record({ call: fc.constant('set-size' as const), path, size: fc.nat(70_000) }),
  fc.record({ call: fc.constant('symbolic-link' as const), target: path, path }),
);

t.test('whatever a program does to its files, it does again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const script = await compileScript(steps, { record: 'errors' });
      const [first, second] = [morning, evening].map((history) => {
        const { end, written, journal } = run(script, history);
        const { operations, contents } = journal;
        const names = operations.map((operation) => `${operation.operation} ${operation.name}`);
        return JSON.stringify({ end, written, names, sizes: contents.map(({ size }) => size) });
      });
      if (first !== second) throw new Error(`${first}\n${second}`);
    }),
    { numRuns: 25 },
  );
});

t.test('fuel is the same in every run, and running out of it is told as such', async (t) => {
  const module = await compileSample('everything-that-varies');
  const [first, second] = [morning, evening].map((history) =>
    run(module, history, { determinism: DETERMINISM, fuel: 1e6 }),
  );
  const used = first!.end.usage?.fuel ?? 0;
  t.ok(used > 100 && used < 1000, `${used} instructions`);
  t.same(first!.end, second!.end);
  t.same(run(module, morning, { determinism: DETERMINISM, fuel: used }).end, {
    exitCode: 0,
    usage: { fuel: used },
  });
  t.match(run(module, morning, { determinism: DETERMINISM, fuel: used - 1 }).end, {
    error: { code: 'RUN_FUEL_LIMIT', details: { limit: used - 1 } },
  });
  const exits =
    await compileText(`(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3))))`);
  t.same(run(exits, morning, { fuel: 2 }).end, { exitCode: 3, usage: { fuel: 2 } });
  t.match(
    run(exits, morning, { fuel: 1 }).end,
    { error: { code: 'RUN_FUEL_LIMIT' } },
    'whatever it exits with',
  );
  const starts =
    await compileText(`(module (memory (export "memory") 1) (func $begin (loop (br 0))) (start $begin)
    (func (export "_start")))`);
  t.match(
    run(starts, morning, { fuel: 1000 }).end,
    { error: { code: 'RUN_FUEL_LIMIT' } },
    'in the start function',
  );
});

t.test('what cannot be fixed is refused', async (t) => {
  const body = (text: string) => `(module (memory (export "memory") 1) (func (export "_start") ${text}))`;
  const atomics = await compileText(body('(drop (i32.atomic.load (i32.const 0)))'));
  t.match(run(atomics, morning).end, {
    error: {
      code: 'RUN_NONDETERMINISTIC',
      details: { function: 0, reason: /atomic instructions: 0xfe 0x10 in function 0/ },
    },
  });
  const live = await compileText(body(''));
  t.match(run(live, morning, { determinism: DETERMINISM, live: [101] }).end, {
    error: { code: 'RUN_NONDETERMINISTIC' },
  });
  t.match(run(live, morning, { determinism: { seed: 'abc', realtime: '0' } }).end, {
    error: { code: 'RUN_FAILED' },
  });
});

t.test(
  'a program cannot catch that its stack is out, so that how deep it goes shows in nothing',
  async (t) => {
    const catches = (callee: string) =>
      compileText(`(module
      (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func $deeper (param i32) (result i32) ${callee} (call $deeper (local.get 0)))
      (func (export "_start") (try (do (drop (call $deeper (i32.const 0)))) (catch_all))))`);
    for (const callee of ['', '(drop (call $random_get (i32.const 0) (i32.const 8)))'])
      t.match(run(await catches(callee), morning).end, { error: { code: 'RUN_STACK_LIMIT' } });
  },
);

t.test('the stepped clock goes on by readings and sleeps alone, up to the last time there is', async (t) => {
  const clock = steppedClock(50n);
  t.same([clock.realtime(), clock.monotonic(), clock.cpu(), clock.realtime()], [1050n, 2000n, 3000n, 4050n]);
  clock.sleepUntil(10_000n);
  clock.sleepUntil(9_000n);
  t.equal(clock.monotonic(), 11_000n);
  t.equal(clock.resolution(0), 1000n);
  clock.sleepUntil(2n ** 64n - 1n);
  t.same([clock.monotonic(), clock.realtime()], [2n ** 64n - 1n, 2n ** 64n - 1n]);
});

t.test('seeded randomness is the key stream of ChaCha20, however it is asked for', async (t) => {
  const whole = new Uint8Array(200_000);
  seededRandom(SEED)(whole);
  const inPieces = new Uint8Array(200_000);
  const random = seededRandom(SEED);
  for (let at = 0; at < inPieces.length; at += 777) random(inPieces.subarray(at, at + 777));
  t.ok(Buffer.from(whole).equals(inPieces));
  // RFC 8439, appendix A.1, test vector 1: the key and nonce of zeros.
  const zeros = new Uint8Array(32);
  seededRandom('00'.repeat(32))(zeros);
  t.equal(
    Buffer.from(zeros).toString('hex'),
    '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7',
  );
  const decipher = createDecipheriv('chacha20', Buffer.from(SEED, 'hex'), new Uint8Array(16));
  t.ok(decipher.update(whole).every((byte) => byte === 0));
});

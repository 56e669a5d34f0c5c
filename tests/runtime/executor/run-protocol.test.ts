import fc from 'fast-check';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { resolveLimits } from '../../../proto/limits.ts';
import { readEnd, readJournal } from '../../../runtime/executor/journal-reader.ts';
import { checkFuel, exitCode } from '../../../runtime/executor/run-outcome.ts';
import { FrameDecoder, FrameType, frameHeader } from '../../../runtime/executor/run-protocol.ts';

const BOUNDS = { operations: 2, inodes: 2 };
const LIMITS = { output: 1000, journal: 1000, end: 1000 };
const types = [FrameType.output, FrameType.journal, FrameType.extent, FrameType.end];

t.test('any split of the stream gives the same frames', async () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 300 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(frames, fc.array(fc.nat(40), { minLength: 1, maxLength: 50 }), (sent, cuts) => {
      const stream = Buffer.concat(
        sent.flatMap(([type, payload]) => [frameHeader(type, payload.length), payload]),
      );
      const received: [FrameType, Uint8Array][] = [];
      const decoder = new FrameDecoder(
        { frame: (type, payload) => received.push([type, payload.slice()]) },
        LIMITS,
      );
      for (let offset = 0, turn = 0; offset < stream.length; turn++) {
        const next = offset + 1 + cuts[turn % cuts.length]!;
        decoder.push(stream.subarray(offset, next));
        offset = next;
      }
      t.same(
        received,
        sent.map(([type, payload]) => [type, payload]),
      );
    }),
    { numRuns: 100 },
  );
});

t.test('a frame over its bound, or of no known type, is refused by its header alone', async (t) => {
  const decoder = () => new FrameDecoder({ frame: () => t.fail('handled') }, LIMITS);
  t.throws(() => decoder().push(frameHeader(FrameType.journal, 1001)), { code: 'RUN_JOURNAL_LIMIT' });
  t.throws(() => decoder().push(frameHeader(FrameType.output, 0xffff_ffff)), { code: 'RUN_PROTOCOL' });
  t.throws(() => decoder().push(frameHeader(FrameType.job, 1)), { code: 'RUN_PROTOCOL' });
  t.throws(() => decoder().push(Uint8Array.of(0, 0, 0, 0, 0)), { code: 'RUN_PROTOCOL' });
});

t.test('whatever a child sends as journal or end gives a value or a typed error', async () => {
  const shapes = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ operations: fc.jsonValue(), contents: fc.jsonValue(), times: fc.jsonValue() })
      .map((v) => JSON.stringify(v)),
    fc.record({ exitCode: fc.jsonValue(), error: fc.jsonValue() }).map((v) => JSON.stringify(v)),
  );
  for (const read of [(text: Uint8Array) => readJournal(text, BOUNDS), readEnd])
    fc.assert(
      fc.property(shapes, (text) => {
        try {
          read(Buffer.from(text));
        } catch (error) {
          if (!(error instanceof TruceError) || error.code !== 'RUN_PROTOCOL') throw error;
        }
      }),
      { numRuns: 500 },
    );
});

t.test('names that no directory may hold are refused', async (t) => {
  for (const name of ['', '.', '..', 'a/b', '/', 'a\0b', '\ud800'])
    t.throws(
      () =>
        readJournal(
          Buffer.from(
            JSON.stringify({
              operations: [{ operation: 'unlink', inode: 9, parent: 2, name }],
              contents: [],
              times: [],
            }),
          ),
          BOUNDS,
        ),
      { code: 'RUN_PROTOCOL' },
      JSON.stringify(name),
    );
});

t.test('a child that says nothing of its fuel, or what cannot be, is not believed', async (t) => {
  const end = (usage: unknown) => readEnd(Buffer.from(JSON.stringify({ exitCode: 0, usage })));
  t.same(end({ fuel: 7 }), { exitCode: 0, usage: { fuel: 7 } });
  for (const usage of [null, 7, [], { fuel: -1 }, { fuel: 0.5 }, { fuel: '7' }, { fuel: 2 ** 53 }])
    t.throws(() => end(usage), { code: 'RUN_PROTOCOL' }, JSON.stringify(usage));
  t.doesNotThrow(() => checkFuel(end({ fuel: 7 }), 7));
  t.throws(() => checkFuel(end({ fuel: 7 }), 6), { code: 'RUN_FUEL_LIMIT' });
  t.throws(() => checkFuel(end({}), 7), { code: 'RUN_PROTOCOL' });
  t.throws(() => checkFuel(undefined, 7), { code: 'RUN_PROTOCOL' });
});

t.test('who ran out of memory is told of both bounds, whoever says so', async (t) => {
  const limits = { ...resolveLimits({}).run, memoryBytes: 111_111, dataBytes: 222_222 };
  const message = /more than its 111111 bytes of memory, or than the 222222 of its whole process: /;
  const told = readEnd(
    Buffer.from(JSON.stringify({ error: { code: 'RUN_MEMORY_LIMIT', details: { reason: 'grew' } } })),
  );
  t.throws(() => exitCode(told, undefined, '', limits), { code: 'RUN_MEMORY_LIMIT', message });
  const killed = { code: null, signal: 'SIGKILL' } as const;
  t.throws(() => exitCode(undefined, killed, '', limits), { code: 'RUN_MEMORY_LIMIT', message });
  const aborted = { code: null, signal: 'SIGABRT' } as const;
  // As Node 20.20 ended when a program of many files filled its heap.
  const fell = `  #  /usr/bin/node[45]: void node::TrapWebAssemblyOrContinue(int, siginfo_t*, void*) at ../src/node.cc:475
  #  Assertion failed: (sigaction(signo, &sa, nullptr)) == (0)
 4: 0x109b4d4 heap::base::Worklist<v8::internal::HeapObject, (unsigned short)64>::Local::PublishPushSegment() [/usr/bin/node]
11: 0x115f422 v8::internal::MarkCompactCollector::CollectGarbage() [/usr/bin/node]
14: 0x1112e9c v8::internal::Heap::CollectGarbage(v8::internal::AllocationSpace, v8::internal::GarbageCollectionReason) [/usr/bin/node]`;
  for (const stderr of [fell, ...fell.split('\n').slice(2)])
    t.throws(() => exitCode(undefined, aborted, stderr, limits), { code: 'RUN_MEMORY_LIMIT', message });
  const elsewhere = ' 3: 0x1523f82 v8::internal::Runtime_StackGuard(int, unsigned long*) [/usr/bin/node]';
  for (const stderr of ['', elsewhere])
    t.throws(() => exitCode(undefined, aborted, stderr, limits), { code: 'RUN_FAILED', message: /SIGABRT/ });
});

t.test('control characters of a child do not reach a terminal', async (t) => {
  const end = readEnd(
    Buffer.from(JSON.stringify({ error: { code: 'RUN_TRAP', details: { reason: 'a\u001b[31mb\nc' } } })),
  );
  t.equal(end.error?.details.reason, 'a [31mb c');
});

t.test('a journal of more than a run can change is refused before it is parsed', async (t) => {
  const journal = (operations: number, name = 'n') => {
    const operation = { operation: 'unlink', inode: 9, parent: 2, name };
    return Buffer.from(
      JSON.stringify({ operations: Array(operations).fill(operation), contents: [], times: [] }),
    );
  };
  t.equal(readJournal(journal(2), BOUNDS).operations.length, 2);
  t.throws(() => readJournal(journal(3), BOUNDS), { code: 'RUN_PROTOCOL', message: /number of operations/ });
  t.throws(() => readJournal(journal(1000), BOUNDS), { code: 'RUN_PROTOCOL', message: /size/ });
  t.throws(() => readJournal(Buffer.from(`[${'[],'.repeat(10_000)}[]]`), BOUNDS), { message: /size/ });
  t.throws(() => readJournal(Buffer.from('{"a":"unended'), BOUNDS), { message: /JSON/ });
  for (const name of [',{['.repeat(50), `"${'\\'.repeat(3)}",`.repeat(20), '\\'])
    t.equal(
      readJournal(journal(1, name), BOUNDS).operations[0]?.name,
      name,
      'what names hold is not counted',
    );
});

t.test('a decoder knows whether it stands between two frames', async (t) => {
  const decoder = new FrameDecoder({ frame: () => undefined }, LIMITS);
  t.ok(decoder.idle);
  for (const byte of [...frameHeader(FrameType.end, 2), 1]) {
    decoder.push(Uint8Array.of(byte));
    t.notOk(decoder.idle);
  }
  decoder.push(Uint8Array.of(1));
  t.ok(decoder.idle);
});

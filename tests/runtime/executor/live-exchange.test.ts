import fc from 'fast-check';
import t, { type Test } from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { AccessTable } from '../../../proto/policy/access.ts';
import { Rights } from '../../../proto/rights.ts';
import { LiveExchange } from '../../../runtime/executor/live-exchange.ts';
import {
  decodeLiveAnswer,
  decodeLiveRequest,
  decodeLiveWrite,
  decodePolled,
  encodeLiveRequest,
  type LiveRequest,
} from '../../../runtime/executor/live-protocol.ts';
import { RequestAllowance } from '../../../runtime/executor/request-allowance.ts';
import { Errno } from '../../../runtime/vfs/errno.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { LiveFiles } from '../../../runtime/vfs/live-files.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';

const { FD_READ, FD_WRITE, FD_FILESTAT_SET_SIZE } = Rights;

/** One run with three live files: 0 is read, 1 written and cut, 2 both. */
function exchange(t: Test, bytes = 1000) {
  const fileSystem = new FileSystem({
    contents: new MemfdContents(),
    limits: { bytes, inodes: 20, nameBytes: 255, pathBytes: 4096, fileBytes: 4 * bytes },
    now: () => 1n,
  });
  const live = new LiveFiles(fileSystem, ['/in', '/a/out', '/both']);
  const rights: Record<string, number> = {
    '/in': FD_READ,
    '/a/out': FD_WRITE | FD_FILESTAT_SET_SIZE,
    '/both': FD_READ | FD_WRITE,
  };
  const access = new AccessTable(
    Object.entries(rights).map(([path, bits]) => ({ path, rights: bits, scope: 'file' as const })),
  );
  const files = live.seenBy(access);
  const answers: Uint8Array[] = [];
  let charged = 0;
  const changing: [path: string, before: number][] = [];
  const run = new LiveExchange({
    files,
    access,
    fileSystem,
    changing: (file) => changing.push([file.path, file.size]),
    charge: (bytes) => {
      charged += bytes;
      if (charged > 4000) throw new TruceError('RUN_WRITE_LIMIT', { limit: 4000 });
    },
    answer: (payload) => answers.push(payload.slice()),
    failed: (error) => t.fail(error.message),
  });
  return {
    run,
    files,
    fileSystem,
    live,
    access,
    answers,
    changing,
    ask: (request: LiveRequest) => run.request(encodeLiveRequest(request)),
    /** What the newest answer says; fails where there are not `count` of them. */
    answer: (count: number) => {
      t.equal(answers.length, count, `${count} answers`);
      const { bytes, ...head } = decodeLiveAnswer(answers.at(-1)!);
      return { ...head, text: Buffer.from(bytes).toString() };
    },
    append: (index: number, text: string) => {
      const file = files[index]!;
      fileSystem.write(file.inode, Buffer.from(text), file.size);
      file.grown();
    },
  };
}

function write(file: number, text: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(file, 0, 0, 0), Buffer.from(text)]);
}

const readAt = (file: number, position: number, options: { wait?: boolean; generation?: number } = {}) =>
  ({ kind: 'read', file, position, generation: 0, length: 100, wait: true, ...options }) as const;

t.test(
  'what a child asks survives encoding, and whatever it sends is a question or a typed error',
  async (t) => {
    const place = {
      file: fc.nat(2),
      position: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      generation: fc.nat({ max: 0xffffffff }),
    };
    const requests: fc.Arbitrary<LiveRequest> = fc.oneof(
      fc.record({
        kind: fc.constant('read'),
        ...place,
        length: fc.integer({ min: 1, max: 1 << 20 }),
        wait: fc.boolean(),
      }),
      fc.record({ kind: fc.constantFrom('status', 'restart'), file: fc.nat(2) }),
      fc.record({
        kind: fc.constant('poll'),
        milliseconds: fc.option(fc.nat(), { nil: undefined }),
        places: fc.array(fc.record(place), { minLength: 1, maxLength: 9 }),
      }),
    );
    fc.assert(
      fc.property(requests, (request) => {
        t.same(decodeLiveRequest(encodeLiveRequest(request), 3), request);
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(1, 2, 3, 4),
        fc.boolean(),
        (noise, first, any) => {
          const payload = any ? noise : Uint8Array.of(first, ...noise);
          for (const decode of [decodeLiveRequest, decodeLiveWrite])
            try {
              decode(payload, 3);
            } catch (error) {
              t.match(error, { code: 'RUN_PROTOCOL' });
            }
        },
      ),
      { numRuns: 300 },
    );
  },
);

t.test('a read is answered with what there is, or when there is something', async (t) => {
  const { ask, answer, append, files } = exchange(t);
  append(0, 'abc');
  ask(readAt(0, 1));
  t.match(answer(1), { errno: 0, ended: false, size: 3, text: 'bc' });
  ask(readAt(0, 3));
  append(1, 'elsewhere');
  answer(1);
  append(0, 'de');
  t.match(answer(2), { text: 'de', size: 5 });
  ask(readAt(0, 5, { wait: false }));
  t.match(answer(3), { errno: Errno.AGAIN });
  ask(readAt(0, 5));
  files[0]!.end();
  t.match(answer(4), { errno: 0, ended: true, text: '' });
});

t.test(
  'a reader at the beginning takes what there is now, another hears that the file was begun anew',
  async (t) => {
    const { ask, answer, append, files, fileSystem } = exchange(t);
    append(0, 'old');
    ask(readAt(0, 3));
    fileSystem.setSize(files[0]!.inode, 0);
    files[0]!.restarted(3);
    t.match(answer(1), { errno: Errno.STALE });
    ask(readAt(0, 0));
    append(0, 'new');
    t.match(answer(2), { errno: 0, generation: 1, text: 'new' });
    ask(readAt(0, 1, { generation: 1 }));
    t.match(answer(3), { text: 'ew' });
  },
);

t.test('a poll is answered when one of its files is ready, or its time is over', async (t) => {
  const { ask, answers, append, files, run } = exchange(t);
  const places = [
    { file: 0, position: 0, generation: 0 },
    { file: 2, position: 0, generation: 0 },
  ];
  ask({ kind: 'poll', milliseconds: undefined, places });
  t.equal(answers.length, 0);
  append(2, '12345');
  t.same(decodePolled(answers[0]!), [
    { ready: false, ended: false, available: 0 },
    { ready: true, ended: false, available: 5 },
  ]);
  ask({ kind: 'poll', milliseconds: 0, places: [places[0]!] });
  t.same(decodePolled(answers[1]!), [{ ready: false, ended: false, available: 0 }]);
  ask({ kind: 'poll', milliseconds: 1, places: [places[0]!] });
  while (answers.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  t.same(decodePolled(answers[2]!), [{ ready: false, ended: false, available: 0 }]);
  ask({ kind: 'poll', milliseconds: 1e300, places: [places[0]!] });
  files[0]!.end();
  t.match(decodePolled(answers[3]!)[0], { ready: true, ended: true });
  ask({ kind: 'poll', milliseconds: 1e300, places: [{ file: 2, position: 9, generation: 0 }] });
  t.equal(files[2]!.waiting, 1);
  run.close();
  t.same(
    files.map((file) => file.waiting),
    [0, 0, 0],
    'a run that is over waits for nothing',
  );
});

t.test('writing adds at the end, and says when nothing more is taken', async (t) => {
  const { run, answer, files } = exchange(t);
  run.write(write(1, 'one'));
  t.match(answer(1), { errno: 0, size: 3 });
  run.write(write(1, 'x'.repeat(990)));
  t.match(answer(2), { size: 993 });
  run.write(write(1, 'x'.repeat(8)));
  t.match(answer(3), { errno: Errno.NOSPC, size: 993 });
  files[1]!.end();
  run.write(write(1, 'x'));
  t.match(answer(4), { errno: Errno.PIPE });
  for (let index = 0; index < 2; index++) run.write(write(1, 'x'));
  t.throws(() => run.write(write(1, 'x')), { code: 'RUN_WRITE_LIMIT' }, 'a byte counts as what it costs');
});

t.test('a question beyond the rights, or beside another one, ends the run', async (t) => {
  const refused = { code: 'RUN_COMMIT_REFUSED' };
  const { run, ask } = exchange(t);
  t.throws(() => ask(readAt(1, 0)), refused);
  t.throws(() => ask({ kind: 'poll', milliseconds: 0, places: [readAt(1, 0)] }), refused);
  t.throws(() => run.write(write(0, 'x')), refused);
  for (const file of [0, 2]) t.throws(() => ask({ kind: 'restart', file }), refused);
  ask({ kind: 'restart', file: 1 });
  ask(readAt(0, 0));
  const broken = { code: 'RUN_PROTOCOL' };
  t.throws(() => ask({ kind: 'status', file: 0 }), broken);
  t.throws(() => run.write(write(1, 'x')), broken);
});

t.test('an output ends with the runs that wrote it, and is taken up by the next that writes', async (t) => {
  const { files, live, access } = exchange(t);
  const [input, output] = files;
  const release = live.holdWritten([access]);
  const second = live.holdWritten([access]);
  output!.grownByRun();
  release();
  release();
  t.equal(output!.ended, false, 'another run goes on');
  second();
  t.same(
    [input!.ended, output!.ended, output!.endedByRun],
    [false, true, true],
    'who wrote nothing ends nothing',
  );
  const third = live.holdWritten([access]);
  t.equal(output!.ended, true);
  output!.grownByRun();
  t.equal(output!.ended, false);
  output!.end();
  third();
  t.same([output!.ended, output!.endedByRun], [true, false], 'what a party ended stays ended by it');
});

t.test('who asks again and again is answered later, and who pauses at once', async (t) => {
  let now = 0;
  const allowance = new RequestAllowance(() => now);
  let asked = 0;
  while (allowance.take(10) === 0) asked++;
  t.equal(asked, 1000);
  t.equal(allowance.take(10), 2);
  now += 3;
  t.equal(allowance.take(10), 0);
  now += 1_000_000;
  t.equal(allowance.take(10_000), 0, 'and never has more than there was at first');
  t.equal(allowance.take(100), 10);
});

t.test('many small pieces, and polls of many places, are answered later too', async (t) => {
  const { ask, answers, append, run } = exchange(t, 100_000);
  append(0, 'x'.repeat(50_000));
  /** How many are answered at once. */
  const atOnce = (question: (index: number) => LiveRequest, most: number) => {
    const before = answers.length;
    for (let asked = 0; asked < most; asked++) {
      ask(question(asked));
      if (answers.length === before + asked) return asked;
    }
    return most;
  };
  const places = Array.from({ length: 4096 }, () => ({ file: 0, position: 0, generation: 0 }));
  t.ok(atOnce(() => ({ kind: 'poll', milliseconds: undefined, places }), 1000) < 1000);
  run.close();
  t.ok(atOnce((position) => ({ ...readAt(0, position), length: 1 }), 50_000) < 50_000);
  run.close();
});

t.test('what the program itself changes is told before it changes, and nothing else', async (t) => {
  const { ask, run, append, changing, files } = exchange(t);
  append(0, 'by others');
  ask(readAt(0, 0));
  ask({ kind: 'status', file: 0 });
  t.same(changing, []);
  run.write(write(1, 'more'));
  t.same(changing, [[files[1]!.path, 0]]);
  files[1]!.end();
  run.write(write(1, 'refused'));
  t.equal(changing.length, 1, 'what is refused changes nothing');
});

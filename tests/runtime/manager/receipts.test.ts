import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { defaultLimits } from '../../../proto/limits.ts';
import type { NitroSecureModule } from '../../../proto/nsm.ts';
import { AccessTable } from '../../../proto/policy/access.ts';
import type { PolicyIdentity, PolicyProgram } from '../../../proto/policy/model.ts';
import { parsePolicy } from '../../../proto/policy/parse.ts';
import { decodeOpenings, encodeOpening } from '../../../proto/receipt/openings.ts';
import { decodeReceipt } from '../../../proto/receipt/receipt.ts';
import { Rights } from '../../../proto/rights.ts';
import type { Program } from '../../../runtime/executor/executor.ts';
import { RunQueue } from '../../../runtime/executor/run-queue.ts';
import type { RunFacts } from '../../../runtime/executor/run-report.ts';
import { ContentDigests } from '../../../runtime/manager/content-digests.ts';
import { KeptOpenings, KeptPaths } from '../../../runtime/manager/kept-files.ts';
import { type KeptReceipt, KeptReceipts } from '../../../runtime/manager/kept-receipts.ts';
import { makeReceipt, type RunDescription } from '../../../runtime/manager/make-receipt.ts';
import { ReceiptPlaces } from '../../../runtime/manager/receipt-places.ts';
import { mayFetch } from '../../../runtime/manager/receipt-readers.ts';
import { ReceiptSigner } from '../../../runtime/manager/receipt-signer.ts';
import { Receipts } from '../../../runtime/manager/receipts.ts';
import { RunRecorder } from '../../../runtime/manager/run-recorder.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { READ, RUN, WRITE } from '../../support/policy-text.ts';
import { makeParty } from '../../support/test-enclave.ts';
import { versionTwoPolicy } from '../../support/version-two-policy.ts';

const MINUTE = 60_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest();

function makeFileSystem() {
  const contents = new MemfdContents({ limit: 64 << 20, descriptors: 64 });
  const limits = { bytes: 64 << 20, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: 64 << 20 };
  return new FileSystem({ contents, limits, now: () => 0n });
}

t.test(
  'the document of the receipt key is renewed before it ages, and without one nothing is signed',
  async (t) => {
    let [now, asked, failing] = [1_000_000 * MINUTE, 0, false];
    const attest = async () => {
      if (failing) throw new Error('no module');
      return Uint8Array.of(++asked);
    };
    const nsm = { attest } as unknown as NitroSecureModule;
    const options = { nsm, instanceId: randomBytes(16), policyHash: randomBytes(32), now: () => now };
    const signer = await ReceiptSigner.create(options);
    const document = async () => (await signer.sign(() => new Uint8Array(1))).document[0];
    t.equal(await document(), 1);
    now += 59 * MINUTE;
    t.equal(await document(), 1, 'the same for an hour');
    now += 2 * MINUTE;
    t.same(await Promise.all([document(), document()]), [2, 2], 'then another, requested once');
    failing = true;
    now += 61 * MINUTE;
    t.equal(await document(), 2, 'a module that fails leaves the last one');
    failing = false;
    t.equal(await document(), 2, 'and is not asked at once again');
    failing = true;
    now += 90 * MINUTE;
    await t.rejects(document(), { code: 'RECEIPT_UNSIGNED' }, 'which ages');
    failing = false;
    t.equal(await document(), 3);
    now -= 300 * MINUTE;
    t.equal(await document(), 4, 'a clock that was set back tells nothing of its age');
    failing = true;
    await t.rejects(ReceiptSigner.create(options), /no module/);
    const { data } = await signer.sign((signedAt) => Buffer.from(String(signedAt)));
    t.equal(Buffer.from(data).toString(), String(now), 'the time of signing is part of what is signed');
  },
);

const FACTS: RunFacts = {
  startedAt: 1,
  endedAt: 2,
  usage: { wallMilliseconds: 1, outputBytes: 0, writtenBytes: 0 },
};

const PROGRAM = { path: '/p', sha256: new Uint8Array(32), outcome: 'full' } as PolicyProgram;
const DESCRIPTION: RunDescription = {
  instanceId: new Uint8Array(16),
  policyHash: new Uint8Array(32),
  program: PROGRAM,
  pipeline: undefined,
  ending: { exitCode: 0 },
  facts: FACTS,
  limits: {},
};

const KEPT_OBJECTS = 2048;

/** One that is counted as so many bytes. */
function keptReceipt(bytes: number, outputPath = '/a'): KeptReceipt {
  const none = new Uint8Array(0);
  const outputPaths = new KeptPaths(new Set([outputPath]));
  const data = new Uint8Array(bytes - KEPT_OBJECTS - outputPaths.byteLength);
  return {
    program: {} as PolicyProgram,
    runner: {} as PolicyIdentity,
    succeeded: true,
    outputPaths,
    made: Promise.resolve({ data, signature: none, document: none, openings: new KeptOpenings([]) }),
  };
}

t.test('receipts are kept within bounds, the newest longest', async (t) => {
  const kept = new KeptReceipts(3, 100_000);
  const session = {};
  const receipts = [10_000, 10_000, 10_000, 10_000].map((bytes) => keptReceipt(bytes));
  for (const [index, receipt] of receipts.entries()) kept.add(receipt, session, index + 1);
  await turn();
  t.same(kept.status, { kept: 3, bytes: 30_000 });
  t.equal(kept.ofRequest(session, 1), undefined, 'the oldest has gone, by every way to it');
  t.equal(kept.ofRequest(session, 2), receipts[1]);
  t.equal(kept.ofRequest({}, 2), undefined, 'contexts are of one session');
  t.equal(
    kept.newest(({ outputPaths }) => outputPaths.has('/a')),
    receipts[3],
  );
  t.equal(
    kept.newest(() => false),
    undefined,
  );
  kept.forget(session, 4);
  t.equal(kept.ofRequest(session, 4), undefined);
  kept.add(keptReceipt(85_000), session, 2);
  await turn();
  t.same(kept.status, { kept: 2, bytes: 95_000 }, 'a large one pushes out others');
  kept.add(keptReceipt(500_000), session, 6);
  await turn();
  t.same(kept.status, { kept: 0, bytes: 0 }, 'and one that is too large itself');
  const failed: KeptReceipt = { ...keptReceipt(10_000), made: Promise.reject(new Error('unsigned')) };
  kept.add(failed, session, 7);
  await turn();
  t.same(kept.status, { kept: 1, bytes: 0 });
});

t.test('what is kept takes no more memory than it is counted as', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = async () => {
    for (let times = 0; times < 3; times++) {
      await turn();
      collect();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const kept = new KeptReceipts(1000, 1 << 30);
  const session = {};
  const sign = async (encode: (signedAt: number) => Uint8Array) => ({
    data: encode(3),
    signature: new Uint8Array(96),
    document: new Uint8Array(5000),
  });
  const keep = async (context: number, files: number) => {
    const paths = Array.from({ length: files }, (_, index) => `/output/folder-${context}/file-${index}`);
    const content = { size: 1000, sha256: sha256('content') };
    const recorded = paths.map((path) => ({ side: 'output' as const, path, content }));
    const made = makeReceipt(DESCRIPTION, recorded, { sign });
    const outputPaths = new KeptPaths(new Set(paths));
    const receipt = { program: PROGRAM, runner: {} as PolicyIdentity, succeeded: true, outputPaths, made };
    kept.add(receipt, session, context);
    await made;
  };
  // What is loaded and compiled for the first time is nobody's receipt.
  await keep(0, 500);
  for (const [files, receipts] of [
    [2000, 10],
    [1, 400],
  ] as const) {
    const [before, counted] = [await held(), kept.status.bytes];
    for (let index = 1; index <= receipts; index++) await keep(files * 1000 + index, files);
    const [taken, told] = [(await held()) - before, kept.status.bytes - counted];
    t.ok(taken <= told * 1.1, `${files} files each: ${told} bytes counted, ${taken} held`);
    t.ok(told <= taken * 2, 'nor much less');
  }
});

t.test('kept paths and openings are found as they were', (t) => {
  const paths = ['/a', '/a/b', '/ü', 'stdout'];
  const kept = new KeptPaths(new Set(paths));
  t.same([[...kept], kept.size], [paths, 4]);
  for (const path of paths) t.ok(kept.has(path), path);
  for (const path of ['', '/', 'a', '/b', '/a/', 'std', '/a/b/c']) t.notOk(kept.has(path), path);
  const none = new KeptPaths(new Set());
  t.same([[...none], none.size, none.has('')], [[], 0, false]);
  const openings = paths.map((path) => ({
    side: 'output' as const,
    salt: randomBytes(32),
    path,
    content: undefined,
  }));
  const shown = new KeptOpenings(openings.map(encodeOpening)).shownTo((path) => path.startsWith('/a'));
  t.same(
    decodeOpenings(shown).map(({ opening }) => opening.path),
    ['/a', '/a/b'],
  );
  t.end();
});

t.test('a content is hashed once for as long as the file stays as it is', async (t) => {
  const fileSystem = makeFileSystem();
  const file = fileSystem.createFile(fileSystem.root, 'file');
  fileSystem.write(file, Buffer.from('first'), 0);
  const digests = new ContentDigests();
  const noted = digests.note(file);
  // What comes after it was noted is not in it.
  fileSystem.write(file, Buffer.from('SECOND'), 0);
  t.same(Buffer.from(await digests.digest(noted)), sha256('first'));
  const second = digests.note(file);
  t.equal(second.known, undefined, 'another content is another digest');
  t.same(Buffer.from(await digests.digest(second)), sha256('SECOND'));
  t.same(Buffer.from(digests.note(file).known!), sha256('SECOND'), 'and is known from then on');
  t.equal(digests.note(file).snapshot, undefined);

  fileSystem.write(file, Buffer.alloc(20 << 20, 7), 0);
  let turns = 0;
  let done = false;
  const hashing = digests.digest(digests.note(file)).finally(() => {
    done = true;
  });
  while (!done) {
    turns++;
    await turn();
  }
  t.ok(turns >= 10, `others had ${turns} turns meanwhile`);
  t.same(
    Buffer.from(await hashing),
    createHash('sha256')
      .update(Buffer.alloc(20 << 20, 7))
      .digest(),
  );
});

const room = async () => undefined;
t.test('a run that reads or writes more files than a receipt can list fails', async (t) => {
  const fileSystem = makeFileSystem();
  const file = fileSystem.createFile(fileSystem.root, 'file');
  const digests = new ContentDigests();
  const make = () => new RunRecorder({ digests, limit: 64 << 10, room, isLive: () => false });
  const files = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `/${index}`, file }));
  t.throws(() => make().began(files(1000)), { code: 'RECEIPT_TOO_LARGE' });
  const recorder = make();
  recorder.began(files(150));
  t.throws(() => recorder.wrote(files(1000), []), { code: 'RECEIPT_TOO_LARGE' });
  t.throws(
    () =>
      recorder.wrote(
        [],
        files(1000).map(({ path }) => path),
      ),
    { code: 'RECEIPT_TOO_LARGE' },
  );
  t.equal(recorder.facts, undefined, 'a run that never ended has no facts');
  recorder.ended(FACTS);
  t.equal((await recorder.finish()).length, 150, 'and what was refused is not listed');
});

t.test('the receipt of a run with many files is made in several turns', async (t) => {
  const files = Array.from({ length: 2000 }, (_, index) => ({
    side: 'output' as const,
    path: `/${index}`,
    content: undefined,
  }));
  let made = false;
  const making = makeReceipt(DESCRIPTION, files, {
    sign: async (encode) => ({
      data: encode(3),
      signature: new Uint8Array(96),
      document: new Uint8Array(1),
    }),
  }).finally(() => {
    made = true;
  });
  let turns = 0;
  for (; !made; turns++) await turn();
  t.ok(turns >= 4, `others had ${turns} turns meanwhile`);
  const { data, openings } = await making;
  t.same([decodeReceipt(data).outputs.length, openings.length], [2000, 2000]);
});

t.test('a live file is recorded as it is when the run ends', async (t) => {
  const fileSystem = makeFileSystem();
  const create = (name: string, text: string) => {
    const file = fileSystem.createFile(fileSystem.root, name);
    fileSystem.write(file, Buffer.from(text), 0);
    return { path: `/${name}`, file };
  };
  const [input, output, others, ended] = [
    create('in', 'begin'),
    create('out', ''),
    create('chat', 'by a client'),
    create('ended', 'by a party'),
  ];
  const options = { room, digests: new ContentDigests(), isLive: (path: string) => path !== '/plain' };
  const recorder = new RunRecorder({ ...options, limit: 1 << 20 });
  recorder.began([input]);
  fileSystem.write(input.file, Buffer.from(' and end'), 5);
  recorder.changingLive(output);
  fileSystem.write(output.file, Buffer.from('resu'), 0);
  recorder.changingLive(output);
  fileSystem.write(output.file, Buffer.from('lt'), 4);
  fileSystem.write(output.file, Buffer.from(', and what a client adds'), 6);
  fileSystem.write(others.file, Buffer.from(' alone'), 11);
  // What came of that was a refusal.
  recorder.changingLive(ended);
  recorder.ended(FACTS);
  t.same([...recorder.outputPaths], ['/out']);
  const digestOf = (text: string) => ({ size: text.length, sha256: sha256(text) });
  t.same(await recorder.finish(), [
    { side: 'input', path: '/in', content: digestOf('begin and end') },
    { side: 'output', path: '/out', content: digestOf('result, and what a client adds') },
  ]);

  const charged = new RunRecorder({ ...options, limit: 64 << 10 });
  charged.began([]);
  const change = () => {
    for (let index = 0; index < 1000; index++) charged.changingLive({ path: `/${index}`, file: output.file });
  };
  t.throws(change, { code: 'RECEIPT_TOO_LARGE' }, 'each live file counts, too');
});

t.test('a receipt is for those who may read the result', (t) => {
  const identity = (rights: Record<string, number>, subtree = false): PolicyIdentity => ({
    id: 0,
    certificate: new Uint8Array(0),
    notAfter: 0,
    mayShutDown: false,
    access: new AccessTable(
      Object.entries(rights).map(([path, bits]) => ({
        path,
        rights: bits,
        scope: subtree ? ('subtree' as const) : ('file' as const),
      })),
    ),
  });
  const program = {
    outcome: 'full',
    access: new AccessTable([
      { path: '/input', rights: READ, scope: 'subtree' },
      { path: '/output', rights: WRITE, scope: 'subtree' },
      { path: 'stdout', rights: Rights.FD_WRITE, scope: 'file' },
    ]),
  } as PolicyProgram;
  const runner = identity({ '/input': READ }, true);
  const run = (succeeded: boolean, ...outputPaths: string[]) => ({
    program,
    runner,
    succeeded,
    outputPaths: new Set(outputPaths),
  });
  const readers = {
    runner,
    one: identity({ '/output/a': READ }),
    all: identity({ '/output': READ }, true),
    root: identity({ '/': READ }, true),
    printed: identity({ stdout: READ }),
    halfway: identity({ '/output/a': Rights.FD_READ }),
    writer: identity({ '/output/a': WRITE }),
    other: identity({ '/outputs': READ }),
  };
  const who = (past: ReturnType<typeof run>) =>
    Object.entries(readers)
      .filter(([, reader]) => mayFetch(reader, past))
      .map(([name]) => name);
  t.same(who(run(true, '/output/a')), ['one', 'all', 'root']);
  t.same(who(run(true, '/output/b', 'stdout')), ['all', 'root', 'printed']);
  const waiting = ['one', 'all', 'root', 'printed'];
  t.same(who(run(true)), waiting, 'where nothing was written: those who may read what could have been');
  t.same(who(run(false)), ['runner', ...waiting], 'of a failure, its runner too');
  const discreet = { ...program, outcome: 'success' } as PolicyProgram;
  t.same(who({ ...run(false), program: discreet }), waiting, 'but not where that one is told one bit');
  t.end();
});

/** Receipts of a program that nobody runs here; signatures come when they are let. */
async function makeReceipts() {
  const party = await makeParty('party');
  const text = versionTwoPolicy(
    {
      parties: [{ certificate: party.certificate, rights: { '/p': RUN, '/output/': READ } }],
      programs: [{ path: '/p', module: Buffer.from('program'), rights: { '/output/': WRITE } }],
      pcr0: new Uint8Array(48),
    },
    { receipts: true },
  );
  const policy = parsePolicy(text, { now: Date.now() });
  const waiting: { let: () => void; fail: (reason: Error) => void }[] = [];
  const signer = {
    sign: (encode: (signedAt: number) => Uint8Array) =>
      new Promise((resolve, reject) => {
        const signed = { data: encode(10), signature: new Uint8Array(96), document: new Uint8Array(1) };
        waiting.push({ let: () => resolve(signed), fail: reject });
      }),
  } as unknown as ReceiptSigner;
  const receipts = new Receipts({
    policy,
    policyHash: randomBytes(32),
    instanceId: randomBytes(16),
    signer,
    limits: { runs: 2, receiptBytes: 1 << 20, receipts: 100, keptReceiptBytes: 1 << 20 },
  });
  const queue = new RunQueue(2, 100);
  const begun: number[] = [];
  const [program, identity] = [policy.programs[0]!, policy.identities[0]!];
  const described = { access: program.access, limits: defaultLimits.run } as unknown as Program;
  const session = {};
  const run = (context: number, signal = new AbortController().signal, begins = true) =>
    receipts.witness(
      { program, described, runner: identity, origin: { session, context } },
      signal,
      async (recorder) => {
        // As an executor has it: first a turn, then room.
        const leave = await queue.enter([], signal);
        try {
          await recorder.room();
          if (!begins) throw new Error('never began');
          begun.push(context);
          await turn();
          recorder.began([]);
          recorder.ended(FACTS);
          return 0;
        } finally {
          leave();
        }
      },
    );
  return { receipts, waiting, begun, run, identity, session };
}
t.test('runs do not get ahead of their receipts by more than a few, however many wait', async (t) => {
  const { waiting, begun, run } = await makeReceipts();
  const given = new AbortController();
  const runs = Array.from({ length: 39 }, (_, index) => run(index + 1));
  const impatient = run(40, given.signal);
  for (let turns = 0; turns < 200; turns++) await turn();
  t.equal(begun.length, 8, 'a run that goes on counts as well');
  t.equal(waiting.length, 8);
  given.abort(new Error('too long'));
  await t.rejects(impatient, /too long/, 'waiting can be given up');
  waiting[0]!.let();
  waiting[1]!.fail(new Error('unsigned'));
  for (let turns = 0; turns < 200; turns++) await turn();
  t.equal(begun.length, 10, 'each receipt that is made, or cannot be, lets one more begin');
  const letAll = (async () => {
    for (let next = 2; next < 39; next++) {
      while (waiting[next] === undefined) await turn();
      waiting[next]!.let();
    }
  })();
  await Promise.all([...runs, letAll]);
  t.same(
    begun,
    Array.from({ length: 39 }, (_, index) => index + 1),
    'in their order',
  );
});

t.test('who waits for room and gives up leaves it to others, as does a run that never begins', async (t) => {
  const places = new ReceiptPlaces(1);
  const { signal } = new AbortController();
  const giveBack = await places.take(signal);
  const impatient = new AbortController();
  const given = places.take(impatient.signal);
  const patient = places.take(signal);
  impatient.abort(new Error('too long'));
  await t.rejects(given, /too long/);
  giveBack();
  giveBack();
  const next = await patient;
  let third = false;
  const last = places.take(signal).then(() => {
    third = true;
  });
  await turn();
  t.notOk(third, 'a place that is given back twice is one place');
  next();
  await last;

  const { run, waiting } = await makeReceipts();
  for (let context = 1; context <= 20; context++) await t.rejects(run(context, signal, false), /never began/);
  t.equal(await run(21), 0);
  while (waiting.length === 0) await turn();
});

t.test('who asks while a receipt is in the making waits for it, as long as its session lasts', async (t) => {
  const { receipts, waiting, run, identity, session } = await makeReceipts();
  await run(1);
  await run(2);
  await turn();
  const { signal } = new AbortController();
  const first = receipts.ofRequest(identity, session, 1, signal);
  const ending = new AbortController();
  const second = receipts.ofFile(identity, '/p', ending.signal);
  ending.abort(new Error('session ends'));
  await t.rejects(second, /session ends/);
  waiting[0]!.let();
  const { data, openings } = await first;
  t.match(decodeReceipt(data), { outcome: { exitCode: 0 }, signedAt: 10, inputs: [], outputs: [] });
  t.same(decodeOpenings(openings), []);
  waiting[1]!.fail(new TruceError('RECEIPT_UNSIGNED'));
  await t.rejects(receipts.ofRequest(identity, session, 2, signal), { code: 'RECEIPT_UNSIGNED' });
  receipts.forget(session, 1);
  await t.rejects(receipts.ofRequest(identity, session, 1, signal), { code: 'RECEIPT_NOT_FOUND' });
  await t.rejects(run(3, signal, false), /never began/);
  await t.rejects(receipts.ofRequest(identity, session, 3, signal), { code: 'RECEIPT_NOT_FOUND' });
});

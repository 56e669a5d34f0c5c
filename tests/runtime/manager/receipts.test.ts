import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { TruceError } from '../../../proto/errors.ts';
import { defaultLimits } from '../../../proto/limits.ts';
import type { NitroSecureModule } from '../../../proto/nsm.ts';
import { AccessTable } from '../../../proto/policy/access.ts';
import type { PolicyIdentity, PolicyProgram } from '../../../proto/policy/model.ts';
import { parsePolicy } from '../../../proto/policy/parse.ts';
import { decodeOpenings } from '../../../proto/receipt/openings.ts';
import { decodeReceipt } from '../../../proto/receipt/receipt.ts';
import { Rights } from '../../../proto/rights.ts';
import type { Program } from '../../../runtime/executor/executor.ts';
import { RunQueue } from '../../../runtime/executor/run-queue.ts';
import { ReceiptPlaces } from '../../../runtime/manager/receipt-places.ts';
import { mayFetch } from '../../../runtime/manager/receipt-readers.ts';
import { ReceiptSigner } from '../../../runtime/manager/receipt-signer.ts';
import { Receipts } from '../../../runtime/manager/receipts.ts';
import { READ, RUN, WRITE } from '../../support/policy-text.ts';
import { makeParty } from '../../support/test-enclave.ts';
import { versionTwoPolicy } from '../../support/version-two-policy.ts';
import { FACTS } from './run-samples.ts';

const MINUTE = 60_000;

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

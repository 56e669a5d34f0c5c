import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import type { PolicyIdentity, PolicyProgram } from '../../../proto/policy/model.ts';
import { decodeOpenings, encodeOpening } from '../../../proto/receipt/openings.ts';
import { decodeReceipt } from '../../../proto/receipt/receipt.ts';
import { KeptOpenings, KeptPaths } from '../../../runtime/manager/kept-files.ts';
import { type KeptReceipt, KeptReceipts } from '../../../runtime/manager/kept-receipts.ts';
import { makeReceipt } from '../../../runtime/manager/make-receipt.ts';
import { DESCRIPTION, PROGRAM, sha256 } from './run-samples.ts';

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

/**
 * Documents verified a second, against what no verifier can do without: five P-384 signatures checked by node:crypto, each
 * with its key imported. Genuine documents of AWS; the roots' keys and signatures are theirs.
 */
import { createPublicKey, verify } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { decodeCoseSign1, signedBytes } from '../proto/attestation/cose-sign1.ts';
import { VerifiedChainCache, verifyAttestation } from '../proto/attestation/library/index.ts';
import { parseCertificate } from '../proto/x509/certificate.ts';
import { genuineDocuments, readAttestation } from '../tests/support/attestation-fixtures.ts';
import { interleave, median, type Row } from './measure.ts';

const ROUNDS = 9;
const AT_ONCE = 8;
const THREADS = 2;
/** A batch to each thread. */
const BATCHES = 4;

/** What node:crypto's `verify` takes. */
interface Check {
  readonly spki: Buffer;
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly dsaEncoding: 'der' | 'ieee-p1363';
}

const documents = genuineDocuments.map(({ file }) => readAttestation(file));

export async function measureVerify(): Promise<Row[]> {
  const checks = await Promise.all(documents.map(checksOf));
  const lastChecks = checks.map((each) => each.slice(-1));
  const cache = new VerifiedChainCache();
  const pool = Array.from(
    { length: THREADS },
    () => new Worker(new URL('verification-worker.js', import.meta.url)),
  );
  const one = (document: Uint8Array, cached = false) =>
    verifyAttestation(document, { time: 'document', allowDebug: true, ...(cached ? { cache } : {}) });
  const inTurn = async (cached: boolean) => {
    for (const document of documents) await one(document, cached);
  };
  try {
    const rates = await interleave(ROUNDS, {
      bare: () => rate(documents.length, async () => checks.forEach(checkAll)),
      bareLast: () => rate(documents.length, async () => lastChecks.forEach(checkAll)),
      turn: () => rate(documents.length, () => inTurn(false)),
      cached: () => rate(documents.length, () => inTurn(true)),
      atOnce: () => rate(documents.length, () => severalAtOnce(documents, one)),
      pool: () => rate(documents.length * BATCHES * THREADS, () => byPool(pool, false)),
      poolCached: () => rate(documents.length * BATCHES * THREADS, () => byPool(pool, true)),
    });
    const row = (what: string, truce: readonly number[], other: readonly number[], goal: string): Row => {
      // Of each round, whose halves ran one shortly after the other.
      const ratio = median(truce.map((value, round) => value / other[round]!));
      const perSecond = (values: readonly number[]) => `${Math.round(median(values))}/s`;
      return { what, truce: perSecond(truce), other: perSecond(other), ratio: ratio.toFixed(2), goal };
    };
    return [
      row('one document after the other, against five signatures', rates.turn, rates.bare, '>= 0.80'),
      row(`${AT_ONCE} at once`, rates.atOnce, rates.bare, ''),
      row(`${THREADS} worker threads`, rates.pool, rates.bare, ''),
      row('chains known, against one signature', rates.cached, rates.bareLast, ''),
      row(`chains known, ${THREADS} worker threads`, rates.poolCached, rates.bareLast, ''),
    ];
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}

async function severalAtOnce(
  all: readonly Uint8Array[],
  one: (document: Uint8Array) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < all.length) await one(all[next++]!);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function byPool(pool: readonly Worker[], cached: boolean): Promise<void> {
  await Promise.all(
    pool.map(async (worker) => {
      for (let batch = 0; batch < BATCHES; batch++) {
        const genuine = await new Promise<number>((resolve, reject) => {
          worker.once('message', resolve).once('error', reject);
          worker.postMessage({ documents, cached });
        });
        worker.removeAllListeners('error');
        if (genuine !== documents.length) throw new Error(`${genuine} of ${documents.length} were genuine`);
      }
    }),
  );
}

/** The four signatures of a chain's certificates, and the document's own. */
async function checksOf(document: Uint8Array): Promise<Check[]> {
  const { chain } = await verifyAttestation(document, { time: 'document', allowDebug: true });
  const certificates = chain.map(({ der }) => parseCertificate(der));
  const below = certificates.slice(1).map(
    ({ tbs, signature }, index): Check => ({
      spki: Buffer.from(certificates[index]!.publicKey.raw),
      data: tbs,
      signature,
      dsaEncoding: 'der',
    }),
  );
  const message = decodeCoseSign1(document);
  const spki = Buffer.from(certificates.at(-1)!.publicKey.raw);
  const { signature } = message;
  return [...below, { spki, data: signedBytes(message), signature, dsaEncoding: 'ieee-p1363' }];
}

function checkAll(checks: readonly Check[]): void {
  for (const { spki, data, signature, dsaEncoding } of checks) {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (!verify('sha384', data, { key, dsaEncoding }, signature))
      throw new Error('a signature does not verify');
  }
}

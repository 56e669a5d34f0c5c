/** One of several threads that verify documents: takes them in batches, and says how many are genuine. */
import { parentPort } from 'node:worker_threads';
import { VerifiedChainCache, verifyAttestation } from '../proto/attestation/library/index.ts';

const cache = new VerifiedChainCache();

parentPort!.on('message', async ({ documents, cached }: { documents: Uint8Array[]; cached: boolean }) => {
  let genuine = 0;
  for (const document of documents) {
    const options = { time: 'document', allowDebug: true, ...(cached ? { cache } : {}) } as const;
    await verifyAttestation(document, options).then(
      () => genuine++,
      () => {},
    );
  }
  parentPort!.postMessage(genuine);
});

/** A file up and down through relay and runtime, against bytes through a bare pair of node:tls. */

import { READ, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import { startBarePair } from './bare-tls.ts';
import { interleave, median, type Row } from './measure.ts';

const LENGTH = 256 << 20;
const ROUNDS = 9;
const PIECE = Buffer.alloc(1 << 20, 0x5a);

async function* pieces(length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0; left -= PIECE.length)
    yield PIECE.subarray(0, Math.min(left, PIECE.length));
}

export async function measureTransfer(): Promise<Row[]> {
  const party = await makeParty('bench');
  const enclave = await startTestEnclave({
    parties: [{ certificate: party.certificate, rights: { '/data': READ | WRITE } }],
  });
  const bare = await startBarePair(party);
  const session = await enclave.connect(party);
  try {
    const timed = (work: () => Promise<unknown>) => async () => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    const sink = new (await import('node:stream')).Writable({ write: (_chunk, _encoding, done) => done() });
    const times = await interleave(ROUNDS, {
      bareUp: timed(() => bare.upload(LENGTH)),
      truceUp: timed(() => session.writeFile('/data', { size: LENGTH, stream: pieces(LENGTH) })),
      bareDown: timed(() => bare.download(LENGTH)),
      truceDown: timed(() => session.readFileTo('/data', sink)),
    });
    const row = (what: string, truce: number[], other: number[]): Row => ({
      what,
      truce: rate(median(truce)),
      other: rate(median(other)),
      ratio: (median(other) / median(truce)).toFixed(2),
      goal: '>= 0.70',
    });
    return [
      row('upload of 256 MiB', times.truceUp, times.bareUp),
      row('download of 256 MiB', times.truceDown, times.bareDown),
    ];
  } finally {
    bare.stop();
    await session.close();
    await enclave.stop();
  }
}

function rate(milliseconds: number): string {
  return `${Math.round(LENGTH / (1 << 20) / (milliseconds / 1000))} MiB/s`;
}

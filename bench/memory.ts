/** What the runtime holds while 1 GiB of files is provisioned: its own memory and the memory files, at their peak. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { READ, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import type { Row } from './measure.ts';

const MIB = 1 << 20;
const FILES = 4;
const FILE_BYTES = 256 * MIB;
const SAMPLE_MILLISECONDS = 50;
const BLOCK_BYTES = 512;
const PIECE = Buffer.alloc(MIB, 0x5a);

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let left = FILE_BYTES; left > 0; left -= PIECE.length) yield PIECE;
}

export async function measureMemory(): Promise<Row[]> {
  const party = await makeParty('bench');
  const enclave = await startTestEnclave({
    parties: [{ certificate: party.certificate, rights: { '/data/': READ | WRITE } }],
  });
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, heldBytes(enclave.enclave.pid));
  }, SAMPLE_MILLISECONDS);
  try {
    const session = await enclave.connect(party);
    for (let index = 0; index < FILES; index++)
      await session.writeFile(`/data/${index}`, { size: FILE_BYTES, stream: pieces() });
    peak = Math.max(peak, heldBytes(enclave.enclave.pid));
    await session.close();
  } finally {
    clearInterval(sampler);
    await enclave.stop();
  }
  const files = FILES * FILE_BYTES;
  return [
    {
      what: 'memory while 1 GiB of files is provisioned',
      truce: `${Math.round(peak / MIB)} MiB`,
      other: `${files / MIB} MiB of files`,
      ratio: (peak / files).toFixed(2),
      goal: `<= ${Math.round((files * 1.3) / MIB + 100)} MiB`,
    },
  ];
}

/** Resident memory and what its memory files take: they are never mapped, so nothing is counted twice. */
function heldBytes(pid: number): number {
  const resident = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  let held = Number(resident ?? 0) * 1024;
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    const path = `/proc/${pid}/fd/${descriptor}`;
    try {
      if (readlinkSync(path).startsWith('/memfd:')) held += statSync(path).blocks * BLOCK_BYTES;
    } catch (error) {
      // Closed between the listing and the look.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return held;
}

/** 1, 10 and 100 parties at once: each connects, attests, writes a file of its own and reads it back. */
import { randomBytes } from 'node:crypto';
import { READ, WRITE } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import type { Row } from './measure.ts';

const COUNTS = [1, 10, 100] as const;
const FILE_BYTES = 64 << 10;

export async function measureParties(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of COUNTS) {
    const parties = await Promise.all(
      Array.from({ length: count }, (_, index) => makeParty(`party ${index}`)),
    );
    const enclave = await startTestEnclave({
      parties: parties.map(({ certificate }, index) => ({
        certificate,
        rights: { [`/file-${index}`]: READ | WRITE },
      })),
    });
    try {
      const start = performance.now();
      await Promise.all(
        parties.map(async (party, index) => {
          const bytes = randomBytes(FILE_BYTES);
          const session = await enclave.connect(party);
          await session.writeFile(`/file-${index}`, bytes);
          if (!bytes.equals(await session.readFile(`/file-${index}`)))
            throw new Error('other bytes came back');
          await session.close();
        }),
      );
      const milliseconds = performance.now() - start;
      rows.push({
        what: `${count} ${count === 1 ? 'party' : 'parties'} at once, attested, 64 KiB each way`,
        truce: `${Math.round(milliseconds)} ms`,
        other: '',
        ratio: `${((count / milliseconds) * 1000).toFixed(1)}/s`,
        goal: '',
      });
    } finally {
      await enclave.stop();
    }
  }
  return rows;
}

/** Full TLS handshakes through the relay, against the same with a bare node:tls server. */

import { READ } from '../tests/support/policy-text.ts';
import { makeParty, startTestEnclave } from '../tests/support/test-enclave.ts';
import { openTls, startBarePair, type TlsTarget } from './bare-tls.ts';
import { interleave, median, type Row } from './measure.ts';

const HANDSHAKES = 200;
const AT_ONCE = 8;
const ROUNDS = 5;

export async function measureHandshakes(): Promise<Row[]> {
  const party = await makeParty('bench');
  const enclave = await startTestEnclave({
    parties: [{ certificate: party.certificate, rights: { '/data': READ } }],
  });
  const bare = await startBarePair(party);
  try {
    const round = (target: TlsTarget) => async () => {
      const start = performance.now();
      let left = HANDSHAKES;
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (left-- > 0) {
            const socket = await openTls(target, party);
            const closed = new Promise((resolve) => socket.once('close', resolve));
            socket.destroy();
            await closed;
          }
        }),
      );
      return HANDSHAKES / ((performance.now() - start) / 1000);
    };
    const rates = await interleave(ROUNDS, {
      bare: round({ host: '127.0.0.1', port: bare.port }),
      truce: round(enclave.relay.address),
    });
    const [truce, other] = [median(rates.truce), median(rates.bare)];
    return [
      {
        what: `full handshakes, ${AT_ONCE} at once`,
        truce: `${Math.round(truce)}/s`,
        other: `${Math.round(other)}/s`,
        ratio: (truce / other).toFixed(2),
        goal: '>= 0.70',
      },
    ];
  } finally {
    bare.stop();
    await enclave.stop();
  }
}

/** Passes a connection on as it is, as a relay would, and counts the TLS records that the client sends. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { Test } from 'tap';

export interface RecordingProxy {
  readonly address: { readonly host: string; readonly port: number };
  /** Lengths of the protected records of each connection's client, in order. */
  readonly records: readonly number[][];
  /** Settles when every connection so far is over, so that nothing more can come. */
  quiet(): Promise<void>;
}

const PROTECTED = 23;

export async function startRecordingProxy(
  t: Test,
  target: { readonly host: string; readonly port: number },
): Promise<RecordingProxy> {
  const records: number[][] = [];
  const ends: Promise<unknown>[] = [];
  const server = createServer((client) => {
    const seen: number[] = [];
    records.push(seen);
    const onward = connect(target);
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other);
    let rest = Buffer.alloc(0);
    client.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5 && rest.length >= 5 + rest.readUInt16BE(3)) {
        const length = rest.readUInt16BE(3);
        if (rest[0] === PROTECTED) seen.push(length);
        rest = rest.subarray(5 + length);
      }
    });
    ends.push(new Promise((resolve) => client.once('close', resolve)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port },
    records,
    quiet: async () => void (await Promise.all(ends)),
  };
}

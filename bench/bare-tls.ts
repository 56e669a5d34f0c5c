/** The client's half of the comparison: node:tls alone against bare-tls-server.ts, over the same kind of socket. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Party } from '../tests/support/test-enclave.ts';

const CIPHERS = 'TLS_AES_256_GCM_SHA384';
const PIECE = Buffer.alloc(1 << 20, 0x5a);

export interface BarePair {
  readonly port: number;
  upload(length: number): Promise<void>;
  download(length: number): Promise<void>;
  stop(): void;
}

export interface TlsTarget {
  readonly host: string;
  readonly port: number;
}

/** A TLS 1.3 connection as the client library makes it, without anything of Truce's on top. */
export async function openTls(target: TlsTarget, party: Party): Promise<TLSSocket> {
  const socket = connect({
    ...target,
    cert: party.certificate,
    key: party.key,
    ciphers: CIPHERS,
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  return socket;
}

export async function startBarePair(party: Party): Promise<BarePair> {
  const child = fork(fileURLToPath(new URL('bare-tls-server.js', import.meta.url)));
  child.send({ key: party.key, certificate: party.certificate, ciphers: CIPHERS });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const socket = await openTls({ host: '127.0.0.1', port }, party);
  socket.setNoDelay(true);
  const ask = (letter: string, length: number) => {
    const header = Buffer.alloc(9);
    header.write(letter, 'latin1');
    header.writeBigUInt64BE(BigInt(length), 1);
    socket.write(header);
  };
  return {
    port,
    async upload(length) {
      ask('U', length);
      const answered = once(socket, 'data');
      for (let left = length; left > 0; left -= PIECE.length)
        if (!socket.write(PIECE.subarray(0, Math.min(left, PIECE.length)))) await once(socket, 'drain');
      await answered;
    },
    async download(length) {
      ask('D', length);
      await new Promise<void>((resolve) => {
        let left = length;
        const take = (chunk: Buffer) => {
          left -= chunk.length;
          if (left > 0) return;
          socket.off('data', take);
          resolve();
        };
        socket.on('data', take);
      });
    },
    stop() {
      socket.destroy();
      child.disconnect();
    },
  };
}

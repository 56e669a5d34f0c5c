/**
 * The other side of the comparison: node:tls alone, in a process of its own. A client sends a letter and a length (8
 * bytes, big-endian): `U` and so many bytes, answered with one byte; or `D`, answered with so many bytes.
 */
import { createServer, type TLSSocket } from 'node:tls';

export interface BareServerOptions {
  readonly key: string;
  readonly certificate: string;
  readonly ciphers: string;
}

const HEADER_BYTES = 9;
const PIECE = Buffer.alloc(256 << 10, 0x5a);

function serve(socket: TLSSocket): void {
  let header = Buffer.alloc(0);
  let expected = -1;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    let bytes = chunk;
    while (bytes.length > 0) {
      if (expected < 0) {
        header = Buffer.concat([header, bytes.subarray(0, HEADER_BYTES - header.length)]);
        bytes = bytes.subarray(Math.min(bytes.length, HEADER_BYTES));
        if (header.length < HEADER_BYTES) return;
        expected = Number(header.readBigUInt64BE(1));
        const letter = header[0];
        header = Buffer.alloc(0);
        if (letter === 0x44) {
          void send(socket, expected);
          expected = -1;
        }
        continue;
      }
      expected -= bytes.length;
      bytes = bytes.subarray(bytes.length);
      if (expected === 0) {
        expected = -1;
        socket.write(Uint8Array.of(1));
      }
    }
  });
}

async function send(socket: TLSSocket, length: number): Promise<void> {
  for (let left = length; left > 0; left -= PIECE.length)
    if (!socket.write(PIECE.subarray(0, Math.min(left, PIECE.length))))
      await new Promise((resolve) => socket.once('drain', resolve));
}

process.once('message', (options: BareServerOptions) => {
  const server = createServer(
    {
      key: options.key,
      cert: options.certificate,
      ciphers: options.ciphers,
      minVersion: 'TLSv1.3',
      requestCert: true,
      rejectUnauthorized: false,
      ca: [],
    },
    serve,
  );
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
  });
});
process.once('disconnect', () => process.exit(0));

/** A security module behind a Unix socket: a 32-bit big-endian length and the CBOR of /dev/nsm, one request at a time. */
import { createServer, type Server, type Socket } from 'node:net';
import { MAXIMUM_NSM_REQUEST } from '../../proto/nsm.ts';
import { ByteAccumulator } from '../../proto/wire/byte-accumulator.ts';

const LENGTH_BYTES = 4;
/** More would be lost work: the device itself takes one request at a time. */
const MOST_CONNECTIONS = 16;

/** Listens on `path`. Each connection may have one request under way; who sends more is cut off. */
export async function serveNsm(
  path: string,
  answer: (request: Uint8Array) => Promise<Uint8Array>,
): Promise<Server> {
  const server = createServer((socket) => serveConnection(socket, answer));
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

function serveConnection(socket: Socket, answer: (request: Uint8Array) => Promise<Uint8Array>): void {
  const collected = new ByteAccumulator();
  let busy = false;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    collected.append(chunk);
    if (busy) return void socket.destroy();
    if (collected.length < LENGTH_BYTES) return;
    const { bytes } = collected;
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    // One byte over the limit is let through, for the module's own InputTooLarge.
    if (length > MAXIMUM_NSM_REQUEST + 1 || bytes.length > LENGTH_BYTES + length)
      return void socket.destroy();
    if (bytes.length < LENGTH_BYTES + length) return;
    const request = collected.take().subarray(LENGTH_BYTES);
    busy = true;
    answer(request).then(
      (response) => {
        busy = false;
        const header = new Uint8Array(LENGTH_BYTES);
        new DataView(header.buffer).setUint32(0, response.length);
        socket.write(header);
        socket.write(response);
      },
      (error: unknown) => {
        process.stderr.write(`NSM simulator: ${error instanceof Error ? error.message : String(error)}\n`);
        socket.destroy();
      },
    );
  });
}

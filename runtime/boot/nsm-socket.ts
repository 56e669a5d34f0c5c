/** The Nitro Secure Module behind a Unix socket: a 32-bit big-endian length and the CBOR of /dev/nsm, one request at a time. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createNsm, MAXIMUM_NSM_RESPONSE, type NitroSecureModule } from '../../proto/nsm.ts';

const LENGTH_BYTES = 4;

export async function connectNsm(path: string): Promise<NitroSecureModule> {
  const socket = connect({ path });
  await once(socket, 'connect');
  let received: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  let waiting: { resolve: (response: Uint8Array) => void; reject: (error: Error) => void } | undefined;
  const fail = (error: Error) => {
    waiting?.reject(error);
    waiting = undefined;
    socket.destroy();
  };
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < LENGTH_BYTES) return;
    const length = new DataView(received.buffer, received.byteOffset).getUint32(0);
    if (length > MAXIMUM_NSM_RESPONSE)
      return fail(new Error('the secure module answered with more than it may'));
    if (received.length < LENGTH_BYTES + length) return;
    if (waiting === undefined || received.length > LENGTH_BYTES + length)
      return fail(new Error('the secure module answered what nobody asked'));
    const { resolve } = waiting;
    waiting = undefined;
    const response = received.subarray(LENGTH_BYTES);
    received = new Uint8Array(0);
    resolve(response);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the secure module is gone')));

  let last: Promise<unknown> = Promise.resolve();
  const exchange = (request: Uint8Array): Promise<Uint8Array> => {
    const answer = last.then(
      () =>
        new Promise<Uint8Array>((resolve, reject) => {
          if (socket.destroyed) return reject(new Error('the secure module is gone'));
          waiting = { resolve, reject };
          const length = new Uint8Array(LENGTH_BYTES);
          new DataView(length.buffer).setUint32(0, request.length);
          socket.write(length);
          socket.write(request);
        }),
    );
    // A failed exchange is its caller's to hear of; the next one still gets its turn.
    last = answer.catch(() => undefined);
    return answer;
  };
  return createNsm(exchange, () => socket.destroy());
}

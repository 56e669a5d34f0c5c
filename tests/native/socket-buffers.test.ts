import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { enlargeSendBuffer } from '../../native/socket-buffers.ts';

t.test('an open Unix socket takes more while nobody reads; a closed one takes no wish', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'truce-buffers-'));
  const path = join(directory, 's');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  t.teardown(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });
  await once(server, 'listening');
  /** Bytes that the kernel takes with nobody reading. */
  const taken = async (enlarge: boolean) => {
    const socket = connect(path);
    await once(socket, 'connect');
    if (enlarge) t.ok(enlargeSendBuffer(socket, 4 << 20));
    const size = 8 << 20;
    socket.write(Buffer.alloc(size));
    const left = socket.writableLength;
    const { writeQueueSize } = (socket as unknown as { _handle: { writeQueueSize: number } })._handle;
    socket.destroy();
    await once(socket, 'close');
    t.notOk(enlargeSendBuffer(socket, 1 << 20), 'closed');
    return size - Math.min(left, writeQueueSize);
  };
  t.ok((await taken(true)) > (await taken(false)));
});

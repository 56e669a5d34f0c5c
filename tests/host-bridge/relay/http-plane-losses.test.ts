/** What is lost, held or kept up by clients of the HTTP plane that go away, do not read, or come from many addresses. */

import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { HttpPlane } from '../../../host-bridge/relay/http-plane.ts';
import { planeTo } from '../../support/http-plane.ts';
import { clientHello, post } from '../../support/http-plane-post.ts';

const hello = await clientHello();

/** A record of application data; what is in it is nobody's business here. */
function record(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length);
  bytes.writeUIntBE(0x170303, 0, 3);
  bytes.writeUInt16BE(length, 3);
  return bytes;
}

interface Wires {
  readonly path: string;
  /** Connections of the relay, as they came; not read from unless told. */
  readonly sockets: Socket[];
}

/** A listener in the enclave's place that does nothing by itself. */
async function wires(t: Test): Promise<Wires> {
  const folder = mkdtempSync(join(tmpdir(), 'truce-losses-'));
  const path = join(folder, '5006');
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.push(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
    rmSync(folder, { recursive: true, force: true });
  });
  return { path, sockets };
}

/** Whether it comes true; a test that fails is not to hang. */
async function comes(what: () => boolean): Promise<boolean> {
  for (let left = 1000; left > 0 && !what(); left--) await delay(5);
  return what();
}

/** After which nothing more of a handshake is due. */
const ALERT = Buffer.from('15030300020228', 'hex');

/** A session, and the enclave's end of it. */
async function open(plane: HttpPlane, { sockets }: Wires): Promise<[string, Socket]> {
  const before = sockets.length;
  const reply = post(plane.address, `0 ${hello.toString('base64')}`);
  await comes(() => sockets.length > before);
  const socket = sockets.at(-1)!;
  socket.write(ALERT);
  return [(await reply).body.split(' ')[0] ?? '', socket];
}

function request(body: string): string {
  return `POST /runtime_manager HTTP/1.1\r\nhost: relay\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** A POST whose client goes away when it is asked to. */
function leaving(plane: HttpPlane, body: string): Socket {
  const socket = connect(plane.address).on('error', () => undefined);
  socket.write(request(body));
  return socket;
}

function posted(session: string, bytes: Buffer): string {
  return `${session} ${bytes.toString('base64')}`;
}

t.test('a POST whose client went before its turn is not passed on, and takes nothing', async (t) => {
  const enclave = await wires(t);
  const plane = await planeTo(t, enclave.path, { bodyBytes: 16 << 20 });
  const [session, socket] = await open(plane, enclave);
  const flood = Buffer.concat(Array.from({ length: 400 }, () => record(16_000)));
  const before = plane.counts.toEnclave;
  const first = post(plane.address, posted(session, flood));
  t.ok(await comes(() => plane.counts.toEnclave === before + flood.length), 'the enclave takes none of it');
  const second = leaving(plane, posted(session, record(100)));
  t.ok(await comes(() => plane.counts.toEnclave === before + flood.length + 105));
  second.destroy();
  await delay(50);
  let received = 0;
  socket.resume();
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length;
  });
  t.ok(await comes(() => received >= hello.length + flood.length));
  socket.write(record(50));
  const { body: earlier } = await first;
  const third = post(plane.address, posted(session, record(20)));
  t.ok(await comes(() => received >= hello.length + flood.length + 25));
  socket.write(record(60));
  const { body: later } = await third;
  const blobs = (body: string) =>
    body
      .split(' ')
      .slice(1)
      .map((blob) => Buffer.from(blob, 'base64'));
  t.same(
    Buffer.concat([...blobs(earlier), ...blobs(later)]),
    Buffer.concat([record(50), record(60)]),
    'none of what the enclave said is lost',
  );
  t.equal(received, hello.length + flood.length + 25, 'the second alone is missing');
});

t.test(
  'a session ends whose client went while its bytes were on their way, if bytes were taken',
  async (t) => {
    const enclave = await wires(t);
    const plane = await planeTo(t, enclave.path, { bodyBytes: 16 << 20 });
    const [session, socket] = await open(plane, enclave);
    const before = plane.counts.toEnclave;
    const flood = Buffer.concat(Array.from({ length: 400 }, () => record(16_000)));
    const client = leaving(plane, posted(session, flood));
    t.ok(await comes(() => plane.counts.toEnclave === before + flood.length));
    client.destroy();
    await delay(50);
    socket.write(record(50));
    t.ok(await comes(() => plane.counts.open === 0), 'no gap is left to be found by TLS');
    t.match(await post(plane.address, posted(session, record(20))), { status: 404 });
  },
);

t.test('a session that the enclave has ended gives its place back at once', async (t) => {
  const enclave = await wires(t);
  const plane = await planeTo(t, enclave.path, { sessionsPerAddress: 1 });
  const [, silent] = await open(plane, enclave);
  silent.end();
  t.ok(await comes(() => plane.counts.open === 0), 'nobody has asked');
  const [session, talking] = await open(plane, enclave);
  talking.end(record(30));
  await delay(20);
  const words = await post(plane.address, session);
  t.same(
    words.body.split(' ')[1],
    record(30).toString('base64'),
    'its last words are kept for the next POST',
  );
  t.equal(plane.counts.open, 0);
  const [, broken] = await open(plane, enclave);
  broken.destroy();
  t.ok(await comes(() => plane.counts.open === 0));
  t.equal(plane.counts.expired, 0);
});

t.test('a client that takes nothing of its reply loses it, and its session, after a while', async (t) => {
  const enclave = await wires(t);
  // Longer than a busy machine takes between a connection and its request.
  const plane = await planeTo(t, enclave.path, { clientStallMilliseconds: 2000 });
  const [session, socket] = await open(plane, enclave);
  const [waiting] = await open(plane, enclave);
  const patient = leaving(plane, waiting);
  const deaf = connect(plane.address).on('error', () => undefined);
  deaf.pause();
  deaf.write(request(posted(session, record(20))));
  const full = Buffer.concat(Array.from({ length: 64 }, () => record(16_500)));
  const flood = setInterval(() => {
    if (socket.writableLength < full.length) socket.write(full);
  }, 1);
  t.teardown(() => clearInterval(flood));
  t.ok(await comes(() => plane.counts.open === 1), 'its place is given back');
  t.notOk(patient.destroyed || patient.readyState !== 'open', 'who waits for the enclave is not cut off');
  patient.destroy();
  deaf.destroy();
});

t.test('replies that wait for their turn end with their connection', async (t) => {
  const enclave = await wires(t);
  const plane = await planeTo(t, enclave.path, { heldBytesPerAddress: 200_000 });
  const [first] = await open(plane, enclave);
  const [second, talking] = await open(plane, enclave);
  const client = connect(plane.address).on('error', () => undefined);
  const before = plane.counts.toEnclave;
  client.write(
    request(first) + request(posted(second, record(12_000))) + request(`9 ${'A'.repeat(100_000)}`),
  );
  t.ok(await comes(() => plane.counts.toEnclave === before + 12_005));
  for (let records = 0; records < 100; records++) talking.write(record(16_500));
  t.ok(
    await comes(() => plane.counts.fromEnclave > 100_000),
    'the second reply is under way behind the first',
  );
  const refused = await post(plane.address, `9 ${'A'.repeat(100_000)}`);
  t.match(
    refused,
    { status: 503, body: /^RELAY_BODIES_LIMIT: / },
    'an address has its share of what is held',
  );
  const there = await post(plane.address, `9 ${'A'.repeat(100_000)}`, { localAddress: '127.0.0.2' });
  t.equal(there.status, 404, 'another one has its own');
  client.destroy();
  t.ok(
    await comes(() => plane.counts.open === 1),
    'the first has lost nothing, the second a part of its reply',
  );
  t.equal((await post(plane.address, `9 ${'A'.repeat(100_000)}`)).status, 404, 'nothing is held any more');
});

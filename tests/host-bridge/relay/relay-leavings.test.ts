import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { defaultRelayOptions, Relay } from '../../../host-bridge/relay/relay.ts';

const LINGER = 200;
const LAST_WORDS = Buffer.alloc(3 << 20, 'x');

/** A relay to a server that serves each connection so, with but one place. */
async function relayTo(
  t: Test,
  serve: (socket: Socket) => void,
  { linger = LINGER, stall = 60_000 } = {},
): Promise<Relay> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-relay-'));
  const path = join(directory, '5006');
  const server = createServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  const relay = await Relay.listen({
    ...defaultRelayOptions,
    listen: { host: '127.0.0.1', port: 0 },
    target: { kind: 'unix', path },
    connections: 1,
    lingerMilliseconds: linger,
    stallMilliseconds: stall,
  });
  t.teardown(async () => {
    await relay.stop();
    server.close();
    rmSync(directory, { recursive: true });
  });
  return relay;
}

/** A client that leaves its side open, whatever it is told. */
async function staying(t: Test, relay: Relay): Promise<Socket> {
  const socket = connect({ ...relay.address, allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** A place that is never given back is ended by the test's own time limit. */
async function freed(relay: Relay): Promise<void> {
  while (relay.counts.open > 0) await delay(10);
}

t.test('a client that says nothing to an enclave that has closed loses its place', async (t) => {
  const relay = await relayTo(t, (socket) => socket.destroy());
  const socket = await staying(t, relay);
  socket.resume();
  await once(socket, 'end');
  await freed(relay);
  t.match(relay.counts, { open: 0, failed: 1 });
});

t.test('nor does one keep it that goes on sending, byte by byte', async (t) => {
  const relay = await relayTo(t, (socket) => socket.destroy());
  const socket = await staying(t, relay);
  socket.resume();
  const trickle = setInterval(() => socket.write('.'), LINGER / 10);
  t.teardown(() => clearInterval(trickle));
  await freed(relay);
  t.match(relay.counts, { open: 0, failed: 1 });
});

t.test('nor does one that sends and takes nothing of what it was told', async (t) => {
  const relay = await relayTo(t, (socket) => {
    socket.write(LAST_WORDS);
    setTimeout(() => socket.destroy(), LINGER);
  });
  const socket = await staying(t, relay);
  const trickle = setInterval(() => socket.write('.'), LINGER / 10);
  t.teardown(() => clearInterval(trickle));
  await freed(relay);
  t.match(relay.counts, { open: 0, failed: 1 });
});

t.test('one that takes its time over what it was told gets all of it', async (t) => {
  const relay = await relayTo(t, (socket) => socket.end(LAST_WORDS), { linger: 10 * LINGER });
  const socket = await staying(t, relay);
  let taken = 0;
  socket.on('data', (chunk) => {
    taken += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 15);
  });
  await once(socket, 'end');
  t.equal(taken, LAST_WORDS.length);
  socket.end();
  await freed(relay);
});

t.test('one that takes nothing loses its place though its enclave goes on, whatever it sends', async (t) => {
  const relay = await relayTo(t, (socket) => socket.resume().write(Buffer.alloc(32 << 20)), {
    stall: LINGER,
  });
  const socket = await staying(t, relay);
  const trickle = setInterval(() => socket.write('.'), LINGER / 10);
  t.teardown(() => clearInterval(trickle));
  await freed(relay);
  t.match(relay.counts, { open: 0, failed: 1 });
});

t.test('one that pauses for less gets all of it', async (t) => {
  const sent = 32 << 20;
  const relay = await relayTo(t, (socket) => socket.end(Buffer.alloc(sent)));
  const socket = await staying(t, relay);
  await delay(LINGER);
  let taken = 0;
  socket.on('data', ({ length }) => {
    taken += length;
  });
  await once(socket, 'end');
  t.equal(taken, sent);
});

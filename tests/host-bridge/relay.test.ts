import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { HIGH_WATER_MARK } from '../../host-bridge/relay/forward.ts';
import { defaultRelayOptions, Relay, type RelayOptions } from '../../host-bridge/relay/relay.ts';
import { RelaySupervisor } from '../../host-bridge/relay/supervisor.ts';

const RELAY_PROGRAM = fileURLToPath(new URL('../../host-bridge/relay/main.js', import.meta.url));
const LOOPBACK = { host: '127.0.0.1', port: 0 };

/** A server in the enclave's place: its socket's path, and each connection as it comes. */
async function enclave(t: Test, serve: (socket: Socket) => void): Promise<RelayOptions> {
  const directory = mkdtempSync(join(tmpdir(), 'truce-relay-'));
  const path = join(directory, '5006');
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
    rmSync(directory, { recursive: true });
  });
  return { ...defaultRelayOptions, listen: LOOPBACK, target: { kind: 'unix', path } };
}

async function relayTo(
  t: Test,
  serve: (socket: Socket) => void,
  changes: Partial<RelayOptions> = {},
): Promise<Relay> {
  const relay = await Relay.listen({ ...(await enclave(t, serve)), ...changes });
  t.teardown(() => relay.stop());
  return relay;
}

async function client(t: Test, address: { host: string; port: number }): Promise<Socket> {
  const socket = connect({ ...address, allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the other side ends; unlike node:stream/consumers it leaves the socket open. */
function text(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.once('end', () => resolve(received));
    socket.once('error', reject);
  });
}

const echo = (socket: Socket) => void socket.pipe(socket);

t.test('bytes, and the end of each direction, pass unchanged', async (t) => {
  const relay = await relayTo(t, (socket) => {
    // Answers only once the client has ended its half: the end must have come through.
    void text(socket).then((question) => socket.end(`${question} has ${question.length} bytes`));
  });
  const socket = await client(t, relay.address);
  socket.end('question');
  t.equal(await text(socket), 'question has 8 bytes');
});

t.test('an enclave that ends first still hears the client out', async (t) => {
  let heard: Promise<string> = Promise.resolve('');
  const relay = await relayTo(t, (socket) => {
    heard = text(socket);
    socket.end('done');
  });
  const socket = await client(t, relay.address);
  t.equal(await text(socket), 'done');
  socket.end('one thing more');
  t.equal(await heard, 'one thing more');
});

t.test('a large transfer both ways arrives byte for byte and is counted', async (t) => {
  const relay = await relayTo(t, echo);
  const socket = await client(t, relay.address);
  const sent = randomBytes(24 << 20);
  const hash = createHash('sha256');
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
    hash.update(chunk);
  });
  socket.end(sent);
  await once(socket, 'close');
  t.equal(received, sent.length);
  t.equal(hash.digest('hex'), createHash('sha256').update(sent).digest('hex'));
  while (relay.counts.open > 0) await delay(5);
  t.match(relay.counts, { accepted: 1, failed: 0, toEnclave: sent.length, fromEnclave: sent.length });
});

t.test('bytes that come one by one arrive in order', async (t) => {
  const relay = await relayTo(t, echo);
  const socket = await client(t, relay.address);
  const sent = randomBytes(200);
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  for (const byte of sent) {
    socket.write(Uint8Array.of(byte));
    await delay(0);
  }
  socket.end();
  await once(socket, 'end');
  t.same(Buffer.concat(received), sent);
});

t.test('an enclave that reads nothing stops the client instead of filling the relay', async (t) => {
  const relay = await relayTo(t, (socket) => void socket.pause());
  const socket = await client(t, relay.address);
  const chunk = Buffer.alloc(1 << 20);
  let sent = 0;
  // Offered without end: what the kernel and the relay take is bounded, and then nothing moves.
  const limit = 256 << 20;
  for (let still = 0; still < 20 && sent < limit; ) {
    const before = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength === 0) {
      socket.write(chunk);
      sent += chunk.length;
    }
    await delay(10);
    still = socket.bytesWritten - socket.writableLength > before ? 0 : still + 1;
  }
  t.ok(sent < limit, `${sent} bytes were taken before the client had to wait`);
  t.ok(sent > HIGH_WATER_MARK);
});

t.test('many connections at once each get their own bytes back', async (t) => {
  const relay = await relayTo(t, echo);
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      const socket = await client(t, relay.address);
      socket.end(`client ${index}`);
      return text(socket);
    }),
  );
  t.same(
    answers,
    answers.map((_, index) => `client ${index}`),
  );
});

t.test('connections over the limit are refused, and a closed one makes room', async (t) => {
  const relay = await relayTo(t, echo, { connections: 2 });
  const first = await client(t, relay.address);
  const second = await client(t, relay.address);
  second.write('x');
  await once(second, 'data');
  const third = await client(t, relay.address);
  t.equal(await text(third), '', 'closed without a word');
  t.equal(relay.counts.refused, 1);
  first.destroy();
  while (relay.counts.open > 1) await delay(5);
  const fourth = await client(t, relay.address);
  fourth.end('y');
  t.equal(await text(fourth), 'y');
});

t.test('a client is reset when no enclave listens', async (t) => {
  const relay = await relayTo(t, echo, { target: { kind: 'unix', path: join(tmpdir(), 'truce-nobody') } });
  const socket = await client(t, relay.address);
  await t.rejects(text(socket), { code: 'ECONNRESET' });
  t.match(relay.counts, { failed: 1, open: 0 });
});

t.test('an idle connection is ended, one that carries bytes is not', async (t) => {
  // Longer than any pause that a busy machine makes between two bytes.
  const relay = await relayTo(t, echo, { idleMilliseconds: 3000 });
  const idle = await client(t, relay.address);
  const busy = await client(t, relay.address);
  const ticking = setInterval(() => busy.write('.'), 30);
  t.teardown(() => clearInterval(ticking));
  busy.resume();
  await t.rejects(text(idle), { code: 'ECONNRESET' });
  t.equal(busy.destroyed, false);
  while (relay.counts.open > 1) await delay(5);
});

t.test('what an enclave says last reaches a client that is still sending', async (t) => {
  const relay = await relayTo(t, (socket) => {
    socket.once('data', () => {
      socket.write('refused: no such identity');
      // Closed with unread bytes in its queue: the kernel reports a reset to the relay.
      socket.pause();
      setTimeout(() => socket.destroy(), 500);
    });
  });
  const socket = await client(t, relay.address);
  socket.on('error', () => {});
  const sending = setInterval(() => socket.write(Buffer.alloc(1000)), 5);
  t.teardown(() => clearInterval(sending));
  t.equal(await text(socket), 'refused: no such identity');
});

t.test('stopping ends every connection and frees the port', async (t) => {
  const relay = await relayTo(t, echo);
  const socket = await client(t, relay.address);
  const ended = once(socket.resume(), 'end');
  const { port } = relay.address;
  await relay.stop();
  await ended;
  const again = await relayTo(t, echo, { listen: { host: '127.0.0.1', port } });
  t.equal(again.address.port, port);
});

t.test('a port that is taken is a typed error', async (t) => {
  const relay = await relayTo(t, echo);
  const options = await enclave(t, echo);
  await t.rejects(Relay.listen({ ...options, listen: relay.address }), { code: 'RELAY_LISTEN' });
  await t.rejects(
    RelaySupervisor.start({ program: RELAY_PROGRAM, relay: { ...options, listen: relay.address } }),
    { code: 'RELAY_FAILED', message: /EADDRINUSE/ },
  );
});

t.test('a relay process that is killed comes back on the same port', async (t) => {
  const reasons: string[] = [];
  const supervisor = await RelaySupervisor.start({
    program: RELAY_PROGRAM,
    relay: await enclave(t, echo),
    restarting: (why) => reasons.push(why),
  });
  t.teardown(() => supervisor.stop());
  const { address, pid } = supervisor;
  const before = await client(t, address);
  const broken = text(before).catch(() => undefined);
  process.kill(pid ?? 0, 'SIGKILL');
  await broken;
  while (supervisor.restarts === 0) await delay(10);
  t.same(supervisor.address, address);
  t.not(supervisor.pid, pid);
  t.match(reasons, ['it was ended by SIGKILL']);
  const after = await client(t, address);
  after.end('again');
  t.equal(await text(after), 'again');
  await supervisor.stop();
  await t.rejects(client(t, address), { code: 'ECONNREFUSED' });
});

t.test('a relay process refuses a configuration that it cannot read', async (t) => {
  const options = await enclave(t, echo);
  await t.rejects(RelaySupervisor.start({ program: RELAY_PROGRAM, relay: { ...options, connections: 0 } }), {
    code: 'RELAY_FAILED',
    message: /connections/,
  });
});

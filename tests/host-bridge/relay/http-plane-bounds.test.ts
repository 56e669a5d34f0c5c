/** What the HTTP plane bears at most: sessions, bodies, the time of a request, and requests that wait. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { planeTo } from '../../support/http-plane.ts';
import { clientHello, post } from '../../support/http-plane-post.ts';
import { both, converse, open, request } from './plane-clients.ts';

t.test('sessions are bounded, for an address and in all, and end when they are left alone', async (t) => {
  const { plane, enclave } = await both(t, { sessions: 3, sessionsPerAddress: 2 });
  const there = { localAddress: '127.0.0.2' };
  t.match(
    [await open(plane), await open(plane), await open(plane, there)],
    [{ status: 200 }, { status: 200 }, { status: 200 }],
  );
  t.match(await open(plane), { status: 429, body: /^RELAY_ADDRESS_LIMIT: / });
  t.match(await open(plane, there), { status: 503, body: /^RELAY_SESSION_LIMIT: / });
  t.match(plane.counts, { open: 3, opened: 3, expired: 0 });
  plane.stop();
  while (enclave.open.size > 0) await delay(10);
  const impatient = await planeTo(t, enclave.path, { sessions: 1, idleMilliseconds: 100 });
  t.match(await open(impatient), { status: 200 });
  while (enclave.open.size > 0) await delay(10);
  t.match(impatient.counts, { open: 0, opened: 1, expired: 1 });
  t.match(await open(impatient), { status: 200 });
});

t.test('bodies are bounded, each and together', async (t) => {
  const { plane } = await both(t, { bodyBytes: 100_000, heldBytes: 1_000_000 });
  const large = `0 ${'A'.repeat(200_000)}`;
  t.match(await post(plane.address, large), { status: 413, body: /^RELAY_REQUEST_TOO_LARGE: / });
  const piece = `${(1000).toString(16)}\r\n${'A'.repeat(1000)}\r\n`;
  const said = await converse(
    plane,
    `${request('', 'transfer-encoding: chunked')}${piece.repeat(150)}0\r\n\r\n`,
  );
  t.match(said, /^HTTP\/1.1 413 /, 'without a length as well');
  const waiting = Array.from({ length: 12 }, () => {
    const socket = connect(plane.address).on('error', () => undefined);
    socket.write(request('0 AAAA', 'content-length: 90000'));
    t.teardown(() => socket.destroy());
    return socket;
  });
  t.match(String((await once(waiting.at(-1)!, 'data'))[0]), /^HTTP\/1.1 503 (.|\s)*RELAY_BODIES_LIMIT/);
  for (const socket of waiting) socket.destroy();
  let reply = await post(plane.address, '1 FgMB');
  while (reply.status === 503) reply = await post(plane.address, '1 FgMB');
  t.equal(reply.status, 404, 'what is given back counts no more');
});

t.test('slow, oversized and malformed HTTP ends by itself', async (t) => {
  const { plane, enclave } = await both(t);
  const impatient = await planeTo(t, enclave.path, { headMilliseconds: 200, requestMilliseconds: 400 });
  const whole = request('1 FgMB');
  const [slowHead, slowBody, bomb, noise, tls] = await Promise.all([
    converse(impatient, 'POST /runtime_manager HTTP/1.1\r\nhost: re', false),
    converse(impatient, request('0 AAAA', 'content-length: 100'), false),
    converse(
      plane,
      `POST /runtime_manager HTTP/1.1\r\n${`header: ${'y'.repeat(90)}\r\n`.repeat(400)}\r\n`,
      false,
    ),
    converse(plane, 'these are not the words\r\n\r\n', false),
    clientHello().then((hello) => converse(plane, hello.toString('latin1'), false)),
  ]);
  t.match(slowHead, /^HTTP\/1.1 408 /);
  t.match(slowBody, /^HTTP\/1.1 408 /);
  t.match(bomb, /^HTTP\/1.1 431 /);
  t.match(noise, /^HTTP\/1.1 400 /);
  t.match(tls, /^HTTP\/1.1 400 /, 'TLS itself is for the other port');
  t.equal(await converse(plane, `${whole}GARBAGE`), '', 'and what came with it is not answered');
  t.match(await converse(plane, request('1 FgMB', 'content-length: 6\r\ntransfer-encoding: chunked')), /400/);
});

t.test('requests of one connection are answered in order, and a flood of them ends it', async (t) => {
  const { plane } = await both(t);
  const said = await converse(plane, `${request('1 FgMB')}${request('x')}${request('2 FgMB')}`);
  t.same(said.match(/RELAY_[A-Z_]+/g), [
    'RELAY_SESSION_UNKNOWN',
    'RELAY_REQUEST_INVALID',
    'RELAY_SESSION_UNKNOWN',
  ]);
  const { id } = await open(plane);
  t.equal(await converse(plane, request(id) + request('x').repeat(500), false), '', 'behind one that waits');
  t.equal((await open(plane)).status, 200);
});

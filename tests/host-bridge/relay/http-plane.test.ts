import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import {
  defaultHttpPlaneOptions,
  HttpPlane,
  type HttpPlaneOptions,
} from '../../../host-bridge/relay/http-plane.ts';
import { LOOPBACK, planeTo } from '../../support/http-plane.ts';
import { type Cut, HttpPlaneClient } from '../../support/http-plane-client.ts';
import { clientHello, type PlaneReply, post } from '../../support/http-plane-post.ts';
import { type StandInEnclave, standInEnclave } from '../../support/stand-in-tls-enclave.ts';
import { makeParty } from '../../support/test-enclave.ts';

const party = await makeParty('an-old-client');
const credentials = { cert: party.certificate, key: party.key };

async function both(
  t: Test,
  changes: Partial<HttpPlaneOptions> = {},
): Promise<{ plane: HttpPlane; enclave: StandInEnclave }> {
  const enclave = await standInEnclave(t, party);
  return { enclave, plane: await planeTo(t, enclave.path, changes) };
}

async function client(t: Test, plane: HttpPlane, cut: Cut = 'record'): Promise<HttpPlaneClient> {
  const made = await HttpPlaneClient.connect(plane.address, credentials, cut);
  t.teardown(() => made.close());
  return made;
}

/** What a connection says until it ends, after all of `text` has been sent. */
async function converse(plane: HttpPlane, text: string, end = true): Promise<string> {
  const socket = connect(plane.address);
  socket.on('error', () => undefined);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  if (end) socket.end(text);
  else socket.write(text);
  await once(socket, 'close');
  return said;
}

function request(body: string, headers = `content-length: ${body.length}`): string {
  return `POST /runtime_manager HTTP/1.1\r\nhost: relay\r\n${headers}\r\n\r\n${body}`;
}

/** A POST that the plane has taken on when this resolves, on a connection of its own, and all that it says to that. */
async function begun(plane: HttpPlane, body: string): Promise<{ readonly reply: Promise<string> }> {
  const socket = connect(plane.address).on('error', () => undefined);
  let said = '';
  socket.on('data', (chunk) => {
    said += chunk;
  });
  const reply = once(socket, 'close').then(() => said);
  const headers = `connection: close\r\ncontent-length: ${body.length}`;
  await new Promise((resolve) => socket.write(request(body, headers), resolve));
  // What has come to the plane later has been answered.
  await post(plane.address, '');
  return { reply };
}

/** Opens a session as far as the enclave's first flight. */
async function open(plane: HttpPlane, options = {}): Promise<PlaneReply & { readonly id: string }> {
  const reply = await post(plane.address, `0 ${(await clientHello()).toString('base64')}`, options);
  return { ...reply, id: reply.body.split(' ')[0] ?? '' };
}

t.test('a client that takes only what replies hold is answered whole, whatever the lengths', async (t) => {
  const { plane, enclave } = await both(t, { continuationMilliseconds: 200 });
  // Messages that fill their last record are told from others by time alone: these get far more than they need.
  // A handshake of single records waits a fourth of it in vain.
  const patient = await planeTo(t, enclave.path, { continuationMilliseconds: 8000 });
  const [full, others] = [[16384 - 8], [1, 100, 16383 - 8, 16385 - 8]];
  for (const [to, cut, sizes] of [
    [plane, 'record', others],
    [patient, 'record', full],
    [plane, 1 << 20, [...others, 100_000, 1 << 20, 4 << 20]],
    [patient, 1 << 20, [...full, 32768 - 8]],
  ] as const) {
    const one = await client(t, to, cut);
    for (const length of sizes) {
      const message = Buffer.concat([Buffer.from('E'), randomBytes(length - 1)]);
      t.ok((await one.ask(message)).equals(message), `${length} bytes, POSTs of ${cut}`);
    }
  }
});

t.test('TLS 1.2 and its clients with little memory are understood', async (t) => {
  const enclave = await standInEnclave(t, party, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  // Waited for in vain once, before the length of the fragments is known; in time for an answer otherwise.
  const plane = await planeTo(t, enclave.path, { fragmentMilliseconds: 3000 });
  const whole = await client(t, plane);
  t.equal((await whole.ask(Buffer.from('hello'))).toString(), 'ok 5');
  t.equal((await whole.ask(Buffer.alloc(100_000))).toString(), 'ok 100000');
  const small = await client(t, plane);
  small.cutInto(2000);
  for (const length of [10, 1992, 5000, 20_000])
    t.equal((await small.ask(Buffer.alloc(length))).toString(), `ok ${length}`);
});

t.test('bodies of the documented form are taken, others are not', async (t) => {
  const { plane, enclave } = await both(t);
  const hello = (await clientHello()).toString('base64');
  const taken = [`0 ${hello}`, `000\t ${hello}  more AAAA`, ` 0\r\n${hello}\n`];
  for (const body of taken) {
    const reply = await post(plane.address, body);
    t.match(reply, { status: 200, body: /^[1-9][0-9]{0,9}( [A-Za-z0-9+/]+={0,2})+$/ });
    t.ok(Number.parseInt(reply.body, 10) < 2 ** 31, "it fits a C program's int");
  }
  t.equal(enclave.accepted, taken.length);
  const half = Buffer.from(hello, 'base64').subarray(0, 50).toString('base64');
  const malformed = [
    ...['', ' ', '0', `-1 ${hello}`, `+1 ${hello}`, `0x1 ${hello}`, `1e1 ${hello}`, `4294967296 ${hello}`],
    ...[`${'0'.repeat(40)}1 ${hello}`, `9${'9'.repeat(100)} ${hello}`, `one ${hello}`, `1.0 ${hello}`],
    ...[
      '0 A',
      '0 FgMB=',
      '0 Fg=',
      '0 FgM',
      '0 FgMB====',
      '0 Fh==',
      '0 Fg==FgMB',
      '0 Fg=\u00e9',
      '0 Fg-_',
      '0 F\u0000MB',
    ],
    ...[`0 ${hello} \u00e9`, `\u0661 ${hello}`, '0 AAAA', '0 gAAA', `0 ${half}`],
  ];
  for (const body of malformed) {
    const reply = await post(plane.address, Buffer.from(body));
    t.match(reply, { status: 400, body: /^RELAY_REQUEST_INVALID: / }, JSON.stringify(body).slice(0, 40));
  }
  t.equal(enclave.accepted, taken.length + 1, 'the half ClientHello alone has come to the enclave');
  t.equal(plane.counts.open, taken.length, 'and it has left no session');
  const { id } = await open(plane);
  t.match(await post(plane.address, `${id} ${Buffer.from('no TLS').toString('base64')}`), { status: 400 });
  t.match(
    await post(plane.address, `${id} FgMB`),
    { status: 404 },
    'a session of broken records is of no use',
  );
  for (const options of [{ method: 'GET' }, { method: 'PUT' }, { path: '/' }, { path: '/runtime_manager/' }])
    t.match(await post(plane.address, '', options), { status: 404 });
});

t.test('a session is for the address that opened it, and who guesses has to wait', async (t) => {
  const { plane } = await both(t);
  const { id } = await open(plane);
  const foreign = await post(plane.address, `${id} FgMB`, { localAddress: '127.0.0.2' });
  const unknown = await post(plane.address, '1 FgMB', { localAddress: '127.0.0.2' });
  t.same(foreign, unknown, 'what is not its own does not show');
  t.match(unknown, { status: 404, body: /^RELAY_SESSION_UNKNOWN: / });
  t.equal(plane.counts.open, 1);
  // A guess is given back every 63 ms: a slow machine would have too many back before it has made them all.
  const now = performance.now();
  t.intercept(performance, 'now', { value: () => now });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  t.teardown(() => agent.destroy());
  const guesses = await Promise.all(
    Array.from({ length: 600 }, (_, guess) =>
      post(plane.address, `${guess + 2} FgMB`, { agent, localAddress: '127.0.0.2' }),
    ),
  );
  t.same([...new Set(guesses.map(({ status }) => status))], [404, 429]);
  const own = await open(plane, { localAddress: '127.0.0.2' });
  t.equal(own.status, 200, 'it may begin sessions');
  const guess = (id: string) => post(plane.address, `${id} FgMB`, { agent, localAddress: '127.0.0.2' });
  const limited = { status: 429, body: /^RELAY_GUESS_LIMIT: / };
  t.match(await guess(own.id), limited, 'a right guess looks like a wrong one');
  t.match(await post(plane.address, `${id} FAMDAAEB`), { status: 200 }, 'the other address is not told off');
});

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

t.test('a client that goes away costs nobody but itself', async (t) => {
  const { plane, enclave } = await both(t);
  const one = await client(t, plane);
  const halfSent = connect(plane.address);
  halfSent.write(request(`${one.session} FwMD`, 'content-length: 1000'));
  await delay(50);
  halfSent.destroy();
  t.equal((await one.ask(Buffer.from('hello'))).toString(), 'ok 5', 'half a POST is none');
  const waiting = connect(plane.address);
  waiting.write(request(one.session));
  await delay(50);
  waiting.destroy();
  t.equal((await one.ask(Buffer.from('again'))).toString(), 'ok 5', 'who waited has taken nothing');
  const asking = one.ask(Buffer.from(`L${16 << 20}`)).catch((error: Error) => error);
  while (enclave.received < 40) await delay(5);
  one.close();
  t.match(await asking, Error);
  while (plane.counts.open > 0) await delay(5);
  t.match(await post(plane.address, `${one.session} FgMB`), { status: 404 }, 'what it had taken is lost');
});

t.test('what comes unasked is there for the next POST, and a session alone asks for it', async (t) => {
  const { plane } = await both(t);
  const one = await client(t, plane);
  t.equal((await one.ask(Buffer.from('P'))).toString(), 'now');
  const more = await post(plane.address, one.session);
  t.match(more, { status: 200, body: /^[0-9]+ [A-Za-z0-9+/]+=*$/ });
  const waiting = await begun(plane, one.session);
  const other = await begun(plane, one.session);
  t.match(await waiting.reply, /^HTTP\/1.1 200 (.|\s)*\r\n\r\n$/, 'it goes without when another one comes');
  plane.stop();
  t.equal(await other.reply, '');
});

t.test('an enclave that ends, is not there, or takes nothing is told by the status', async (t) => {
  const { plane, enclave } = await both(t);
  const one = await client(t, plane);
  t.equal((await one.ask(Buffer.from('X'))).toString(), 'goodbye', 'its last word is heard');
  const gone = await client(t, plane);
  const dies = await begun(plane, gone.session);
  for (const socket of enclave.open) socket.destroy();
  t.match(await dies.reply, /^HTTP\/1.1 502 (.|\s)*\r\n\r\nRELAY_ENCLAVE_GONE: /);
  t.match(await post(plane.address, `${gone.session} FgMB`), { status: 404 });
  t.match(await open(await planeTo(t, `${enclave.path}-none`)), {
    status: 503,
    body: /^RELAY_ENCLAVE_ABSENT: /,
  });

  const deaf = createServer({ pauseOnConnect: true }).listen(`${enclave.path}-deaf`);
  const held: Socket[] = [];
  deaf.on('connection', (socket) => held.push(socket));
  t.teardown(() => {
    deaf.close();
    for (const socket of held) socket.destroy();
  });
  const silent = await HttpPlane.listen({
    ...defaultHttpPlaneOptions,
    listen: LOOPBACK,
    target: { kind: 'vhost-user', path: `${enclave.path}-deaf`, port: 5006 },
    connectMilliseconds: 100,
  });
  t.teardown(() => silent.stop());
  t.match(await open(silent), { status: 504, body: /^RELAY_ENCLAVE_SLOW: / });
  const full = await planeTo(t, `${enclave.path}-deaf`, {
    stallMilliseconds: 200,
    bodyBytes: 16 << 20,
  });
  const hello = await clientHello();
  const flood = Buffer.concat([hello, ...Array.from({ length: 600 }, () => record(16_384))]);
  t.match(
    await post(full.address, `0 ${flood.toString('base64')}`),
    { status: 504 },
    'nothing of it is read',
  );
  t.equal(full.counts.open, 0);
});

function record(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length);
  bytes.writeUIntBE(0x170303, 0, 3);
  bytes.writeUInt16BE(length, 3);
  return bytes;
}

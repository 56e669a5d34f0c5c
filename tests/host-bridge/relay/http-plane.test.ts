import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { defaultHttpPlaneOptions, HttpPlane } from '../../../host-bridge/relay/http-plane.ts';
import { LOOPBACK, planeTo } from '../../support/http-plane.ts';
import { clientHello, post } from '../../support/http-plane-post.ts';
import { standInEnclave } from '../../support/stand-in-tls-enclave.ts';
import { begun, both, client, open, party, request } from './plane-clients.ts';

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
  const { plane, enclave } = await both(t);
  const one = await client(t, plane);
  t.equal((await one.ask(Buffer.from('hello'))).toString(), 'ok 5');
  enclave.sayMore();
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

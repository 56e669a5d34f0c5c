import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { Admission, countedAddress } from '../../../host-bridge/proxy-attestation/admission.ts';
import { readAnswer, startRest, submitRest } from '../../support/proxy-enclave.ts';
import { attempt, honest, serve } from './proxy-attempts.ts';

t.test('requests are bounded in size, number and rate, and told so', async (t) => {
  // One minute, whatever the clock says meanwhile.
  const now = Date.now();
  const server = await serve(t, { now: () => now, limits: { requestsPerMinute: 9, bodyBytes: 16_384 } });
  const { id } = await startRest(server.url);
  const large = await submitRest(server.url, id, { token: new Uint8Array(20_000), csr: new Uint8Array(1) });
  t.same([large.status, large.code], [413, 'PROXY_REQUEST_TOO_LARGE']);
  const form = async (fields: [string, string | Blob][]) => {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const { id } = await startRest(server.url);
    return readAnswer(await fetch(`${server.url}/proxy/v1/Nitro/${id}`, { method: 'POST', body }));
  };
  for (const fields of [
    [['token', 'AAAA']],
    [
      ['token', 'AAAA'],
      ['csr', 'AA'],
    ],
    [
      ['token', 'AAAA'],
      ['csr', new Blob(['AAAA'])],
    ],
  ] as [string, string | Blob][][]) {
    const refused = await form(fields);
    t.same([refused.status, refused.code], [400, 'PROXY_REQUEST_INVALID']);
    t.notMatch(new TextDecoder().decode(refused.body), /\.[jt]s:\d+/, 'no stack');
  }
  t.equal((await readAnswer(await fetch(`${server.url}/proxy/v1/Nitro/1`, { method: 'POST' }))).status, 400);
  const slow = await fetch(`${server.url}/proxy/v1/Start`, { method: 'POST' });
  t.equal(slow.status, 429);
  t.equal(slow.headers.get('retry-after'), '1');
});

t.test('a form that trickles in keeps nobody from being attested', async (t) => {
  const server = await serve(t, { limits: { attempts: 1 } });
  const { hostname, port } = new URL(server.url);
  const { id } = await startRest(server.url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  socket.write(
    `POST /proxy/v1/Nitro/${id} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999\r\n` +
      'Content-Type: multipart/form-data; boundary=x\r\n\r\n',
  );
  // The server has begun to read it: 100 Continue.
  await once(socket, 'data');
  socket.write('--x\r\n');
  t.equal((await attempt(server.url, honest)).status, 200);
});

t.test('a request that does not come to its end is cut off', async (t) => {
  const server = await serve(t, { limits: { requestMilliseconds: 100 } });
  const { hostname, port } = new URL(server.url);
  const [early, half] = [
    'POST /proxy/v1/St',
    'POST /Start HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nAAA',
  ];
  for (const text of [early, half]) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(text!);
    await once(socket.resume(), 'close');
  }
  t.equal((await startRest(server.url)).status, 201, 'others are served');
});

t.test('addresses count as their networks, and no more of them than a bound', (t) => {
  t.equal(countedAddress('::ffff:10.0.0.1'), '10.0.0.1');
  t.equal(countedAddress('10.0.0.1'), '10.0.0.1');
  t.equal(countedAddress('2001:db8::1'), '2001:db8:0:0::/64');
  t.equal(countedAddress('2001:0db8:0:0:ffff::9'), '2001:db8:0:0::/64');
  t.equal(countedAddress('fe80::1%eth0'), 'fe80:0:0:0::/64');
  t.equal(countedAddress('::1'), '0:0:0:0::/64');
  const admission = new Admission({ attempts: 1, arrivingPerAddress: 1, requestsPerMinute: 2 });
  for (let number = 0; number < 10_000; number++) admission.request(`10.${number}`, 0);
  admission.request('one more', 0);
  admission.request('and another', 0);
  t.throws(() => admission.request('a third', 0), { code: 'PROXY_RATE' }, 'all others share one count');
  admission.request('a third', 60_000);
  t.end();
});

t.test('attempts at once are bounded', async (t) => {
  const admission = new Admission({ attempts: 1, arrivingPerAddress: 1, requestsPerMinute: 1 });
  let finish = () => {};
  const first = admission.attempt(() => new Promise<void>((resolve) => (finish = resolve)));
  await t.rejects(
    admission.attempt(async () => {}),
    { code: 'PROXY_BUSY' },
  );
  finish();
  await first;
  await admission.attempt(async () => {});
  const arriving = admission.arrival('a', () => new Promise<void>((resolve) => (finish = resolve)));
  await t.rejects(
    admission.arrival('a', async () => {}),
    { code: 'PROXY_BUSY' },
  );
  await admission.arrival('b', async () => {});
  finish();
  await arriving;
  await admission.arrival('a', async () => {});
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { AdminListener, isLoopback } from '../../../host-bridge/admin/admin-listener.ts';
import { EnclaveWatch } from '../../../host-bridge/admin/enclave-watch.ts';
import { CONTENT_TYPE, writeMetrics } from '../../../host-bridge/admin/prometheus-text.ts';
import type { RelayFacts } from '../../../host-bridge/admin/serve-metrics.ts';
import { encodeControlFrame } from '../../../proto/wire/control-frame.ts';
import { encodeControlResponse } from '../../../proto/wire/control-messages.ts';
import { clientHello, post } from '../../support/http-plane-post.ts';
import { policyText, READ } from '../../support/policy-text.ts';
import { makeParty } from '../../support/test-enclave.ts';
import { fileAppears, startTruce, truce } from '../../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-admin-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const LOOPBACK = { host: '127.0.0.1', port: 0 };

interface Address {
  readonly host: string;
  readonly port: number;
}

async function get({ host, port }: Address, path: string, method = 'GET') {
  const response = await fetch(`http://${host}:${port}${path}`, { method });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
  };
}

/** Samples by name and labels, read as strictly as the format's page says, and each family's type. */
function parseMetrics(text: string): { samples: Map<string, number>; types: Map<string, string> } {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  const helped = new Set<string>();
  let family = '';
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') {
        if (helped.has(name)) throw new Error(`two helps of ${name}`);
        helped.add(name);
      } else {
        if (types.has(name) || !/^(counter|gauge)$/.test(rest)) throw new Error(`type of ${name}`);
        types.set(name, rest);
        family = name;
      }
      continue;
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*")*\})? (-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|NaN|[+-]Inf)$/.exec(
        line,
      );
    if (sample === null) throw new Error(`not a sample: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    if (name !== family) throw new Error(`${name} stands in ${family}`);
    if (types.get(name) === 'counter' && !name.endsWith('_total')) throw new Error(`${name} is a counter`);
    const key = name + labels;
    if (samples.has(key)) throw new Error(`twice: ${key}`);
    samples.set(key, Number(value.replace('Inf', 'Infinity')));
  }
  return { samples, types };
}

/** A control plane that answers every status with `report`, or not at all. */
async function control(
  t: Test,
  report: () => object | undefined,
): Promise<{ connect: () => Promise<Socket>; asked: () => number }> {
  const path = join(folder, `control-${Math.random().toString(36).slice(2)}`);
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      asked += 1;
      const status = report();
      if (status === undefined) return;
      const response = encodeControlResponse({ kind: 'status_report', report: JSON.stringify(status) });
      socket.write(encodeControlFrame(response));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.teardown(() => server.close());
  return {
    connect: async () => {
      const socket = connect(path);
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve).once('error', reject);
      });
      return socket;
    },
    asked: () => asked,
  };
}

const SERVING = {
  phase: 'serving',
  connections: 3,
  sessions: 2,
  certificate: { issuer: 'self' },
  lastError: { message: 'a secret' },
};

t.test('metrics are written so that a strict reader takes them', async (t) => {
  const text = writeMetrics([
    { name: 'a_total', help: 'lines\nand \\ strokes', type: 'counter', samples: [{ value: 12 }] },
    { name: 'nothing', help: 'x', type: 'gauge', samples: [] },
    {
      name: 'b',
      help: 'x',
      type: 'gauge',
      samples: [
        { labels: { of: 'a "quoted" \\ one\n', two: '' }, value: 0.5 },
        { labels: { of: 'other' }, value: Number.POSITIVE_INFINITY },
        { value: 1e21 },
      ],
    },
  ]);
  const { samples, types } = parseMetrics(text);
  t.same(
    [...types],
    [
      ['a_total', 'counter'],
      ['b', 'gauge'],
    ],
  );
  t.same(
    [...samples],
    [
      ['a_total', 12],
      ['b{of="a \\"quoted\\" \\\\ one\\n",two=""}', 0.5],
      ['b{of="other"}', Number.POSITIVE_INFINITY],
      ['b', 1e21],
    ],
  );
  for (const name of ['', 'a b', '1a', 'a-b'])
    t.throws(() => writeMetrics([{ name, help: '', type: 'gauge', samples: [{ value: 1 }] }]), TypeError);
});

t.test('ready means enclave, policy, certificate and relay, and health none of them', async (t) => {
  let status: object | undefined = SERVING;
  let running = true;
  let expiry: number | undefined;
  const { connect: connectControl, asked } = await control(t, () => status);
  const relay = (): RelayFacts => ({ running, restarts: 4, counts: undefined });
  // Reports grow old by this clock alone; of whole numbers, which are added without a remainder.
  let clock = Math.ceil(performance.now());
  t.intercept(performance, 'now', { value: () => clock });
  const watch = new EnclaveWatch(connectControl, { answerMilliseconds: 3000, freshMilliseconds: 100 });
  const admin = await AdminListener.listen({
    listen: LOOPBACK,
    enclave: watch,
    relay,
    certificateExpiry: () => expiry,
  });
  t.teardown(() => admin.stop());
  const ready = () => {
    // A report is given again for a while.
    clock += 100;
    return get(admin.address, '/ready');
  };
  const good = { ready: true, enclave: true, policy: true, certificate: true, relay: true };
  const first = await get(admin.address, '/ready');
  t.match(first, { status: 200, type: 'application/json' });
  t.same(JSON.parse(first.body), good);
  clock += 100;
  await Promise.all(Array.from({ length: 20 }, () => get(admin.address, '/ready')));
  t.equal(asked(), 2, 'many who ask are one question to the enclave');

  running = false;
  expiry = Date.now() + 60_000;
  t.same(JSON.parse((await ready()).body), { ...good, ready: false, certificate: false, relay: false });
  running = true;
  status = { ...SERVING, certificate: { issuer: 'proxy' } };
  t.match(await ready(), { status: 200 });
  status = { ...SERVING, phase: 'awaiting-policy', certificate: { issuer: 'proxy' } };
  expiry = Date.now() - 1000;
  const unready = await ready();
  t.match(unready, { status: 503 });
  t.same(JSON.parse(unready.body), { ...good, ready: false, policy: false, certificate: false });
  status = undefined;
  clock += 100;
  const { samples } = parseMetrics((await get(admin.address, '/metrics')).body);
  t.equal(samples.get('truce_relay_restarts_total'), 4);
  t.equal(
    samples.get('truce_enclave_up'),
    1,
    'as it was last known: nobody waits for an enclave that does not answer',
  );
  t.match(await get(admin.address, '/ready'), { status: 503, body: /"enclave":false/ });
  t.match(await get(admin.address, '/health'), { status: 200, body: 'alive\n' });
  t.equal(parseMetrics((await get(admin.address, '/metrics')).body).samples.get('truce_enclave_up'), 0);

  for (const path of ['/', '/metrics/', '/ready?x', '/../health'])
    t.match(await get(admin.address, path), { status: path === '/../health' ? 200 : 404 });
  t.match(await get(admin.address, '/health', 'HEAD'), { status: 200, body: '' });
  for (const method of ['POST', 'PUT', 'DELETE'])
    t.match(await get(admin.address, '/health', method), { status: 405 });
});

t.test('only addresses of this machine alone are loopback', (t) => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) t.ok(isLoopback(host), host);
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.evil.example',
    '127.0.0.1.nip.io',
    'localhost.example',
  ])
    t.notOk(isLoopback(host), host);
  t.end();
});

t.test('truce serve offers the HTTP plane and its figures where it is told', async (t) => {
  const party = await makeParty('harriet');
  const pcr0 = Buffer.alloc(48);
  const policy = policyText({
    parties: [{ certificate: party.certificate, rights: { '/a-file': READ } }],
    pcr0,
  });
  writeFileSync(join(folder, 'policy.json'), policy);
  const base = ['serve', '--policy', join(folder, 'policy.json'), '--listen', '127.0.0.1:0'];
  const exposed = await truce([...base, '--admin', '0.0.0.0:0']);
  t.match(exposed, { code: 2, stderr: /--admin-exposed/ });

  const ready = join(folder, 'ready.json');
  const environment = { XDG_STATE_HOME: join(folder, 'state') };
  const command = startTruce(
    [...base, '--http', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--ready-file', ready],
    { environment },
  );
  t.teardown(() => command.process.kill('SIGTERM'));
  await fileAppears(ready, command);
  const facts = JSON.parse(readFileSync(ready, 'utf8')) as { admin: Address; http: Address };
  t.match(await get(facts.admin, '/ready'), { status: 200 });
  t.match(await post(facts.http, `0 ${(await clientHello()).toString('base64')}`), { status: 200 });
  t.match(await post(facts.http, '1 FgMB'), { status: 404 });
  let metrics = await get(facts.admin, '/metrics');
  while (!metrics.body.includes('status="404"')) {
    await delay(50);
    metrics = await get(facts.admin, '/metrics');
  }
  t.equal(metrics.type, CONTENT_TYPE);
  const { samples } = parseMetrics(metrics.body);
  const expected: Record<string, number> = {
    truce_relay_up: 1,
    truce_relay_restarts_total: 0,
    truce_relay_connections: 0,
    truce_http_sessions: 1,
    truce_http_sessions_opened_total: 1,
    'truce_http_replies_total{status="200"}': 1,
    'truce_http_replies_total{status="404"}': 1,
    truce_enclave_up: 1,
    truce_enclave_serving: 1,
  };
  for (const [name, value] of Object.entries(expected)) t.equal(samples.get(name), value, name);
  t.ok(
    samples.get('truce_http_bytes_total{direction="from_enclave"}')! > 1000,
    'the enclave has shown itself',
  );
  t.notMatch(
    metrics.body,
    /harriet|a-file|127\.0\.0|[0-9a-f]{32}/,
    'nothing of parties, files, addresses, policies',
  );
  command.process.kill('SIGTERM');
  t.match(await command.outcome, { code: 0, stdout: /older clients to +127(.|\n)*admin +127/ });
});

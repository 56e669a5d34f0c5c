import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSilentServer } from 'node:net';
import t, { type Test } from 'tap';
import { ProxyAttestationClient } from '../../../host-bridge/proxy-attestation-client/proxy-client.ts';
import { isPassing } from '../../../host-bridge/proxy-attestation-client/proxy-problem.ts';
import { TruceError } from '../../../proto/errors.ts';

const ID = '00112233-4455-6677-8899-aabbccddeeff';
const nonce = randomBytes(32);
const evidence = {
  document: new Uint8Array(randomBytes(3000)),
  csr: new Uint8Array(randomBytes(400)),
  policyHash: new Uint8Array(32).fill(0xab),
};

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

/** Stands in for a server: says what a test gives it. */
async function serve(t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    heard.push({ method, url, type: headers['content-type'], body: Buffer.concat(parts).toString('latin1') });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    heard,
    client: new ProxyAttestationClient({ text: `127.0.0.1:${port}`, host: '127.0.0.1', port }),
  };
}

t.test(
  'a challenge is begun and answered as Veracruz’s server has it, and with the policy’s hash',
  async (t) => {
    const chain = randomBytes(1200);
    const { heard, client } = await serve(t, (request, response) => {
      if (request.url === '/proxy/v1/Start') response.writeHead(201, { location: ID }).end(nonce);
      else response.writeHead(200).end(chain);
    });
    const challenge = await client.start();
    t.equal(challenge.id, ID);
    t.same(Buffer.from(challenge.idBytes).toString('hex'), ID.replaceAll('-', ''));
    t.same(Buffer.from(challenge.nonce), nonce);
    t.same(Buffer.from(await client.certify(challenge, evidence)), chain);
    t.match(heard[0], { method: 'POST', url: '/proxy/v1/Start', body: '' });
    t.match(heard[1], {
      method: 'POST',
      url: `/proxy/v1/Nitro/${ID}`,
      type: /^multipart\/form-data; boundary=/,
    });
    const { body } = heard[1]!;
    const names = [...body.matchAll(/ name="([^"]*)"(.*)\r\n/g)].map(([, name, rest]) => `${name}${rest}`);
    t.same(names, ['token', 'csr', 'policy_hash'], 'text fields, and no more of them');
    t.ok(body.includes(`\r\n${Buffer.from(evidence.document).toString('base64')}\r\n`));
    t.ok(body.includes(`\r\n${Buffer.from(evidence.csr).toString('base64')}\r\n`));
    t.ok(body.includes(`\r\n${'ab'.repeat(32)}\r\n`));
    await client.certify(challenge, { ...evidence, policyHash: undefined });
    t.notMatch(heard[2]!.body, 'policy_hash', 'nothing of it where the request names none');
  },
);

t.test('answers that are none are refused, however long they are', async (t) => {
  const endless = (response: ServerResponse) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      response.once('drain', more);
    };
    more();
  };
  const starts: [string, (response: ServerResponse) => void][] = [
    ['no id', (response) => void response.writeHead(201).end(nonce)],
    ['no UUID', (response) => void response.writeHead(201, { location: '../../x' }).end(nonce)],
    ['a short nonce', (response) => void response.writeHead(201, { location: ID }).end('short')],
    ['an endless nonce', (response) => endless(response.writeHead(201, { location: ID }))],
  ];
  for (const [what, answer] of starts) {
    const { client } = await serve(t, (_, response) => answer(response));
    await t.rejects(client.start(), { code: 'PROXY_ANSWER_INVALID' }, what);
  }
  const challenge = { id: ID, idBytes: new Uint8Array(16), nonce };
  for (const answer of [(response: ServerResponse) => void response.end(), endless]) {
    const { client } = await serve(t, (_, response) => answer(response.writeHead(200)));
    await t.rejects(client.certify(challenge, evidence), { code: 'PROXY_ANSWER_INVALID' });
  }
});

t.test('a problem is told in the server’s words, which command no terminal', async (t) => {
  const problem = (status: number, body: string, type = 'application/problem+json') =>
    serve(t, (_, response) => void response.writeHead(status, { 'content-type': type }).end(body));
  const detail = JSON.stringify({ title: 'Forbidden', detail: 'no such\u001b[2J \u202emeasurement' });
  const unsaid = 'it does not say why';
  const cases: [number, string, string | undefined, string, passing: boolean][] = [
    [403, detail, undefined, 'no such\ufffd[2J \ufffdmeasurement', false],
    [400, '{"title":"Bad Request"}', undefined, 'Bad Request', false],
    [500, '{"title":7}', undefined, unsaid, true],
    [503, 'not JSON', undefined, unsaid, true],
    [429, `{"detail":"${'x'.repeat(20_000)}"}`, undefined, unsaid, true],
    [404, '<h1>none</h1>', 'text/html', unsaid, true],
    [501, '{}', undefined, unsaid, false],
    [200, '{"detail":"a status that begins nothing"}', undefined, 'a status that begins nothing', false],
  ];
  for (const [status, body, type, reason, passing] of cases) {
    const { client } = await problem(status, body, type);
    const error = await client.start().catch((error: unknown) => error);
    t.match(error, { code: 'PROXY_REFUSED', details: { status, reason } });
    t.equal(isPassing(error), passing, String(status));
  }
  const { client } = await problem(307, '', undefined);
  await t.rejects(client.start(), { code: 'PROXY_REFUSED' }, 'nobody is sent elsewhere');
});

t.test('who does not answer is given up, in time or by who asked', async (t) => {
  const silent = createSilentServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const address = { text: 'the proxy', host: '127.0.0.1', port };
  const error = await new ProxyAttestationClient(address, 50).start().catch((error: unknown) => error);
  t.match(error, {
    code: 'PROXY_UNREACHABLE',
    details: { address: 'the proxy', reason: 'no answer in 50 ms' },
  });
  t.ok(isPassing(error));
  const given = new AbortController();
  const asked = new ProxyAttestationClient(address).start(given.signal);
  const reason = new TruceError('INTERRUPTED', { signal: 'SIGINT' });
  given.abort(reason);
  t.equal(await asked.catch((error: unknown) => error), reason);
  silent.close();
  const nobody = new ProxyAttestationClient(address, 1000);
  await t.rejects(nobody.start(), { code: 'PROXY_UNREACHABLE', details: { reason: 'ECONNREFUSED' } });
  t.notOk(isPassing(new Error('another')));
});

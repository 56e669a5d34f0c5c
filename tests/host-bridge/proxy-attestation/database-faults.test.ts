import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';
import { encodeProxyRequest } from '../../../proto/wire/proxy-attestation-messages.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { ProxyEnclave, startRest, submitRest } from '../../support/proxy-enclave.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxy-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const authority = await AttestationAuthority.create({ time: Date.now() });
let count = 0;

/** A server whose database fails at what `trigger` says, as it does where a disk is full. */
async function serve(t: Test, trigger: string) {
  const path = join(folder, `${++count}.db`);
  const warnings: string[] = [];
  const server = await startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: path,
    authority: { certificateFile: join(folder, 'ca.pem'), keyFile: join(folder, 'ca-key.pem') },
    trustRoots: [authority.root],
    measurements: 'any',
    limits: { loggedRefusals: 1, loggedIssues: 1 },
    warn: (line) => warnings.push(line),
  });
  t.teardown(() => server.close());
  const database = await ProxyDatabase.open(path);
  t.teardown(() => database.close());
  database.execute(`CREATE TRIGGER broken BEFORE ${trigger} BEGIN SELECT RAISE(ABORT, 'no space left'); END`);
  return { url: server.url, database, warnings };
}

async function attempt(url: string, bend = (token: Uint8Array) => token) {
  const one = new ProxyEnclave(authority, new Uint8Array(32).fill(7));
  const { id, nonce } = await startRest(url);
  const csr = await one.request();
  return submitRest(url, id, { token: bend(await one.document(nonce, csr)), csr });
}

t.test('a log that cannot be shortened ends neither the server nor an attempt', async (t) => {
  const { url, database, warnings } = await serve(t, 'DELETE ON attempts');
  database.execute(`INSERT INTO attempts (time, id, protocol, address, outcome, serial)
    VALUES (1, 'a', 'nitro', 'x', 'ISSUED', '01'), (2, 'b', 'nitro', 'x', 'ISSUED', '02')`);
  t.equal((await attempt(url)).status, 200);
  t.equal((await attempt(url)).status, 200, 'it goes on');
  t.match(warnings.join('\n'), /incident .*no space left/s);
});

t.test('a refusal that cannot be logged is told all the same', async (t) => {
  const { url, warnings } = await serve(t, 'INSERT ON attempts');
  const broken = await attempt(url, (token) => {
    token[token.length - 1]! ^= 1;
    return token;
  });
  t.equal(broken.code, 'ATTESTATION_SIGNATURE');
  t.match(warnings.join('\n'), /incident .*no space left/s);
});

t.test('a database that fails is 503 at every step, and keeps its reasons to itself', async (t) => {
  const trying = async (url: string) => {
    const start = await fetch(`${url}/proxy/v1/Start`, { method: 'POST' });
    if (start.status !== 201) return start;
    const one = new ProxyEnclave(authority, new Uint8Array(32).fill(7));
    const csr = await one.request();
    const token = await one.document(new Uint8Array(await start.arrayBuffer()), csr);
    const form = new FormData();
    form.set('token', Buffer.from(token).toString('base64'));
    form.set('csr', Buffer.from(csr).toString('base64'));
    return fetch(`${url}/proxy/v1/Nitro/${start.headers.get('location')}`, { method: 'POST', body: form });
  };
  for (const step of [
    'INSERT ON challenges',
    'DELETE ON challenges',
    "INSERT ON attempts WHEN new.outcome = 'ISSUED'",
  ]) {
    const { url, warnings } = await serve(t, step);
    const answer = await trying(url);
    t.equal(answer.status, 503, step);
    t.equal(answer.headers.get('retry-after'), '1', step);
    const told = await answer.text();
    t.equal(JSON.parse(told).code, 'PROXY_DATABASE');
    t.notMatch(told, /no space left|SQLITE|\.db|truce-proxy-/, 'neither path nor words of SQLite');
    t.match(warnings.join('\n'), /incident .*SQLITE_CONSTRAINT_TRIGGER: no space left/s);
  }
  const { url } = await serve(t, 'INSERT ON challenges');
  const request = encodeProxyRequest(
    { kind: 'start', protocol: 'nitro', firmwareVersion: '0.0' },
    { prefixed: true },
  );
  const old = await fetch(`${url}/Start`, { method: 'POST', body: Buffer.from(request).toString('base64') });
  t.equal(old.status, 503);
  t.equal(old.headers.get('retry-after'), '1');
  t.match(await old.text(), /^PROXY_DATABASE: the server cannot issue now \([0-9a-f]{8}\)/);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';
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

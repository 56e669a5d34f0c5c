import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { registerProxyAttestationCommands } from '../../../host-bridge/cli/proxy-attestation.ts';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import { encodePem } from '../../../proto/x509/pem.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { commandHere } from '../../support/command-here.ts';
import { ProxyEnclave, startRest, submitRest } from '../../support/proxy-enclave.ts';
import { type RunningCommand, startTruce } from '../../support/truce-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxy-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const nitro = await AttestationAuthority.create({ time: Date.now() });
const database = at('attestations.db');
const policyHash = new Uint8Array(32).fill(5);
writeFileSync(at('root.pem'), encodePem('CERTIFICATE', nitro.root));
writeFileSync(
  at('proxy.json'),
  JSON.stringify({
    database: 'attestations.db',
    ca_certificate: 'ca.pem',
    ca_key: 'ca-key.pem',
    trust_roots: ['root.pem'],
    measurements: [{ pcr0: '01'.repeat(48) }],
  }),
);

/** The server in a process of its own, listening. */
async function serve(): Promise<{ readonly command: RunningCommand; readonly url: string }> {
  const args = [
    'proxy-attestation',
    'serve',
    '--config',
    at('proxy.json'),
    '--listen',
    '127.0.0.1:0',
    '--json',
  ];
  const command = startTruce(args);
  let text = '';
  for await (const chunk of command.process.stdout!) {
    text += chunk;
    if (text.trimEnd().endsWith('}')) return { command, url: (JSON.parse(text) as { url: string }).url };
  }
  throw new Error(`it ended: ${(await command.outcome).stderr}`);
}

const log = async () => {
  const { stdout, code } = await commandHere(registerProxyAttestationCommands, [
    'proxy-attestation',
    'log',
    '--config',
    at('proxy.json'),
    '--json',
  ]);
  t.equal(code, 0);
  return (JSON.parse(stdout) as { attempts: { outcome: string; serial: string | null; id: string }[] })
    .attempts;
};

async function attest(url: string, { id, nonce }: { readonly id: string; readonly nonce: Uint8Array }) {
  const one = new ProxyEnclave(nitro, policyHash);
  const csr = await one.request();
  return submitRest(url, id, { token: await one.document(nonce, csr), csr });
}

t.test(
  'a server that is killed loses an attempt at most, and ends in order when it is asked to',
  async (t) => {
    const first = await serve();
    const before = await startRest(first.url);
    t.equal((await attest(first.url, before)).status, 200);
    const between = await startRest(first.url);
    // Another attempt is under way when it dies: it had its certificate or not, and is in the log or not, alike.
    const broken = await startRest(first.url);
    const underWay = attest(first.url, broken).then(
      ({ status }) => status,
      () => 0,
    );
    const exit = once(first.command.process, 'exit');
    first.command.process.kill('SIGKILL');
    t.same(await exit, [null, 'SIGKILL']);
    const status = await underWay;

    const open = await ProxyDatabase.openToRead(database);
    t.same(open.statement('PRAGMA integrity_check').one(), ['ok']);
    open.close();
    const second = await serve();
    const again = await attest(second.url, between);
    t.equal(again.status, 200, `what was begun before goes on: ${again.code}`);
    t.equal((await attest(second.url, before)).code, 'PROXY_CHALLENGE_UNKNOWN', 'what was used up stays so');
    const attempts = await log();
    const issued = attempts.filter(({ serial }) => serial !== null);
    t.equal(issued[0]?.id, before.id);
    if (status === 200)
      t.ok(
        issued.some(({ id }) => id === broken.id),
        'no certificate left without its record',
      );
    t.equal(new Set(issued.map(({ serial }) => serial)).size, issued.length);

    second.command.process.kill('SIGINT');
    const { code, stderr } = await second.command.outcome;
    t.equal(code, 0, stderr);
    t.match(stderr, /stopping/);
    t.notMatch(stderr, /incident/);
  },
);

t.test('the log is a table for people, and reading it makes nothing', async (t) => {
  const run = (...args: string[]) =>
    commandHere(registerProxyAttestationCommands, ['proxy-attestation', ...args]);
  const { stdout } = await run('log', '--database', database, '--limit', '1');
  t.match(stdout, /^time +protocol +from +outcome/);
  t.match(stdout, /nitro +127\.0\.0\.1 +PROXY_CHALLENGE_UNKNOWN/);
  t.equal(stdout.trimEnd().split('\n').length, 2);
  const absent = await run('log', '--database', at('absent.db'));
  t.equal(absent.code, 1);
  t.match(absent.stderr, /PROXY_DATABASE/);
  t.equal((await run('serve', '--database', at('x.db'))).code, 1, 'who is accepted has to be said');
  t.equal((await run('serve', '--measurement', 'pcr0=00')).code, 2);
  t.equal((await run('serve', '--measurement', `pcr0=${'00'.repeat(48)}`)).code, 2);
});

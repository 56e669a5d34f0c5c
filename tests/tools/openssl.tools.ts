/** What an independent TLS implementation's own client sees of our end. Needs Debian's openssl; run by `npm run test:tools`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { READ } from '../support/policy-text.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';

t.test('openssl s_client against the data plane', async (t) => {
  const [party, stranger] = await Promise.all([makeParty('a-listed-party'), makeParty('stranger')]);
  const directory = mkdtempSync(join(tmpdir(), 'truce-tools-'));
  const enclave = await startTestEnclave({
    parties: [{ certificate: party.certificate, rights: { '/x': READ } }],
  });
  t.teardown(async () => {
    rmSync(directory, { recursive: true, force: true });
    await enclave.stop();
  });
  for (const { name, certificate, key } of [party, stranger]) {
    writeFileSync(join(directory, `${name}.crt`), certificate);
    writeFileSync(join(directory, `${name}.key`), key);
  }
  const { host, port } = enclave.relay.address;
  /** Connects, sends nothing, closes. */
  const connect = (...args: string[]) => {
    const base = ['s_client', '-connect', `${host}:${port}`, '-ign_eof'];
    const { stdout, stderr } = spawnSync('openssl', [...base, ...args], {
      input: '',
      encoding: 'utf8',
      timeout: 3000,
    });
    return stdout + stderr;
  };
  const as = (name: string) => [
    '-cert',
    join(directory, `${name}.crt`),
    '-key',
    join(directory, `${name}.key`),
  ];

  const good = connect(...as(party.name), '-msg');
  t.match(good, /Protocol\s*: TLSv1\.3|New, TLSv1\.3, Cipher is TLS_AES_256_GCM_SHA384/);
  t.match(good, 'No client certificate CA names sent');
  t.notMatch(good, party.name, 'no name of a party is told');
  t.notMatch(good, 'NewSessionTicket');
  t.notMatch(good, /Compression: (?!NONE)/);

  for (const [what, ...args] of [
    ['TLS 1.2', '-tls1_2'],
    ['TLS 1.1', '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
    ['another suite', '-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256'],
  ] as const)
    t.match(
      connect(...as(party.name), ...args),
      /alert|no protocols available|Cipher is \(NONE\)/,
      `${what} is refused`,
    );

  const refused = connect(...as(stranger.name));
  t.match(refused, 'IDENTITY_UNKNOWN', 'one typed error');
  t.notMatch(refused, party.name);
  t.match(connect(), 'IDENTITY_UNKNOWN', 'no certificate: the same');
  t.match(
    connect(...as(party.name), '-early_data', join(directory, 'stranger.crt')),
    /Early data was not sent|Early data was rejected|Cannot send early data/,
  );
});

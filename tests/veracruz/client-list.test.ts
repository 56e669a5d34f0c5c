/** The unit tests of Veracruz's client, by name, and those of version 1, asked of `truce client` and of the library. */
import { join } from 'node:path';
import t from 'tap';
import { registerClientCommand } from '../../host-bridge/cli/client.ts';
import { readLocalFile } from '../../host-bridge/cli/local-files.ts';
import { connect } from '../../host-bridge/client/index.ts';
import { commandHere } from '../support/command-here.ts';
import { makeParty, type Party, startTestEnclave } from '../support/test-enclave.ts';
import { R, veracruzPolicy, W } from './policies.ts';

const [client, stranger] = await Promise.all([makeParty('client'), makeParty('data-client')]);
const CONTENT = 'Hello, world!';
const rights = { '/input/': W, '/output/': R };
const enclave = await startTestEnclave(
  (pcr0) => veracruzPolicy({ pcr0, parties: [[client, rights]], programs: [] }),
  { executor: { warmChildren: 0, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const folder = t.testdir({
  'policy.json': enclave.policy,
  'root.pem': enclave.trust.roots?.[0] ?? '',
  'client_cert.pem': client.certificate,
  'client_key.pem': client.key,
  'test.temp': CONTENT,
});
const at = (name: string): string => join(folder, name);

/** `truce client` in this process; what is not told is as it should be. */
function truceClient(files: { identity?: string; key?: string; data?: string; address?: string } = {}) {
  const { host, port } = enclave.relay.address;
  const { identity = 'client_cert.pem', key = 'client_key.pem', data = 'test.temp' } = files;
  return commandHere(
    (program, io) => registerClientCommand(program, io),
    [
      ...['client', at('policy.json'), '--identity', at(identity), '--key', at(key)],
      ...['--address', files.address ?? `${host}:${port}`, '--trust-root', at('root.pem')],
      ...['--data', `/input/hello=${at(data)}`],
    ],
  );
}

t.test('test_internal_read_all_bytes_in_file_succ: a file comes whole', async (t) => {
  t.equal(Buffer.from(await readLocalFile(at('test.temp'), 1 << 16)).toString(), CONTENT);
  t.match(await truceClient(), { code: 0, stdout: /\/input\/hello.*13 bytes/ });
});

t.test('test_internal_read_all_bytes_in_file_invalid_file: a missing file is named', async (t) => {
  const { code, stderr } = await truceClient({ data: 'invalid_file' });
  t.equal(code, 1);
  t.match(stderr, /invalid_file/);
  t.match(stderr, /code: LOCAL_FILE_UNREADABLE/);
});

t.test('test_internal_read_all_bytes_in_file_invalid_path: so is a path that leads nowhere', async (t) => {
  await t.rejects(readLocalFile('/invalid_path/none', 1), { code: 'LOCAL_FILE_UNREADABLE' });
  await t.rejects(
    readLocalFile(folder, 1 << 16),
    { code: 'LOCAL_FILE_UNREADABLE' },
    'a directory is no file',
  );
});

t.test('test_internal_read_cert_succ: the certificate is read', async (t) => {
  t.match(await truceClient(), { code: 0, stdout: /certificate is party 0/ });
});

t.test('test_internal_read_cert_invalid_certificate: a key is no certificate', async (t) => {
  const { code, stderr } = await truceClient({ identity: 'client_key.pem' });
  t.equal(code, 1);
  t.match(stderr, /code: (PEM_INVALID|CLIENT_IDENTITY_INVALID)/);
});

t.test('test_internal_read_private_key_succ: the key is read, and told nobody', async (t) => {
  const { code, stdout, stderr } = await truceClient();
  t.equal(code, 0);
  const [, secret = 'no key'] = client.key.split('\n');
  t.notOk(`${stdout}${stderr}`.includes(secret));
});

t.test('test_internal_read_cert_invalid_private_key: a certificate is no key', async (t) => {
  const { code, stderr } = await truceClient({ key: 'client_cert.pem' });
  t.equal(code, 1);
  t.match(stderr, /code: CLIENT_IDENTITY_INVALID/);
});

const connectAs = (party: Party, policy = enclave.policy, address = enclave.relay.address) =>
  connect({ address, policy, identity: party, trust: enclave.trust });

t.test('test_veracruz_client_new_succ: a good policy and its party make a session', async (t) => {
  const session = await connectAs(client);
  t.equal(session.facts.identity.id, 0);
  t.equal(session.facts.policy.dialect, 'veracruz');
  await session.close();
});

t.test('test_veracruz_client_new_unmatched_client_certificate: a certificate of another key', async (t) => {
  const mixed = { ...client, certificate: stranger.certificate };
  await t.rejects(connectAs(mixed), { code: 'CLIENT_IDENTITY_INVALID' });
});

t.test('test_veracruz_client_new_unmatched_client_key: a key of another certificate', async (t) => {
  await t.rejects(connectAs({ ...client, key: stranger.key }), { code: 'CLIENT_IDENTITY_INVALID' });
});

t.test('test_veracruz_client_new_invalid_enclave_name: an address that is none, or nobody’s', async (t) => {
  const changed = (url: string) =>
    JSON.stringify({ ...JSON.parse(enclave.policy), veracruz_server_url: url });
  for (const url of ['', 'localhost', 'http://localhost:3010', 'localhost:0', 'localhost:65536'])
    await t.rejects(connectAs(client, changed(url)), { code: 'POLICY_URL_INVALID' }, url);
  await t.rejects(connectAs(client, enclave.policy, { host: '127.0.0.1', port: 1 }), {
    code: 'CLIENT_UNREACHABLE',
  });
});

t.test(
  'test_internal_init_self_signed_cert_client_config_invalid_ciphersuite: a suite that is none',
  async (t) => {
    const policy = { ...JSON.parse(enclave.policy), ciphersuite: 'WRONG_CIPHERSUITE' };
    await t.rejects(connectAs(client, JSON.stringify(policy)), { code: 'POLICY_CIPHER_SUITE_UNKNOWN' });
  },
);

t.test('veracruz_client_policy_violations: who is not in the policy sends nothing', async (t) => {
  await t.rejects(connectAs(stranger), { code: 'CLIENT_NOT_IN_POLICY' });
  // Told that it is, by a policy of its own, it is refused by the enclave's.
  const own = JSON.parse(enclave.policy);
  own.identities[0].certificate = stranger.certificate.trimEnd();
  await t.rejects(connectAs(stranger, JSON.stringify(own)), { code: 'CLIENT_REFUSED' });
});

t.test('veracruz_client_session: what was sent is there for the next session', async (t) => {
  const session = await connectAs(client);
  await session.appendFile('/input/hello', Buffer.from(' Again.'));
  await t.rejects(session.readFile('/input/hello'), { code: 'ACCESS_DENIED' }, 'it may write alone');
  await session.close();
});

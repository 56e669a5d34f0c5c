import { spawnSync } from 'node:child_process';
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { resolveProxyOptions } from '../../../host-bridge/cli/proxy-attestation-options.ts';
import { Admission, countedAddress } from '../../../host-bridge/proxy-attestation/admission.ts';
import {
  AttemptLog,
  type AttemptRecord,
  readAttempts,
} from '../../../host-bridge/proxy-attestation/attempt-log.ts';
import { Authority } from '../../../host-bridge/proxy-attestation/authority.ts';
import { openAuthorityFiles } from '../../../host-bridge/proxy-attestation/authority-files.ts';
import { ProxyDatabase } from '../../../host-bridge/proxy-attestation/database.ts';
import type { ProxyAttestationOptions } from '../../../host-bridge/proxy-attestation/options.ts';
import { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';
import { readSettings } from '../../../host-bridge/proxy-attestation/settings.ts';
import { TruceError } from '../../../proto/errors.ts';
import { splitCertificates } from '../../../proto/x509/certificate.ts';
import {
  basicConstraints,
  commonNameOnly,
  issueCertificate,
} from '../../../proto/x509/certificate-writer.ts';
import { Oid } from '../../../proto/x509/object-identifiers.ts';
import { encodePem } from '../../../proto/x509/pem.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { ProxyEnclave, startRest, submitRest } from '../../support/proxy-enclave.ts';

const folder = mkdtempSync(join(tmpdir(), 'truce-proxy-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const now = Date.now();
const code = (name: string) => ({ code: name });
let count = 0;

const start = (options: Partial<ProxyAttestationOptions>) =>
  startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: at(`${++count}.db`),
    authority: { certificateFile: at('shared.pem'), keyFile: at('shared-key.pem') },
    measurements: 'any',
    ...options,
  });

t.test('an authority is made where there is none, told of, and kept', async (t) => {
  const files = { certificateFile: at('ca.pem'), keyFile: at('ca-key.pem') };
  const warnings: string[] = [];
  const server = await start({ authority: files, warn: (line) => warnings.push(line) });
  await server.close();
  t.match(warnings.join('\n'), /there was no authority, so one was made/);
  t.equal(statSync(files.keyFile).mode & 0o777, 0o600);
  const key = readFileSync(files.keyFile, 'utf8');
  t.notMatch(warnings.join('\n'), key.split('\n')[1]!);
  const certificate = new X509Certificate(readFileSync(files.certificateFile));
  t.ok(certificate.ca && certificate.checkPrivateKey(createPrivateKey(key)));
  const again = await openAuthorityFiles(files, now);
  t.same(Buffer.from(again.certificate), certificate.raw);
  t.equal(again.made, false);
  t.same(Buffer.from(server.authorityCertificate), certificate.raw);
});

t.test('of servers that start at once one makes the authority, and all open that one', async (t) => {
  const files = { certificateFile: at('at-once/ca.pem'), keyFile: at('at-once/ca-key.pem') };
  const opened = await Promise.all(Array.from({ length: 8 }, () => openAuthorityFiles(files, now)));
  t.equal(opened.filter(({ made }) => made).length, 1);
  for (const { certificate } of opened) t.same(certificate, opened[0]!.certificate);
  t.same(readdirSync(at('at-once')).sort(), ['ca-key.pem', 'ca.pem'], 'nothing else is left');
});

t.test('an authority whose maker was killed between its files is finished by the next start', async (t) => {
  const files = { certificateFile: at('killed/ca.pem'), keyFile: at('killed/ca-key.pem') };
  // The key has got its name, and the process has no time for anything else.
  const program = `
    import { syncBuiltinESMExports } from 'node:module';
    import files from 'node:fs/promises';
    const { link } = files;
    files.link = async (...names) => { await link(...names); process.kill(process.pid, 'SIGKILL'); };
    syncBuiltinESMExports();
    const { openAuthorityFiles } = await import(process.argv[1]);
    await openAuthorityFiles(JSON.parse(process.argv[2]), ${now});`;
  const maker = new URL('../../../host-bridge/proxy-attestation/authority-files.js', import.meta.url).href;
  const { signal } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program, maker, JSON.stringify(files)],
    { encoding: 'utf8' },
  );
  t.equal(signal, 'SIGKILL');
  t.ok(existsSync(files.keyFile) && !existsSync(files.certificateFile), 'the key stands alone');
  const key = readFileSync(files.keyFile, 'utf8');
  const { certificate } = await openAuthorityFiles(files, now);
  t.equal(readFileSync(files.keyFile, 'utf8'), key, 'the key stays');
  t.ok(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)));

  rmSync(files.certificateFile);
  await t.rejects(
    openAuthorityFiles(files, now),
    { code: 'PROXY_AUTHORITY_INVALID', message: /put the certificate back, or move the key away/ },
    'one that was lost is not made anew',
  );
  t.equal(readFileSync(files.keyFile, 'utf8'), key);
});

t.test('an authority whose parts do not fit, or whose key others may read, is none', async (t) => {
  const [first, second] = ['one', 'two'].map((name) => ({
    certificateFile: at(`${name}.pem`),
    keyFile: at(`${name}-key.pem`),
  })) as [{ certificateFile: string; keyFile: string }, { certificateFile: string; keyFile: string }];
  await openAuthorityFiles(first, now);
  await openAuthorityFiles(second, now);
  const invalid = code('PROXY_AUTHORITY_INVALID');
  await t.rejects(openAuthorityFiles({ ...first, keyFile: second.keyFile }, now), invalid);
  await t.rejects(openAuthorityFiles({ ...first, keyFile: at('absent') }, now), invalid);
  await t.rejects(openAuthorityFiles({ ...first, certificateFile: at('absent') }, now), invalid);
  t.notOk(existsSync(at('absent')), 'nothing is made in the place of one part');
  writeFileSync(
    at('rsa-key.pem'),
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
    { mode: 0o600 },
  );
  await t.rejects(openAuthorityFiles({ ...first, keyFile: at('rsa-key.pem') }, now), invalid);
  chmodSync(first.keyFile, 0o640);
  await t.rejects(openAuthorityFiles(first, now), code('PROXY_AUTHORITY_EXPOSED'));
  // An endpoint's certificate is no authority's, and an authority ends.
  const { certificate, signer } = await openAuthorityFiles(second, now);
  const bounds = { now, signMilliseconds: 1000 };
  const authority = await Authority.open(certificate, signer, bounds);
  const leaf = await authority.issue(
    {
      subject: commonNameOnly('leaf'),
      publicKey: new ProxyEnclave(await AttestationAuthority.create(), new Uint8Array(32)).publicKey,
      notAfter: Number.POSITIVE_INFINITY,
      extensions: [],
    },
    now,
  );
  t.equal(leaf.notAfter, authority.notAfter, 'no certificate outlives its authority');
  await t.rejects(Authority.open(leaf.certificate, signer, bounds), invalid);
  await t.rejects(
    Authority.open(certificate, signer, { ...bounds, now: now + 6 * 365 * 86_400_000 }),
    invalid,
  );
});

t.test(
  'an authority whose key is elsewhere signs through a callback, and what it gives is verified',
  async (t) => {
    const nitro = await AttestationAuthority.create({ time: Date.now() });
    for (const [namedCurve, form] of [
      ['P-256', 'der'],
      ['P-384', 'raw'],
    ] as const) {
      const files = { certificateFile: at(`${namedCurve}.pem`), keyFile: at(`${namedCurve}-key.pem`) };
      const keys = generateKeyPairSync('ec', { namedCurve });
      const certificate = await selfSigned(keys, namedCurve);
      writeFileSync(files.certificateFile, encodePem('CERTIFICATE', certificate));
      writeFileSync(files.keyFile, keys.privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
      const asked: string[] = [];
      let mode: 'honest' | 'other' | 'silent' | 'failing' = 'honest';
      const other = generateKeyPairSync('ec', { namedCurve }).privateKey;
      const warnings: string[] = [];
      const server = await start({
        trustRoots: [nitro.root],
        limits: { signMilliseconds: 100 },
        warn: (line) => warnings.push(line),
        authority: {
          certificate: readFileSync(files.certificateFile, 'utf8'),
          signatureForm: form,
          sign: async (bytes, hash) => {
            asked.push(hash);
            if (mode === 'silent') return new Promise(() => {});
            if (mode === 'failing') throw new Error('the module is locked');
            const key = mode === 'honest' ? keys.privateKey : other;
            return sign(hash.replace('-', ''), bytes, {
              key,
              dsaEncoding: form === 'der' ? 'der' : 'ieee-p1363',
            });
          },
        },
      });
      t.teardown(() => server.close());
      const attempt = async () => {
        const one = new ProxyEnclave(nitro, new Uint8Array(32).fill(1));
        const { id, nonce } = await startRest(server.url);
        const csr = await one.request();
        return submitRest(server.url, id, { token: await one.document(nonce, csr), csr });
      };
      const answer = await attempt();
      t.equal(answer.status, 200, answer.code);
      const [leaf, root] = splitCertificates(answer.body).map((der) => new X509Certificate(Buffer.from(der)));
      t.ok(leaf?.verify(root!.publicKey));
      t.same(asked, [namedCurve === 'P-256' ? 'SHA-256' : 'SHA-384']);
      for (mode of ['other', 'silent', 'failing'] as const) {
        const refused = await attempt();
        t.same([refused.status, refused.code], [503, 'PROXY_SIGNER_FAILED'], mode);
        t.notMatch(new TextDecoder().decode(refused.body), /locked/, 'what fails inside is not told outside');
      }
      t.match(warnings.join('\n'), /the module is locked/);
      // The same key in a file.
      const opened = await openAuthorityFiles(files, now);
      t.equal(opened.made, false);
    }
  },
);

t.test('the database is made for its owner alone, and another one is refused', async (t) => {
  const path = at('fresh.db');
  (await ProxyDatabase.open(path)).close();
  t.equal(statSync(path).mode & 0o777, 0o600);
  const open = await ProxyDatabase.open(path);
  open.execute('PRAGMA user_version = 9');
  open.close();
  await t.rejects(ProxyDatabase.open(path), code('PROXY_DATABASE_VERSION'));
  writeFileSync(at('text.db'), 'this is no database, however long it may be'.repeat(100));
  await t.rejects(ProxyDatabase.open(at('text.db')), code('PROXY_DATABASE'));
  await t.rejects(ProxyDatabase.openToRead(at('nowhere.db')), code('PROXY_DATABASE'));
  t.notOk(existsSync(at('nowhere.db')), 'reading makes none');
  const foreign = await ProxyDatabase.open(at('foreign.db'));
  foreign.execute('PRAGMA application_id = 1');
  foreign.close();
  await t.rejects(ProxyDatabase.open(at('foreign.db')), code('PROXY_DATABASE'));
  const reader = await ProxyDatabase.openToRead(await madeDatabase());
  t.throws(() => reader.execute('DELETE FROM attempts'), 'reading changes nothing');
  reader.close();
});

t.test('the log keeps so many refusals and so many certificates', async (t) => {
  const database = await ProxyDatabase.open(at('log.db'));
  t.teardown(() => database.close());
  const log = new AttemptLog(database, { loggedRefusals: 10, loggedIssues: 5 }, (error) =>
    t.fail(String(error)),
  );
  const record = (number: number, serial?: string): AttemptRecord => ({
    time: number,
    id: String(number),
    protocol: 'nitro',
    address: '127.0.0.1',
    outcome: serial === undefined ? 'ATTESTATION_DEBUG' : 'ISSUED',
    measurement: undefined,
    policyHash: undefined,
    instanceId: undefined,
    serial,
    notAfter: undefined,
  });
  for (let number = 0; number < 600; number++) log.refused(record(number));
  await Promise.all(Array.from({ length: 300 }, (_, number) => log.issued(record(number, `${number}`))));
  const kept = readAttempts(database, 1000);
  const refusals = kept.filter(({ serial }) => serial === undefined);
  t.ok(refusals.length >= 10 && refusals.length < 10 + 256 + 1, `${refusals.length} refusals`);
  t.equal(refusals.at(-1)?.time, 599, 'the newest stay');
  t.equal(kept.length - refusals.length, 5);
  t.equal(kept.at(-1)?.serial, '299');
  await t.rejects(log.issued(record(1, '299')), 'no number is given twice');
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
  t.throws(() => admission.request('a third', 0), code('PROXY_RATE'), 'all others share one count');
  admission.request('a third', 60_000);
  t.end();
});

t.test('attempts at once are bounded', async (t) => {
  const admission = new Admission({ attempts: 1, arrivingPerAddress: 1, requestsPerMinute: 1 });
  let finish = () => {};
  const first = admission.attempt(() => new Promise<void>((resolve) => (finish = resolve)));
  await t.rejects(
    admission.attempt(async () => {}),
    code('PROXY_BUSY'),
  );
  finish();
  await first;
  await admission.attempt(async () => {});
  const arriving = admission.arrival('a', () => new Promise<void>((resolve) => (finish = resolve)));
  await t.rejects(
    admission.arrival('a', async () => {}),
    code('PROXY_BUSY'),
  );
  await admission.arrival('b', async () => {});
  finish();
  await arriving;
  await admission.arrival('a', async () => {});
});

const digest = createHash('sha256').update('x').digest('hex');
const whole = {
  listen: '127.0.0.1:3010',
  database: 'attestations.db',
  ca_certificate: 'ca.pem',
  ca_key: '/elsewhere/key.pem',
  trust_roots: ['aws', 'root.pem'],
  measurements: [{ pcr0: '01'.repeat(48) }],
  policies: ['policy.json'],
  lifetime_minutes: 60,
  legacy: true,
  allow_debug: false,
  psa: { keys: [{ public_key: 'key.pem', kid: '0102' }], measurements: [digest] },
  devices: [{ device_id: 1, public_key_hash: digest, enclave_name: 'one' }],
  limits: { challenges: 10 },
};

t.test('a configuration file is read whole and strictly', (t) => {
  const read = (value: unknown) => readSettings(JSON.stringify(value), at('proxy.json'));
  t.same(read(whole), {
    listen: { host: '127.0.0.1', port: 3010 },
    database: at('attestations.db'),
    certificateFile: at('ca.pem'),
    keyFile: '/elsewhere/key.pem',
    trustRoots: ['aws', at('root.pem')],
    measurements: [new Map([[0, new Uint8Array(48).fill(1)]])],
    policyFiles: [at('policy.json')],
    lifetimeMilliseconds: 3_600_000,
    legacy: true,
    allowDebug: false,
    psa: {
      keys: [{ publicKeyFile: at('key.pem'), keyId: new Uint8Array([1, 2]) }],
      measurements: [new Uint8Array(Buffer.from(digest, 'hex'))],
    },
    devices: [{ deviceId: 1, publicKeyHash: digest, enclaveName: 'one' }],
    limits: { challenges: 10 },
  });
  t.same(read({}), {});
  t.equal(read({ measurements: 'any' }).measurements, 'any');
  const refused: Record<string, unknown>[] = [
    { unknown: 1 },
    { legacy: 'yes' },
    { measurements: [] },
    { measurements: 'all' },
    { measurements: [{ pcr0: '00'.repeat(48) }] },
    { measurements: [{ pcr3: '01'.repeat(48) }] },
    { trust_roots: [] },
    { lifetime_minutes: 0 },
    { lifetime_minutes: 1441 },
    { listen: '3010' },
    { psa: { keys: [], measurements: 'any' } },
    { psa: { keys: [{ public_key: 'k', kid: 'zz' }], measurements: 'any' } },
    { psa: { keys: [{ public_key: 'k' }] } },
    { devices: [...whole.devices, ...whole.devices] },
    { limits: { challenges: 0 } },
    { limits: { other: 1 } },
    { database: '' },
  ];
  for (const value of refused)
    t.throws(() => read(value), code('PROXY_CONFIGURATION_INVALID'), JSON.stringify(value));
  t.throws(() => readSettings('{"legacy": true, "legacy": false}', 'x'), code('PROXY_CONFIGURATION_INVALID'));
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        readSettings(text, 'x');
        return true;
      } catch (error) {
        return error instanceof TruceError && error.code === 'PROXY_CONFIGURATION_INVALID';
      }
    }),
  );
  t.end();
});

t.test('options go before the file, and who is accepted has to be said', async (t) => {
  writeFileSync(
    at('proxy.json'),
    JSON.stringify({ measurements: 'any', listen: '127.0.0.1:1', legacy: true }),
  );
  const resolved = await resolveProxyOptions({
    config: at('proxy.json'),
    listen: { host: '::1', port: 2 },
    database: at('own.db'),
  });
  t.match(resolved, { measurements: 'any', listen: { host: '::1', port: 2 }, legacy: true });
  await t.rejects(resolveProxyOptions({ database: at('own.db') }), code('PROXY_CONFIGURATION_INVALID'));
  const invalid = code('PROXY_CONFIGURATION_INVALID');
  await t.rejects(start({ measurements: [] }), invalid);
  await t.rejects(start({ trustRoots: [] }), invalid);
  await t.rejects(start({ lifetimeMilliseconds: 25 * 3_600_000 }), invalid);
  await t.rejects(start({ limits: { attempts: 0 } }), code('LIMIT_INVALID'));
  const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pem = secret.export({ type: 'pkcs8', format: 'pem' }).toString();
  await t.rejects(
    start({ psa: { keys: [{ publicKey: pem }], measurements: 'any' } }),
    code('PROXY_TOKEN_INVALID'),
  );
});

async function madeDatabase(): Promise<string> {
  const path = at('made.db');
  (await ProxyDatabase.open(path)).close();
  return path;
}

/** DER. */
async function selfSigned(
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  curve: 'P-256' | 'P-384',
): Promise<Uint8Array> {
  const name = commonNameOnly(`authority on ${curve}`);
  return issueCertificate(
    {
      serial: Uint8Array.of(1),
      issuer: name,
      subject: name,
      notBefore: now - 1000,
      notAfter: now + 86_400_000,
      publicKey: new Uint8Array(keys.publicKey.export({ type: 'spki', format: 'der' })),
      extensions: [basicConstraints(true)],
      signatureAlgorithm: curve === 'P-256' ? Oid.ECDSA_SHA256 : Oid.ECDSA_SHA384,
    },
    async (tbs) =>
      sign(curve === 'P-256' ? 'sha256' : 'sha384', tbs, {
        key: keys.privateKey,
        dsaEncoding: 'ieee-p1363',
      }),
  );
}

t.test('the package exports the server, for keys that are elsewhere', async (t) => {
  // Not written out: the declarations are made by another command than the bundle.
  const name = ['truce', 'proxy-attestation'].join('/');
  const library = (await import(name)) as { startProxyAttestationServer: typeof startProxyAttestationServer };
  t.same(Object.keys(library), ['startProxyAttestationServer']);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = await selfSigned(keys, 'P-256');
  const server = await library.startProxyAttestationServer({
    listen: { host: '127.0.0.1', port: 0 },
    database: at('exported.db'),
    measurements: 'any',
    authority: {
      certificate,
      signatureForm: 'der',
      sign: async (bytes, hash) => sign(hash.replace('-', ''), bytes, keys.privateKey),
    },
  });
  t.same(server.authorityCertificate, certificate);
  t.equal((await startRest(server.url)).status, 201);
  await server.close();
});

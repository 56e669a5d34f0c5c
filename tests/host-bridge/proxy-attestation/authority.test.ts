import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { Authority } from '../../../host-bridge/proxy-attestation/authority.ts';
import { openAuthorityFiles } from '../../../host-bridge/proxy-attestation/authority-files.ts';
import type { startProxyAttestationServer } from '../../../host-bridge/proxy-attestation/server.ts';
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
import { at, start } from './fresh-proxy-server.ts';

const now = Date.now();

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
  const invalid = { code: 'PROXY_AUTHORITY_INVALID' };
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
  await t.rejects(openAuthorityFiles(first, now), { code: 'PROXY_AUTHORITY_EXPOSED' });
  // An endpoint's certificate is no authority's, and an authority ends.
  const { certificate, signer } = await openAuthorityFiles(second, now);
  const bounds = { now, signMilliseconds: 60_000 };
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
        // One is silent; for the others it is enough on any machine.
        limits: { signMilliseconds: 2000 },
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

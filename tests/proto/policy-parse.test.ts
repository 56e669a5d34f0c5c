import { webcrypto } from 'node:crypto';
import t from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { findIdentity, findProgram, mayRun } from '../../proto/policy/authority.ts';
import { certificateFingerprint, hashPolicy, hashPolicyHex } from '../../proto/policy/hash.ts';
import type { Policy } from '../../proto/policy/model.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { Rights } from '../../proto/rights.ts';
import {
  HASH,
  MEASUREMENT,
  makeCertificate,
  NOW,
  type SamplePolicy,
  seed004Policy,
  veracruzPolicy,
} from './policy-samples.ts';

const [first, second, proxy] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate()]);
const seed = (change: (policy: SamplePolicy) => void = () => {}): Policy => {
  const policy = seed004Policy(first, second, proxy);
  change(policy);
  return parsePolicy(JSON.stringify(policy), { now: NOW });
};
const veracruz = (change: (policy: SamplePolicy) => void = () => {}): Policy => {
  const policy = veracruzPolicy(first, second, proxy);
  change(policy);
  return parsePolicy(JSON.stringify(policy), { now: NOW });
};
const codes = (policy: Policy) => policy.warnings.map(({ code }) => code);

t.test('reads the full policy of seed 004', (t) => {
  const policy = seed();
  t.match(policy, {
    dialect: 'seed-004',
    cipherSuite: { openssl: 'ECDHE-ECDSA-CHACHA20-POLY1305', tlsVersion: 'TLSv1.2' },
    serverAddress: { host: 'veracruz-nitro-server', port: 3014 },
    certificateExpiry: Date.UTC(2021, 11, 23, 23, 44),
    proxy: { server: { host: 'veracruz-nitro-proxy', port: 3010 }, certificates: [proxy.der] },
    debug: false,
    enableClock: true,
    strategy: 'Interpretation',
    pipelines: [],
    nativeModules: [],
    initialDirectories: [],
  });
  t.equal(policy.maxMemoryMib, undefined);
  t.strictSame([...policy.measurements.keys()], ['nitro'], 'empty hashes count as absent');
  t.equal(toHex(policy.measurements.get('nitro')!), MEASUREMENT);
  t.strictSame(
    policy.identities.map(({ id, certificate, mayShutDown }) => ({ id, certificate, mayShutDown })),
    [
      { id: 0, certificate: first.der, mayShutDown: true },
      { id: 1, certificate: second.der, mayShutDown: true },
    ],
  );
  t.equal(policy.identities[0]!.notAfter, NOW + 365 * 86_400_000);
  t.equal(policy.programs.length, 1);
  t.equal(policy.programs[0]!.path, '/linear-regression.wasm');
  t.equal(toHex(policy.programs[0]!.sha256), HASH);
  t.strictSame([...policy.fileHashes.keys()], ['/linear-regression.wasm']);
  t.end();
});

t.test('takes the names of seed 004 for single files, and its streams for every program', (t) => {
  const policy = seed();
  const { access } = policy.identities[1]!;
  t.strictSame(access.entries[1], { path: '/output', rights: 8198 | Rights.FD_FILESTAT_GET, scope: 'file' });
  t.equal(access.rightsAt('/output/below'), 0);
  const program = policy.programs[0]!.access;
  t.equal(program.rightsAt('stdin') & ~Rights.FD_FILESTAT_GET, 8198);
  t.equal(program.rightsAt('stdout') & ~Rights.FD_FILESTAT_GET, 533572);
  t.equal(program.union, 8198 | 533572 | Rights.FD_FILESTAT_GET, 'streams are no part of the preopen');
  t.ok(policy.boundaries.governing('/output'));
  t.end();
});

t.test('reads a policy of Veracruz', (t) => {
  const policy = veracruz();
  t.match(policy, {
    dialect: 'veracruz',
    cipherSuite: { openssl: 'TLS_CHACHA20_POLY1305_SHA256', tlsVersion: 'TLSv1.3' },
    serverAddress: { host: '::1', port: 3017, text: '[::1]:3017' },
    strategy: 'JIT',
    enableClock: false,
    maxMemoryMib: 2000,
    pipelines: [{ id: 0, name: '0', text: '/program/detector.wasm ;' }],
    nativeModules: [{ name: 'Postcard Service', kind: 'Static', specialFile: '/services/postcard' }],
    initialDirectories: ['/output', '/program', '/program_data', '/services', '/user_input'],
  });
  t.equal(toHex(policy.fileHashes.get('/program_data/weights')!), MEASUREMENT, 'upper-case digits count');
  t.equal(toHex(policy.programs[0]!.sha256), HASH);
  const [provider, user] = policy.identities;
  t.equal(provider!.access.rightsAt('/program/other/deep'), 534084 | Rights.FD_FILESTAT_GET);
  t.strictSame(
    user!.access.entries.map(({ path, scope }) => [path, scope]),
    [
      ['/program', 'subtree'],
      ['/user_input/key', 'file-or-subtree'],
      ['/output', 'subtree'],
      ['stdout', 'file'],
    ],
  );
  t.equal(
    user!.access.rightsAt('/program/detector.wasm'),
    536879108,
    'no implied right without read or write',
  );
  t.equal(policy.boundaries.governing('/program/detector.wasm'), '/program/detector.wasm');
  t.end();
});

t.test('reads the policies of July 2022, which know no pipelines and no native modules', (t) => {
  const policy = veracruz((made) => {
    delete made.pipelines;
    delete made.native_modules;
    delete made.runtime_manager_hash_nitro;
    made.runtime_manager_hash_icecap = HASH;
  });
  t.strictSame([policy.pipelines, policy.nativeModules], [[], []]);
  t.strictSame([...policy.measurements.keys()], ['icecap']);
  t.ok(codes(policy).includes('NO_MEASUREMENT'));
  t.end();
});

t.test('reads native modules by their special files, each a boundary of its own', (t) => {
  const policy = veracruz((made) => {
    made.native_modules = [
      { name: 'AEAD Service', type: { Static: { special_file: 'deep/services/aead' } } },
      { name: 'AEAD Service', type: { Static: { special_file: '/services/another' } } },
    ];
  });
  t.strictSame(policy.nativeModules, [
    { name: 'AEAD Service', kind: 'Static', specialFile: '/deep/services/aead' },
    { name: 'AEAD Service', kind: 'Static', specialFile: '/services/another' },
  ]);
  t.equal(policy.boundaries.governing('/services/another'), '/services/another');
  t.ok(policy.initialDirectories.includes('/deep/services'));
  t.end();
});

t.test('accepts certificates with and without a newline at the end, and several for the proxy', (t) => {
  const policy = seed((made) => {
    made.identities[0]!.certificate += '\n';
    made.proxy_service_cert = `${proxy.pem}\n${first.pem}`;
  });
  t.strictSame(policy.identities[0]!.certificate, first.der);
  t.strictSame(policy.proxy?.certificates, [proxy.der, first.der]);
  t.end();
});

t.test('grants all of the tree by its root, which needs no making', (t) => {
  const policy = veracruz((made) => {
    made.identities[0]!.file_rights = [{ file_name: '/', rights: 8198 }];
  });
  t.equal(policy.identities[0]!.access.rightsAt('/any/thing'), 8198 | Rights.FD_FILESTAT_GET);
  t.notOk(policy.initialDirectories.includes('/'));
  t.end();
});

t.test('is over at the very minute that it names', (t) => {
  const expiry = Date.UTC(2021, 11, 23, 23, 44);
  const text = JSON.stringify(seed004Policy(first, second, proxy));
  t.equal(parsePolicy(text, { now: expiry - 1 }).certificateExpiry, expiry);
  t.throws(() => parsePolicy(text, { now: expiry }), { code: 'POLICY_EXPIRED' });
  t.end();
});

t.test('takes an empty proxy for none', (t) => {
  const policy = veracruz((made) => {
    made.proxy_attestation_server_url = '';
    made.proxy_service_cert = '';
  });
  t.equal(policy.proxy, undefined);
  t.end();
});

t.test('finds identities by their exact certificate and programs by path', (t) => {
  const policy = seed();
  t.equal(findIdentity(policy, Uint8Array.from(second.der)), policy.identities[1]);
  t.equal(findIdentity(policy, proxy.der), undefined);
  t.equal(findProgram(policy, '/linear-regression.wasm'), policy.programs[0]);
  t.equal(findProgram(policy, 'linear-regression.wasm'), undefined);
  t.end();
});

t.test('lets run, in seed 004, who may open the program or read what it writes', (t) => {
  const policy = seed((made) => {
    made.identities.push({
      certificate: proxy.pem,
      id: 2,
      file_rights: [{ file_name: 'input-0', rights: 533572 }],
    });
  });
  t.strictSame(
    policy.identities.map((identity) => mayRun(policy, identity, policy.programs[0]!)),
    [true, true, false],
  );
  t.end();
});

t.test('lets run, in Veracruz’s dialect, who has FD_EXECUTE and PATH_OPEN', (t) => {
  const policy = veracruz();
  t.strictSame(
    policy.identities.map((identity) => mayRun(policy, identity, policy.programs[0]!)),
    [false, true],
  );
  const closed = veracruz((made) => {
    made.identities[1]!.file_rights[0]!.rights = Rights.FD_EXECUTE | Rights.FD_SEEK;
  });
  t.notOk(mayRun(closed, closed.identities[1]!, closed.programs[0]!));
  t.strictSame(
    codes(closed).filter((code) => code.startsWith('PROGRAM')),
    ['PROGRAM_NOBODY_MAY_RUN'],
  );
  t.end();
});

t.test('warns of the slips in i-poc’s README', (t) => {
  t.strictSame(codes(seed()), ['RIGHTS_WITHOUT_FD_READ', 'TLS_1_2']);
  const typo = seed((made) => {
    made.programs[0]!.file_rights[1]!.rights = 33572;
  });
  t.match(typo.warnings[0], {
    code: 'RIGHTS_LOST_DIGIT',
    paths: ['$.programs[0].file_rights[1].file_name'],
  });
  t.end();
});

t.test('warns of what a policy hardly means', (t) => {
  const policy = veracruz((made) => {
    made.debug = true;
    made.ciphersuite = 'TLS1-3-AES-128-CCM-8-SHA256';
    made.enclave_cert_expiry = { year: 2031, month: 2, day: 28, hour: 0, minute: 0 };
    made.identities[0]!.file_rights = [
      { file_name: '/program', rights: 0 },
      { file_name: '/program_data', rights: 534084 - Rights.FD_SEEK },
    ];
  });
  t.strictSame(
    policy.warnings.map(({ code, paths }) => [code, paths]),
    [
      ['RIGHTS_NONE', ['$.identities[0].file_rights[0].file_name']],
      ['RIGHTS_WITHOUT_FD_SEEK', ['$.identities[0].file_rights[1].file_name']],
      [
        'ENTRY_WITHOUT_SLASH',
        [
          '$.identities[0].file_rights[0].file_name',
          '$.identities[0].file_rights[1].file_name',
          '$.identities[1].file_rights[1].file_name',
          '$.programs[0].file_rights[1].file_name',
        ],
      ],
      ['FILE_NOBODY_MAY_PROVIDE', ['$.file_hashes[0].file_path', '$.file_hashes[1].file_path']],
      ['IDENTITY_ENDS_FIRST', ['$.identities[0]', '$.identities[1]']],
      ['DEBUG', ['$.debug']],
      ['SHORT_TAG', ['$.ciphersuite']],
    ],
  );
  t.end();
});

t.test('identifies a policy by its exact text', async (t) => {
  const text = JSON.stringify(seed004Policy(first, second, proxy), undefined, 2);
  const policy = parsePolicy(new TextEncoder().encode(text), { now: NOW });
  t.equal(policy.text, text);
  const hash = await hashPolicy(policy.text, webcrypto.subtle);
  t.strictSame(hash, await hashPolicy(new TextEncoder().encode(text), webcrypto.subtle));
  t.not(toHex(hash), await hashPolicyHex(`${text} `, webcrypto.subtle));
  // Source: FIPS 180-4's example for "abc".
  t.equal(
    await hashPolicyHex('abc', webcrypto.subtle),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  t.match(await certificateFingerprint(first.der, webcrypto.subtle), /^[0-9a-f]{64}$/);
  await t.rejects(hashPolicy('\ud800', webcrypto.subtle), { code: 'JSON_INVALID' });
});

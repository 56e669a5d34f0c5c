import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { rightsOfText } from '../../host-bridge/cli/capabilities.ts';
import { toHex } from '../../proto/bytes.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import { detectorFunction, detectorUsers } from '../proto/policy-part-samples.ts';
import { MEASUREMENT, makeCertificate } from '../proto/policy-samples.ts';
import { trucePolicy as truce } from '../support/policy-command.ts';

const DAY = 86_400_000;
const now = Date.now();
const [fresh, other, authority] = await Promise.all([
  makeCertificate(now - DAY, now + 400 * DAY),
  makeCertificate(now - DAY, now + 400 * DAY),
  makeCertificate(now - DAY, now + 400 * DAY),
]);
const folder = t.testdir({
  'first.pem': fresh.pem,
  'second.pem': `${other.pem}\n`,
  'proxy.pem': authority.pem,
  'program.wasm': Buffer.from('\0asm\x01\0\0\0'),
  weights: 'data',
  pcr0: `${MEASUREMENT}${'ab'.repeat(16)}\n`,
  'settings.json': '{"arguments": ["-v"], "fuel": 7, "outcome": "success"}',
  'user.json': JSON.stringify(detectorUsers(fresh, other)),
  'function.json': JSON.stringify(detectorFunction),
});
const at = (name: string) => join(folder, name);
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

const parties = () => [
  ...['--certificate', at('first.pem'), '--capability', '/program/:w, /input/:w'],
  ...['--certificate', at('second.pem'), '--capability', '/program/:x,/output/:r,stdout:24582'],
];
const program = () => [
  ...[
    '--program',
    `/program/sum.wasm=${at('program.wasm')}`,
    '--capability',
    '/input/:r,/output/:w,stdout:w',
  ],
];

t.test('generates a policy in Veracruz’s dialect', async (t) => {
  const { stdout, stderr, error } = await truce(
    'generate',
    ...parties(),
    ...program(),
    ...['--pipeline', '/program/sum.wasm ;', '--capability', '/output/:rw'],
    ...['--hash', `program_data/weights=${at('weights')}`],
    ...['--server', '127.0.0.1:3014', '--proxy', 'proxy:3010', '--proxy-certificate', at('proxy.pem')],
    ...[
      '--measurement',
      MEASUREMENT + 'ab'.repeat(16),
      '--expiry',
      '30d',
      '--enable-clock',
      '--max-memory-mib',
      '512',
    ],
  );
  t.equal(error, undefined);
  t.match(stderr, 'FILE_NOBODY_MAY_PROVIDE', 'no one may write the weights');
  const policy = parsePolicy(stdout, { now });
  t.strictSame(
    policy.identities.map(({ certificate }) => certificate),
    [fresh.der, other.der],
  );
  t.equal(toHex(policy.programs[0]!.sha256), sha256('\0asm\x01\0\0\0'));
  t.equal(toHex(policy.fileHashes.get('/program_data/weights')!), sha256('data'));
  t.equal(toHex(policy.measurements.get('nitro')!), MEASUREMENT, 'PCR0 is cut to 32 bytes');
  t.match(policy, {
    dialect: 'veracruz',
    enableClock: true,
    debug: false,
    strategy: 'JIT',
    maxMemoryMib: 512,
    proxy: { server: { text: 'proxy:3010' }, certificates: [authority.der] },
    pipelines: [{ name: '0', text: '/program/sum.wasm ;' }],
  });
  t.ok(Math.abs(policy.certificateExpiry - now - 30 * DAY) < 120_000);
  t.ok(mayRun(policy, policy.identities[1]!, policy.programs[0]!));
  t.strictSame(JSON.parse(stdout).identities[0].file_rights, [
    { file_name: '/program/', rights: 534084 },
    { file_name: '/input/', rights: 534084 },
  ]);
  t.match(JSON.parse(stdout).identities[1].certificate, /-----END CERTIFICATE-----$/, 'as Veracruz checks');
});

t.test('generates a policy in the dialect of seed 004', async (t) => {
  const file = at('generated.json');
  const { stdout, error } = await truce(
    'generate',
    ...[
      '--dialect',
      'seed004',
      '--server',
      'veracruz-nitro-server:3014',
      '--stdin',
      '8198',
      '-o',
      file,
      '--json',
    ],
    ...['-c', at('first.pem'), '-c', at('second.pem'), '-w', `sum.wasm=${at('program.wasm')}`],
    ...['-p', 'sum.wasm:w', '-p', '/input-0:w,output:r', '-p', 'input-0:r,output:w'],
    ...[
      '--cipher-suite',
      'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      '-e',
      'Interpretation',
      '--expiry',
      '2h',
    ],
  );
  t.equal(error, undefined);
  const text = await readFile(file, 'utf8');
  t.match(JSON.parse(stdout), { file, hash: sha256(text), dialect: 'seed-004', proxy: null });
  const policy = parsePolicy(text, { now });
  t.match(policy, {
    dialect: 'seed-004',
    strategy: 'Interpretation',
    cipherSuite: { tlsVersion: 'TLSv1.2' },
  });
  t.match(JSON.parse(text), {
    identities: [
      { file_rights: [{ file_name: 'sum.wasm', rights: 533572 }] },
      {
        file_rights: [
          { file_name: 'input-0', rights: 533572 },
          { file_name: 'output', rights: 8198 },
        ],
      },
    ],
    programs: [{ program_file_name: 'sum.wasm', pi_hash: sha256('\0asm\x01\0\0\0') }],
    std_streams_table: [
      { Stdin: { file_name: 'stdin', rights: 8198 } },
      { Stdout: { file_name: 'stdout', rights: 533572 } },
      { Stderr: { file_name: 'stderr', rights: 533572 } },
    ],
  });
});

t.test('takes a command line of Veracruz’s own generator as it is', async (t) => {
  const { stdout, error } = await truce(
    'generate',
    ...['--certificate', at('first.pem'), '--certificate', at('second.pem')],
    ...['--program-binary', `/program/sum.wasm=${at('program.wasm')}`],
    ...[
      '--capability',
      '/program/:w',
      '--capability',
      '/program/:x,/output/:r',
      '--capability',
      '/output/:w',
    ],
    ...['--hashes', `/data/a=${at('weights')},/data/b=${at('weights')}`],
    ...['--native-module-name', 'AEAD Service', '--native-module-entry-point', ''],
    ...['--native-module-special-file', 'services/aead.dat'],
    ...['--veracruz-server-ip', '127.0.0.1:3014', '--proxy-attestation-server-ip', '127.0.0.1:3010'],
    ...[
      '--proxy-attestation-server-cert',
      at('proxy.pem'),
      '--pcr-file',
      at('pcr0'),
      '--css-file',
      at('weights'),
    ],
    ...['--certificate-expiry', new Date(now + 30 * DAY).toUTCString(), '--enclave-debug-mode'],
    ...['--execution-strategy', 'Interpretation', '--enable-clock', '--max-memory-mib', '300'],
  );
  t.equal(error, undefined);
  const policy = parsePolicy(stdout, { now });
  t.match(policy, {
    dialect: 'veracruz',
    debug: true,
    strategy: 'Interpretation',
    maxMemoryMib: 300,
    proxy: { certificates: [authority.der] },
    nativeModules: [{ name: 'AEAD Service', specialFile: '/services/aead.dat' }],
  });
  t.strictSame([...policy.fileHashes.keys()], ['/program/sum.wasm', '/data/a', '/data/b']);
  t.equal(toHex(policy.measurements.get('nitro')!), MEASUREMENT);
  t.equal(toHex(policy.measurements.get('linux')!), sha256('data'));
});

t.test('generates a policy of version 2, the same bytes each time', async (t) => {
  const args = [
    'generate',
    ...['--dialect', 'version2', '--server', 'a:1', '--at', new Date(now).toISOString()],
    ...parties(),
    ...program(),
    ...[
      '--program-settings',
      `/program/sum.wasm=${at('settings.json')}`,
      '--shutdown',
      '1',
      '--live',
      '/output/x',
    ],
    ...[
      '--receipts',
      '--trust-root',
      at('proxy.pem'),
      '--pcr',
      `0=${'ab'.repeat(48)}`,
      '--pcr',
      `8=${'cd'.repeat(48)}`,
    ],
  ];
  const { stdout, error } = await truce(...args);
  t.equal(error, undefined);
  const policy = parsePolicy(stdout, { now });
  t.match(policy, {
    dialect: 'truce-2',
    receipts: true,
    trustRoots: [authority.der],
    identities: [{ mayShutDown: false }, { mayShutDown: true }],
    programs: [{ arguments: ['-v'], fuel: 7, outcome: 'success' }],
  });
  t.ok(policy.liveFiles.has('/output/x'));
  t.strictSame([...policy.pcrs[0]!.keys()], [0, 8]);
  t.equal((await truce(...args)).stdout, stdout);
});

t.test('puts a user’s and a function’s part together, in every dialect', async (t) => {
  const parts = ['--user-policy', at('user.json'), '--function-policy', at('function.json')];
  const generate = (...args: string[]) =>
    truce('generate', ...parts, '--at', new Date(now).toISOString(), ...args);
  const request = await generate(
    '--loader',
    at('proxy.pem'),
    '--vaas',
    '--instance-id',
    'i-1',
    '-o',
    at('vaas.json'),
  );
  t.equal(request.error, undefined);
  t.match(JSON.parse(await readFile(at('vaas.json'), 'utf8')), {
    instance_id: 'i-1',
    identities: [{ id: 0 }, { id: 1 }, { id: 2, certificate: authority.pem }],
    file_hashes: [{ file_path: '/program/detector.wasm' }, { file_path: '/program_data/weights' }],
  });
  const place = ['--server', 'veracruz-nitro-server:3014', '--measurement', MEASUREMENT];
  const full = await generate('--loader', at('proxy.pem'), ...place);
  t.equal(full.stderr, '');
  t.match(parsePolicy(full.stdout, { now }), { dialect: 'veracruz', maxMemoryMib: 2000, enableClock: true });
  const completed = await truce(
    'generate',
    '--vaas-policy',
    at('vaas.json'),
    '--at',
    new Date(now).toISOString(),
    ...place,
  );
  t.equal(completed.stdout, full.stdout, 'by way of VaaS or at once');
  const second = await generate('--loader', at('proxy.pem'), '--dialect', 'version2', ...place);
  await writeFile(at('full.json'), full.stdout);
  await writeFile(at('second.json'), second.stdout);
  const { stdout, status } = await truce('diff', at('full.json'), at('second.json'));
  t.equal(status, 0, stdout);
  const refused = await generate('--dialect', 'seed004', ...place);
  t.match(refused.error, { code: 'POLICY_DIALECT_LACKS' });
  const wrong = await truce('generate', '--vaas-policy', at('function.json'), ...place);
  t.match(wrong.error, {
    code: 'POLICY_DIALECT_AMBIGUOUS',
    details: { path: `${at('function.json')}: $.programs[0].pi_hash` },
  });
  await writeFile(at('other.json'), JSON.stringify({ ...detectorUsers(fresh, other), function: 'else' }));
  const conflict = await truce(
    'generate',
    '--user-policy',
    at('other.json'),
    '--function-policy',
    at('function.json'),
    ...place,
  );
  t.match(conflict.error, { code: 'POLICY_PARTS_CONFLICT', details: { path: '$.function' } });
});

t.test('sums letters as Veracruz’s generator does', (t) => {
  for (const [letters, rights] of [
    ['r', 24582],
    ['w', 534084],
    ['rw', 550470],
    ['x', 536879108],
    ['wx', 537404996],
    ['8198', 8198],
  ] as const)
    t.equal(rightsOfText(letters, 'veracruz'), rights, letters);
  for (const text of ['', 'rwz', '-1', '1073741824', '1.5', '0x10', 'r w'])
    t.equal(rightsOfText(text, 'veracruz'), undefined, text);
  t.end();
});

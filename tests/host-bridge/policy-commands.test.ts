import { createHash, webcrypto } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import t from 'tap';
import { rightsOfText } from '../../host-bridge/cli/capabilities.ts';
import { registerPolicyCommands } from '../../host-bridge/cli/policy-commands.ts';
import { toHex } from '../../proto/bytes.ts';
import { mayRun } from '../../proto/policy/authority.ts';
import { parsePolicy } from '../../proto/policy/parse.ts';
import {
  HASH,
  MEASUREMENT,
  makeCertificate,
  NOW,
  seed004Policy,
  truce2Policy,
  veracruzPolicy,
} from '../proto/policy-samples.ts';

const AT = new Date(NOW).toISOString();
const DAY = 86_400_000;

class Collector extends Writable {
  text = '';
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk).toString();
    done();
  }
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
}

async function truce(...args: string[]): Promise<Outcome> {
  const [stdout, stderr] = [new Collector(), new Collector()];
  const program = new Command('truce')
    .exitOverride()
    .configureOutput({ writeErr: (text) => stderr.write(text) });
  registerPolicyCommands(program, { stdout, stderr });
  const error = await program.parseAsync(['policy', ...args], { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { stdout: stdout.text, stderr: stderr.text, error };
}

const now = Date.now();
const [first, second, proxy, rootOfTrust, fresh, other, authority] = await Promise.all([
  makeCertificate(),
  makeCertificate(),
  makeCertificate(),
  makeCertificate(),
  makeCertificate(now - DAY, now + 400 * DAY),
  makeCertificate(now - DAY, now + 400 * DAY),
  makeCertificate(now - DAY, now + 400 * DAY),
]);
const version2 = () => truce2Policy([first, second, proxy, rootOfTrust]);
const steering = version2();
Object.assign(steering.programs[0]!, { arguments: ['a b', '\u001b[2J'], environment: { X: '\n' } });
const seedText = JSON.stringify(seed004Policy(first, second, proxy), undefined, 2);
const veracruzText = JSON.stringify(veracruzPolicy(first, second, proxy), undefined, 2);
const folder = t.testdir({
  'seed.json': seedText,
  'version-2.json': JSON.stringify(version2()),
  'steering.json': JSON.stringify(steering),
  'veracruz.json': veracruzText,
  'broken.json': seedText.replace('8198', '"8198"'),
  'first.pem': fresh.pem,
  'second.pem': `${other.pem}\n`,
  'both.pem': `${fresh.pem}\n${other.pem}\n`,
  'proxy.pem': authority.pem,
  'program.wasm': Buffer.from('\0asm\x01\0\0\0'),
  weights: 'data',
  'no.pem': 'hello',
});
const at = (name: string) => join(folder, name);
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

t.test('checks a policy, tells its hash and warns', async (t) => {
  const { stdout, stderr, error } = await truce('check', at('seed.json'), '--at', AT);
  t.equal(error, undefined);
  t.match(stdout, 'valid (dialect seed-004; identities: 2, programs: 1, warnings: 2)');
  t.match(stdout, sha256(seedText));
  t.match(stderr, /warning: .*FD_READ.*\[RIGHTS_WITHOUT_FD_READ\]\n {2}at \$\.identities\[0\]/);
});

t.test('fails the check with the error of the field, and tells it in JSON as well', async (t) => {
  const { stdout, error } = await truce('check', at('broken.json'), '--at', AT, '--json');
  t.match(error, { code: 'POLICY_WRONG_TYPE', details: { path: '$.identities[1].file_rights[1].rights' } });
  t.match(JSON.parse(stdout), {
    valid: false,
    error: { code: 'POLICY_WRONG_TYPE', details: { path: '$.identities[1].file_rights[1].rights' } },
  });
  t.match((await truce('check', at('seed.json'))).error, { code: /EXPIRED/ }, 'as of now the seed is over');
  t.match((await truce('check', at('none.json'))).error, {
    code: 'LOCAL_FILE_UNREADABLE',
    message: /ENOENT/,
  });
  t.match((await truce('check', folder)).error, { code: 'LOCAL_FILE_UNREADABLE', message: /EISDIR/ });
  t.match((await truce('check', '/dev/zero')).error, { code: 'LOCAL_FILE_UNREADABLE' }, 'endless files end');
});

t.test('prints the facts of a valid policy as JSON', async (t) => {
  const { stdout } = await truce('check', at('veracruz.json'), '--at', AT, '--json');
  t.match(JSON.parse(stdout), {
    valid: true,
    hash: sha256(veracruzText),
    dialect: 'veracruz',
    server: '[::1]:3017',
    proxy: '127.0.0.1:3010',
    tlsVersion: 'TLSv1.3',
    maxMemoryMib: 2000,
    measurements: { nitro: MEASUREMENT },
    warnings: [{ code: 'ENTRY_WITHOUT_SLASH' }],
  });
});

t.test('hashes the exact bytes, of an expired policy too, and tells the register that follows', async (t) => {
  t.equal((await truce('hash', at('seed.json'))).stdout, `${sha256(seedText)}\n`);
  const { stdout } = await truce('hash', at('seed.json'), '--json');
  const extended = createHash('sha384')
    .update(Buffer.alloc(48))
    .update(createHash('sha256').update(seedText).digest())
    .digest('hex');
  t.strictSame(JSON.parse(stdout), { hash: sha256(seedText), pcr16: extended });
});

t.test('shows who may do what', async (t) => {
  const { stdout, error } = await truce('show', at('veracruz.json'), '--at', AT);
  t.equal(error, undefined);
  const fingerprint = toHex(new Uint8Array(await webcrypto.subtle.digest('SHA-256', first.der)));
  t.match(stdout, `identity 0  CN=party (SHA-256 ${fingerprint})`);
  t.match(stdout, /program 0 +\/program\/detector\.wasm, run by identities: 1\n/);
  const rows = stdout
    .split('\n')
    .filter((line) => /^(identity|program|pipeline) \d +\S+ +[-a-z]{11}[-+] /.test(line));
  t.strictSame(
    rows.map((row) => row.split(/ {2,}/)),
    [
      ['identity 0', '/program/', 'o-w-sct-d-m-', '2631236', 'write append stat'],
      ['identity 0', '/program_data/', 'o-w-sct-d-m-', '2631236', 'write append stat'],
      ['identity 1', '/program/', 'o--xs-------', '536879108', 'run'],
      ['identity 1', '/user_input/key', 'o-w-sct-d-m-', '2631236', 'write append stat'],
      ['identity 1', '/output/', 'or--s--l--m-', '2121734', 'read list stat'],
      ['identity 1', 'stdout', 'or--s--l--m-', '2121734', 'read stat'],
      ['program 0', '/program_data/', 'or--s--l--m-', '2121734'],
      ['program 0', '/user_input/key', 'or--s--l--m-', '2121734'],
      ['program 0', '/output/', 'o-w-sct-d-m-', '2631236'],
      ['program 0', 'stdout', 'o-w-sct-d-m-', '2631236'],
      ['pipeline 0', '/output/', 'o-w-sct-d-m-', '2631236'],
    ],
  );
  const columns = rows.map((row) => row.indexOf(row.split(/ {2,}/)[2]!));
  t.equal(new Set(columns).size, 1, 'the columns are aligned');
});

t.test('shows what policies of version 2 say beyond the others', async (t) => {
  const { stdout, error } = await truce('show', at('version-2.json'), '--at', AT);
  t.equal(error, undefined);
  for (const line of [
    /^policy +[0-9a-f]{64} \(dialect truce-2\)$/m,
    /^receipts +for every run$/m,
    /^live +\/input\/video$/m,
    /^live +stdout$/m,
    /^trust root +CN=party, where its reader trusts it as well$/m,
    /^registers +PCR0 1{96}, PCR1 2{96}, PCR2 3{96}$/m,
    /^registers +PCR8 4{96}$/m,
    /^shutdown +by identities: 2$/m,
    /^program 0 +arguments: --threshold 0\.6$/m,
    /^program 0 +environment: LANG=C\.UTF-8$/m,
    /^program 0 +limits: wall_milliseconds=60000 memory_bytes=268435456 open_files=16$/m,
    /^program 0 +deterministic: its time begins 2030-01-01T00:00:00Z, seed 00010203/m,
    /^program 0 +fuel: 1000000000 instructions$/m,
    /^program 0 +tells who runs it whether it succeeded, and no more$/m,
  ])
    t.match(stdout, line);
  const json = JSON.parse((await truce('show', at('version-2.json'), '--at', AT, '--json')).stdout);
  t.match(json, {
    dialect: 'truce-2',
    receipts: true,
    liveFiles: ['/input/video', '/output/boxes', 'stdout'],
    trustRoots: ['CN=party'],
    registers: [{ pcr0: '1'.repeat(96) }, { pcr8: '4'.repeat(96) }],
    programs: [
      {
        arguments: ['--threshold', '0.6'],
        environment: ['LANG=C.UTF-8'],
        limits: { memoryBytes: 268435456 },
        deterministic: { time: '2030-01-01T00:00:00Z' },
        fuel: 1e9,
        outcome: 'success',
      },
    ],
  });
});

t.test('nothing that a policy says can steer the terminal it is shown on', async (t) => {
  const { stdout } = await truce('show', at('steering.json'), '--at', AT);
  t.match(stdout, /program 0 +arguments: "a b" "\\u001b\[2J"/);
  t.match(stdout, 'environment: "X=\\n"');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  t.notMatch(stdout, /[\u0000-\u0009\u000b-\u001f]/);
});

t.test('shows the same as JSON', async (t) => {
  const { stdout } = await truce('show', at('seed.json'), '--at', AT, '--json');
  t.match(JSON.parse(stdout), {
    identities: [
      { id: 0, mayShutDown: true, access: [{ path: '/linear-regression.wasm', scope: 'file' }] },
      {
        id: 1,
        access: [
          { path: '/input-0' },
          { path: '/output', names: ['FD_READ', 'FD_SEEK', 'PATH_OPEN', 'FD_FILESTAT_GET'] },
        ],
      },
    ],
    programs: [{ path: '/linear-regression.wasm', sha256: HASH, mayRun: [0, 1] }],
  });
});

t.test('does not let names of files steer the terminal', async (t) => {
  const hostile = veracruzText.replace('/user_input/key', '/\\u001b[2J\\u202ekey');
  await writeFile(at('hostile.json'), hostile);
  const { stdout } = await truce('show', at('hostile.json'), '--at', AT);
  t.match(stdout, '/\\u{1b}[2J\\u{202e}key');
  t.notMatch(stdout, '\u001b');
});

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
  t.ok(
    JSON.parse(stdout).identities[1].certificate.endsWith('-----END CERTIFICATE-----'),
    'as Veracruz checks',
  );
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

t.test('refuses wrong usage before it reads any file', async (t) => {
  const server = ['--server', 'a:1'];
  const cases: [string, RegExp, string[]][] = [
    ['certificate without capability', /--certificate a has no --capability/, ['-c', 'a', ...server]],
    ['capability without principal', /follows no certificate/, ['-p', '/a:r', '-c', 'a', ...server]],
    [
      'order that Veracruz would deal out otherwise',
      /certificates, then programs/,
      ['-w', 'p=p', '-c', 'a', '-p', '/a:r', '-p', '/b:r', ...server],
    ],
    ['capability without rights', /'\/a' has no colon/, ['-c', 'a', '-p', '/a', ...server]],
    ['capability with unknown letters', /'q' is neither/, ['-c', 'a', '-p', '/a:q', ...server]],
    ['capability that leaves its directory', /'\.\.' as a part/, ['-c', 'a', '-p', '/a/../b:r', ...server]],
    ['no certificate', /--certificate/, [...server]],
    ['no server', /--server/, ['-c', 'a', '-p', '/a:r']],
    ['program without a file', /name=file is due/, ['-w', '/p=', '-p', '/a:r', ...server]],
    ['program that is a directory', /'\/p\/' is a directory/, ['-w', '/p/=a', '-p', '/a:r', ...server]],
  ];
  const options: [string, RegExp, string[]][] = [
    ['proxy without certificate', /need each other/, ['--proxy', 'a:1']],
    ['url for a proxy', /host:port is due/, ['--proxy', 'http://a:1']],
    ['short measurement', /32 or 48 bytes/, ['--measurement', 'ab']],
    ['unknown suite', /TLS1-3-AES/, ['--cipher-suite', 'RC4']],
    ['unknown dialect', /veracruz and seed004/, ['--dialect', 'toString']],
    ['unknown strategy', /Interpretation/, ['-e', 'AOT']],
    ['expiry that is no time', /a time such as/, ['-x', 'soon']],
    ['no memory', /MiB is due/, ['-m', '0']],
    ['stream option in veracruz', /by capabilities/, ['--stdin', 'r']],
    ['pipeline in seed004', /neither pipelines/, ['--dialect', 'seed004', '--pipeline', 'x', '-p', 'a:r']],
  ];
  for (const [name, complaint, args] of options)
    cases.push([name, complaint, ['-c', 'a', '-p', '/a:r', ...server, ...args]]);
  for (const [name, complaint, args] of cases) {
    const { error, stdout, stderr } = await truce('generate', ...args);
    t.ok(error instanceof CommanderError, name);
    t.match(stderr, complaint, name);
    t.equal(stdout, '', name);
  }
});

t.test('writes nothing that a runtime would refuse', async (t) => {
  const refusals: [string[], string][] = [
    [['-c', at('no.pem'), '-p', '/a:r'], 'CERTIFICATE_INVALID'],
    [['-c', at('both.pem'), '-p', '/a:r'], 'CERTIFICATE_INVALID'],
    [['-c', at('gone.pem'), '-p', '/a:r'], 'LOCAL_FILE_UNREADABLE'],
    [
      ['-c', at('first.pem'), '-p', '/a:r', '-c', at('first.pem'), '-p', '/a:r'],
      'POLICY_DUPLICATE_CERTIFICATE',
    ],
    [['-c', at('first.pem'), '-p', '/a:r,/a/:w'], 'POLICY_REPEATED_PATH'],
    [['-c', at('first.pem'), '-p', '/a:r', '-x', '2020-01-01T00:00Z'], 'POLICY_EXPIRED'],
    [['-c', at('first.pem'), '-p', '/a:r', '--hash', `/b=${at('gone')}`], 'LOCAL_FILE_UNREADABLE'],
    [['-c', at('first.pem'), '-p', '/a:r', '-o', at('no/where')], 'LOCAL_FILE_UNWRITABLE'],
  ];
  for (const [args, code] of refusals) {
    const { error, stdout } = await truce('generate', '--server', 'a:1', ...args);
    t.match(error, { code }, code);
    t.equal(stdout, '');
  }
});

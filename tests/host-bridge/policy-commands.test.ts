import { createHash, webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import t from 'tap';
import { toHex } from '../../proto/bytes.ts';
import { seedExample, seedExampleWith } from '../proto/policy-part-samples.ts';
import {
  HASH,
  MEASUREMENT,
  makeCertificate,
  NOW,
  seed004Policy,
  truce2Policy,
  veracruzPolicy,
} from '../proto/policy-samples.ts';
import { trucePolicy as truce } from '../support/policy-command.ts';
import { truce as builtTruce } from '../support/truce-command.ts';

const AT = new Date(NOW).toISOString();

const [first, second, proxy, rootOfTrust] = await Promise.all([
  makeCertificate(),
  makeCertificate(),
  makeCertificate(),
  makeCertificate(),
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

t.test('checks the parts that services make policies of', async (t) => {
  await writeFile(at('user.json'), seedExampleWith('user', [first]));
  const user = await truce('check', '--part', 'user', at('user.json'), '--at', AT);
  t.match(user.stdout, 'valid (user policy; identities: 1, warnings: 1)');
  await writeFile(at('function.json'), seedExample('program'));
  const fn = await truce('check', '--part', 'function', at('function.json'), '--json');
  t.match(JSON.parse(fn.stdout), {
    valid: true,
    part: 'function',
    warnings: [{ code: 'RIGHTS_LOST_DIGIT', paths: ['$.programs[0].file_rights[1].file_name'] }],
  });
  const wrong = await truce('check', '--part', 'vaas', at('function.json'));
  t.match(wrong.error, { code: 'POLICY_UNKNOWN_FIELD', details: { path: '$.function' } });
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

t.test('shows who may do what with which file', async (t) => {
  const { stdout, error } = await truce('show', at('veracruz.json'), '--at', AT);
  t.equal(error, undefined);
  const fingerprint = toHex(new Uint8Array(await webcrypto.subtle.digest('SHA-256', first.der)));
  t.match(stdout, `identity 0  CN=party (SHA-256 ${fingerprint},`);
  t.match(stdout, /^program 0 +\/program\/detector\.wasm, run by identities: 1\n +SHA-256 3fc0/m);
  t.match(stdout, /^pipeline 0 +0: \/program\/detector\.wasm ; /m);
  t.match(stdout, /^module +Postcard Service, called at \/services\/postcard$/m);
  t.match(stdout, new RegExp(`^hashed +${MEASUREMENT} /program_data/weights$`, 'm'));
  t.match(stdout, /^shutdown +by identities: 0, 1$/m);
  const rows = stdout.split('\n').filter((line) => /^(FILE|\/|std)/.test(line));
  t.strictSame(
    rows.map((row) => row.split(/ {2,}/)),
    [
      ['FILE', 'identity 0', 'identity 1', 'program 0', 'pipeline 0'],
      ['/output/', '-', 'r-- 2121734', '-w- 2631236', '-w- 2631236'],
      ['/program/', '-w- 2631236', '--x 536879108', '-', '-'],
      ['/program/detector.wasm', 'hash', '-w- 2631236', '--x 536879108', '-', '-'],
      ['/program_data/', '-w- 2631236', '-', 'r-- 2121734', '-'],
      ['/program_data/weights', 'hash', '-w- 2631236', '-', 'r-- 2121734', '-'],
      ['/services/postcard', 'module', '-', '-', '-', '-'],
      ['/user_input/key', '-', '-w- 2631236', 'r-- 2121734', '-'],
      ['stdout', '-', 'r-- 2121734', '-w- 2631236', '-'],
    ],
  );
});

t.test('shows every entry with its single rights where it is asked to', async (t) => {
  const { stdout } = await truce('show', at('veracruz.json'), '--at', AT, '--rights');
  const rows = stdout
    .split('\n')
    .filter((line) => /^(identity|program|pipeline) \d +\S+ +[-a-z]{11}[-+] /.test(line));
  t.equal(rows.length, 11);
  t.strictSame(rows[4]!.split(/ {2,}/), [
    'identity 1',
    '/output/',
    'or--s--l--m-',
    '2121734',
    'read list stat',
  ]);
  t.strictSame(rows[6]!.split(/ {2,}/), ['program 0', '/program_data/', 'or--s--l--m-', '2121734']);
  const columns = rows.map((row) => row.indexOf(row.split(/ {2,}/)[2]!));
  t.equal(new Set(columns).size, 1, 'the columns are aligned');
});

t.test('is read at 100 columns, whatever names there are and however many parties', async (t) => {
  const many = veracruzPolicy(first, second, proxy);
  const rights = [{ file_name: `/${'long/'.repeat(9)}`, rights: 1073741823 }];
  const parties = await Promise.all(Array.from({ length: 9 }, () => makeCertificate()));
  many.identities = parties.map(({ pem }, id) => ({ certificate: pem, id: id + 100, file_rights: rights }));
  await writeFile(at('many.json'), JSON.stringify(many));
  const { stdout } = await truce('show', at('many.json'), '--at', AT);
  for (const line of stdout.split('\n')) t.ok(line.length <= 100, line);
  for (const { id } of many.identities) t.match(stdout, new RegExp(`FILE.*identity ${id}\\b`), `${id}`);
  t.equal(stdout.match(/rwx 1073741823/g), null, 'what may be opened there is no program');
  t.equal(stdout.match(/rw- 1073741823/g)?.length, 9);
  many.programs[0]!.file_rights = Array.from({ length: 12_000 }, (_, index) => ({
    file_name: `/${index}`,
    rights: 2,
  }));
  await writeFile(at('many.json'), JSON.stringify(many));
  const huge = await truce('show', at('many.json'), '--at', AT);
  t.notMatch(huge.stdout, /^FILE/m, 'a matrix that nobody can read gives way to the list of entries');
  t.match(huge.stdout, /^PRINCIPAL +FILE/m);
});

t.test(
  'says what changes for whom between policies, as diff does: 0, 1, or 2 where one is no policy',
  async (t) => {
    const same = await truce('diff', at('seed.json'), at('seed.json'), '--at', AT);
    t.equal(same.status, 0);
    t.match(same.stdout, 'the same to the byte');
    await writeFile(at('spaced.json'), JSON.stringify(JSON.parse(seedText)));
    const spaced = await truce('diff', at('seed.json'), at('spaced.json'), '--at', AT);
    t.equal(spaced.status, 0);
    t.match(spaced.stdout, /mean the same, but their texts differ/);
    const wider = seedText.replace('8198', '533572').replace('"debug": false', '"debug": true');
    await writeFile(at('wider.json'), wider);
    const changed = await truce('diff', at('seed.json'), at('wider.json'), '--at', AT);
    t.equal(changed.status, 1);
    t.match(changed.stdout, /^ {2}! CN=party \[[0-9a-f]{16}\] may now create, replace and add to: \/output/m);
    t.match(changed.stdout, /^ {2}! debug mode: on/m);
    t.match(changed.stdout, /^ {4}CN=party \[[0-9a-f]{16}\] may no longer read: \/output/m);
    for (const line of changed.stdout.split('\n')) t.ok(line.length <= 100, line);
    const json = await truce('diff', at('seed.json'), at('wider.json'), '--at', AT, '--json');
    t.match(JSON.parse(json.stdout), {
      equal: false,
      first: { hash: sha256(seedText), dialect: 'seed-004' },
      second: { hash: sha256(wider) },
      changes: [
        { kind: 'rights', security: true },
        { kind: 'runtime', security: true },
        { kind: 'rights', security: false },
        { kind: 'run', security: false },
      ],
    });
    const built = await builtTruce(['policy', 'diff', at('seed.json'), at('wider.json'), '--at', AT]);
    t.strictSame(built, { code: 1, stdout: changed.stdout, stderr: '' }, 'the built program too');
    const trouble = await truce('diff', at('seed.json'), at('broken.json'), '--at', AT);
    t.equal(trouble.status, 2);
    t.match(trouble.stderr, 'POLICY_WRONG_TYPE');
    t.equal((await truce('diff', at('seed.json'), at('veracruz.json'))).status, 2, 'the first is over now');
    t.equal((await truce('diff', at('seed.json'))).error instanceof CommanderError, true);
  },
);

t.test('shows what policies of version 2 say beyond the others', async (t) => {
  const { stdout, error } = await truce('show', at('version-2.json'), '--at', AT);
  t.equal(error, undefined);
  for (const line of [
    /^policy +[0-9a-f]{64} \(dialect truce-2\)$/m,
    /^receipts +for every run$/m,
    /^live +\/input\/video$/m,
    /^ {12}stdout$/m,
    /^trust root +CN=party, where its reader trusts it as well$/m,
    /^registers +PCR0\n {2}1{96},\n {12}PCR1\n {2}2{96},\n {12}PCR2\n {2}3{96}$/m,
    /^ {12}PCR8\n {2}4{96}$/m,
    /^shutdown +by identities: 2$/m,
    /^ {12}arguments: --threshold 0\.6$/m,
    /^ {12}environment: LANG=C\.UTF-8$/m,
    /^ {12}limits: wall_milliseconds=60000 memory_bytes=268435456 open_files=16$/m,
    /^ {12}deterministic: its time begins 2030-01-01T00:00:00Z, seed\n {12}00010203/m,
    /^ {12}fuel: 1000000000 instructions$/m,
    /^ {12}tells who runs it whether it succeeded, and no more$/m,
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
  t.match(stdout, / arguments: "a b" "\\u001b\[2J"/);
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

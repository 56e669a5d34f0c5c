import { join } from 'node:path';
import { CommanderError } from 'commander';
import t from 'tap';
import { MEASUREMENT, makeCertificate } from '../proto/policy-samples.ts';
import { trucePolicy as truce } from '../support/policy-command.ts';

const now = Date.now();
const DAY = 86_400_000;
const [fresh, other] = await Promise.all([
  makeCertificate(now - DAY, now + 400 * DAY),
  makeCertificate(now - DAY, now + 400 * DAY),
]);
const folder = t.testdir({
  'first.pem': fresh.pem,
  'both.pem': `${fresh.pem}\n${other.pem}\n`,
  'program.wasm': Buffer.from('\0asm\x01\0\0\0'),
  weights: 'data',
  'no.pem': 'hello',
  'taken.json': '{"id": 7}',
});
const at = (name: string) => join(folder, name);
const program = () => [
  ...[
    '--program',
    `/program/sum.wasm=${at('program.wasm')}`,
    '--capability',
    '/input/:r,/output/:w,stdout:w',
  ],
];

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
    ['unknown dialect', /veracruz, seed004/, ['--dialect', 'toString']],
    ['unknown strategy', /Interpretation/, ['-e', 'AOT']],
    ['expiry that is no time', /a time such as/, ['-x', 'soon']],
    ['no memory', /MiB is due/, ['-m', '0']],
    ['stream option in veracruz', /by capabilities/, ['--stdin', 'r']],
    ['pipeline in seed004', /neither pipelines/, ['--dialect', 'seed004', '--pipeline', 'x', '-p', 'a:r']],
  ];
  const parts = ['--user-policy', 'u', '--function-policy', 'f', ...server];
  cases.push(
    ['half of the parts', /need each other/, ['--user-policy', 'u', ...server]],
    ['parts and principals', /one or the other/, [...parts, '-c', 'a', '-p', '/a:r']],
    ['what parts say', /--debug is for the parts/, [...parts, '--debug']],
    ['two kinds of parts', /in it already/, [...parts, '--vaas-policy', 'v']],
    [
      'what a request says',
      /--cipher-suite is for/,
      ['--vaas-policy', 'v', ...server, '--cipher-suite', 'TLS1-3-AES-256-GCM-SHA384'],
    ],
    [
      'pipelines for VaaS',
      /neither pipelines/,
      ['--vaas', '-c', 'a', '-p', '/a:r', '--pipeline', '', '-p', '/a:r'],
    ],
    [
      'three lists that do not match',
      /need each other/,
      ['-c', 'a', '-p', '/a:r', ...server, '--native-module-name', 'x'],
    ],
    ['foreign native module', /only static/, ['-c', 'a', '--native-module-entry-point', 'x']],
    [
      'settings of nobody',
      /no such program/,
      ['--dialect', 'version2', '-c', 'a', '-p', '/a:r', ...server, '--program-settings', 'x=y'],
    ],
  );
  options.push(
    ['version 2 alone', /version2 alone knows --live/, ['--live', '/a']],
    ['shutdown by nobody', /ids such as/, ['--dialect', 'version2', '--shutdown', 'me']],
    ['register beyond 15', /from 0 to 15/, ['--dialect', 'version2', '--pcr', '16=00']],
    ['measurement twice', /say the same/, ['--measurement', MEASUREMENT, '--pcr-file', 'x']],
    ['loader without parts', /--loader goes with/, ['--loader', 'x']],
    ['instance without VaaS', /--instance-id goes with/, ['--instance-id', 'x']],
    ['two dialects', /--vaas is a dialect/, ['--vaas', '--dialect', 'seed004']],
  );
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
    [['-c', at('first.pem'), '-p', '/a:r', '--pcr-file', at('weights')], 'LOCAL_FILE_UNREADABLE'],
    [['-c', at('first.pem'), '-p', '/a:r', '--native-module', 'X=/x'], 'POLICY_NATIVE_MODULE_UNKNOWN'],
    [
      [
        '--dialect',
        'version2',
        '-c',
        at('first.pem'),
        '-p',
        '/a:r',
        ...program(),
        '--program-settings',
        `/program/sum.wasm=${at('taken.json')}`,
      ],
      'POLICY_CONTRADICTION',
    ],
  ];
  for (const [args, code] of refusals) {
    const { error, stdout } = await truce('generate', '--server', 'a:1', ...args);
    t.match(error, { code }, code);
    t.equal(stdout, '');
  }
});

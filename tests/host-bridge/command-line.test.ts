import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import t from 'tap';
import { addServiceOptions, servicesOf } from '../../host-bridge/cli/service-options.ts';
import { policyText, READ } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty } from '../support/test-enclave.ts';
import { truce } from '../support/truce-command.ts';

const pcr0 = new Uint8Array(48).fill(7);
const party = await makeParty('party');
const stranger = await makeParty('stranger');
const folder = t.testdir({
  'policy.json': policyText({
    parties: [{ certificate: party.certificate, rights: { '/output/': READ } }],
    pcr0,
  }),
  'broken.json': '{"identities": []',
  'party.pem': party.certificate,
  'party.key': party.key,
  'stranger.pem': stranger.certificate,
  'stranger.key': stranger.key,
  'nonsense.pem': 'nonsense',
});
const at = (name: string) => join(folder, name);
const credentials = ['--identity', at('party.pem'), '--key', at('party.key')];
const client = (...args: string[]) => ['client', at('policy.json'), ...credentials, ...args];

const PLAIN = 'plain-and-read-by-the-host';
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

t.test('help and version are no failures and go to standard output', async (t) => {
  const help = await truce(['--help']);
  t.equal(help.code, 0);
  const listed = help.stdout.split('Commands:\n')[1]?.matchAll(/^ {2}([a-z-]+)/gm) ?? [];
  const commands = [...listed].map(([, name]) => name!);
  t.same(commands, [
    'demo',
    'serve',
    'client',
    'policy',
    'receipt',
    'verify',
    'attest',
    'enclave',
    'proxy-attestation',
    'exec',
    'help',
  ]);
  const helps = await Promise.all(commands.slice(0, -1).map((command) => truce([command, '--help'])));
  for (const [index, { code, stdout }] of helps.entries()) {
    t.equal(code, 0);
    t.match(
      stdout,
      `Usage: truce ${commands[index]} `,
      'a command is known by the name that it is listed by',
    );
  }
  t.equal((await truce(['help', 'exec'])).stdout, helps.at(-1)!.stdout);
  const version = await truce(['--version']);
  t.equal(version.code, 0);
  t.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

t.test('wrong usage exits with 2 and says what is wrong', async (t) => {
  const cases: [string, RegExp, string[]][] = [
    ['no command', /Usage/, []],
    ['unknown command', /unknown command 'sevre'/, ['sevre']],
    ['unknown option', /unknown option '--loud'/, ['serve', '--policy', 'p', '--loud']],
    ['missing option', /'--policy <file>' not specified/, ['serve']],
    ['missing argument', /missing required argument 'policy'/, ['client', ...credentials]],
    ['unknown launcher', /Allowed choices are process/, ['serve', '--policy', 'p', '--launcher', 'cloud']],
    ['address without port', /host:port is due/, ['serve', '--policy', 'p', '--listen', 'localhost']],
    [
      'services of an image',
      /built in/,
      ['serve', '--policy', 'p', '--launcher', 'qemu', '--eif', 'e', '--enclave-services', 'tls'],
    ],
    [
      'plain services for everybody',
      /0\.0\.0\.0 is not this machine alone/,
      ['serve', '--policy', 'p', '--services-listen', '0.0.0.0:1', '--enclave-services', PLAIN],
    ],
    [
      'no services to listen for',
      /needs --enclave-services/,
      ['serve', '--policy', 'p', '--services-listen', 'a:1'],
    ],
    [
      'a port for services that are not there',
      /--enclave-services-port and --state-key need --enclave-services/,
      ['serve', '--policy', 'p', '--enclave-services-port', '6000'],
    ],
    [
      'a key for services that are not there',
      /--enclave-services-port and --state-key need --enclave-services/,
      ['enclave', 'build', '--out', 'a.eif', '--state-key', KEY_ARN],
    ],
    ['port too large', /host:port is due/, client('--address', 'localhost:65536')],
    ['PCR too short', /N=HEX is due/, client('--pcr', '0=abcd')],
    ['PCR that there is not', /N=HEX is due/, client('--pcr', `32=${'ab'.repeat(48)}`)],
    ['PCR twice', /named twice/, client('--pcr', `0=${'ab'.repeat(48)}`, '--pcr', `0=${'cd'.repeat(48)}`)],
    ['instance too short', /16 bytes in hexadecimal/, client('--instance', 'abcd')],
    ['assignment without a file', /NAME=FILE is due/, client('--data', '/input')],
    [
      'standard input twice',
      /standard input can be sent once/,
      client('--data', '/a=-', '--program', '/b=-'),
    ],
    ['JSON and a result on standard output', /cannot both/, client('--results', '/a=-', '--json')],
  ];
  const outcomes = await Promise.all(cases.map(([, , args]) => truce(args)));
  for (const [index, [name, complaint]] of cases.entries()) {
    const { code, stderr } = outcomes[index]!;
    t.equal(code, 2, name);
    t.match(stderr, complaint, name);
  }
});

t.test('failures exit with 1, one line, a hint and a code, and no stack', async (t) => {
  const cases: [string, string, string[]][] = [
    ['policy that is not there', 'LOCAL_FILE_UNREADABLE', ['serve', '--policy', at('none.json')]],
    ['policy that is a directory', 'LOCAL_FILE_UNREADABLE', ['serve', '--policy', folder]],
    ['policy that is no JSON', 'JSON_INVALID', ['serve', '--policy', at('broken.json')]],
    ['certificate that is none', 'PEM_INVALID', client('--identity', at('nonsense.pem'))],
    ['key that is none', 'CLIENT_IDENTITY_INVALID', client('--key', at('nonsense.pem'))],
    ['key of another certificate', 'CLIENT_IDENTITY_INVALID', client('--key', at('stranger.key'))],
    [
      'certificate that the policy does not know',
      'CLIENT_NOT_IN_POLICY',
      client('--identity', at('stranger.pem'), '--key', at('stranger.key')),
    ],
    ['trust root that is none', 'PEM_INVALID', client('--trust-root', at('nonsense.pem'))],
    ['nobody there', 'CLIENT_UNREACHABLE', client('--address', '127.0.0.1:1')],
  ];
  const outcomes = await Promise.all(cases.map(([, , args]) => truce(args)));
  for (const [index, [name, code]] of cases.entries()) {
    const outcome = outcomes[index]!;
    t.equal(outcome.code, 1, name);
    t.match(outcome.stderr, `  code: ${code}\n`, name);
    t.match(outcome.stderr, /^truce: .+$/m, name);
    t.notMatch(outcome.stderr, /^ +at /m, name);
  }
  t.match(outcomes.at(-1)!.stderr, /what to do: check the address/);
});

t.test('with --json, a failure is one JSON document on standard output', async (t) => {
  const unreachable = await truce(client('--address', '127.0.0.1:1', '--json'));
  t.equal(unreachable.code, 1);
  t.match(JSON.parse(unreachable.stdout), { ok: false, error: { code: 'CLIENT_UNREACHABLE' } });
  const usage = await truce(['serve', '--json']);
  t.equal(usage.code, 2);
  t.match(JSON.parse(usage.stdout), { ok: false, error: { code: 'USAGE', message: /--policy/ } });
  const check = await truce(['policy', 'check', at('broken.json'), '--json']);
  t.equal(check.code, 1);
  t.match(
    JSON.parse(check.stdout),
    { error: { code: 'JSON_INVALID' } },
    'what the command printed stands alone',
  );
});

t.test('TRUCE_DEBUG shows the stack', async (t) => {
  const { stderr } = await truce(['serve', '--policy', at('none.json')], {
    environment: { TRUCE_DEBUG: '1' },
  });
  t.match(stderr, /^ +at /m);
  t.match(stderr, /caused by: Error: ENOENT/);
});

t.test('a reader that goes away early is nobody’s fault', async (t) => {
  const program = fileURLToPath(new URL('dist/truce.js', repositoryRoot));
  const child = spawn(process.execPath, [program, 'policy', 'show', at('policy.json')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  t.equal(code, 0);
  t.notMatch(stderr, /EPIPE/);
});

t.test('measurements are printed in the form of nitro-cli', async (t) => {
  const { code, stdout } = await truce(['enclave', 'describe', '--launcher', 'process']);
  t.equal(code, 0);
  const { Measurements } = JSON.parse(stdout) as { Measurements: Record<string, string> };
  t.same(Object.keys(Measurements), ['HashAlgorithm', 'PCR0', 'PCR1', 'PCR2']);
  t.equal(Measurements.HashAlgorithm, 'Sha384 { ... }');
  for (const index of [0, 1, 2]) t.match(Measurements[`PCR${index}`], /^[0-9a-f]{96}$/);
});

t.test(
  "the key of KMS that seals the services' state is a key's ARN: an alias is of whoever gives the credentials",
  async (t) => {
    const read = (...words: string[]) => {
      const command = addServiceOptions(new Command()).exitOverride();
      command.configureOutput({ writeErr: () => undefined });
      return servicesOf(command.parse(words, { from: 'user' }).opts());
    };
    t.equal(read(), undefined);
    const arn = KEY_ARN;
    t.same(read('--enclave-services', 'tls', '--state-key', arn), {
      enclave: { channel: 'tls', port: 5000 },
      kms: { region: 'eu-west-1', keyId: arn, port: 8000 },
    });
    const wrong = [
      '',
      'alias/truce',
      'eu-west-1',
      'eu-west-1=alias/truce',
      'eu-west-1=1234abcd-12ab-34cd-56ef-1234567890ab',
      'arn:aws:kms:eu-west-1:111122223333:alias/truce',
      'arn:aws:s3:::bucket',
      arn.replace('eu-west-1', 'eu-west'),
      `${arn} `,
    ];
    for (const text of wrong)
      t.throws(() => read('--state-key', text), { code: 'commander.invalidArgument' }, text);
  },
);

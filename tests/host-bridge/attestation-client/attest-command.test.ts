/** `truce attest` against stand-ins of the service: its options, its report, its refusals and what they explain. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Discovery, registerAttestCommand } from '../../../host-bridge/cli/attest.ts';
import type { FoundEnclave } from '../../../host-bridge/launcher/running-enclaves.ts';
import { encodePem } from '../../../proto/x509/pem.ts';
import { AttestationAuthority } from '../../support/attestation-authority.ts';
import { commandHere } from '../../support/command-here.ts';
import {
  type Lie,
  publicKey,
  StandInAttestationService,
} from '../../support/stand-in-attestation-service.ts';

const authority = await AttestationAuthority.create({ time: Date.now() });
const [first, second] = [
  await StandInAttestationService.listen(authority),
  await StandInAttestationService.listen(authority),
];
t.teardown(() => Promise.all([first.stop(), second.stop()]));
const folder = t.testdir({ 'root.pem': encodePem('CERTIFICATE', authority.root) });
const trusted = ['--root', join(folder, 'root.pem')];

const enclaves: readonly FoundEnclave[] = [
  { launcher: 'nitro', cid: 18, name: 'app1', target: (port) => first.target(port) },
  { launcher: 'nitro', cid: 19, name: 'app2', target: (port) => second.target(port) },
];
let running = enclaves;
const discovery: Discovery = {
  running: async () => running,
  named: async (cid) =>
    enclaves.find((enclave) => enclave.cid === cid) ?? {
      launcher: 'nitro',
      cid,
      target: () => ({ kind: 'unix', path: join(folder, 'nobody', '9000') }),
    },
};

function attest(...args: string[]) {
  return commandHere(
    (program, io, exit) => registerAttestCommand(program, io, exit, discovery),
    ['attest', ...args],
  );
}

async function lying(lie: Lie, ...args: string[]) {
  first.lie = lie;
  try {
    return await attest(...args);
  } finally {
    first.lie = {};
  }
}

const jsonOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Record<string, unknown>;

t.test('the first enclave that runs is asked, and said to be', async (t) => {
  const { code, stdout, stderr } = await attest('--ping');
  t.equal(code, 0);
  t.equal(stdout, 'Pong! CID 18 (app1, nitro) answers on port 9000\n');
  t.equal(
    stderr,
    'truce: asking CID 18 (app1, nitro)\n' +
      'truce: others run too, --cid N asks them: CID 19 (app2, nitro)\n',
  );
  t.match(await attest('--ping', '--cid', '19'), { stdout: /CID 19/, stderr: '' });
  running = [];
  t.match(await attest('--ping'), {
    code: 1,
    stdout: '',
    stderr: /no enclave runs on this machine\n {2}what to do: start one(.|\n)*ENCLAVE_NONE_RUNNING/,
  });
  running = enclaves;
});

t.test('one thing is asked for at a time, and what would say nothing is wrong usage', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /one of --ping/],
    [['--ping', '--status'], /one of --ping/],
    [['--ping', '--verify'], /one of --ping/],
    [['--ping', '--save', 'x'], /--save is for --attest and --verify/],
    [['--status', '--user-data', 'x'], /--user-data is for/],
    [['--status', '--generate-key'], /--generate-key is for/],
    [['--attest', '--pcr', `0=${'00'.repeat(48)}`], /--pcr is for --verify/],
    [['--attest', '--allow-debug'], /--allow-debug is for --verify/],
    [['--attest', ...trusted], /--root is for --verify/],
    [['--verify', '--nonce', ''], /empty nonce/],
    [['--verify', '--account', '123456789012'], /account/],
    [['--verify', '--at', 'document', '--max-age', '1'], /max-age/],
    [['--verify', '--trust-emulator', ...trusted], /--trust-emulator/],
    [['--ping', '--cid', '3'], /from 4 to/],
    [['--ping', '--cid', '18', '--cid', '18'], /twice/],
    [['--attest', '--save', 'x', '--cid', '18', '--cid', '19'], /one document/],
    [['--ping', '--port', '0'], /from 1 to/],
    [['--ping', '--timeout', 'soon'], /whole number/],
    [['--verify', '--public-key', 'ab'], /unknown option/],
  ];
  const asked = first.requests.length;
  for (const [args, reason] of cases)
    t.match(await attest(...args), { code: 2, stderr: reason }, args.join(' '));
  t.equal(first.requests.length, asked, 'and nobody was asked');
  t.match(await attest('--attest', '--verify', ...trusted), { code: 0, stdout: /^valid: CID 18/ });
});

t.test('a document is shown, or saved whole', async (t) => {
  const shown = await attest('--attest', '--user-data', 'session-12345', '--nonce', 'challenge-abc');
  t.equal(shown.code, 0);
  t.match(shown.stdout, /nobody has verified\n(.|\n)*session-12345\n(.|\n)*challenge-abc\n(.|\n)*key +no\n/);
  const base64 = shown.stdout.trim().split('\n').at(-1)!;
  t.match(base64, /^[A-Za-z0-9+/=]{1000,}$/);
  t.match(first.requests.at(-1), { user_data: 'session-12345', nonce: 'challenge-abc', generate_key: false });
  const path = join(folder, 'document.b64');
  const saved = await attest('--attest', '--generate-key', '--save', path);
  t.match(saved.stdout, /saved in +.*document\.b64\n$/);
  t.match(readFileSync(path, 'utf8'), /^[A-Za-z0-9+/=]+$/);
  await attest('--attest', '--save', path, '--json');
  t.same(readdirSync(folder).sort(), ['document.b64', 'root.pem'], 'nothing else is left lying');
});

t.test('nothing is saved where there is nothing, and what there was stays', async (t) => {
  const path = join(folder, 'kept');
  const lie = { members: { attestation_document: '!' } };
  t.match(await lying(lie, '--attest', '--save', path), { code: 1, stderr: /ATTESTATION_SERVICE_ANSWER/ });
  t.notOk(existsSync(path));
  mkdirSync(path);
  const asked = first.requests.length;
  t.match(await attest('--attest', '--save', path), { code: 1, stderr: /LOCAL_FILE_UNWRITABLE/ });
  t.match(await attest('--attest', '--save', join(folder, 'no/where')), {
    code: 1,
    stderr: /LOCAL_FILE_UNWRITABLE/,
  });
  t.equal(first.requests.length, asked, 'both are seen before anybody is asked');
});

t.test('a valid document is reported, with a word on what was not asked', async (t) => {
  const plain = await attest('--verify', '--generate-key', ...trusted);
  t.match(plain, { code: 0, stdout: /^valid: CID 18 \(app1, nitro\)\n {2}module/, stderr: /no --pcr/ });
  t.match(plain.stdout, /PCR0 +0101(.|\n)*public key +3076/);
  const pinned = await attest('--verify', ...trusted, '--pcr', `0=${'01'.repeat(48)}`, '--cid', '18');
  t.match(pinned, { code: 0, stderr: '' });
});

t.test('a refusal says what was expected, what came and what to do', async (t) => {
  const root = await attest('--verify', '--cid', '18');
  t.equal(root.code, 1);
  t.match(root.stdout, /^NOT VALID: CID 18(.|\n)*expected +AWS Nitro root(.|\n)*what to do +(.|\n)*--root/);
  const pcr = await attest('--verify', ...trusted, '--pcr', `0=${'aa'.repeat(48)}`);
  t.match(
    pcr.stdout,
    /expected +aaaa(.|\n)*came +0101(.|\n)*what to do +compare(.|\n)*ATTESTATION_PCR_MISMATCH/,
  );
  const nonce = Uint8Array.of(0xca, 0xfe);
  const replay = await lying({ fields: { nonce } }, '--verify', '--nonce', 'ab', ...trusted);
  t.match(replay, { code: 1, stdout: /expected +6162 "ab"\n +came +cafe\n(.|\n)*may be a replay/ });
  const data = await lying({ fields: { userData: null } }, '--verify', ...trusted);
  t.match(data, { code: 1, stdout: /expected +68656c6c6f(.|\n)*came +none/ });
  const absent = await lying({ fields: { publicKey: null } }, '--verify', '--generate-key', ...trusted);
  t.match(absent, {
    code: 1,
    stdout: /expected +a public key(.|\n)*came +none(.|\n)*what to do +encrypt to no key/,
  });
  const unasked = await lying({ fields: { publicKey: publicKey() } }, '--verify', ...trusted);
  t.match(unasked, { code: 1, stdout: /expected +no public key(.|\n)*came +3076/ });
  const old = await lying({ fields: { timestamp: Date.now() - 400_000 } }, '--verify', ...trusted);
  t.match(old, { code: 1, stdout: /expected +at most 300 s old/ });
  const garbage = await lying({ document: Buffer.from('no document') }, '--verify', ...trusted);
  t.match(garbage, { code: 1, stdout: /NOT VALID(.|\n)*CBOR_INVALID\n$/ });
});

t.test("the JSON is the original client's", async (t) => {
  t.match(jsonOf(await attest('--ping', '--json')), { success: true, message: 'pong', cid: 18 });
  t.match(jsonOf(await attest('--status', '--json')), { uptime: 12.5, status: 'running', port: 9000 });
  const plain = jsonOf(await attest('--attest', '--json'));
  t.notOk('verified' in plain);
  const valid = await attest('--verify', '--generate-key', '--json', ...trusted);
  t.match(jsonOf(valid), { verified: true, has_public_key: true, verification: { module_id: /^i-/ } });
  const refused = await attest('--verify', '--json');
  t.match(refused, { code: 1, stderr: /NOT VALID(.|\n)*what to do/ }, 'what to do stands on stderr');
  t.match(jsonOf(refused), { verified: false, verification_error_code: 'ATTESTATION_ROOT_UNKNOWN' });
  const absent = await attest('--verify', '--json', '--cid', '77');
  t.equal(absent.code, 1);
  t.match(jsonOf(absent), { success: false, cid: 77, error_code: 'ENCLAVE_UNREACHABLE' });
});

t.test('several enclaves each have their line, and any that fails is a failure', async (t) => {
  const both = ['--cid', '18', '--cid', '19'];
  t.match((await attest('--ping', ...both)).stdout, /^Pong! CID 18.*\nPong! CID 19.*\n$/);
  const valid = await attest('--verify', '--json', ...both, ...trusted);
  t.equal(valid.code, 0);
  t.match(linesOf(valid), [
    { cid: 18, verified: true },
    { cid: 19, verified: true },
  ]);
  const mixed = await lying({ fields: { nonce: null } }, '--verify', '--json', ...both, ...trusted);
  t.equal(mixed.code, 1);
  t.match(linesOf(mixed), [
    { cid: 18, verified: false },
    { cid: 19, verified: true },
  ]);
  const gone = await attest('--status', '--json', '--cid', '77', '--cid', '18');
  t.match(linesOf(gone), [
    { cid: 77, success: false },
    { cid: 18, uptime: 12.5 },
  ]);
  t.match(gone, { code: 1, stderr: /truce: CID 77 \(nitro\): the enclave cannot be reached on port 9000/ });
});

t.test('a service that hangs is given up, and one that refuses is told of', async (t) => {
  const hanging = await lying({ ending: 'never-answers' }, '--status', '--timeout', '1', '--cid', '18');
  t.match(hanging, {
    code: 1,
    stderr: /no answer within 1000 ms\n {2}what to do: give it longer: --timeout/,
  });
  const line = `${JSON.stringify({ success: false, error: 'no\u001b[2J', code: 'BUSY' })}\n`;
  const refusing = await lying({ line }, '--attest', '--cid', '18');
  t.match(refusing, { code: 1, stderr: /refuses: no\\u\{1b\}\[2J \(BUSY\)/ }, 'and steers no terminal');
  const named = await lying({ members: { 'x\u001b[2J\nvalid: CID 18': 1 } }, '--status', '--cid', '18');
  t.match(named.stdout, /\n {2}x\\u\{1b\}\[2J\\u\{a\}valid: CID 18 *1\n$/, 'nor with the name of a fact');
  t.match(await attest('--ping', '--port', '9001', '--cid', '18'), {
    code: 1,
    stderr: /port 9001: ENOENT\n {2}what to do: .*--port/,
  });
});

function linesOf({ stdout }: { readonly stdout: string }): unknown[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

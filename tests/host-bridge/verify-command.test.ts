/** `truce verify`: what it accepts, says and exits with. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { registerVerifyCommand } from '../../host-bridge/cli/verify.ts';
import { toHex } from '../../proto/bytes.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { AttestationAuthority } from '../support/attestation-authority.ts';
import { attestationFixtures, attestationFolder, genuineDocuments } from '../support/attestation-fixtures.ts';
import { commandHere } from '../support/command-here.ts';

const now = Math.floor(Date.now() / 1000) * 1000;
const authority = await AttestationAuthority.create({ time: now });
const nonce = Uint8Array.of(0xca, 0xfe);
const fresh = await authority.document({ nonce, userData: new Uint8Array(), publicKey: new Uint8Array(100) });
const role = 'arn:aws:iam::123456789012:role/parent';
const withRole = await authority.document({
  pcrs: new Map([0, 3].map((index): [number, Uint8Array] => [index, registerOf(role)])),
});
const debugging = await authority.document({ pcrs: new Map([[0, new Uint8Array(48)]]) });

function registerOf(name: string): Uint8Array {
  return new Uint8Array(createHash('sha384').update(new Uint8Array(48)).update(name).digest());
}

const folder = t.testdir({
  'root.pem': encodePem('CERTIFICATE', authority.root),
  'no.pem': 'nothing',
  raw: Buffer.from(fresh),
  hex: `${toHex(fresh)}\n`,
  base64: Buffer.from(fresh).toString('base64').replace(/.{76}/g, '$&\n'),
  role: Buffer.from(withRole),
  debugging: Buffer.from(debugging),
  short: Buffer.from(fresh.subarray(0, 1000)),
  text: 'my document',
  huge: Buffer.alloc(100_000, 0x84),
});
const at = (name: string) => join(folder, name);
const trusted = ['--root', at('root.pem')];
const fixture = (file: string) => fileURLToPath(new URL(file, attestationFolder));

interface Line {
  readonly valid: boolean;
  readonly code: string | null;
  readonly [field: string]: unknown;
}

function verify(args: readonly string[], input: readonly Uint8Array[] = []) {
  async function* standardInput() {
    yield* input;
  }
  return commandHere(
    (program, io, exit) => registerVerifyCommand(program, io, exit, standardInput()),
    ['verify', ...args],
  );
}

async function linesOf(args: readonly string[], input?: readonly Uint8Array[]) {
  const { code, stdout } = await verify([...args, '--json'], input);
  return {
    code,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  };
}

t.test('raw, hexadecimal and base64 are taken, from files and from standard input', async (t) => {
  const files = ['raw', 'hex', 'base64'].map(at);
  const halves = [fresh.subarray(0, 100), fresh.subarray(100)];
  const { code, lines } = await linesOf([...files, '-', ...trusted], halves);
  t.equal(code, 0);
  t.same(
    lines.map(({ file, valid }) => [file, valid]),
    [...files, '-'].map((file) => [file, true]),
  );
});

t.test('a line of JSON has every fact', async (t) => {
  const { stdout } = await verify([at('raw'), ...trusted, '--json', '--nonce', 'CAFE', '--user-data', '']);
  t.equal(stdout.split('\n').length, 2);
  const [root, , , instance] = authority.cabundle;
  t.ok(root !== undefined && instance !== undefined);
  const { certificate, pcrs, ...line } = JSON.parse(stdout) as Line & Record<string, never>;
  t.same(line, {
    file: at('raw'),
    valid: true,
    code: null,
    message: null,
    moduleId: 'i-0123456789abcdef0-enc0123456789abcde',
    timestamp: now,
    debug: false,
    nonce: 'cafe',
    userData: '',
    publicKey: '00'.repeat(100),
  });
  t.same(Object.keys(JSON.parse(stdout) as object), [
    ...['file', 'valid', 'code', 'message', 'moduleId', 'timestamp', 'debug', 'pcrs', 'nonce', 'userData'],
    ...['publicKey', 'certificate'],
  ]);
  t.same(
    Object.keys(pcrs!),
    Array.from({ length: 16 }, (_, index) => String(index)),
  );
  t.equal(pcrs!['1'], '02'.repeat(48));
  t.match(certificate, { subject: /CN=i-0123456789abcdef0-enc/, issuer: /CN=i-0123456789abcdef0\.us/ });
  t.match(certificate, {
    serialNumber: /^00f1[0-9a-f]{28}$/,
    notBefore: now - 3_600_000,
    notAfter: now + 7_200_000,
  });
});

t.test('one that is not valid makes the status 1, and facts are told where they can be read', async (t) => {
  const { code, lines } = await linesOf([
    ...['raw', 'short', 'text', 'huge', 'away', 'debugging'].map(at),
    ...trusted,
  ]);
  t.equal(code, 1);
  t.same(
    lines.map(({ valid, code: why, moduleId }) => [valid, why, moduleId === null]),
    [
      [true, null, false],
      [false, 'CBOR_INVALID', true],
      [false, 'ATTESTATION_ENCODING', true],
      [false, 'LOCAL_FILE_UNREADABLE', true],
      [false, 'LOCAL_FILE_UNREADABLE', true],
      [false, 'ATTESTATION_DEBUG', false],
    ],
  );
  const unread = lines[1]!;
  for (const field of ['timestamp', 'debug', 'pcrs', 'nonce', 'userData', 'publicKey', 'certificate'])
    t.equal(unread[field], null, field);
  t.equal(
    (await linesOf(['-', ...trusted], [new Uint8Array(100_000)])).lines[0]!.code,
    'LOCAL_FILE_UNREADABLE',
  );
});

t.test('genuine documents are valid at their own time alone', async (t) => {
  const files = genuineDocuments.map(({ file }) => fixture(file));
  const archived = await linesOf([...files, '--at', 'document', '--allow-debug']);
  t.equal(archived.code, 0);
  for (const [index, { file, pcrs, ...known }] of genuineDocuments.entries()) {
    const line = archived.lines[index]!;
    t.match(
      line,
      { valid: true, moduleId: known.module_id, timestamp: known.timestamp, debug: known.debug },
      file,
    );
    for (const [register, value] of Object.entries(pcrs))
      t.equal((line.pcrs as Record<string, string>)[register], value);
  }
  const today = await linesOf(files);
  t.equal(today.code, 1);
  t.ok(today.lines.every(({ code }) => code === 'ATTESTATION_CERTIFICATE_EXPIRED'));
  const { file, timestamp } = genuineDocuments.find(({ debug }) => !debug)!;
  t.equal((await verify([fixture(file), '--at', new Date(timestamp + 1000).toISOString()])).code, 0);
  const others = attestationFixtures.filter((known) => !known.file.startsWith('genuine/'));
  const bad = await linesOf([
    ...others.map((known) => fixture(known.file)),
    '--at',
    'document',
    '--allow-debug',
  ]);
  t.same(bad.lines.map(({ code }) => code).sort(), [
    'ATTESTATION_NITROTPM',
    'ATTESTATION_ROOT_UNKNOWN',
    'ATTESTATION_SIGNATURE',
  ]);
});

t.test('a report says what is proven, in aligned rows', async (t) => {
  const { code, stdout } = await verify([at('raw'), ...trusted]);
  t.equal(code, 0);
  t.equal(
    stdout,
    `valid: ${at('raw')}
  module       i-0123456789abcdef0-enc0123456789abcde
  made         ${new Date(now).toISOString()}
  valid until  ${new Date(now + 7_200_000).toISOString()}
  region       us-east-1
  debug        no
  PCR0         ${'01'.repeat(48)}
  PCR1         ${'02'.repeat(48)}
  PCR2         ${'03'.repeat(48)}
  zero PCRs    3 4 5 6 7 8 9 10 11 12 13 14 15
  nonce        cafe
  user data    empty
  public key   ${'00'.repeat(38)}... (100 bytes)
  signed by    C=US, O=Amazon, OU=AWS, CN=i-0123456789abcdef0-enc0123456789abcde.us-east-1.test
`,
  );
});

t.test('a refusal says what was expected, what came and what to do', async (t) => {
  const refused = async (...args: string[]) => {
    const { code, stdout } = await verify([at('raw'), ...trusted, ...args]);
    t.equal(code, 1, args.join(' '));
    t.match(stdout, 'it claims, and nothing of it is proven:\n  module       i-0123456789abcdef0-enc');
    return stdout;
  };
  const pcr = await refused('--pcr', `1=${'aa'.repeat(48)}`);
  t.match(pcr, `  why          PCR1 is not as expected\n  expected     ${'aa'.repeat(48)}\n`);
  t.match(pcr, `  came         ${'02'.repeat(48)}\n  what to do   compare with \`truce enclave describe`);
  t.match(pcr, '  code         ATTESTATION_PCR_MISMATCH\n');
  t.match(await refused('--pcr', `17=${'aa'.repeat(48)}`), /came {9}no such register: it is not locked\n/);
  t.match(
    await refused('--nonce', 'beef'),
    /expected {5}beef\n {2}came {9}cafe\n {2}what to do {3}this document/,
  );
  t.match(await refused('--user-data', '01'), /expected {5}01\n {2}came {9}empty\n/);
  t.match(await refused('--public-key', '01'), /came {9}(00){48}\n {15}0000/, 'whole, in lines');
  t.match(await refused('--region', 'eu-west-1'), /expected {5}eu-west-1\n {2}came {9}us-east-1\n/);
  t.match(
    await refused('--instance', 'i-0123456789abcdef0'),
    /expected .*i-0123456789abcdef0\n {2}came {9}0{96}/,
  );
  const late = new Date(now + 60_000).toISOString();
  const old = await refused('--max-age', '59', '--at', late);
  t.match(
    old,
    `  expected     at most 59 s old at ${late}\n  came         made at ${new Date(now).toISOString()}\n`,
  );
  const early = new Date(now - 600_000).toISOString();
  t.match(await refused('--at', early), `at most 300 s ahead of ${early}\n  came         made at`);
  t.match(
    await refused('--at', '2040-01-01'),
    'valid at 2040-01-01T00:00:00.000Z\n  came         valid until',
  );
  t.match(
    await refused('--at', '2020-01-01'),
    'valid at 2020-01-01T00:00:00.000Z\n  came         valid from',
  );
  const foreign = (await verify([at('raw')])).stdout;
  t.match(
    foreign,
    'expected     AWS Nitro root G1\n  came         another certificate, which calls itself C=US',
  );
  const genuine = fixture(genuineDocuments[0]!.file);
  t.match((await verify([genuine, ...trusted])).stdout, 'expected     a root of --root\n');
  t.match((await verify([at('debugging'), ...trusted])).stdout, 'came         all three are zero\n');
  t.equal((await verify([at('debugging'), ...trusted, '--allow-debug'])).code, 0);
  const unread = (await verify([at('text')])).stdout;
  t.match(unread, 'what to do   give the raw document, or its base64 or hexadecimal');
  t.notMatch(unread, 'it claims');
});

t.test('a role pins the account, which no certificate names', async (t) => {
  const account = ['--account', '123456789012'];
  t.equal((await verify([at('role'), ...trusted, '--role', role, ...account])).code, 0);
  const other = await verify([at('role'), ...trusted, '--role', `${role}s`, ...account]);
  t.equal(other.code, 1);
  t.match(other.stdout, 'ATTESTATION_PCR_MISMATCH');
  t.equal((await verify([at('role'), ...trusted, ...account])).code, 2);
});

t.test('wrong usage is status 2, before any document is looked at', async (t) => {
  for (const args of [
    [],
    [at('raw'), '--at', 'soon'],
    [at('raw'), '--pcr', '0=00'],
    [at('raw'), '--pcr', `32=${'00'.repeat(48)}`],
    [at('raw'), '--nonce', ''],
    [at('raw'), '--nonce', 'abc'],
    [at('raw'), '--public-key', 'zz'],
    [at('raw'), '--max-age', '-1'],
    [at('raw'), '--max-age', '5', '--at', 'document'],
    [at('raw'), '--root', at('no.pem')],
    [at('raw'), '--root', at('away')],
    [at('raw'), '--instance', 'localhost'],
    [at('raw'), '--role', role, '--account', '210987654321'],
    [at('raw'), '--role', role, '--pcr', `3=${'00'.repeat(48)}`],
    ['-', '-'],
    [at('raw'), '--colour'],
  ]) {
    const { code, stdout } = await verify(args);
    t.same([code, stdout], [2, ''], args.slice(1).join(' '));
  }
});

t.test('names that could steer a terminal are spelt out', async (t) => {
  const { stdout } = await verify([at('\u001b[2J')]);
  t.notMatch(stdout, '\u001b');
  const { stdout: json } = await verify([at('\u202e'), '--json']);
  t.notMatch(json, '\u202e');
  t.equal((JSON.parse(json) as Line).file, at('\u202e'));
});

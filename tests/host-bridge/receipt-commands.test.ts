import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Command } from 'commander';
import t from 'tap';
import { registerReceiptCommands } from '../../host-bridge/cli/receipt-commands.ts';
import { toHex } from '../../proto/bytes.ts';
import { encodeReceipt } from '../../proto/receipt/receipt.ts';
import { encodeReceiptFile, type SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import { encodePem } from '../../proto/x509/pem.ts';
import { AttestationAuthority } from '../support/attestation-authority.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { FILES, INSTANCE, ReceiptKey, receiptAt } from '../support/receipt-maker.ts';
import { makeParty } from '../support/test-enclave.ts';
import { versionTwoPolicy } from '../support/version-two-policy.ts';

class Collector extends Writable {
  text = '';
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.text += Buffer.from(chunk).toString();
    done();
  }
}

async function truce(...args: string[]): Promise<{ stdout: string; error: unknown }> {
  const [stdout, stderr] = [new Collector(), new Collector()];
  const program = new Command('truce')
    .exitOverride()
    .configureOutput({ writeErr: (text) => stderr.write(text) });
  registerReceiptCommands(program, { stdout, stderr });
  const error = await program.parseAsync(['receipt', ...args], { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { stdout: stdout.text, error };
}

// A party's certificate has to be good when the run is: documents of about now.
const authority = await AttestationAuthority.create({ time: Math.floor(Date.now() / 1000) * 1000 });
const party = await makeParty('party');
const key = new ReceiptKey();
const module = Buffer.from('\0asm\x01\0\0\0');
const programHash = new Uint8Array(createHash('sha256').update(module).digest());
const pcr0 = new Uint8Array(48).fill(1);
const policyOf = (path: string, address: string) =>
  versionTwoPolicy(
    {
      parties: [{ certificate: party.certificate, rights: { [path]: WRITE | RUN, '/output/': READ } }],
      programs: [{ path, module, rights: { '/input/': READ, '/output/': WRITE } }],
      pcr0,
      address,
    },
    { receipts: true },
  );
const policy = policyOf('/program/p.wasm', '127.0.0.1:3010');
const policyHash = new Uint8Array(createHash('sha256').update(policy).digest());

async function receiptOf(changed: Parameters<typeof receiptAt>[1] = {}): Promise<SignedReceipt> {
  const program = { path: '/program/p.wasm', sha256: programHash };
  const receipt = receiptAt(authority.time, { policyHash, program, ...changed });
  const signed = await key.receipt(authority, receipt);
  return { ...signed, document: await key.document(authority, { policyHash }) };
}

const genuine = await receiptOf();
const data = encodeReceipt(receiptAt(authority.time, { policyHash, outcome: { exitCode: 1 } }));
const folder = t.testdir({
  'policy.json': policy,
  'other.json': policyOf('/program/p.wasm', '127.0.0.1:3011'),
  'root.pem': encodePem('CERTIFICATE', authority.root),
  'run.receipt': Buffer.from(encodeReceiptFile(genuine)),
  'bent.receipt': Buffer.from(encodeReceiptFile({ ...genuine, data })),
  'failed.receipt': Buffer.from(
    encodeReceiptFile(
      await receiptOf({ outcome: { error: 'RUN_TRAP' }, usage: {}, pipeline: { name: 'steps', step: 2 } }),
    ),
  ),
  'stray.receipt': Buffer.from(
    encodeReceiptFile(await receiptOf({ program: { path: '/program/q.wasm', sha256: programHash } })),
  ),
  'text.receipt': 'no receipt',
  'input-a': 'one input',
  result: 'a result',
  forged: 'another result',
});
const at = (name: string) => join(folder, name);
const trusted = ['--trust-root', at('root.pem')];
const verify = (...args: string[]) => truce('verify', ...args);

t.test('a genuine receipt is told line by line, with what was compared', async (t) => {
  const { stdout, error } = await verify(
    at('run.receipt'),
    ...trusted,
    '--policy',
    at('policy.json'),
    '--instance',
    toHex(INSTANCE),
    '--file',
    `/output/result=${at('result')}`,
    '--file',
    `/input/a=${at('input-a')}`,
  );
  t.equal(error, undefined);
  t.match(stdout, `genuine: ${at('run.receipt')}\n`);
  t.match(stdout, `PCR0 ${toHex(pcr0)}`);
  t.match(stdout, `policy    ${toHex(policyHash)}, the one given\n`);
  t.match(stdout, /outcome {3}exit code 0\n/);
  t.match(stdout, /inputs {4}2, of which 2 shown to this reader\n/);
  t.match(stdout, `  /output/result  8 bytes  ${toHex(FILES[2]!.content!.sha256)}\n`);
  t.match(stdout, '  /output/old  removed\n');
  t.match(stdout, `checked   ${at('result')} is the output /output/result\n`);
  t.match(stdout, `checked   ${at('input-a')} is the input /input/a\n`);
});

t.test('the same as JSON', async (t) => {
  const files = ['--file', `/output/result=${at('result')}`];
  const { stdout } = await verify(
    at('run.receipt'),
    ...trusted,
    '--policy',
    at('policy.json'),
    ...files,
    '--json',
  );
  t.match(JSON.parse(stdout), {
    ok: true,
    verified: true,
    policyCompared: true,
    pcr0: toHex(pcr0),
    instanceId: toHex(INSTANCE),
    outcome: { exitCode: 0 },
    outputs: { count: 2 },
    files: [{ name: '/output/result', sides: ['output'] }],
  });
});

t.test('without the policy the runtime has to be named', async (t) => {
  const pcr = ['--pcr', `0=${toHex(pcr0)}`];
  t.match((await verify(at('run.receipt'), ...trusted)).error, { code: 'CLIENT_NO_MEASUREMENT' });
  const { stdout, error } = await verify(at('run.receipt'), ...trusted, ...pcr);
  t.equal(error, undefined);
  t.match(stdout, 'not compared with one of yours');
});

t.test('what is not genuine, or not what it is taken for, is refused', async (t) => {
  const policyArgs = [...trusted, '--policy', at('policy.json')];
  const cases: [string, string, string[]][] = [
    [
      "another root, such as AWS's",
      'ATTESTATION_ROOT_UNKNOWN',
      [at('run.receipt'), '--policy', at('policy.json')],
    ],
    ['bytes that were not signed', 'RECEIPT_SIGNATURE', [at('bent.receipt'), ...policyArgs]],
    [
      'another policy',
      'RECEIPT_POLICY_MISMATCH',
      [at('run.receipt'), ...trusted, '--policy', at('other.json')],
    ],
    [
      'a program that the policy does not have',
      'RECEIPT_PROGRAM_MISMATCH',
      [at('stray.receipt'), ...policyArgs],
    ],
    [
      'another runtime',
      'ATTESTATION_PCR_MISMATCH',
      [at('run.receipt'), ...policyArgs, '--pcr', `0=${'ab'.repeat(48)}`],
    ],
    [
      'another instance',
      'RECEIPT_INSTANCE_MISMATCH',
      [at('run.receipt'), ...policyArgs, '--instance', 'ab'.repeat(16)],
    ],
    [
      'the day before',
      'RECEIPT_FROM_FUTURE',
      [at('run.receipt'), ...policyArgs, '--at', new Date(authority.time - 86_400_000).toISOString()],
    ],
    [
      'a result that was forged',
      'RECEIPT_FILE_MISMATCH',
      [at('run.receipt'), ...policyArgs, '--file', `/output/result=${at('forged')}`],
    ],
    [
      'a file that it does not show',
      'RECEIPT_FILE_UNKNOWN',
      [at('run.receipt'), ...policyArgs, '--file', `/output/other=${at('result')}`],
    ],
    [
      'a file that was removed',
      'RECEIPT_FILE_UNKNOWN',
      [at('run.receipt'), ...policyArgs, '--file', `/output/old=${at('result')}`],
    ],
    [
      'a local file that is not there',
      'LOCAL_FILE_UNREADABLE',
      [at('run.receipt'), ...policyArgs, '--file', `/output/result=${at('none')}`],
    ],
    ['a file that is no receipt', 'CBOR_INVALID', [at('text.receipt'), ...policyArgs]],
    ['a receipt that is not there', 'LOCAL_FILE_UNREADABLE', [at('none.receipt'), ...policyArgs]],
    [
      'unsigned documents only',
      'ATTESTATION_NOT_EMULATOR',
      [at('run.receipt'), '--trust-emulator', '--policy', at('policy.json')],
    ],
    [
      'both kinds of trust',
      'ATTESTATION_TRUST_CONFLICT',
      [at('run.receipt'), ...policyArgs, '--trust-emulator'],
    ],
  ];
  for (const [name, code, args] of cases) t.match((await verify(...args)).error, { code }, name);
  for (const args of [[], [at('run.receipt'), '--pcr', '0=ab'], [at('run.receipt'), '--file', 'x']])
    t.match((await verify(...args)).error, { name: 'CommanderError' }, `usage: ${args.slice(1).join(' ')}`);
});

t.test('show tells what a receipt says and that nothing of it was checked', async (t) => {
  const { stdout, error } = await truce('show', at('failed.receipt'));
  t.equal(error, undefined);
  t.match(stdout, /^not verified: /);
  t.match(stdout, 'outcome   failed: RUN_TRAP\n');
  t.match(stdout, 'pipeline  steps, step 2\n');
  t.match(stdout, 'used      not told\n');
  const bent = await truce('show', at('bent.receipt'), '--json');
  t.match(JSON.parse(bent.stdout), { verified: false, outcome: { exitCode: 1 } });
  t.match((await truce('show', at('text.receipt'))).error, { code: 'CBOR_INVALID' });
});

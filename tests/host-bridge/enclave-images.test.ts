import { sign } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import t, { type Test } from 'tap';
import { describeEif } from '../../eif/describe.ts';
import { readImageFile, writeImageFile } from '../../eif/image-file.ts';
import { registerEnclaveDescribe } from '../../host-bridge/cli/enclave-describe.ts';
import { registerEnclavePcr } from '../../host-bridge/cli/enclave-pcr.ts';
import { registerEnclaveSign } from '../../host-bridge/cli/enclave-sign.ts';
import { DAY, type ImageSigner, makeSigner, type SignerOptions } from '../support/image-signer.ts';
import { truce as command } from '../support/truce-command.ts';

const unsigned = readFileSync(new URL('../fixtures/eif/unsigned.eif', import.meta.url));
const PCR0 = /"PCR0": "1561efa820794ace/;

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
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  const enclave = program.command('enclave');
  for (const register of [registerEnclaveDescribe, registerEnclaveSign, registerEnclavePcr])
    register(enclave, { stdout, stderr });
  try {
    await program.parseAsync(['enclave', ...args], { from: 'user' });
    return { stdout: stdout.text, stderr: stderr.text, error: undefined };
  } catch (error) {
    return { stdout: stdout.text, stderr: stderr.text, error };
  }
}

interface Files {
  readonly directory: string;
  readonly image: string;
  readonly certificate: string;
  readonly key: string;
  readonly signer: ImageSigner;
}

/** An unsigned image and a signer that is valid now, in a folder of their own. */
async function filesFor(t: Test, options: SignerOptions = {}): Promise<Files> {
  const directory = t.testdir({ 'a.eif': unsigned });
  const now = Date.now();
  const signer = await makeSigner('secp384r1', { notBefore: now - DAY, notAfter: now + DAY, ...options });
  const [image, certificate, key] = ['a.eif', 'cert.pem', 'key.pem'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(certificate, signer.certificate);
  writeFileSync(key, signer.key);
  return { directory, image, certificate, key, signer };
}

t.test('an image is described, named in either way', async (t) => {
  const { image } = await filesFor(t);
  for (const args of [[image], ['--eif', image], [image, '--json']]) {
    const { stdout, stderr, error } = await truce('describe', ...args);
    t.equal(error, undefined);
    t.equal(stderr, '');
    t.same(JSON.parse(stdout), describeEif(unsigned, 0));
  }
  for (const args of [
    [image, '--eif', image],
    ['--eif', image, '--launcher', 'process'],
    [image, image],
  ])
    t.type((await truce('describe', ...args)).error, CommanderError);
});

t.test('what is wrong with an image ends its description, after the facts', async (t) => {
  const { image, certificate, key } = await filesFor(t, { notAfter: Date.now() - 1000 });
  t.match((await truce('sign', '--eif', image, '--certificate', certificate, '--key', key)).error, {
    code: 'EIF_CERTIFICATE_EXPIRED',
  });
  t.ok(readFileSync(image).equals(unsigned), 'nothing was written');
  const signed = await truce(
    ...['sign', '--eif', image, '--certificate', certificate, '--key', key, '--ignore-dates'],
  );
  t.equal(signed.error, undefined);
  const bytes = readFileSync(image);
  bytes[700]! ^= 1;
  writeFileSync(image, bytes);
  const { stdout, stderr, error } = await truce('describe', image);
  t.match(JSON.parse(stdout), { CheckCRC: false, SignatureCheck: false, IsSigned: true });
  t.match(error, { code: 'EIF_CRC_MISMATCH' });
  t.same(stderr.match(/EIF_\w+/g), ['EIF_SIGNATURE_MISMATCH', 'EIF_CERTIFICATE_EXPIRED']);
});

t.test('the command itself prints facts, then fails', async (t) => {
  const { image } = await filesFor(t);
  const good = await command(['enclave', 'describe', image]);
  t.match(good, { code: 0, stderr: '', stdout: PCR0 });
  writeFileSync(image, unsigned.subarray(0, -1));
  const cut = await command(['enclave', 'describe', '--eif', image, '--json']);
  t.equal(cut.code, 1);
  t.match(JSON.parse(cut.stdout), { ok: false, error: { code: 'EIF_INVALID' } });
});

t.test('a key in a file signs an image in place', async (t) => {
  const { directory, image, certificate, key } = await filesFor(t);
  chmodSync(image, 0o640);
  const link = join(directory, 'link.eif');
  symlinkSync('a.eif', link);
  const { stdout, stderr, error } = await truce(
    'sign',
    '--eif',
    link,
    '--certificate',
    certificate,
    '--key',
    key,
  );
  t.equal(error, undefined);
  t.match(stderr, /signed with ES384/);
  t.match(Object.keys(JSON.parse(stdout).Measurements), ['HashAlgorithm', 'PCR0', 'PCR1', 'PCR2', 'PCR8']);
  t.ok(lstatSync(link).isSymbolicLink(), 'the link stays one');
  t.equal(statSync(image).mode & 0o777, 0o640, 'the permissions stay');
  const described = JSON.parse((await truce('describe', image)).stdout);
  t.match(described, { IsSigned: true, SignatureCheck: true, CheckCRC: true });
  t.same(described.Measurements, JSON.parse(stdout).Measurements);
  const pcr = JSON.parse((await truce('pcr', '--certificate', certificate)).stdout);
  t.same(pcr, { PCR8: described.Measurements.PCR8 });
  t.same(readdirSync(directory).sort(), ['a.eif', 'cert.pem', 'key.pem', 'link.eif'], 'nothing else is left');
});

t.test('a key elsewhere signs in two steps', async (t) => {
  const { directory, image, certificate, signer } = await filesFor(t);
  const at = (name: string) => join(directory, name);
  const base = ['sign', '--eif', image, '--certificate', certificate];
  const printed = await truce(...base, '--print-bytes');
  const json = JSON.parse((await truce(...base, '--print-bytes', '--json')).stdout);
  await truce(...base, '--print-bytes', '--out', at('tbs'));
  const toSign = readFileSync(at('tbs'));
  t.equal(printed.stdout, `${toSign.toString('hex')}\n`);
  t.same(json, { Algorithm: 'ES384', Hash: 'sha384', BytesToSign: toSign.toString('hex') });
  t.ok(readFileSync(image).equals(unsigned), 'nothing is signed yet');

  writeFileSync(at('wrong'), sign('sha256', toSign, signer.privateKey));
  const wrong = await truce(...base, '--signature', at('wrong'));
  t.match(wrong.error, { code: 'EIF_SIGNATURE_MISMATCH' });
  t.ok(readFileSync(image).equals(unsigned), 'nothing of a bad signature is written');
  writeFileSync(at('good'), sign('sha384', toSign, signer.privateKey));
  t.equal((await truce(...base, '--signature', at('good'), '--out', at('b.eif'))).error, undefined);
  t.equal((await truce('describe', at('b.eif'))).error, undefined);
  t.ok(readFileSync(image).equals(unsigned), 'the image itself stays where there is another to write');
});

t.test('signing asks for exactly one way to sign', async (t) => {
  const { image, certificate, key } = await filesFor(t);
  const base = ['sign', '--eif', image, '--certificate', certificate];
  for (const args of [[], ['--key', key, '--print-bytes'], ['--key', key, '--signature', key]])
    t.type((await truce(...base, ...args)).error, CommanderError);
  t.type((await truce('sign', '--eif', image, '--key', key)).error, CommanderError);
  t.type((await truce('pcr')).error, CommanderError);
  t.type((await truce('pcr', '--input', key, '--certificate', certificate)).error, CommanderError);
});

t.test('the register of a file is what nitro-cli computes', async (t) => {
  const file = join(t.testdir({ empty: '' }), 'empty');
  const { stdout } = await truce('pcr', '--input', file);
  // Of nothing at all, as PCR2 of an image with one ramdisk.
  t.match(JSON.parse(stdout).PCR, /^21b9efbc184807662e966d34f3908213/);
});

t.test('image files are read up to a bound and written whole', async (t) => {
  const { directory, image } = await filesFor(t);
  const at = (name: string) => join(directory, name);
  for (const path of ['/dev/zero', directory, at('missing'), at('missing/a')])
    await t.rejects(readImageFile(path), { code: 'LOCAL_FILE_UNREADABLE', details: { path } });
  // A hole of 2 GiB and one byte takes no space.
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 2 ** 31 + 1);
  await t.rejects(readImageFile(at('large')), { message: /longer than 2147483648/ });
  t.ok(unsigned.equals(await readImageFile(image)));

  // What a rename would replace has to be a file: root could lose a device.
  for (const [path, reason] of [
    [directory, 'no regular file'],
    [at('missing/a'), 'ENOENT'],
  ] as const)
    await t.rejects(writeImageFile(path, [unsigned]), {
      code: 'LOCAL_FILE_UNWRITABLE',
      details: { path, reason },
    });
  const pieces = [unsigned.subarray(0, 9), unsigned.subarray(9)];
  await writeImageFile(at('new.eif'), pieces);
  t.ok(readFileSync(at('new.eif')).equals(unsigned));
  const failing = [unsigned, undefined as unknown as Uint8Array];
  await t.rejects(writeImageFile(image, failing));
  t.ok(readFileSync(image).equals(unsigned));
  t.same(readdirSync(directory).sort(), ['a.eif', 'cert.pem', 'key.pem', 'large', 'new.eif']);
});

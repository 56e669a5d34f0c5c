/** What Debian's cpio and openssl make of our archives and signatures. Run by `npm run test:tools`. */
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { writeCpio } from '../../eif/cpio.ts';
import { inspectEif } from '../../eif/describe.ts';
import { readEif } from '../../eif/image.ts';
import { attachSignature, prepareSigning, signImage } from '../../eif/sign.ts';
import { readSignatureSection } from '../../eif/signature.ts';
import { derSequence, derUnsignedInteger } from '../../proto/x509/der-writer.ts';

const unsigned = readFileSync(new URL('../fixtures/eif/unsigned.eif', import.meta.url));

/** The program's whole output; what it says on stderr is shown where it fails. */
function run(program: string, args: readonly string[], input?: Uint8Array, cwd?: string): Buffer {
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' };
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, cwd, env, timeout: 10_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? stderr}`);
  return stdout;
}

t.test('cpio lists and unpacks our archives', async (t) => {
  const content = Buffer.from('#!/bin/node\n');
  const archive = writeCpio([
    { path: 'app', kind: 'directory', mode: 0o755 },
    { path: 'app/empty', kind: 'file', mode: 0o600, content: new Uint8Array() },
    { path: 'app/é', kind: 'file', mode: 0o644, content: Buffer.alloc(5000, 'x') },
    { path: 'init', kind: 'file', mode: 0o755, content },
    { path: 'link', kind: 'symbolic-link', mode: 0o777, target: 'app/é' },
  ]);
  const listing = run('cpio', ['-t', '--quiet'], archive).toString();
  t.same(listing.split('\n'), ['app', 'app/empty', 'app/é', 'init', 'link', '']);
  const verbose = run('cpio', ['-tv', '--quiet', '--numeric-uid-gid'], archive).toString().split('\n');
  t.match(verbose[3], /^-rwxr-xr-x +1 +0 +0 +12 Jan +1 +1970 init$/);

  const directory = join(t.testdir({}), 'out');
  mkdirSync(directory);
  run('cpio', ['-i', '--quiet', '--no-preserve-owner'], archive, directory);
  t.ok(readFileSync(join(directory, 'init')).equals(content));
  t.equal(statSync(join(directory, 'app/empty')).mode & 0o7777, 0o600);
  t.equal(statSync(join(directory, 'app/é')).size, 5000);
  t.ok(lstatSync(join(directory, 'link')).isSymbolicLink());
  t.equal(readlinkSync(join(directory, 'link')), 'app/é');
});

for (const [curve, hash] of [
  ['prime256v1', 'sha256'],
  ['secp384r1', 'sha384'],
  ['secp521r1', 'sha512'],
] as const)
  t.test(`openssl signs and verifies images with ${curve}`, async (t) => {
    const directory = t.testdir({});
    const at = (name: string) => join(directory, name);
    run('openssl', ['ecparam', '-name', curve, '-genkey', '-out', at('key.pem')]);
    const subject = '/C=DE/O=Example/OU=One/OU=Two/CN=signer/emailAddress=a@example.org';
    run('openssl', [
      'req',
      '-new',
      '-x509',
      '-key',
      at('key.pem'),
      '-days',
      '30',
      '-subj',
      subject,
      '-out',
      at('c.pem'),
    ]);
    const [certificate, key] = [readFileSync(at('c.pem')), readFileSync(at('key.pem'))];
    const now = Date.now();

    // openssl's signature in our image.
    const prepared = prepareSigning(unsigned, certificate, { now });
    const der = run('openssl', ['dgst', `-${hash}`, '-sign', at('key.pem')], prepared.bytesToSign);
    const { description, problems } = inspectEif(Buffer.concat(attachSignature(prepared, der)), now);
    t.same(problems, []);

    // Our signature, by openssl.
    const { image } = signImage(unsigned, { certificate, key }, { now });
    const raw = readSignatureSection(readEif(image).signature!).message.signature;
    const half = raw.length / 2;
    writeFileSync(
      at('signature'),
      derSequence(derUnsignedInteger(raw.subarray(0, half)), derUnsignedInteger(raw.subarray(half))),
    );
    writeFileSync(at('public.pem'), run('openssl', ['x509', '-in', at('c.pem'), '-noout', '-pubkey']));
    const verify = ['dgst', `-${hash}`, '-verify', at('public.pem'), '-signature', at('signature')];
    t.match(run('openssl', verify, prepared.bytesToSign).toString(), 'Verified OK');

    // The certificate as openssl shows it.
    const shown = description.SigningCertificate as Record<string, string>;
    const dates = run('openssl', ['x509', '-in', at('c.pem'), '-noout', '-dates']).toString();
    t.equal(dates, `notBefore=${shown.NotBefore}\nnotAfter=${shown.NotAfter}\n`);
    const text = run('openssl', ['x509', '-in', at('c.pem'), '-noout', '-text']).toString();
    t.match(text, `Signature Algorithm: ${shown.Algorithm}\n`);
    t.match(text.replace(/\s/g, ''), shown.Signature!.toLowerCase());
    t.same(shown.IssuerName, {
      commonName: 'signer',
      countryName: 'DE',
      emailAddress: 'a@example.org',
      organizationName: 'Example',
      organizationalUnitName: 'Two',
    });
  });

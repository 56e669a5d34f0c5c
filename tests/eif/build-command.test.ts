/** `truce enclave build` as far as it goes without a network and an archive: what it refuses, and how. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DAY, makeSigner } from '../support/image-signer.ts';
import { truce } from '../support/truce-command.ts';
import { smallElf, smallKernel } from './small-image.ts';

const folder = t.testdir({
  'long.json': JSON.stringify({ text: 'a'.repeat(4096) }),
  'list.json': '[1]',
  'twice.json': '{"a":1,"a":2}',
  'fine.json': '{"a":1}',
  empty: {},
  out: {},
});
const at = (name: string) => join(folder, name);
writeFileSync(at('bzImage'), smallKernel());
writeFileSync(at('vmlinux'), smallElf(2000));
const out = at('out/app.eif');

/** Nothing is in the cache, no registry answers, and apt is not there. */
const environment = {
  XDG_CACHE_HOME: at('empty'),
  NITRO_CLI_BLOBS: at('empty'),
  npm_config_registry: 'http://127.0.0.1:1/',
  npm_config_cache: at('empty'),
  npm_config_fetch_retries: '0',
};
const build = (...args: string[]) => truce(['enclave', 'build', ...args], { environment });

t.test('wrong usage exits with 2 and says what is wrong', async (t) => {
  const cases: [string, RegExp, string[]][] = [
    ['no image', /'--out <file>' not specified/, []],
    ['two kernels', /cannot be used with/, ['--out', out, '--kernel', 'k', '--nitro-cli-blobs']],
    ['a certificate alone', /need each other/, ['--out', out, '--certificate', 'c.pem']],
    ['a key alone', /need each other/, ['--out', out, '--key', 'k.pem']],
    ['unknown limit', /a name of LIMITS.md/, ['--out', out, '--limit', 'speed=3']],
    ['limit of runs without its prefix', /a name of LIMITS.md/, ['--out', out, '--limit', 'openFiles=30']],
    ['limit without a number', /NAME=NUMBER is due/, ['--out', out, '--limit', 'runs=many']],
    ['limit twice', /given twice/, ['--out', out, '--limit', 'runs=1', '--limit', 'runs=2']],
  ];
  const outcomes = await Promise.all(cases.map(([, , args]) => build(...args)));
  for (const [index, [name, complaint]] of cases.entries()) {
    t.equal(outcomes[index]!.code, 2, name);
    t.match(outcomes[index]!.stderr, complaint, name);
  }
});

t.test('what cannot be in an image is refused before anything is fetched', async (t) => {
  mkdirSync(at('out/folder.eif'));
  const kernel = ['--kernel', at('bzImage')];
  const now = Date.now();
  const [expired, other] = await Promise.all([
    makeSigner('P-384', { notBefore: now - 2 * DAY, notAfter: now - DAY }),
    makeSigner('P-384', { notBefore: now - DAY, notAfter: now + DAY }),
  ]);
  writeFileSync(at('expired.pem'), expired.certificate);
  writeFileSync(at('expired.key'), expired.key);
  writeFileSync(at('other.pem'), other.certificate);
  const cases: [string, string, string[]][] = [
    [
      'an expired certificate',
      'EIF_CERTIFICATE_EXPIRED',
      ['--out', out, '--certificate', at('expired.pem'), '--key', at('expired.key')],
    ],
    [
      'the key of another certificate',
      'SIGNING_KEY_MISMATCH',
      ['--out', out, '--certificate', at('other.pem'), '--key', at('expired.key')],
    ],
    ['vmlinux', 'KERNEL_FORMAT', ['--out', out, '--kernel', at('vmlinux')]],
    ['no kernel there', 'KERNEL_UNSUITABLE', ['--out', out, '--kernel', at('none')]],
    ['no nitro-cli', 'NITRO_CLI_BLOBS_MISSING', ['--out', out, '--nitro-cli-blobs']],
    ['too long metadata', 'LOCAL_FILE_UNREADABLE', ['--out', out, ...kernel, '--metadata', at('long.json')]],
    [
      'metadata that are a list',
      'EIF_METADATA_INVALID',
      ['--out', out, ...kernel, '--metadata', at('list.json')],
    ],
    ['metadata read in two ways', 'JSON_INVALID', ['--out', out, ...kernel, '--metadata', at('twice.json')]],
    ['limit out of range', 'LIMIT_INVALID', ['--out', out, ...kernel, '--limit', 'run.openFiles=1']],
    [
      'certificate not there',
      'LOCAL_FILE_UNREADABLE',
      ['--out', out, '--certificate', at('c'), '--key', at('k')],
    ],
    ['a folder as image', 'LOCAL_FILE_UNWRITABLE', ['--out', at('out/folder.eif'), ...kernel]],
    ['a device as manifest', 'LOCAL_FILE_UNWRITABLE', ['--out', out, ...kernel, '--manifest', '/dev/null']],
  ];
  const outcomes = await Promise.all(cases.map(([, , args]) => build(...args)));
  for (const [index, [name, code]] of cases.entries()) {
    t.equal(outcomes[index]!.code, 1, name);
    t.match(outcomes[index]!.stderr, `  code: ${code}\n`, name);
  }
  t.same(readdirSync(at('empty')), [], 'nothing was looked for');
});

t.test('with an empty cache and no registry it ends in one error, and no image', async (t) => {
  const kernel = ['--kernel', at('bzImage'), '--metadata', at('fine.json')];
  const { code, stdout, stderr } = await build('--out', out, '--json', ...kernel);
  t.equal(code, 1);
  t.match(JSON.parse(stdout), { ok: false, error: { code: 'NODE_UNAVAILABLE', message: /ECONNREFUSED/ } });
  t.match(stderr, /what to do: .*npm/);
  t.notOk(existsSync(out));
  t.same(readdirSync(at('out')), ['folder.eif'], 'nor a part of one');
});

/** The programs that work on directories, streams of numbers, randomness and shares. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import t from 'tap';
import { Rights } from '../../proto/rights.ts';
import { ProgramHost, READ, READ_WRITE, WRITE } from '../support/program-host.ts';
import { repositoryRoot } from '../support/repository.ts';

const packageFile = createRequire(import.meta.url).resolve('vega-datasets');
const program = (name: string): Buffer =>
  readFileSync(new URL(`examples/${name}/${name}.wasm`, repositoryRoot));

t.test('directory-walk lists what the rights let it see, and nothing else', async (t) => {
  const host = new ProgramHost();
  const content = readFileSync(new URL('examples/data/incomes.csv', repositoryRoot));
  host.append('/input/b/incomes.csv', content);
  host.append('/input/a.csv', 'x\n');
  host.append('/input/hidden/key', 'secret');
  host.append('/secret/key', 'secret');
  host.append('/unreadable', 'secret');
  const output = host.makeDirectory(['output']);
  host.fileSystem.createSymbolicLink(host.makeDirectory(['input']), 'link', 'b/incomes.csv');
  const see = READ | Rights.PATH_FILESTAT_GET | Rights.PATH_READLINK;
  const { exitCode, stderr } = host.run(program('directory-walk'), {
    rights: {
      '/': Rights.FD_READDIR | Rights.PATH_OPEN,
      '/input/': see,
      '/input/hidden/': 0,
      '/secret/': 0,
      '/unreadable': Rights.PATH_FILESTAT_GET | Rights.PATH_OPEN,
      '/output/': WRITE | see,
    },
  });
  t.equal(exitCode, 0, stderr);
  const sum = (bytes: Uint8Array | string) => crc32(bytes).toString(16).padStart(8, '0');
  t.equal(
    host.read('/output/listing.csv')?.toString(),
    [
      'path,type,bytes,crc32,error',
      '/,directory,,,',
      '/input,directory,,,',
      `/input/a.csv,file,2,${sum('x\n')},`,
      '/input/b,directory,,,',
      `/input/b/incomes.csv,file,${content.length},${sum(content)},`,
      `/input/link,link,13,${sum('b/incomes.csv')},`,
      '/output,directory,,,',
      '/unreadable,file,6,,Capabilities insufficient',
      '',
    ].join('\n'),
  );
  t.same([...output.entries.keys()], ['listing.csv']);
});

t.test('directory-walk stops at its depth instead of at the end of its stack', async (t) => {
  const host = new ProgramHost();
  host.makeDirectory(Array.from({ length: 80 }, () => 'd'));
  const { exitCode, stderr } = host.run(program('directory-walk'), {
    args: ['/', '/listing.csv'],
    rights: { '/': READ_WRITE | Rights.PATH_FILESTAT_GET },
  });
  t.equal(exitCode, 0, stderr);
  const rows = host.read('/listing.csv')?.toString().trimEnd().split('\n') ?? [];
  t.equal(rows.length, 66);
  t.match(rows.at(-1), /,directory,,,Symbolic link loop$/);
});

t.test('random-source writes the bytes of the source it is given, all of them', async (t) => {
  const host = new ProgramHost();
  host.makeDirectory(['output']);
  let next = 0;
  const random = (target: Uint8Array) => {
    for (let index = 0; index < target.length; index++) target[index] = next++ & 0xff;
  };
  const rights = { '/output/': WRITE };
  t.equal(host.run(program('random-source'), { rights, random }).exitCode, 0);
  t.same(host.read('/output/random.dat'), Buffer.from(Array.from({ length: 32 }, (_, index) => index)));
  t.equal(host.run(program('random-source'), { rights, random, args: ['1000', '/output/more'] }).exitCode, 0);
  t.same(
    host.read('/output/more'),
    Buffer.from(Array.from({ length: 1000 }, (_, index) => (index + 32) & 0xff)),
  );
  for (const count of ['', '-1', '1048577', '12x', '99999999999999999999'])
    t.equal(host.run(program('random-source'), { rights, args: [count, '/output/x'] }).exitCode, 1, count);
});

t.test('number-accumulation takes in a stream of real prices batch by batch', async (t) => {
  const csv = readFileSync(join(dirname(packageFile), '../data/sp500-2000.csv'), 'utf8');
  const prices = csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[1] ?? '');
  t.ok(prices.length > 5000 && prices.every((price) => /^\d+\.\d+$/.test(price)), 'decimal figures');
  const host = new ProgramHost();
  host.append('/input/numbers.txt', '');
  host.makeDirectory(['output']);
  host.makeDirectory(['state']);
  const rights = { '/input/': READ, '/state/': READ_WRITE, '/output/': WRITE };
  const PLACES = 6;
  let exact = 0n;
  for (let start = 0; start < prices.length; start += 1000) {
    const batch = prices.slice(start, start + 1000);
    // The last line of a batch is not finished: it belongs to the next run.
    host.append('/input/numbers.txt', `${start === 0 ? '' : '\n'}${batch.join('\n')}`);
    const { exitCode, stderr } = host.run(program('number-accumulation'), { rights });
    t.equal(exitCode, 0, stderr);
    const taken = [...prices.slice(Math.max(0, start - 1), start), ...batch.slice(0, -1)];
    for (const price of taken) {
      const [whole = '', fraction = ''] = price.split('.');
      exact += BigInt(whole + fraction.slice(0, PLACES).padEnd(PLACES, '0'));
    }
    const count = start + batch.length - 1;
    const sum = Number(exact) / 10 ** PLACES;
    const found = JSON.parse(host.read('/output/result.json')?.toString() ?? '');
    t.equal(found.count, count);
    t.ok(Math.abs(found.sum - sum) <= 1e-12 * sum, `${found.sum} and ${sum}`);
    t.ok(Math.abs(found.mean - sum / count) <= 1e-12 * sum, 'mean');
  }
});

t.test('number-accumulation refuses what is no number, and a stream that was cut', async (t) => {
  const rights = { '/input/': READ, '/state/': READ_WRITE, '/output/': WRITE };
  const host = new ProgramHost();
  host.makeDirectory(['output']);
  host.makeDirectory(['state']);
  host.append('/input/numbers.txt', '1\r\n\n2\n');
  t.equal(host.run(program('number-accumulation'), { rights }).exitCode, 0);
  t.equal(host.read('/output/result.json')?.toString(), '{"count":2,"sum":3,"mean":1.5}\n');
  host.append('/input/numbers.txt', '3\nSECRET\n');
  const outcome = host.run(program('number-accumulation'), { rights });
  t.match(outcome, { exitCode: 1, stderr: '/input/numbers.txt: not a number at byte 8\n' });
  const file = host.fileSystem.resolve(host.fileSystem.root, 'input/numbers.txt', { followLast: true }).inode;
  host.fileSystem.setSize(file as Parameters<typeof host.fileSystem.setSize>[0], 2);
  t.match(host.run(program('number-accumulation'), { rights }), {
    exitCode: 1,
    stderr: /shorter than the 6 bytes/,
  });
});

t.test('random-u32-list and sort-numbers make a pipeline', async (t) => {
  const host = new ProgramHost();
  host.makeDirectory(['numbers']);
  host.makeDirectory(['output']);
  t.equal(host.run(program('random-u32-list'), { rights: { '/numbers/': WRITE } }).exitCode, 0);
  t.equal(
    host.run(program('sort-numbers'), { rights: { '/numbers/': READ, '/output/': WRITE } }).exitCode,
    0,
  );
  const numbers = (path: string) => host.read(path)?.toString().trimEnd().split('\n').map(Number) ?? [];
  const unsorted = numbers('/numbers/unsorted.txt');
  t.equal(unsorted.length, 1000);
  t.ok(unsorted.every((number) => Number.isInteger(number) && number >= 0 && number <= 0xffffffff));
  t.ok(Math.max(...unsorted) > 0x80000000, 'all 32 bits are used');
  t.same(
    numbers('/output/sorted.txt'),
    [...unsorted].sort((left, right) => left - right),
  );
});

t.test('sort-numbers sorts 64 bits exactly, and refuses more', async (t) => {
  const host = new ProgramHost();
  const rights = { '/': READ_WRITE };
  const sort = (text: string) => {
    host.append(`/${host.fileSystem.usage().inodes}`, text);
    const args = [`/${host.fileSystem.usage().inodes - 1}`, '/sorted'];
    return host.run(program('sort-numbers'), { rights, args });
  };
  t.equal(sort('9223372036854775807\n-9223372036854775808\n9223372036854775806\n+1\n0').exitCode, 0);
  t.equal(
    host.read('/sorted')?.toString(),
    '-9223372036854775808\n0\n1\n9223372036854775806\n9223372036854775807\n',
  );
  t.match(sort('1\n9223372036854775808\n'), { exitCode: 1, stderr: /:2: a number over 64 bits/ });
  for (const text of ['1\n\n', '1\n 2\n', '1\n+-2\n', '1\n0x2\n', '1\n2\0\n'])
    t.match(sort(text), { exitCode: 1, stderr: /:2: not a whole number/ }, JSON.stringify(text));
});

// Veracruz's own shares, from its command-line quickstart.
const shares = [
  '01dc061a7bdaf77616dd5915f3b4',
  '027f38e27b5a02a288d064965364',
  '03eb5b946cefd583f17f51e781da',
];

function combine(files: Record<string, Buffer>) {
  const host = new ProgramHost();
  host.makeDirectory(['output']);
  host.makeDirectory(['input']);
  for (const [name, content] of Object.entries(files)) host.append(`/input/${name}`, content);
  const rights = { '/input/': READ, '/output/': WRITE };
  return { ...host.run(program('shamir-secret-sharing'), { rights }), host };
}

t.test('shamir-secret-sharing, written in Rust, opens Veracruz’s own shares', async (t) => {
  const files = Object.fromEntries(
    shares.map((hex, index) => [`shamir-${index}.dat`, Buffer.from(hex, 'hex')]),
  );
  const { exitCode, stderr, host } = combine({ ...files, 'notes.txt': Buffer.from('no share') });
  t.equal(exitCode, 0, stderr);
  t.equal(host.read('/output/shamir.dat')?.toString(), 'Hello World!\n');
});

t.test('shamir-secret-sharing tells nothing from too few shares, and refuses bad ones', async (t) => {
  const [first, second] = shares.map((hex) => Buffer.from(hex, 'hex'));
  if (first === undefined || second === undefined) throw new Error('two shares are needed');
  const alone = combine({ 'shamir-0.dat': first, 'shamir-1.dat': second });
  t.equal(alone.exitCode, 0);
  t.not(alone.host.read('/output/shamir.dat')?.toString(), 'Hello World!\n');
  const refused = (files: Record<string, Buffer>, message: RegExp) =>
    t.match(combine(files), { exitCode: 1, stderr: message });
  refused({}, /no shares/);
  refused({ 'shamir-0.dat': Buffer.alloc(0) }, /shamir-0\.dat: empty/);
  refused({ 'shamir-0.dat': Buffer.alloc(14) }, /its number is 0/);
  refused({ 'shamir-0.dat': first, 'shamir-1.dat': first }, /shamir-1\.dat: its number occurs twice/);
  refused({ 'shamir-0.dat': first, 'shamir-1.dat': second.subarray(1) }, /as long as no other/);
});

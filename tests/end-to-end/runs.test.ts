import { readFileSync } from 'node:fs';
import t from 'tap';
import type { RemoteError } from '../../host-bridge/client/index.ts';
import { Rights } from '../../proto/rights.ts';
import { Errno } from '../../runtime/vfs/errno.ts';
import { compileSample, compileText } from '../programs/sample-programs.ts';
import { enclaveStatus, idle } from '../support/enclave-status.ts';
import { READ, RUN, WRITE } from '../support/policy-text.ts';
import { repositoryRoot } from '../support/repository.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import { compileScript } from '../support/wasi-script.ts';

const example = (name: string) => readFileSync(new URL(`examples/${name}`, repositoryRoot));
const built = (name: string) => example(`${name}/${name}.wasm`);

const LIST = Rights.FD_READDIR;
const STREAMS = { stdin: READ, stdout: WRITE, stderr: WRITE };
const INPUT = { '/input/': READ | LIST };
const OUTPUT = { '/output/': WRITE };
const programs: Record<string, { module: Uint8Array; rights?: Record<string, number> }> = {
  'linear-regression': { module: built('linear-regression'), rights: { ...INPUT, ...OUTPUT } },
  'private-set-intersection': { module: built('private-set-intersection'), rights: { ...INPUT, ...OUTPUT } },
  'shamir-secret-sharing': {
    module: built('shamir-secret-sharing'),
    rights: { '/shares/': READ | LIST, '/input/': READ | LIST, ...OUTPUT },
  },
  'random-u32-list': { module: built('random-u32-list'), rights: { '/numbers/': WRITE } },
  'sort-numbers': { module: built('sort-numbers'), rights: { '/numbers/': READ, ...OUTPUT } },
  'directory-walk': {
    module: built('directory-walk'),
    rights: {
      '/': READ | LIST | Rights.PATH_FILESTAT_GET,
      '/bin/': 0,
      '/secret/': 0,
      '/input/b.csv': 0,
      ...OUTPUT,
    },
  },
  echo: { module: await compileSample('echo-stdin'), rights: STREAMS },
  'echo-blind': { module: await compileSample('echo-stdin'), rights: { stdout: WRITE } },
  'exit-three': { module: await compileSample('exit-three') },
  'read-clock': { module: await compileSample('read-clock') },
  'open-forbidden': { module: await compileSample('open-forbidden'), rights: INPUT },
  'write-forbidden': { module: await compileSample('write-forbidden'), rights: INPUT },
  'dotdot-escape': { module: await compileSample('dotdot-escape'), rights: INPUT },
  'make-link': {
    module: await compileScript([{ call: 'symbolic-link', target: '../secret/key', path: 'output/link' }]),
    rights: { '/output/': WRITE | Rights.PATH_SYMLINK },
  },
  'make-deep-link': {
    module: await compileScript([
      { call: 'symbolic-link', target: '../secret', path: 'output/there' },
      { call: 'symbolic-link', target: '../nowhere', path: 'output/not-there' },
    ]),
    rights: { '/output/': WRITE | Rights.PATH_SYMLINK },
  },
  'fails-late': {
    module: await compileScript([
      { call: 'print', text: 'out' },
      { call: 'print', text: 'err', to: 'stderr' },
      { call: 'write', path: 'output/of-fails-late', text: 'written' },
      { call: 'unlink', path: 'nothing' },
    ]),
    rights: { ...OUTPUT, ...STREAMS, '/nothing': WRITE | Rights.PATH_UNLINK_FILE },
  },
  'not-there': { module: Buffer.from('never provisioned') },
  'no-module': { module: Buffer.from('this is no WebAssembly') },
  empty: { module: new Uint8Array(0) },
  truncated: { module: built('sort-numbers').subarray(0, 5000) },
  'no-start': { module: await compileText('(module (memory (export "memory") 1))') },
  'no-memory': { module: await compileText('(module (func (export "_start")))') },
  'foreign-import': {
    module: await compileText(
      '(module (import "env" "system" (func (param i32))) (memory (export "memory") 1) (func (export "_start")))',
    ),
  },
  'unknown-call': {
    module: await compileText(
      '(module (import "wasi_snapshot_preview1" "sock_open" (func)) (memory (export "memory") 1) (func (export "_start")))',
    ),
  },
  'wrong-type': {
    module: await compileText(
      '(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64))) (memory (export "memory") 1) (func (export "_start")))',
    ),
  },
  'imported-memory': {
    module: await compileText(
      '(module (import "wasi_snapshot_preview1" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "_start")))',
    ),
  },
};

const path = (name: string) => `/bin/${name}.wasm`;
const [owner, runner, onlooker] = await Promise.all(['owner', 'runner', 'onlooker'].map(makeParty));
const enclave = await startTestEnclave({
  parties: [
    {
      certificate: owner!.certificate,
      rights: {
        '/bin/': WRITE,
        '/input/': WRITE,
        '/shares/': WRITE,
        '/secret/': WRITE,
        '/output/': READ | LIST,
        '/numbers/': READ,
        stdin: WRITE,
        stdout: READ,
        stderr: READ,
      },
    },
    {
      certificate: runner!.certificate,
      rights: { '/bin/': RUN, '/output/result.json': READ, '/output/link': READ },
    },
    { certificate: onlooker!.certificate, rights: { '/output/': READ | WRITE, '/bin/': READ } },
  ],
  programs: Object.entries(programs).map(([name, { module, rights = {} }]) => ({
    path: path(name),
    module,
    rights,
  })),
});
t.teardown(() => enclave.stop());
const [owners, runners, onlookers] = await Promise.all(
  [owner!, runner!, onlooker!].map((party) => enclave.connect(party)),
);
for (const [name, { module }] of Object.entries(programs))
  if (name !== 'not-there') await owners!.writeFile(path(name), module);
await owners!.writeFile('/input/a.csv', example('data/fertility.csv'));
await owners!.writeFile('/input/b.csv', example('data/life-expectancy.csv'));
await owners!.writeFile('/secret/key', Buffer.from('secret'));

const run = (name: string) => runners!.run(path(name));
const read = async (name: string) => Buffer.from(await owners!.readFile(name)).toString();

/** Least squares by the textbook, over the rows that agree in all but their last field. */
function lineOf(left: string, right: string) {
  const rows = (name: string) => {
    const lines = example(name).toString().trimEnd().split('\n').slice(1);
    const cut = lines.map((line) => [line, line.lastIndexOf(',')] as const);
    return new Map(cut.map(([line, comma]) => [line.slice(0, comma), Number(line.slice(comma + 1))]));
  };
  const others = rows(right);
  const points = [...rows(left)].flatMap(([key, x]) =>
    others.has(key) ? [[x, others.get(key)!] as const] : [],
  );
  const n = points.length;
  const mean = (of: (x: number, y: number) => number) =>
    points.reduce((sum, [x, y]) => sum + of(x, y), 0) / n;
  const [meanX, meanY] = [mean((x) => x), mean((_, y) => y)];
  const slope = mean((x, y) => (x - meanX) * (y - meanY)) / mean((x) => (x - meanX) ** 2);
  return { n, slope, intercept: meanY - slope * meanX };
}

t.test('two owners’ real data give one line, which its reader gets', async (t) => {
  t.same(await run('linear-regression'), { exitCode: 0 });
  const found = JSON.parse(Buffer.from(await runners!.readFile('/output/result.json')).toString());
  const expected = lineOf('data/fertility.csv', 'data/life-expectancy.csv');
  t.match(found, { x: 'fertility', y: 'life_expectancy', n: expected.n });
  t.ok(Math.abs(found.slope - expected.slope) < 1e-9, `${found.slope} and ${expected.slope}`);
  t.ok(Math.abs(found.intercept - expected.intercept) < 1e-9, `${found.intercept} and ${expected.intercept}`);
  await t.rejects(runners!.readFile('/input/a.csv'), { code: 'ACCESS_DENIED' }, 'and nothing of the data');
});

t.test('programs in Rust, with directories, and one after another', async (t) => {
  const shares = [
    '01dc061a7bdaf77616dd5915f3b4',
    '027f38e27b5a02a288d064965364',
    '03eb5b946cefd583f17f51e781da',
  ];
  for (const [index, share] of shares.entries())
    await owners!.writeFile(`/input/shamir-${index}.dat`, Buffer.from(share, 'hex'));
  t.same(await run('shamir-secret-sharing'), { exitCode: 0 });
  t.equal(await read('/output/shamir.dat'), 'Hello World!\n');
  t.same(await run('private-set-intersection'), { exitCode: 0 });
  t.match(await read('/output/result.csv'), /^country\nAfghanistan\n/);
  t.same(await run('random-u32-list'), { exitCode: 0 });
  t.same(await run('sort-numbers'), { exitCode: 0 });
  const numbers = async (name: string) => (await read(name)).trimEnd().split('\n').map(Number);
  const unsorted = await numbers('/numbers/unsorted.txt');
  t.equal(unsorted.length, 1000);
  t.same(
    await numbers('/output/sorted.txt'),
    unsorted.sort((left, right) => left - right),
  );
});

t.test('a program sees its own files and nothing else', async (t) => {
  t.same(await run('directory-walk'), { exitCode: 0 });
  const rows = (await read('/output/listing.csv')).trimEnd().split('\n').slice(1);
  const seen = rows.map((row) => row.split(',')[0]);
  t.ok(seen.includes('/input/a.csv') && seen.includes('/numbers/unsorted.txt'), seen.join());
  t.notOk(
    seen.some((name) => /^.(bin|secret)|b\.csv/.test(name ?? '')),
    seen.join(),
  );
  t.same(await run('open-forbidden'), { exitCode: Errno.NOTCAPABLE });
  t.same(await run('write-forbidden'), { exitCode: Errno.NOTCAPABLE });
  t.same(await run('dotdot-escape'), { exitCode: Errno.NOTCAPABLE });
  t.same(await run('linear-regression'), { exitCode: 0 }, 'the input is as it was');
});

t.test('links that a program makes lead no party where its rights do not', async (t) => {
  t.same(await run('make-link'), { exitCode: 0 });
  t.same(await run('make-deep-link'), { exitCode: 0 });
  const links = (await owners!.list('/output')).filter(({ kind }) => kind === 'symbolic-link');
  t.same(
    links.map(({ name }) => name),
    ['link', 'not-there', 'there'],
  );
  const answers = new Set<string>();
  for (const name of [
    'link',
    'there/key',
    'there/nothing',
    'there/key/below',
    'not-there/key',
    'not-there',
  ]) {
    const path = `/output/${name}`;
    for (const attempt of [onlookers!.readFile(path), onlookers!.writeFile(path, Buffer.from('x'))]) {
      const error = await attempt.then(
        () => undefined,
        (caught: RemoteError) => caught,
      );
      answers.add(`${error?.code} ${error?.message.replace(name, 'NAME').replace('write', 'read')}`);
    }
  }
  t.equal(answers.size, 1, [...answers].join(' | '));
  t.match([...answers][0], /^ACCESS_DENIED /);
  await t.rejects(runners!.readFile('/output/link'), { code: 'ACCESS_DENIED' });
});

t.test('stdin goes in, stdout and stderr come out, to those who may', async (t) => {
  const input = 'twelve bytes'.repeat(20_000);
  await owners!.writeFile('stdin', Buffer.from(input));
  t.same(await run('echo'), { exitCode: 0 });
  t.equal(await read('stdout'), input);
  await t.rejects(onlookers!.readFile('stdout'), { code: 'ACCESS_DENIED' });
  t.same(await run('echo-blind'), { exitCode: Errno.BADF }, 'a program without the right has no stdin');
  t.same(await run('fails-late'), { exitCode: Errno.NOENT });
  t.equal(await read('stdout'), `${input}out`, 'what a program prints is added');
  t.equal(await read('stderr'), 'err');
  t.equal(await read('/output/of-fails-late'), 'written', 'an exit code takes nothing back');
});

t.test('an exit code is an answer, not a failure', async (t) => {
  t.same(await run('exit-three'), { exitCode: 3 });
  t.same(await run('read-clock'), { exitCode: Errno.NOTCAPABLE }, 'the policy allows no clock');
});

t.test('who may not run a program learns of none', async (t) => {
  for (const name of ['exit-three', 'not-there', 'never-heard-of']) {
    await t.rejects(onlookers!.run(path(name)), { code: 'PROGRAM_UNKNOWN' }, name);
    await t.rejects(owners!.run(path(name)), { code: 'PROGRAM_UNKNOWN' }, name);
  }
  await t.rejects(runners!.run('/bin/never-heard-of'), { code: 'PROGRAM_UNKNOWN' });
  await t.rejects(runners!.run('/output/result.json'), { code: 'PROGRAM_UNKNOWN' });
});

t.test('what is no program is told so, by what is wrong with it', async (t) => {
  const { executor: before } = await idle(enclave);
  await t.rejects(run('not-there'), { code: 'FILE_NOT_FOUND' });
  // The pool may have filled up meanwhile.
  t.ok(
    (await enclaveStatus(enclave)).executor.warm >= before.warm,
    'a program that is not there costs no child',
  );
  for (const [name, code] of [
    ['no-module', 'MODULE_INVALID'],
    ['empty', 'MODULE_INVALID'],
    ['truncated', 'MODULE_INVALID'],
    ['no-start', 'MODULE_EXPORT_MISSING'],
    ['no-memory', 'MODULE_EXPORT_MISSING'],
    ['foreign-import', 'MODULE_IMPORT_FORBIDDEN'],
    ['unknown-call', 'MODULE_IMPORT_FORBIDDEN'],
    ['wrong-type', 'MODULE_IMPORT_TYPE'],
    ['imported-memory', 'MODULE_IMPORT_FORBIDDEN'],
  ] as const)
    await t.rejects(run(name), { code }, name);
  t.same(await run('exit-three'), { exitCode: 3 }, 'and the next run is served');
});

t.test('a program that was provisioned cannot be exchanged', async (t) => {
  await t.rejects(owners!.writeFile(path('exit-three'), built('sort-numbers')), {
    code: 'FILE_HASH_MISMATCH',
  });
  await t.rejects(owners!.appendFile(path('exit-three'), Buffer.from('x')), { code: 'FILE_IMMUTABLE' });
  t.same(await run('exit-three'), { exitCode: 3 });
  await idle(enclave);
  await Promise.all([owners!.close(), runners!.close(), onlookers!.close()]);
});

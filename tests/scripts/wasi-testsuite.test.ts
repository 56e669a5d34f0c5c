/** `npm run wasi-testsuite` on folders of our own programs: what is as specified passes, and what is not is said. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { repositoryRoot } from '../support/repository.ts';

const script = fileURLToPath(new URL('scripts/wasi-testsuite.js', repositoryRoot));
/** Sorts the numbers of its first argument into its second, prints what is wrong on standard error. */
const sortNumbers = fileURLToPath(new URL('examples/sort-numbers/sort-numbers.wasm', repositoryRoot));
const suite = (...folders: string[]) =>
  spawnSync(process.execPath, [script, ...folders], { encoding: 'utf8' });

/** A folder of that program under these names, and what each of them must do. */
function folderOf(t: Test, specifications: Record<string, string>): string {
  const folder = t.testdir({ 'root.dir': { numbers: '3\n1\n2\n' } });
  for (const [name, json] of Object.entries(specifications)) {
    copyFileSync(sortNumbers, join(folder, `${name}.wasm`));
    writeFileSync(join(folder, `${name}.json`), json);
  }
  return folder;
}

t.test('programs run as their specifications say, and pass where all is as they say', async (t) => {
  const folder = folderOf(t, {
    sorts: '{ "root": "root.dir", "args": ["/numbers", "/sorted"], "stdout": "", "stderr": "" }',
    'sorts-elsewhere': '{ "dirs": ["root.dir"], "args": ["/root.dir/numbers", "/root.dir/sorted"] }',
    'finds-nothing': '{ "args": ["/numbers", "/sorted"], "exit_code": 2, "env": { "A": "b" } }',
  });
  const { status, stdout } = suite(folder);
  t.equal(
    stdout.replaceAll(/passed +.*\//g, 'passed '),
    [
      'passed finds-nothing.wasm',
      'passed sorts-elsewhere.wasm',
      'passed sorts.wasm',
      '3 of 3 passed',
      '',
    ].join('\n'),
  );
  t.equal(status, 0);
});

t.test('what is otherwise fails, and is told', async (t) => {
  const folder = folderOf(t, {
    sorts: '{ "root": "root.dir", "args": ["/numbers", "/sorted"], "stdout": "1\\n", "exit_code": 3 }',
  });
  const { status, stdout } = suite(folder);
  t.match(stdout, /FAILED .*sorts\.wasm\n +exit status 0, not 3: \n +stdout "", not "1\\n"\n0 of 1 passed/);
  t.equal(status, 1);
});

t.test('a specification that says what is unknown here is no reason to pass', async (t) => {
  for (const [json, message] of [
    ['{ "proposals": ["threads"] }', /sorts\.json: proposals is unknown here/],
    ['{ "exit_code": "0" }', /sorts\.json: exit_code cannot be "0"/],
    ['null', /sorts\.json: an object is due/],
    ['{', /sorts\.json: .*JSON/],
  ] as const) {
    const { status, stderr, stdout } = suite(folderOf(t, { other: '{}', sorts: json }));
    t.equal(stdout, '', 'and nothing is run before');
    t.match(stderr, message);
    t.equal(status, 1);
  }
});

t.test('a folder without programs is an error, none is wrong usage', async (t) => {
  const empty = suite(t.testdir({}));
  t.match([empty.status, empty.stderr], [1, /: no programs in it/]);
  const none = suite();
  t.match([none.status, none.stderr], [2, /^usage: /]);
});

/** That the table of conformance in docs/wasi.md has every call, and that what it names is there. */
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { callNames } from '../../../runtime/wasi/signatures.ts';
import { repositoryRoot } from '../../support/repository.ts';

const HEAD = '| call | what holds | shown by |\n|---|---|---|\n';
const read = (path: string): string => readFileSync(new URL(path, repositoryRoot), 'utf8');

/** The names of the tests in a file, as its source writes them. */
function testsIn(file: string): string[] {
  if (file.endsWith('.c'))
    return [...read(`tests/programs/c/${file}`).matchAll(/BEHAVIOUR\("(.+)"\)/g)].map(([, name]) => name!);
  const source = read(`tests/runtime/wasi/${file}.test.ts`);
  return [...source.matchAll(/^t\.test\(\s*'(.+)',\s+async/gm)].map(([, name]) => name!);
}

/** The rows: `call | what holds | \`file\`: test; test \u00b7 \`file\`: test`. */
const [, table = ''] = read('docs/wasi.md').split(HEAD);
const rows = table
  .slice(0, table.indexOf('\n\n'))
  .split('\n')
  .map((line) => {
    const [call = '', holds = '', evidence = ''] = line.slice(2, -2).split(' | ');
    const shown = evidence.split(' \u00b7 ').map((part) => {
      const [, file = '', names = ''] = part.match(/^`([\w.-]+)`: (.+)$/) ?? [];
      return { file, names: names.split('; ') };
    });
    return { call: call.replaceAll('`', ''), holds, shown };
  });

t.test('every call has a row, and every row names tests that there are', async (t) => {
  t.same([...new Set(rows.map(({ call }) => call))].sort(), ['all', ...callNames].sort());
  const known = new Map<string, string[]>();
  for (const { call, holds, shown } of rows)
    for (const { file, names } of shown) {
      if (!known.has(file)) known.set(file, testsIn(file));
      for (const name of names) t.ok(known.get(file)!.includes(name), `${call}, ${holds}: ${file}: ${name}`);
    }
});

t.test('every behaviour of the C programs, every test of arguments and of rights is in a row', async (t) => {
  const named = new Set(
    rows.flatMap(({ shown }) => shown.flatMap(({ file, names }) => names.map((name) => `${file}: ${name}`))),
  );
  const folder = new URL('tests/programs/c/', repositoryRoot);
  const programs = readdirSync(folder).filter((name) => name.endsWith('.c'));
  const ours = [
    'pointers-and-lengths',
    'flags-and-numbers',
    'descriptor-numbers',
    'results-in-memory',
    'directory-listings',
  ];
  for (const file of [...programs, ...ours, 'rights-inherited', 'waiting'])
    for (const name of testsIn(file)) {
      // That one is about the table of arguments itself.
      if (name !== 'every call has good arguments here, or none that could be bad')
        t.ok(named.has(`${file}: ${name}`), `${file}: ${name}`);
    }
});

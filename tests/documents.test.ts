import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { errorTable, ResponseStatus } from '../proto/errors.ts';
import { enclaveLimitTable, proxyLimitTable, runLimitTable } from '../proto/limits.ts';
import { repositoryRoot } from './support/repository.ts';

function read(path: string): string {
  return readFileSync(new URL(path, repositoryRoot), 'utf8');
}

/** The cells of each row of a page's tables. */
function rows(path: string): string[][] {
  return read(path)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim()),
    );
}

t.test('docs/errors.md has a row for each error, with its status and its message', async (t) => {
  const statusNames = Object.fromEntries(
    Object.entries(ResponseStatus).map(([name, value]) => [value, name]),
  );
  const expected = Object.entries(errorTable).map(([code, row]) => [
    `\`${code}\``,
    statusNames[row.status],
    row.message,
  ]);
  t.same(rows('docs/errors.md'), expected);
});

t.test('LIMITS.md ends with the bounds that are no settings', async (t) => {
  const fixed = read('docs/fixed-limits.md').replace(/^# .*\n\n/, '');
  t.equal(read('LIMITS.md').slice(-fixed.length), fixed);
});

t.test('LIMITS.md has a row for each limit, with its default and its range', async (t) => {
  const row =
    (prefix: string) =>
    ([name, limit]: [string, { value: number; minimum: number; maximum: number }]) => [
      `\`${prefix}${name}\``,
      String(limit.value),
      String(limit.minimum),
      String(limit.maximum),
    ];
  const expected = [
    ...Object.entries(enclaveLimitTable).map(row('')),
    ...Object.entries(runLimitTable).map(row('run.')),
    ...Object.entries(proxyLimitTable).map(row('proxy.')),
  ];
  t.same(
    rows('LIMITS.md').map((cells) => cells.slice(0, 4)),
    expected,
  );
});

t.test('every promise of SPECIFICATION.md names tests that there are', async (t) => {
  const promises = read('SPECIFICATION.md')
    .split('\n')
    .filter((line) => /^\| \d/.test(line));
  t.ok(promises.length > 20, `${promises.length} promises`);
  for (const promise of promises) {
    const tests = [...promise.matchAll(/`(tests\/[\w./-]+\.(?:test|enclave|tools)\.ts)`/g)].map(
      (match) => match[1]!,
    );
    t.ok(tests.length > 0, promise.slice(0, 60));
    for (const test of tests) t.ok(existsSync(fileURLToPath(new URL(test, repositoryRoot))), test);
  }
});

t.test('links between pages lead somewhere', async (t) => {
  const pages = ['README.md', 'SECURITY.md', 'SPECIFICATION.md', 'LIMITS.md'];
  const docs = readdirSync(new URL('docs', repositoryRoot)).map((name) => `docs/${name}`);
  for (const page of [...pages, ...docs])
    for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const from = new URL(page, repositoryRoot);
      t.ok(existsSync(fileURLToPath(new URL(target!, from))), `${page}: ${target}`);
    }
});

t.test('every folder says what belongs in it, and which folders it has', async (t) => {
  const MADE = new Set(['node_modules', 'dist', 'build', 'coverage']);
  const folders = (path: string) =>
    readdirSync(new URL(path, repositoryRoot), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !MADE.has(entry.name))
      .map(({ name }) => name);
  const top = folders('.');
  t.ok(top.length >= 10, `${top.length} folders`);
  for (const folder of top)
    t.match(read(`${folder}/README.md`), new RegExp(`^# ${folder}\\n\\n\\S`, 'i'), folder);
  for (const folder of ['runtime', 'host-bridge'])
    for (const inner of folders(folder)) t.match(read(`${folder}/README.md`), `\`${inner}/\``, inner);
});

t.test('the index of docs/ has every page', async (t) => {
  const pages = readdirSync(new URL('docs', repositoryRoot)).filter((name) => name !== 'README.md');
  for (const page of pages) t.match(read('docs/README.md'), `](${page})`, page);
});

t.test('files that pages name are there', async (t) => {
  const docs = readdirSync(new URL('docs', repositoryRoot)).map((name) => `docs/${name}`);
  for (const page of ['SECURITY.md', 'SPECIFICATION.md', ...docs])
    for (const [, path] of read(page).matchAll(
      /`((?:proto|native|runtime|host-bridge|eif|scripts|tests)\/[\w./-]+\.\w+)`/g,
    ))
      t.ok(existsSync(fileURLToPath(new URL(path!, repositoryRoot))), `${page}: ${path}`);
});

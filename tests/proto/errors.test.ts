import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { errorGroups, errorTable, ResponseStatus, TruceError } from '../../proto/errors.ts';
import { repositoryRoot } from '../support/repository.ts';

const root = fileURLToPath(repositoryRoot);
const rows = Object.entries(errorTable);

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .filter((name) => !/^proto\/errors(\.ts$|\/)/.test(join(folder, name)))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));
}

t.test('every row of the table is used, and no code is outside of it', async (t) => {
  const text = ['proto', 'native', 'runtime', 'host-bridge', 'eif'].flatMap(sourcesOf).join('\n');
  const used = new Set(text.match(/\b[A-Z][A-Z0-9_]+\b/g));
  t.same(
    rows.map(([code]) => code).filter((code) => !used.has(code)),
    [],
    'rows that nothing uses',
  );
  const thrown = [...text.matchAll(/new TruceError\(\s*'(\w+)'/g)].map(([, code]) => code!);
  t.ok(thrown.length > 100, `${thrown.length} places throw`);
  t.same(
    thrown.filter((code) => !(code in errorTable)),
    [],
  );
});

t.test('no code stands in two groups', async (t) => {
  const codes = errorGroups.flatMap((group) => Object.keys(group));
  t.same(
    codes.filter((code, place) => codes.indexOf(code) !== place),
    [],
  );
  t.same(
    codes,
    rows.map(([code]) => code),
  );
});

t.test('every row has a code, a message in one line, and a status that says a failure', async (t) => {
  const failures = new Set(Object.values(ResponseStatus).filter((status) => status > ResponseStatus.SUCCESS));
  for (const [code, { status, message }] of rows) {
    t.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    t.match(message, /^[^\n|]{5,200}$/, code);
    t.ok(failures.has(status), code);
  }
  t.same(new Set(rows.map(([, { status }]) => status)), failures, 'every status that the wire knows is used');
});

t.test('a message holds its details, as text', async (t) => {
  const error = new TruceError('ACCESS_DENIED', { operation: 'read', path: '/x{path}$&' });
  t.equal(error.message, 'not allowed to read /x{path}$&');
  t.match(error, { name: 'TruceError', code: 'ACCESS_DENIED', status: ResponseStatus.FAILED_INVALID_ROLE });
});

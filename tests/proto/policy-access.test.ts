import fc from 'fast-check';
import t from 'tap';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import {
  ALL_RIGHTS,
  namesOfRights,
  PREVIEW1_RIGHTS,
  Rights,
  rightNames,
  rightsOfNames,
} from '../../proto/rights.ts';

const entry = (
  path: string,
  rights: number,
  scope: AccessEntry['scope'] = 'file-or-subtree',
): AccessEntry => ({
  path,
  rights,
  scope,
});

t.test('numbers the rights as WASI preview 1 and Veracruz do', (t) => {
  t.equal(rightNames.length, 30);
  for (const [bit, name] of rightNames.entries()) t.equal(Rights[name], 2 ** bit, name);
  t.equal(Rights.FD_EXECUTE, 536870912);
  t.equal(rightsOfNames(rightNames), ALL_RIGHTS);
  t.equal(PREVIEW1_RIGHTS, ALL_RIGHTS - Rights.FD_EXECUTE);
  t.strictSame(namesOfRights(8198), ['FD_READ', 'FD_SEEK', 'PATH_OPEN']);
  t.equal(rightsOfNames(['FD_READ', 'toString']), undefined);
  t.end();
});

t.test('lets the longest entry decide', (t) => {
  const table = new AccessTable([
    entry('/', 1),
    entry('/a', 2, 'subtree'),
    entry('/a/b', 4, 'file'),
    entry('/a/c', 0),
    entry('stdin', 64, 'file'),
  ]);
  for (const [path, rights] of [
    ['/', 1],
    ['/x/y', 1],
    ['/a', 2],
    ['/ab', 1],
    ['/a/x/y', 2],
    ['/a/b', 4],
    ['/a/b/x', 2],
    ['/a/c', 0],
    ['/a/c/x', 0],
    ['stdin', 64],
    ['stdout', 0],
    ['/stdin', 1],
  ] as const)
    t.equal(table.rightsAt(path), rights, path);
  t.equal(table.entryAt('/a/b/x')?.path, '/a');
  t.equal(table.union, 7, 'streams are left out');
  t.end();
});

t.test('shows the way to an entry, and nothing beside it', (t) => {
  const table = new AccessTable([
    entry('/a/b/c', Rights.FD_READ, 'file'),
    entry('/secret/none', 0),
    entry('stdin', 2, 'file'),
  ]);
  for (const path of ['/', '/a', '/a/b', '/a/b/c', 'stdin']) t.ok(table.sees(path), path);
  for (const path of ['/a/x', '/a/b/c/d', '/secret', '/secret/none', 'stdout'])
    t.notOk(table.sees(path), path);
  t.end();
});

t.test('refuses two entries for one path', (t) => {
  t.throws(() => new AccessTable([entry('/a', 1), entry('/a', 2, 'file')]), { code: 'ACCESS_REPEATED_PATH' });
  t.end();
});

t.test('tells which entry governs a path, and whether one lies below it', (t) => {
  const table = new BoundaryTable(['/in', '/in/private', 'stdin']);
  t.equal(table.governing('/in/x'), '/in');
  t.equal(table.governing('/in/private/deep/x'), '/in/private');
  t.equal(table.governing('/inner'), '');
  t.equal(table.governing('/'), '');
  t.equal(new BoundaryTable(['/']).governing('/x/y'), '/');
  t.ok(table.containsBelow('/in'));
  t.ok(table.containsBelow('/'));
  t.notOk(table.containsBelow('/in/private'));
  t.notOk(table.containsBelow('/inn'));
  t.end();
});

const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'é'), { maxLength: 4 })
  .map((names) => `/${names.join('/')}`);
const entries = fc.uniqueArray(
  fc.record({
    path,
    rights: fc.constantFrom(0, 1, 2, 64, ALL_RIGHTS),
    scope: fc.constantFrom<AccessEntry['scope'][]>('file', 'subtree', 'file-or-subtree'),
  }),
  { selector: (made) => made.path, maxLength: 8 },
);
const covers = (directory: string, below: string) =>
  directory === below || below.startsWith(directory === '/' ? '/' : `${directory}/`);

t.test('agrees with a scan over all entries', (t) => {
  fc.assert(
    fc.property(entries, path, (list, wanted) => {
      const table = new AccessTable(list);
      const matching = list
        .filter((made) => (made.scope === 'file' ? made.path === wanted : covers(made.path, wanted)))
        .sort((left, right) => right.path.length - left.path.length);
      t.equal(table.entryAt(wanted), matching[0]);
      t.equal(table.rightsAt(wanted), matching[0]?.rights ?? 0);
      const below = list.some(
        (made) => made.rights !== 0 && made.path !== wanted && covers(wanted, made.path),
      );
      t.equal(table.sees(wanted), (matching[0]?.rights ?? 0) !== 0 || below);
      const boundaries = new BoundaryTable(list.map((made) => made.path));
      const governing = list
        .map((made) => made.path)
        .filter((made) => covers(made, wanted))
        .sort((left, right) => right.length - left.length);
      t.equal(boundaries.governing(wanted), governing[0] ?? '');
      t.equal(
        boundaries.containsBelow(wanted),
        list.some((made) => made.path !== wanted && covers(wanted, made.path)),
      );
    }),
    { numRuns: 500 },
  );
  t.end();
});

t.test('says the same of a path by its directory, in whatever order it is asked', (t) => {
  fc.assert(
    fc.property(entries, fc.array(path, { minLength: 1, maxLength: 12 }), (list, asked) => {
      const [table, fresh] = [new AccessTable(list), () => new AccessTable(list)];
      for (const wanted of asked.filter((one) => one !== '/')) {
        const directory = wanted.slice(0, wanted.lastIndexOf('/')) || '/';
        t.equal(table.rightsIn(directory, wanted), fresh().rightsAt(wanted));
        t.equal(table.sees(wanted), fresh().sees(wanted));
        const alike = table.rightsBelow(directory);
        if (alike !== undefined) t.equal(fresh().rightsAt(`${wanted}/further/down`), alike);
      }
    }),
    { numRuns: 300 },
  );
  t.end();
});

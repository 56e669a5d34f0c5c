/** The programs that join two owners' files, held against computations of another kind on the public data set itself. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { ProgramHost, type ProgramOutcome, READ, WRITE } from '../support/program-host.ts';
import { repositoryRoot } from '../support/repository.ts';

const packageFile = createRequire(import.meta.url).resolve('vega-datasets');
const dataSet = (name: string): string => readFileSync(join(dirname(packageFile), '../data', name), 'utf8');
const example = (path: string): Buffer => readFileSync(new URL(`examples/${path}`, repositoryRoot));
const program = (name: string): Buffer => example(`${name}/${name}.wasm`);

interface Joined extends ProgramOutcome {
  readonly result: string;
}

function runOn(name: string, a: string | Uint8Array, b: string | Uint8Array): Joined {
  const host = new ProgramHost();
  host.append('/input/a.csv', a);
  host.append('/input/b.csv', b);
  host.makeDirectory(['output']);
  const outcome = host.run(program(name), { rights: { '/input/': READ, '/output/': WRITE } });
  const path = name === 'linear-regression' ? '/output/result.json' : '/output/result.csv';
  return { ...outcome, result: host.read(path)?.toString() ?? '' };
}

interface Country {
  country: string;
  year: number;
  fertility: number;
  life_expect: number;
}

/** The line of least squares over decimal figures of up to 3 places, in whole numbers: nothing is rounded but the end. */
function exactLine(points: readonly (readonly [x: number, y: number])[]) {
  let [n, x, y, xx, xy, yy] = [0n, 0n, 0n, 0n, 0n, 0n];
  for (const point of points) {
    const [px, py] = [BigInt(Math.round(point[0] * 1000)), BigInt(Math.round(point[1] * 1000))];
    [n, x, y, xx, xy, yy] = [n + 1n, x + px, y + py, xx + px * px, xy + px * py, yy + py * py];
  }
  const [sxx, sxy, syy] = [n * xx - x * x, n * xy - x * y, n * yy - y * y];
  return {
    n: Number(n),
    slope: Number(sxy) / Number(sxx),
    intercept: Number(y * sxx - sxy * x) / Number(n * sxx) / 1000,
    r2: Number(sxy * sxy) / Number(sxx * syy),
  };
}

function close(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= 1e-12 * Math.abs(expected);
}

t.test('linear-regression finds the line of 620 real measurements of two owners', async (t) => {
  const lifeExpectancy = new Map<string, number>();
  for (const row of JSON.parse(dataSet('countries.json')) as Country[])
    lifeExpectancy.set(`${row.country} ${row.year}`, row.life_expect);
  const points = (JSON.parse(dataSet('gapminder.json')) as Country[]).flatMap((row) => {
    const y = lifeExpectancy.get(`${row.country} ${row.year}`);
    return y === undefined ? [] : [[row.fertility, y] as const];
  });
  const expected = exactLine(points);
  t.equal(expected.n, 620);

  const { exitCode, stderr, result } = runOn(
    'linear-regression',
    example('data/fertility.csv'),
    example('data/life-expectancy.csv'),
  );
  t.equal(exitCode, 0, stderr);
  const found = JSON.parse(result) as ReturnType<typeof exactLine> & { x: string; y: string };
  t.match(found, { x: 'fertility', y: 'life_expectancy', n: 620 });
  t.ok(close(found.slope, expected.slope), `${found.slope} and ${expected.slope}`);
  t.ok(close(found.intercept, expected.intercept), `${found.intercept} and ${expected.intercept}`);
  t.ok(close(found.r2, expected.r2), `${found.r2} and ${expected.r2}`);
});

t.test('linear-regression says what is wrong with an input, and repeats none of it', async (t) => {
  const good = 'key,y\nSECRET-1,1\nSECRET-2,2\n';
  const cases: [what: string, a: string, message: RegExp][] = [
    ['empty', '', /a\.csv: empty/],
    ['a header only', 'key,x\n', /0 rows in common/],
    ['one column', 'key\nSECRET\n', /a\.csv: a key column and a value column/],
    ['another key', 'name,x\nSECRET-1,1\nSECRET-2,2\n', /key columns differ/],
    [
      'a word for a number',
      'key,x\nSECRET-1,1\nSECRET-2,SECRET\n',
      /a\.csv:3: the last field is not a number/,
    ],
    ['a hexadecimal number', 'key,x\nSECRET-1,0x10\nSECRET-2,1\n', /a\.csv:2: the last field/],
    ['no finite number', 'key,x\nSECRET-1,1e999\nSECRET-2,1\n', /a\.csv:2: the last field/],
    ['a short row', 'key,x\nSECRET-1\n', /a\.csv:2: 1 fields where the header has 2/],
    ['a long row', 'key,x\nSECRET-1,1,2\n', /a\.csv:2: more than 2 fields/],
    ['a key twice', 'key,x\nSECRET-1,1\nSECRET-2,2\nSECRET-1,3\n', /a\.csv:4: the key of line 2 again/],
    ['an open quote', 'key,x\n"SECRET-1,1\n', /a\.csv:2: a quoted field does not end/],
    ['text behind a quote', 'key,x\n"SECRET"-1,1\n', /a\.csv:2: text behind a closing quote/],
    ['a quote in a field', 'key,x\nSEC"RET,1\n', /a\.csv:2: a quote inside/],
    ['a NUL', 'key,x\nSECRET\0,1\n', /a\.csv: holds a NUL/],
    ['values all the same', 'key,x\nSECRET-1,1\nSECRET-2,1\n', /a\.csv: all values are the same/],
  ];
  for (const [what, a, message] of cases) {
    const { exitCode, stderr, result } = runOn('linear-regression', a, good);
    t.equal(exitCode, 1, what);
    t.match(stderr, message, what);
    t.notMatch(stderr, /SECRET/, what);
    t.equal(result, '', `${what}: no result`);
  }
});

t.test('linear-regression reads CSV as RFC 4180 has it', async (t) => {
  const a = '\ufeffkey,"the ""x"""\r\n"a, b",1\r\n"line\nbreak",2\r\nc,4';
  const b = 'key,y\nc,8\n"line\nbreak",4\n"a, b",2\nd,9\n';
  const { stderr, result } = runOn('linear-regression', a, b);
  t.equal(stderr, '');
  t.same(JSON.parse(result), { x: 'the "x"', y: 'y', n: 3, slope: 2, intercept: 0, r2: 1 });
});

t.test('linear-regression leaves r2 open where there is nothing to explain', async (t) => {
  const { result } = runOn('linear-regression', 'k,x\na,1\nb,2\n', 'k,y\na,5\nb,5\n');
  t.same(JSON.parse(result), { x: 'x', y: 'y', n: 2, slope: 0, intercept: 5, r2: null });
});

t.test('a missing input is an error of its own', async (t) => {
  const host = new ProgramHost();
  host.append('/input/a.csv', 'key,x\n');
  const outcome = host.run(program('linear-regression'), { rights: { '/input/': READ } });
  t.equal(outcome.exitCode, 2);
  t.match(outcome.stderr, /^\/input\/b\.csv: cannot open: No such file or directory\n$/);
});

t.test('private-set-intersection gives the countries that two real lists share', async (t) => {
  const mine = new Set((JSON.parse(dataSet('gapminder.json')) as Country[]).map((row) => row.country));
  const theirs = dataSet('gapminder-health-income.csv').split('\n').slice(1);
  const names = new Set(
    theirs.map((line) => /^(?:"([^"]*)"|([^,]*))/.exec(line)).map((m) => m?.[1] ?? m?.[2]),
  );
  const expected = [...mine].filter((name) => names.has(name)).sort();
  t.equal(expected.length, 61);
  const { exitCode, stderr, result } = runOn(
    'private-set-intersection',
    example('data/fertility.csv'),
    example('data/incomes.csv'),
  );
  t.equal(exitCode, 0, stderr);
  t.equal(result, ['country', ...expected, ''].join('\n'));
});

t.test('private-set-intersection is the intersection of any two sets', async (t) => {
  const element = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '\n', 'é'), maxLength: 4 });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const csv = (set: readonly string[]) => ['h', ...set].map((field) => `${quoted(field)}\n`).join('');
  const written = (text: string) => (/[",\n]/.test(text) ? quoted(text) : text);
  const property = fc.property(fc.array(element), fc.array(element), (a, b) => {
    const common = [...new Set(a)].filter((item) => b.includes(item));
    common.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    const { result } = runOn('private-set-intersection', csv(a), csv(b));
    return result === ['h', ...common].map((item) => `${written(item)}\n`).join('');
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 100 }));
});

/** Levenshtein's distance by its definition, remembered. */
function distance(a: readonly string[], b: readonly string[]): number {
  const known = new Map<number, number>();
  const from = (i: number, j: number): number => {
    if (i === a.length || j === b.length) return a.length - i + (b.length - j);
    const place = i * (b.length + 1) + j;
    const before = known.get(place);
    if (before !== undefined) return before;
    const best =
      a[i] === b[j] ? from(i + 1, j + 1) : 1 + Math.min(from(i + 1, j), from(i, j + 1), from(i + 1, j + 1));
    known.set(place, best);
    return best;
  };
  return from(0, 0);
}

t.test('string-edit-distance links each of 187 real names with the closest of another list', async (t) => {
  const host = new ProgramHost();
  host.append('/a', example('data/incomes.csv'));
  host.append('/b', example('data/fertility.csv'));
  const args = ['/a', '/b', '/result'];
  const { exitCode, stderr } = host.run(program('string-edit-distance'), {
    args,
    rights: { '/a': READ, '/b': READ, '/result': WRITE },
  });
  t.equal(exitCode, 0, stderr);
  const theirs = [...new Set((JSON.parse(dataSet('gapminder.json')) as Country[]).map((row) => row.country))];
  const rows = (host.read('/result')?.toString() ?? '').trimEnd().split('\n').slice(1);
  t.equal(rows.length, 187);
  for (const row of rows) {
    const [, name = '', closest = '', steps] = /^("[^"]*"|[^,]*),("[^"]*"|[^,]*),(\d+)$/.exec(row) ?? [];
    const [mine, ...candidates] = [name, ...theirs].map((text) => [...text.replaceAll('"', '')]);
    const distances = candidates.map((candidate) => distance(mine ?? [], candidate));
    const best = Math.min(...distances);
    if (Number(steps) !== best || closest.replaceAll('"', '') !== theirs[distances.indexOf(best)])
      t.fail(`${row}: ${best} steps to ${theirs[distances.indexOf(best)]}`);
  }
});

t.test('string-edit-distance counts code points, and refuses what is not UTF-8', async (t) => {
  const { result } = runOn('string-edit-distance', 's\nkitten\nnaïve 😀\n\n', 's\nsitting\nnaive 😃\n');
  t.equal(result, 'string,closest,distance\nkitten,sitting,3\nnaïve 😀,naive 😃,2\n,sitting,7\n');
  for (const bytes of ['ff', 'c0af', 'e08080', 'eda080', 'f4908080', 'c3']) {
    const text = Buffer.concat([Buffer.from('s\n'), Buffer.from(bytes, 'hex'), Buffer.from('\n')]);
    const outcome = runOn('string-edit-distance', text, 's\nx\n');
    t.match(outcome, { exitCode: 1, stderr: '/input/a.csv:2: not UTF-8\n' }, bytes);
  }
});

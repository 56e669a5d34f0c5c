/**
 * The tests of Veracruz's server, by name: what its programs make of data, files and services. docs/veracruz.md has the
 * list. Upstream each test has an enclave of its own; here all share one.
 */
import { createCipheriv } from 'node:crypto';
import t from 'tap';
import { enclaveStatus } from '../support/enclave-status.ts';
import { double, readDoubles, sequence } from '../support/postcard.ts';
import * as data from './datasets.ts';
import { example, programPath } from './policies.ts';
import { startServer } from './server-enclave.ts';

const { enclave, session, read, readText, execute } = await startServer({
  programs: [
    'aead-native',
    'aesctr-native',
    'fd-create',
    'intersection-set-sum',
    'linear-regression',
    'logistic-regression',
    'moving-average-convergence-divergence',
    'number-accumulation',
    'postcard-native',
    'postcard-wasm',
    'private-set-intersection',
    'private-set-intersection-sum',
    'random-source',
    'random-u32-list',
    'read-file',
    'sort-numbers',
    'string-edit-distance',
  ],
  pipelines: ['/program/random-u32-list.wasm ; if /numbers/unsorted.txt { /program/sort-numbers.wasm ; }'],
});

t.test('basic_read_write_and_traverse: a program reads, writes, makes and lists directories', async (t) => {
  await execute(t, 'read-file', { '/input/hello-world-1.dat': data.helloWorld });
  t.equal(await readText('/output/test/test.txt'), 'hello');
  t.equal(await readText('/output/hello-world-1.dat'), `${data.helloWorld}\ntest\n`);
  t.same(
    (await session.list('/output')).map(({ name }) => name),
    ['hello-world-1.dat', 'test'],
  );
});

t.test('basic_random_source: 32 bytes of the enclave, others with each run', async (t) => {
  await execute(t, 'random-source');
  const first = await read('/output/random.dat');
  t.equal(first.length, 32);
  await execute(t, 'random-source');
  t.notSame(await read('/output/random.dat'), first);
});

t.test('basic_number_accumulation_batch_process: batches are appended and run', async (t) => {
  const prices = data.sharePrices().slice(0, 300);
  await execute(t, 'number-accumulation', { '/input/numbers.txt': Buffer.from('1000.5\n') });
  t.match(JSON.parse(await readText('/output/result.json')), { count: 1, sum: 1000.5 });
  let [count, sum] = [1, 1000.5];
  for (let start = 0; start < prices.length; start += 100) {
    const batch = prices.slice(start, start + 100);
    await session.appendFile('/input/numbers.txt', Buffer.from(`${batch.join('\n')}\n`));
    t.same(await session.run(programPath('number-accumulation')), { exitCode: 0 });
    count += batch.length;
    sum += batch.reduce((total, price) => total + price, 0);
    const found = JSON.parse(await readText('/output/result.json'));
    t.equal(found.count, count);
    t.ok(Math.abs(found.sum - sum) < 1e-9 * sum, `${found.sum}`);
  }
});

t.test('basic_pipeline: a pipeline runs its programs, the second where the first wrote', async (t) => {
  for (const name of ['random-u32-list', 'sort-numbers'])
    await session.writeFile(programPath(name), example(name));
  t.same(await session.runPipeline('0'), { exitCode: 0 });
  const numbers = async (path: string) => (await readText(path)).trim().split('\n').map(Number);
  const unsorted = await numbers('/numbers/unsorted.txt');
  t.equal(unsorted.length, 1000);
  t.same(
    await numbers('/output/sorted.txt'),
    [...unsorted].sort((a, b) => a - b),
  );
});

t.test('integration_linear_regression: a line through 620 points', async (t) => {
  await execute(t, 'linear-regression', {
    '/input/a.csv': data.fertility,
    '/input/b.csv': data.lifeExpectancy,
  });
  const found = JSON.parse(await readText('/output/result.json'));
  t.match(found, { n: 620, x: 'fertility', y: 'life_expectancy' });
  const line = data.leastSquares(data.fertility, data.lifeExpectancy);
  // It prints every digit of its doubles; sums of 620 lose some.
  t.ok(data.worstDifference(found, line) < 1e-9, JSON.stringify({ found, line }));
});

t.test('integration_intersection_sum: what two sets share, summed, whichever comes first', async (t) => {
  const { viewers, customers, result } = data.intersectionSets();
  await execute(t, 'intersection-set-sum', {
    '/input/intersection-customer.dat': customers,
    '/input/intersection-advertisement-viewer.dat': viewers,
  });
  t.same(await read('/output/intersection-set-sum.dat'), result);
});

t.test('integration_string_edit_distance: the closest of the other file, and how far it is', async (t) => {
  await execute(t, 'string-edit-distance', {
    '/input/a.csv': Buffer.from('name\nkitten\n'),
    '/input/b.csv': Buffer.from('name\nmitten\nsitting\n'),
  });
  t.equal(await readText('/output/result.csv'), 'string,closest,distance\nkitten,mitten,1\n');
});

t.test('integration_private_set_intersection: countries that two real tables share', async (t) => {
  await execute(t, 'private-set-intersection', {
    '/input/a.csv': data.fertility,
    '/input/b.csv': data.incomes,
  });
  const found = await read('/output/result.csv');
  const known = new Set(data.column(data.incomes, 0));
  const shared = [...new Set(data.column(data.fertility, 0))].filter((country) => known.has(country)).sort();
  t.match(found.toString(), /^country\n/);
  t.same(data.column(found, 0), shared);
  t.ok(shared.length > 50 && shared.length < known.size, `${shared.length} countries`);
});

t.test('integration_postcard_json: postcard in, JSON out', async (t) => {
  const { file, json } = data.generatedPostcardRecords(10);
  await execute(t, 'postcard-wasm', { '/input/postcard.dat': file });
  t.same(JSON.parse(await readText('/output/postcard_wasm.txt')), json);
});

t.test('performance_idash2017: a model of real penguins', async (t) => {
  const { file, test } = data.penguinTraining();
  await execute(t, 'logistic-regression', {
    '/input/idash2017/penguins-0.dat': file,
    '/input/idash2017/penguins-1.dat': file,
  });
  const first = await read('/output/idash2017/penguins-0.dat');
  const { values: weights, rest } = readDoubles(first);
  t.equal(weights.length, 5);
  const right = data.percentRight(test, weights);
  t.ok(right > 90, `${right} percent of the birds, judged by the weights alone`);
  t.ok(Math.abs(rest.readDoubleLE(0) - right) < 1e-9, 'which is what the program says of them');
  t.same(await read('/output/idash2017/penguins-1.dat'), first);
});

t.test('performance_macd: when to buy, over twenty years of prices', async (t) => {
  const prices = data.sharePrices();
  await execute(t, 'moving-average-convergence-divergence', {
    '/input/macd/sp500.dat': sequence(prices, double),
  });
  const { values } = readDoubles(await read('/output/macd/sp500.dat'));
  const expected = data.crossings(prices);
  t.equal(values.length, expected.length);
  t.equal(values.length, prices.length - 35);
  // The ninth power of a spread of dollars takes digits with it.
  const worst = data.worstDifference(
    Object.fromEntries(values.entries()),
    Object.fromEntries(expected.entries()),
  );
  t.ok(worst < 1e-9, `${worst}`);
});

t.test('performance_set_intersection_sum: two thousand generated ids and a sample of them', async (t) => {
  const { data: table, sample, result } = data.generatedPrivateSets(2000);
  await execute(t, 'private-set-intersection-sum', {
    '/input/private-set-inter-sum/data-2000-0/data.dat': table,
    '/input/private-set-inter-sum/data-2000-0/sample.dat': sample,
  });
  t.same(await read('/output/private-set-inter-sum/data-2000-0'), result);
});

t.test("fd_create: Veracruz's own call gives a file without a name", async (t) => {
  const before = (await enclaveStatus(enclave)).files.inodes;
  await execute(t, 'fd-create');
  t.equal(await readText('/output/pass'), 'pass\n');
  t.equal((await enclaveStatus(enclave)).files.inodes, before + 2, 'the program and its result alone stay');
});

/** What the programs of the services encrypt with. */
const SERVICE_KEY = [Buffer.from('aujourdhuimamane'), Buffer.from('stmorteoupeutetr')] as const;

t.test('basic_aesctr_native_module: the counter mode AES service, there and back', async (t) => {
  await execute(t, 'aesctr-native');
  t.equal(await readText('/output/aesctr_native_pass.txt'), 'pass\n');
  const cipher = (text: string) => createCipheriv('aes-128-ctr', ...SERVICE_KEY).update(text);
  t.same(await read('/output/enc.dat'), cipher('ehierje'));
  t.same(await read('/output/dec.dat'), cipher('nesaispas'), 'this mode goes both ways alike');
});

t.test('basic_postcard_native_module: the Postcard service says what the program says', async (t) => {
  const { file, json } = data.generatedPostcardRecords(10);
  await execute(t, 'postcard-native', { '/input/postcard.dat': file });
  t.same(JSON.parse(await readText('/output/postcard_native.txt')), json);
});

t.test('aead_native: the AEAD service seals, and opens nothing that was changed', async (t) => {
  await execute(t, 'aead-native', { '/input/data.dat': data.helloWorld });
  t.equal(await readText('/output/aead_native_pass.txt'), 'pass\n');
  const cipher = createCipheriv('aes-128-gcm', ...SERVICE_KEY).setAAD(Buffer.from('header'));
  const sealed = Buffer.concat([cipher.update(data.helloWorld), cipher.final(), cipher.getAuthTag()]);
  t.same(await read('/output/sealed.dat'), sealed);
  t.same(await read('/output/opened.dat'), data.helloWorld);
});

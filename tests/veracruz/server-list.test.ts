/**
 * The tests of Veracruz's server, by name: one party, one enclave, every program. docs/veracruz.md has the list. Upstream
 * each test has an enclave of its own; here all share one, so a test that needs something missing stands before those that
 * bring it.
 */
import { createCipheriv, createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import t, { type Test } from 'tap';
import { ControlClient } from '../../host-bridge/launcher/control-client.ts';
import { toHex } from '../../proto/bytes.ts';
import { Rights } from '../../proto/rights.ts';
import { type Message, RecordType, Tls13Client } from '../end-to-end/tls13-client.ts';
import { enclaveStatus, idle } from '../support/enclave-status.ts';
import { goldenRequests, readGoldenResponse } from '../support/golden-bytes.ts';
import { double, readDoubles, sequence } from '../support/postcard.ts';
import { makeParty, startTestEnclave } from '../support/test-enclave.ts';
import * as data from './datasets.ts';
import { example, programPath, R, veracruzPolicy, W, WX } from './policies.ts';

const AGREED = Buffer.from('data with a hash');
const [client, stranger] = await Promise.all([makeParty('client'), makeParty('data-client')]);
const enclave = await startTestEnclave(
  (pcr0) =>
    veracruzPolicy({
      pcr0,
      parties: [
        [
          client,
          {
            '/input/': W,
            '/output/': R,
            '/numbers/': R,
            '/program/': WX,
            '/stream': Rights.PATH_OPEN | Rights.FD_WRITE | Rights.FD_SEEK,
          },
        ],
      ],
      programs: [
        'aead-native',
        'aesctr-native',
        'fd-create',
        'intersection-set-sum',
        'linear-regression',
        'logistic-regression',
        'moving-average-convergence-divergence',
        'nop',
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
      pipelines: [
        '/program/random-u32-list.wasm ; if /numbers/unsorted.txt { /program/sort-numbers.wasm ; }',
      ],
      hashed: { '/input/agreed.dat': AGREED },
    }),
  { executor: { warmChildren: 1, namespaces: 'if-possible' } },
);
t.teardown(() => enclave.stop());
const session = await enclave.connect(client);
const read = async (path: string): Promise<Buffer> => Buffer.from(await session.readFile(path));
const readText = async (path: string): Promise<string> => (await read(path)).toString();

/** What CheckHash asks upstream: is it that policy, and that runtime? */
async function checkHashes(t: Test): Promise<void> {
  t.equal(await session.policyHash(), createHash('sha256').update(enclave.policy).digest('hex'));
  const pcr0 = session.facts.attestation.document.pcrs.get(0);
  t.equal(pcr0 && toHex(pcr0), toHex(enclave.pcr0));
}

/** Brings a program and data, and runs the program to a good end. */
async function execute(t: Test, name: string, files: Readonly<Record<string, Uint8Array>> = {}) {
  await checkHashes(t);
  await session.writeFile(programPath(name), example(name));
  for (const [path, content] of Object.entries(files)) await session.writeFile(path, content);
  t.same(await session.run(programPath(name)), { exitCode: 0 }, name);
}

t.test('basic_new_session: a session is attested before anything is sent', async (t) => {
  const another = await enclave.connect(client);
  t.equal(another.facts.instanceId, session.facts.instanceId, 'both speak to one enclave');
  t.ok(another.checks.every(({ name }) => name.length > 0) && another.checks.length > 5);
  t.equal((await enclaveStatus(enclave)).sessions, 2);
  await another.close();
});

t.test('test_phase1_attestation_only: nothing but attestation leaves nothing behind', async (t) => {
  const { files } = await enclaveStatus(enclave);
  const another = await enclave.connect(client);
  await checkHashes(t);
  await another.close();
  t.same((await enclaveStatus(enclave)).files, files);
});

t.test('test_multiple_keys: sessions one after the other use nothing up', async (t) => {
  for (let count = 0; count < 10; count++) await (await enclave.connect(client)).close();
  t.equal((await idle(enclave)).sessions, 1);
});

/** Asks for the policy's hash with that certificate and that key, whether or not they belong together: all that comes back. */
async function askAs(certificate: string, key: string): Promise<Message[]> {
  const party = await Tls13Client.start(enclave.relay.address);
  party.finish(new X509Certificate(certificate).raw, createPrivateKey(key));
  party.send(RecordType.applicationData, goldenRequests.policyHash());
  const first = await party.next();
  const CLOSE_NOTIFY = Buffer.of(1, 0);
  party.send(RecordType.alert, CLOSE_NOTIFY);
  return first === undefined ? [] : [first, ...(await party.rest())];
}

/** The one answer among what came. */
function answerIn(messages: readonly Message[]) {
  const data = messages.filter(({ type }) => type === RecordType.applicationData);
  const frame = Buffer.concat(data.map(({ content }) => content));
  if (frame.length < 8 || frame.readBigUInt64BE() !== BigInt(frame.length - 8))
    throw new Error(`no answer, or more than one: ${frame.length} bytes`);
  return readGoldenResponse(frame.subarray(8));
}

/** That a handshake ended in decrypt_error: the signature is not of the certificate's key. */
function refusedByTls(t: Test, messages: readonly Message[]): void {
  const alert = { type: RecordType.alert, content: Buffer.of(2, 51) };
  // The question may meet a closed connection, whose reset overtakes the alert: then nothing comes at all.
  t.same(messages, messages.length === 0 ? [] : [alert]);
}

/** That the same question, asked in the same way with the right pair, has its answer. */
async function rightPairIsAnswered(t: Test): Promise<void> {
  const policyHash = createHash('sha256').update(enclave.policy).digest('hex');
  t.match(answerIn(await askAs(client.certificate, client.key)), { status: 1, policyHash });
}

/** That a party whose handshake is faultless is told that the policy has no such certificate, and nothing else. */
async function strangerIsRefused(t: Test): Promise<void> {
  const refusal = { status: 2, result: undefined, policyHash: undefined, error: 'IDENTITY_UNKNOWN' };
  const messages = await askAs(stranger.certificate, stranger.key);
  t.same(answerIn(messages), refusal);
  t.match(messages.at(-1), { type: RecordType.alert, content: Buffer.of(1, 0) }, 'and a close in order');
}

t.test('basic_unauthorized_key: a certificate is worth nothing with another key', async (t) => {
  const mixed = { ...client, key: stranger.key };
  await t.rejects(enclave.connect(mixed), { code: 'CLIENT_IDENTITY_INVALID' }, 'our client sees it itself');
  await rightPairIsAnswered(t);
  refusedByTls(t, await askAs(mixed.certificate, mixed.key));
});

t.test('basic_unauthorized_certificate: a certificate that is not in the policy is refused', async (t) => {
  const mixed = { ...client, certificate: stranger.certificate };
  await t.rejects(enclave.connect(mixed), { code: 'CLIENT_IDENTITY_INVALID' });
  await rightPairIsAnswered(t);
  refusedByTls(t, await askAs(mixed.certificate, mixed.key));
  await strangerIsRefused(t);
});

t.test('basic_unauthorized_certificate_key_pair: a stranger gets one error and a close', async (t) => {
  await t.rejects(enclave.connect(stranger), { code: 'CLIENT_NOT_IN_POLICY' });
  await strangerIsRefused(t);
});

t.test('basic_execute_non_existent: a program that nobody has brought does not run', async (t) => {
  await t.rejects(session.run(programPath('random-source')), { code: 'FILE_NOT_FOUND' });
  await t.rejects(session.run('/program/of-no-policy.wasm'), { code: 'PROGRAM_UNKNOWN' });
  await t.rejects(session.readFile('/output/random.dat'), { code: 'FILE_NOT_FOUND' });
});

t.test('basic_client_read_non_existent: a file that is not there cannot be read', async (t) => {
  await t.rejects(session.readFile('/output/random.dat'), { code: 'FILE_NOT_FOUND' });
  await t.rejects(session.readFile('/nowhere/random.dat'), { code: 'ACCESS_DENIED' });
});

t.test(
  'basic_program_read_non_existent: a program without its data fails and leaves no result',
  async (t) => {
    await session.writeFile(programPath('linear-regression'), example('linear-regression'));
    t.same(await session.run(programPath('linear-regression')), { exitCode: 2 });
    await t.rejects(session.readFile('/output/result.json'), { code: 'FILE_NOT_FOUND' });
  },
);

t.test('test_phase2_incorrect_program_no_attestation: another program is not taken', async (t) => {
  const path = programPath('random-source');
  await t.rejects(session.writeFile(path, example('nop')), { code: 'FILE_HASH_MISMATCH' });
  await t.rejects(session.run(path), { code: 'FILE_NOT_FOUND' });
});

t.test(
  'test_phase2_random_source_one_data_no_attestation: data that the policy has no place for is refused',
  async (t) => {
    const before = (await enclaveStatus(enclave)).files;
    await t.rejects(session.writeFile('/input-9', data.helloWorld), { code: 'ACCESS_DENIED' });
    await t.rejects(session.writeFile('/output/extra.dat', data.helloWorld), { code: 'ACCESS_DENIED' });
    t.same((await enclaveStatus(enclave)).files, before);
  },
);

t.test(
  'test_phase4_number_stream_accumulation_one_data_one_stream_with_attestation: nothing runs by itself',
  async (t) => {
    await checkHashes(t);
    await session.writeFile(programPath('number-accumulation'), example('number-accumulation'));
    await session.writeFile('/input/numbers.txt', Buffer.from('1\n'));
    await session.appendFile('/input/numbers.txt', Buffer.from('2\n'));
    await t.rejects(session.readFile('/output/result.json'), { code: 'FILE_NOT_FOUND' });
  },
);

t.test(
  'test_phase4_number_stream_accumulation_no_data_two_stream_with_attestation: no stream without its beginning',
  async (t) => {
    await t.rejects(session.appendFile('/stream', Buffer.from('1\n')), { code: 'ACCESS_DENIED' });
  },
);

t.test(
  'test_phase4_number_stream_accumulation_no_data_three_stream_with_attestation: no more than was agreed',
  async (t) => {
    const path = '/input/agreed.dat';
    await session.writeFile(path, AGREED);
    await t.rejects(session.appendFile(path, Buffer.from('more')), { code: 'FILE_IMMUTABLE' });
    await t.rejects(session.writeFile(path, Buffer.concat([AGREED, AGREED])), {
      code: 'FILE_HASH_MISMATCH',
    });
  },
);

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

t.test('basic_init_destroy_enclave: an enclave that was brought up goes down in order', async (t) => {
  t.equal((await enclaveStatus(enclave)).phase, 'serving');
  await session.close();
  const control = new ControlClient(await enclave.enclave.connectControl());
  await control.shutdown();
  t.same(await enclave.enclave.exited, { code: 0, signal: null });
});

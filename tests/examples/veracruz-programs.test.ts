/** The programs that stand for Veracruz's own examples, on real figures where there are some. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { double, readDoubles, readUnsigned, sequence, text, unsigned } from '../support/postcard.ts';
import { ProgramHost, READ, READ_WRITE, WRITE } from '../support/program-host.ts';
import { repositoryRoot } from '../support/repository.ts';
import {
  crossings,
  generatedPostcardRecords,
  generatedPrivateSets,
  helloWorld,
  intersectionSets,
  penguinTraining,
  sharePrices,
} from '../veracruz/datasets.ts';

const program = (name: string): Buffer =>
  readFileSync(new URL(`examples/${name}/${name}.wasm`, repositoryRoot));
const rights = { '/input/': READ, '/output/': READ_WRITE };

/** Runs an example over `files`; the host has what it wrote. */
function run(name: string, files: Readonly<Record<string, string | Uint8Array>>, env: string[] = []) {
  const host = new ProgramHost();
  host.makeDirectory(['input']);
  host.makeDirectory(['output']);
  for (const [path, content] of Object.entries(files)) host.append(path, content);
  return { ...host.run(program(name), { rights, env }), host };
}

t.test('nop does nothing and succeeds', async (t) => {
  t.match(run('nop', {}), { exitCode: 0, stdout: '', stderr: '' });
});

t.test('read-file reads, makes a directory, writes below it and lists', async (t) => {
  const { host, ...outcome } = run('read-file', { '/input/hello-world-1.dat': 'text' });
  t.match(outcome, { exitCode: 0, stdout: 'hello\nworld\n' });
  t.equal(host.read('/output/test/test.txt')?.toString(), 'hello');
  t.equal(host.read('/output/hello-world-1.dat')?.toString(), 'text\ntest\n');
  t.equal(host.run(program('read-file'), { rights }).exitCode, 0, 'again, where the directory is there');
  t.equal(host.read('/output/hello-world-1.dat')?.toString(), 'text\nhello-world-1.dat\ntest\n');
});

t.test('file-seek copies from some byte on, and makes nothing longer that it seeks in', async (t) => {
  for (const [skip, rest] of [
    ['0', '0123456789'],
    ['3', '3456789'],
    ['10', ''],
    ['999999999999', ''],
  ] as const) {
    const { exitCode, host } = run('file-seek', { '/input/README.markdown': '0123456789' }, [`SKIP=${skip}`]);
    t.equal(exitCode, 0, skip);
    t.equal(host.read('/output/NEW_README.markdown')?.toString(), rest, skip);
    t.equal(host.read('/input/README.markdown')?.length, 10);
  }
  for (const skip of ['', '-1', '1x', ' 1', '99999999999999999999'])
    t.equal(run('file-seek', { '/input/README.markdown': '' }, [`SKIP=${skip}`]).exitCode, 1, skip);
});

t.test('string-search finds the lines that hold a word', async (t) => {
  const search = (query: string) => {
    const { exitCode, host } = run('string-search', { '/input/hello-world-1.dat': helloWorld }, [
      `QUERY=${query}`,
    ]);
    return exitCode === 0 ? host.read('/output/search_results.dat')?.toString() : exitCode;
  };
  t.equal(search('Hello'), 'Hello, world!\nHello, enclave!\n');
  t.equal(search('moon.'), 'Good night, moon.\n');
  t.equal(search('mars'), '');
  t.equal(search(''), 1);
});

/** Reads huffman-encoding's file by its definition alone: canonical codes by their lengths. */
function decodeHuffman(bytes: Buffer): Buffer {
  const symbols = [...bytes.subarray(0, 256).entries()].filter(([, length]) => length > 0);
  symbols.sort(([a, left], [b, right]) => left - right || a - b);
  const codes = new Map<string, number>();
  let next = 0n;
  let before = symbols[0]?.[1] ?? 0;
  for (const [symbol, length] of symbols) {
    next <<= BigInt(length - before);
    codes.set(next.toString(2).padStart(length, '0'), symbol);
    next++;
    before = length;
  }
  const decoded: number[] = [];
  let code = '';
  const count = Number(bytes.readBigUInt64LE(256));
  for (const byte of bytes.subarray(264))
    for (const bit of byte.toString(2).padStart(8, '0')) {
      if (decoded.length === count) break;
      code += bit;
      const symbol = codes.get(code);
      if (symbol === undefined) continue;
      decoded.push(symbol);
      code = '';
    }
  if (decoded.length !== count) throw new Error(`${decoded.length} bytes of ${count}`);
  return Buffer.from(decoded);
}

t.test('huffman-encoding gives back every file, and the fewest bits', async (t) => {
  const encode = (input: Uint8Array) => {
    const { exitCode, host } = run('huffman-encoding', { '/input/hello-world-1.dat': input });
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}`);
    return host.read('/output/encoded_output.dat')!;
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (input) =>
      decodeHuffman(encode(input)).equals(Buffer.from(input)),
    ),
    { numRuns: 60 },
  );
  // Weights of 1, 1, 2, 4 and 8 take 4, 4, 3, 2 and 1 bits: 30 in all.
  const input = Buffer.from('abccddddeeeeeeee');
  t.same(decodeHuffman(encode(input)), input);
  t.equal(encode(input).length, 256 + 8 + Math.ceil(30 / 8));
});

t.test('generate-set and keep-primes leave the primes', async (t) => {
  const { exitCode, host } = run('generate-set', {}, ['LIMIT=1000']);
  t.equal(exitCode, 0);
  t.equal(host.run(program('keep-primes'), { rights }).exitCode, 0);
  const found = host.read('/output/number-set.txt')!.toString();
  const primes = Array.from({ length: 1001 }, (_, number) => number).filter(
    (number) =>
      number > 1 &&
      !Array.from({ length: 30 }, (_, at) => at + 2).some((d) => d < number && number % d === 0),
  );
  t.equal(found, `${primes.join(',')}\n`);
  for (const limit of ['', '1', '-5', '10000001', '7x'])
    t.equal(run('generate-set', {}, [`LIMIT=${limit}`]).exitCode, 1, limit);
  for (const set of ['', '2', '2,', '2,,3\n', '2,x\n', '2\n3\n', '99999999\n', '-2\n'])
    t.equal(run('keep-primes', { '/output/number-set.txt': set }).exitCode, 1, JSON.stringify(set));
});

/** What a place at (x, y) records of a noise at (0, 0), as loud as it is far. */
function recording(x: number, y: number, [atX, atY] = [0, 0]): Buffer {
  const bytes = Buffer.alloc(12 + 2 * 200);
  bytes.writeInt32LE(x, 4);
  bytes.writeInt32LE(y, 8);
  const distance = Math.round(Math.hypot(x - atX, y - atY));
  for (let at = 12; at < bytes.length; at += 2) bytes.writeInt16LE(at % 4 === 0 ? distance : -distance, at);
  return bytes;
}

t.test('audio-event-triangulation finds the source of a noise', async (t) => {
  const locate = (places: readonly Buffer[]) => {
    const host = new ProgramHost();
    for (const [index, place] of places.entries()) host.append(`/input-${index}`, place);
    const entries = places.map((_, index) => [`/input-${index}`, READ] as const);
    const outcome = host.run(program('audio-event-triangulation'), {
      rights: { ...Object.fromEntries(entries), '/output': WRITE },
    });
    const found = host.read('/output');
    return found === undefined ? outcome : [found.readInt32LE(0), found.readInt32LE(4)];
  };
  const source = [120, -340] as [number, number];
  // Distances that are whole numbers: the three circles meet in one point.
  const corners = [
    recording(120 + 300, -340 + 400, source),
    recording(120 - 500, -340, source),
    recording(120, -340 - 900, source),
  ];
  t.same(locate(corners), source);
  t.same(locate([...corners, recording(120 + 80, -340 + 60, source)]), source, 'a fourth place agrees');
  t.match(locate(corners.slice(1)), { exitCode: 1, stderr: /2 recordings, 3 are needed/ });
  t.match(locate([recording(0, 1), recording(0, 2), recording(0, 9)]), {
    exitCode: 1,
    stderr: /on one line/,
  });
  t.match(locate([corners[0]!, corners[1]!, Buffer.alloc(13)]), {
    exitCode: 1,
    stderr: /\/input-2: not a recording/,
  });
});

t.test('postcard-wasm makes the JSON that serde makes', async (t) => {
  const { file, json } = generatedPostcardRecords(40);
  const { exitCode, stderr, host } = run('postcard-wasm', { '/input/postcard.dat': file });
  t.equal(exitCode, 0, stderr);
  t.same(JSON.parse(host.read('/output/postcard_wasm.txt')!.toString()), json);
  const refuses = (bytes: Uint8Array) =>
    t.match(run('postcard-wasm', { '/input/postcard.dat': bytes }), {
      exitCode: 1,
      stderr: /^\/input\/postcard\.dat: [a-zA-Z8' ,-]+ at byte \d+\n$/,
    });
  for (const cut of [0, 1, 2, 9, file.length - 1]) refuses(file.subarray(0, cut));
  refuses(Buffer.concat([file, Buffer.of(0)]));
  refuses(Buffer.of(1, 3, 0, 0, 0, 0, 0)); // ENUM2 has three variants
  refuses(Buffer.from('ffffffff7f', 'hex')); // over 32 bits
  refuses(Buffer.from('0102808004020202', 'hex')); // 65536 in 16 bits
  refuses(Buffer.from('018080808080808080808001', 'hex')); // a number without an end
});

t.test('a damaged file of postcard gives JSON or one line that names a byte', async () => {
  const { file } = generatedPostcardRecords(2);
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(file);
      damaged[at] = byte;
      const { exitCode, stderr, host } = run('postcard-wasm', { '/input/postcard.dat': damaged });
      if (exitCode === 0) JSON.parse(host.read('/output/postcard_wasm.txt')!.toString());
      else if (exitCode !== 1 || !/at byte \d+\n$/.test(stderr)) throw new Error(`${exitCode} ${stderr}`);
    }),
    { numRuns: 100 },
  );
});

t.test('intersection-set-sum sums over what both have', async (t) => {
  const { viewers, customers, result } = intersectionSets();
  const sum = (a: Uint8Array, b: Uint8Array) =>
    run('intersection-set-sum', {
      '/input/intersection-advertisement-viewer.dat': a,
      '/input/intersection-customer.dat': b,
    });
  t.same(sum(viewers, customers).host.read('/output/intersection-set-sum.dat'), result);
  t.ok(result.readDoubleLE() > 500_000, 'real incomes');
  const none = sum(sequence([], text), customers).host.read('/output/intersection-set-sum.dat');
  t.same(none, double(0));
  t.match(sum(Buffer.of(1, 1, 0xff), customers), { exitCode: 1, stderr: /not UTF-8/ });
  t.match(sum(viewers, Buffer.concat([Buffer.of(1), text('a'), double(Number.NaN)])), { exitCode: 1 });
});

t.test('private-set-intersection-sum counts and sums, directory by directory', async (t) => {
  const { data, sample, result } = generatedPrivateSets(400);
  const { exitCode, stderr, host } = run('private-set-intersection-sum', {
    '/input/private-set-inter-sum/a/data.dat': data,
    '/input/private-set-inter-sum/a/sample.dat': sample,
    '/input/private-set-inter-sum/b/data.dat': data,
    '/input/private-set-inter-sum/b/sample.dat': unsigned(0),
  });
  t.equal(exitCode, 0, stderr);
  t.same(host.read('/output/private-set-inter-sum/a'), result);
  t.equal(readUnsigned(result, 0).value, 100n);
  t.same(host.read('/output/private-set-inter-sum/b'), Buffer.of(0, 0));
  t.equal(run('private-set-intersection-sum', {}).exitCode, 2, 'no such directory');
});

t.test('moving-average-convergence-divergence agrees with its definition on real prices', async (t) => {
  const prices = sharePrices();
  t.ok(prices.length > 5000 && prices.every((price) => price > 0));
  const { exitCode, stderr, host } = run('moving-average-convergence-divergence', {
    '/input/macd/all.dat': sequence(prices.slice(0, 1000), double),
    '/input/macd/few.dat': sequence(prices.slice(0, 36), double),
  });
  t.equal(exitCode, 0, stderr);
  const found = readDoubles(host.read('/output/macd/all.dat')!).values;
  const expected = crossings(prices.slice(0, 1000));
  t.equal(found.length, expected.length);
  // The ninth power of a spread of dollars takes digits with it.
  const worst = Math.max(...found.map((value, at) => Math.abs(value / expected[at]! - 1)));
  t.ok(worst < 1e-6, `${worst}`);
  t.equal(readDoubles(host.read('/output/macd/few.dat')!).values.length, 1);
  const short = { '/input/macd/few.dat': sequence(prices.slice(0, 35), double) };
  t.equal(run('moving-average-convergence-divergence', short).exitCode, 1);
});

t.test('logistic-regression tells real penguins apart', async (t) => {
  const { file, learn, test } = penguinTraining();
  t.equal(learn.length + test.length, 342, 'all that were measured');
  const { exitCode, stderr, host } = run('logistic-regression', { '/input/idash2017/penguins.dat': file });
  t.equal(exitCode, 0, stderr);
  const { values, rest } = readDoubles(host.read('/output/idash2017/penguins.dat')!);
  const [right, area] = [rest.readDoubleLE(0), rest.readDoubleLE(8)];
  t.equal(values.length, 5);
  // Judged here by its weights alone, on figures scaled as the program does it.
  const largest = test[0]!.map((_, column) => Math.max(...test.map((row) => Math.abs(row[column]!))));
  const score = (row: readonly number[], from: number) =>
    row.reduce((sum, value, at) => sum + (at < from ? 0 : (value / largest[at]!) * values[at]!), 0);
  const correct = test.filter((row) => score(row, 0) >= 0).length;
  t.ok(Math.abs(right - (100 * correct) / test.length) < 1e-9, `${right} %`);
  const scores = (side: number) => test.filter(([y]) => y === side).map((row) => side * score(row, 1));
  const pairs = scores(1).flatMap((one) => scores(-1).map((other): number => (other <= one ? 1 : 0)));
  const share = pairs.reduce((sum, pair) => sum + pair) / pairs.length;
  t.ok(Math.abs(area - share) < 1e-9, `area ${area}`);
  t.ok(right > 90 && area > 0.95, `${right} % and ${area}`);

  const bad = (bytes: Uint8Array) =>
    t.equal(run('logistic-regression', { '/input/idash2017/x': bytes }).exitCode, 1);
  const row = sequence([1, 2], double);
  const table = (...rows: Buffer[]) => Buffer.concat([unsigned(rows.length), ...rows]);
  bad(Buffer.concat([table(), table(row), Buffer.of(1, 3, 2, 2)]));
  bad(Buffer.concat([table(row, sequence([1], double)), table(row), Buffer.of(1, 3, 2, 2)]));
  bad(Buffer.concat([table(row), table(row), Buffer.of(1, 4, 2, 2)]));
  bad(Buffer.concat([table(row), table(row), Buffer.of(1, 3, 2, 0)]));
});

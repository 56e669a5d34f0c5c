/**
 * Inputs of Veracruz's example programs, in its own encoding, with what a computation of another kind makes of them. Real
 * figures are those of the package vega-datasets; what is generated says so in its name, and comes from a fixed seed.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { double, sequence, signed, text, unsigned } from '../support/postcard.ts';
import { repositoryRoot } from '../support/repository.ts';

const packageFile = createRequire(import.meta.url).resolve('vega-datasets');
const dataSet = (name: string): string => readFileSync(join(dirname(packageFile), '../data', name), 'utf8');
const ownersFile = (name: string): Buffer =>
  readFileSync(new URL(`examples/data/${name}.csv`, repositoryRoot));

export const fertility = ownersFile('fertility');
export const lifeExpectancy = ownersFile('life-expectancy');
export const incomes = ownersFile('incomes');

/** Words for programs that take any text. */
export const helloWorld = Buffer.from('Hello, world!\nHello, enclave!\nGood night, moon.\n');

/** 32 bits at a time, always the same: SHA-256 of the seed and a counter. */
function* generator(seed: string): Generator<number, never> {
  for (let counter = 0; ; counter++) {
    const digest = createHash('sha256').update(`${seed} ${counter}`).digest();
    for (let offset = 0; offset < digest.length; offset += 4) yield digest.readUInt32LE(offset);
  }
}

/** The fields of each line behind the header; a field in quotes may hold commas. */
const rowsOf = (file: Buffer): string[][] =>
  file
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) =>
      line
        .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
        .map((field) => field.replace(/^"(.*)"$/, '$1').replaceAll('""', '"')),
    );

export const column = (file: Buffer, index: number): string[] => rowsOf(file).map((row) => row[index]!);

/** How far found numbers are from the expected ones, each relative to what is expected; NaN where one is missing. */
export function worstDifference<Key extends string>(
  found: Readonly<Partial<Record<Key, unknown>>>,
  expected: Readonly<Record<Key, number>>,
): number {
  const keys = Object.keys(expected) as Key[];
  return Math.max(...keys.map((key) => Math.abs(Number(found[key] ?? Number.NaN) / expected[key] - 1)));
}

/**
 * The line of least squares through the measurements that both tables have. A program goes by the distances from the means;
 * here it is the differences of every two points, in which no mean occurs.
 */
export function leastSquares(a: Buffer, b: Buffer) {
  const keyed = (file: Buffer) =>
    new Map(rowsOf(file).map((row) => [JSON.stringify(row.slice(0, -1)), Number(row.at(-1))]));
  const ys = keyed(b);
  const points = [...keyed(a)].flatMap(([key, x]) => (ys.has(key) ? [[x, ys.get(key)!] as const] : []));
  let [xx, xy, yy, x, y] = [0, 0, 0, 0, 0];
  for (const [index, [x1, y1]] of points.entries()) {
    for (const [x2, y2] of points.slice(0, index)) {
      xx += (x1 - x2) ** 2;
      xy += (x1 - x2) * (y1 - y2);
      yy += (y1 - y2) ** 2;
    }
    x += x1;
    y += y1;
  }
  const slope = xy / xx;
  const n = points.length;
  return { n, slope, intercept: (y - slope * x) / n, r2: xy ** 2 / (xx * yy) };
}

/** Who saw an advertisement, and who spent how much: the countries of two real tables in their place. */
export function intersectionSets() {
  const viewers = column(fertility, 0);
  const spent = column(incomes, 1).map(Number);
  const customers = column(incomes, 0).map((id, index) => ({ id, amount: spent[index]! }));
  const seen = new Set(viewers);
  const sum = customers.filter(({ id }) => seen.has(id)).reduce((total, { amount }) => total + amount, 0);
  return {
    viewers: sequence(viewers, text),
    customers: sequence(customers, ({ id, amount }) => Buffer.concat([text(id), double(amount)])),
    /** A double, as the program writes it. */
    result: double(sum),
  };
}

/** A table of generated ids with values, and a sample of which half is in it. */
export function generatedPrivateSets(entries: number) {
  const random = generator('private sets');
  const next = () => random.next().value;
  const id = () => (BigInt(next()) << 32n) | BigInt(next());
  const data = Array.from({ length: entries }, () => ({ high: id(), low: id(), value: next() }));
  const strangers = Array.from({ length: entries / 4 }, () => ({ high: id(), low: id() }));
  const known = data.filter((_, index) => index % 4 === 0);
  const encodeId = ({ high, low }: { high: bigint; low: bigint }) =>
    Buffer.concat([unsigned(high), unsigned(low)]);
  const sum = known.reduce((total, { value }) => total + BigInt(value), 0n);
  return {
    data: sequence(data, (entry) => Buffer.concat([encodeId(entry), unsigned(entry.value)])),
    sample: sequence([...known.reverse(), ...strangers], encodeId),
    result: Buffer.concat([unsigned(known.length), unsigned(sum)]),
  };
}

/** The index's daily closes of twenty years. */
export function sharePrices(): number[] {
  const rows = dataSet('sp500-2000.csv').trimEnd().split('\n').slice(1);
  const [header = ''] = dataSet('sp500-2000.csv').split('\n');
  const close = header.trim().split(',').indexOf('close');
  return rows.map((row) => Number(row.split(',')[close]));
}

/** Where the averages cross, as docs of HETSA define it: each value straight from the prices, without running sums. */
export function crossings(prices: readonly number[]): number[] {
  const average = (value: (index: number) => number, last: number, window: number) => {
    let sum = 0;
    for (let rank = 1; rank <= window; rank++) sum += rank * value(last - window + rank);
    return sum / ((window * (window + 1)) / 2);
  };
  const price = (index: number) => prices[index]!;
  const spread = (last: number) => average(price, last, 12) - average(price, last, 26);
  // The program leaves out 9 spreads for an average over 9: the average is the one of the day before.
  const curve = (last: number) => spread(last) - average(spread, last - 1, 9);
  const polynomial = [-0.0753, 0.4475, -0.5173, 0.0882, 0.0984, -0.0253, -0.009, 0.0025, 0.0003, -0.0001];
  const results: number[] = [];
  let b = curve(26 + 9 - 1) / 2;
  for (let last = 26 + 9; last < prices.length; last++) {
    const a = b;
    b = curve(last) / 2;
    const value = polynomial.reduce((sum, factor, power) => sum + factor * (a * b) ** power, 0);
    results.push(value * (a - b));
  }
  return results;
}

interface Penguin {
  readonly Species: string;
  readonly 'Beak Length (mm)': number | null;
  readonly 'Beak Depth (mm)': number | null;
  readonly 'Flipper Length (mm)': number | null;
  readonly 'Body Mass (g)': number | null;
}

/** Adelie penguins and others by their measures: every fourth to test with. A row is y, and y times each figure. */
export function penguinTraining() {
  const rows = (JSON.parse(dataSet('penguins.json')) as Penguin[]).flatMap((penguin) => {
    const { Species, ...measures } = penguin;
    const figures = [
      measures['Beak Length (mm)'],
      measures['Beak Depth (mm)'],
      measures['Flipper Length (mm)'],
      measures['Body Mass (g)'],
    ];
    if (figures.some((figure) => figure === null)) return [];
    const side = Species === 'Adelie' ? 1 : -1;
    return [[side, ...figures.map((figure) => side * figure!)]];
  });
  const learn = rows.filter((_, index) => index % 4 !== 0);
  const test = rows.filter((_, index) => index % 4 === 0);
  const table = (part: readonly number[][]) => sequence(part, (row) => sequence(row, double));
  const settings = { steps: 200, degree: 7, up: 10, down: -1 };
  return {
    learn,
    test,
    file: Buffer.concat([
      table(learn),
      table(test),
      unsigned(settings.steps),
      unsigned(settings.degree),
      signed(settings.up),
      signed(settings.down),
    ]),
  };
}

/** Percent of the rows that the weights put on the right side, on figures scaled as the program does it. */
export function percentRight(rows: readonly (readonly number[])[], weights: readonly number[]): number {
  const largest = weights.map((_, at) => Math.max(...rows.map((row) => Math.abs(row[at]!))));
  const score = (row: readonly number[]) =>
    weights.reduce((sum, weight, at) => sum + (weight * row[at]!) / largest[at]!, 0);
  return (100 * rows.filter((row) => score(row) >= 0).length) / rows.length;
}

type Json = number | string | readonly Json[] | { readonly [name: string]: Json };

/** Values of the type that Veracruz's own tests of postcard use, generated, and the JSON that serde makes of them. */
export function generatedPostcardRecords(count: number): { readonly file: Buffer; readonly json: Json } {
  const random = generator('postcard records');
  const next = () => random.next().value;
  const parts: Buffer[] = [];
  const put = <Value extends Json>(bytes: Buffer, value: Value): Value => {
    parts.push(bytes);
    return value;
  };
  // Whole numbers stay where JSON's readers agree on them.
  const u16 = () => put(...both(unsigned, next() & 0xffff));
  const u32 = () => put(...both(unsigned, next()));
  const u64 = () => put(...both(unsigned, (next() & 0x1f_ffff) * 2 ** 32 + next()));
  const i32 = () => put(...both(signed, next() | 0));
  const i64 = () => put(...both(signed, (next() & 0xf_ffff) * 2 ** 32 - next() * 2 ** 20));
  const f64 = () => put(...both(double, (next() - 2 ** 31) / 1024));
  const char = () => put(...both(text, ['a', 'é', '€', '😀', '"', '\\', '\n', '\0'][next() & 7]!));
  const many = (length: number, one: () => Json): Json => Array.from({ length }, one);
  const variant = (name: string, ...choices: (() => Json)[]): Json => {
    const chosen = next() % choices.length;
    parts.push(unsigned(chosen));
    return { [`${name}_${chosen + 1}`]: choices[chosen]!() };
  };
  const enum1 = () => variant('ENUM1', u32, i64, char, () => many(11, char));
  const struct1 = (): Json => {
    const [f1, f2, f3, i1, i2, i3] = [f64(), f64(), f64(), i64(), i64(), i64()];
    const [c1, c2, c3, e1] = [char(), char(), char(), enum1()];
    return { f1, f2, f3, i1, i2, i3, c1, c2, c3, e1 };
  };
  const struct2 = (): Json => {
    const [u1, u2, u3, t1] = [u64(), u64(), u64(), struct1()];
    const [array1, array2, e1] = [many(7, u16), many(13, i32), enum1()];
    return { u1, u2, u3, t1, array1, array2, e1 };
  };
  const enum2 = () => variant('ENUM2', struct2, () => many(5, u16), u16);
  parts.push(unsigned(count));
  const json = many(count, () => {
    const [e1, e2, e3] = [enum2(), enum2(), enum2()];
    return { e1, e2, e3 };
  });
  return { file: Buffer.concat(parts), json };
}

function both<Value>(encode: (value: Value) => Buffer, value: Value): [Buffer, Value] {
  return [encode(value), value];
}

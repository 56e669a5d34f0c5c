/** What the parties of the demo bring: a program and real figures, the project's own files under examples/. */
import { existsSync, readFileSync } from 'node:fs';

export interface DemoFiles {
  /** linear-regression.wasm. */
  readonly program: Uint8Array;
  /** CSV: country, year, children per woman. */
  readonly fertility: Uint8Array;
  /** CSV: country, year, years of life. */
  readonly lifeExpectancy: Uint8Array;
}

export function readDemoFiles(): DemoFiles {
  const examples = findExamples();
  const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, examples)));
  return {
    program: read('linear-regression/linear-regression.wasm'),
    fertility: read('data/fertility.csv'),
    lifeExpectancy: read('data/life-expectancy.csv'),
  };
}

/** This code may run from a bundle or from a build folder, at different depths below the project. */
function findExamples(): URL {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const examples = new URL('examples/', folder);
    if (existsSync(new URL('manifest.json', examples))) return examples;
    if (folder.pathname === '/') throw new Error('the examples folder is missing from this installation');
  }
}

/** A line through points, as the program reports it and as the demo computes it again. */
export interface FittedLine {
  readonly n: number;
  readonly slope: number;
  readonly intercept: number;
  readonly r2: number;
}

/** Rows behind the header. */
export function countRows(csv: Uint8Array): number {
  return lines(csv).length;
}

/**
 * The same line by another way than the program's: one pass of plain sums over a hash join. It needs both owners'
 * files at once, which is just what no party of the story has.
 */
export function fitLine(fertility: Uint8Array, lifeExpectancy: Uint8Array): FittedLine {
  const xs = new Map(lines(fertility).map(splitValue));
  let [n, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (const [key, value] of lines(lifeExpectancy).map(splitValue)) {
    const other = xs.get(key);
    if (other === undefined) continue;
    n += 1;
    x += other;
    y += value;
    xx += other * other;
    xy += other * value;
    yy += value * value;
  }
  const [sxx, sxy, syy] = [n * xx - x * x, n * xy - x * y, n * yy - y * y];
  const slope = sxy / sxx;
  return { n, slope, intercept: (y - slope * x) / n, r2: (sxy * sxy) / (sxx * syy) };
}

/** Sums of squares lose some of a double's 15 digits to cancellation; the program's two passes do not. */
const RELATIVE_TOLERANCE = 1e-9;

export function sameLine(left: FittedLine, right: FittedLine): boolean {
  const close = (a: number, b: number): boolean => Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.abs(b);
  return (
    left.n === right.n &&
    close(left.slope, right.slope) &&
    close(left.intercept, right.intercept) &&
    close(left.r2, right.r2)
  );
}

/** The program's answer. Throws where it is not the JSON that the program writes. */
export function parseFittedLine(bytes: Uint8Array): FittedLine {
  const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const { n, slope, intercept, r2 } = (answer ?? {}) as Record<string, unknown>;
  if (
    typeof n !== 'number' ||
    typeof slope !== 'number' ||
    typeof intercept !== 'number' ||
    typeof r2 !== 'number'
  )
    throw new Error('the result is not a fitted line');
  return { n, slope, intercept, r2 };
}

function lines(csv: Uint8Array): string[] {
  return new TextDecoder().decode(csv).trimEnd().split('\n').slice(1);
}

/** The key as it is written, and the value behind the last comma. */
function splitValue(line: string): [key: string, value: number] {
  const comma = line.lastIndexOf(',');
  return [line.slice(0, comma), Number(line.slice(comma + 1))];
}

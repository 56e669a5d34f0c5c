/**
 * Where the engine that runs this takes an instruction to end, beside where the reader of function bodies does: a reader
 * that lost its place would let a program hide what it does from the passes that rewrite it. What an engine knows differs
 * from version to version, so that this is asked of each that programs run on.
 */
import { TruceError } from '../../proto/errors.ts';
import { FunctionReader } from '../../runtime/wasi/function-reader.ts';

/** Stands for no instruction; as an immediate it is 39. */
const UNKNOWN = 0x27;
/** More than any instruction's immediates take here. */
const PADDING = 24;
const MOST_IMMEDIATES = 8;
const LOCALS = [1, 4, 0x7f];
const UNREACHABLE = 0x00;
const [PLAIN, GC, NUMERIC, VECTOR, ATOMIC] = [0x100, 0xfb, 0xfc, 0xfd, 0xfe];

/** Bytes that mean something somewhere: small numbers, types, flags of memory arguments, numbers that go on. */
const BYTES = [
  ...[0, 0, 0, 0, 1, 2, 3, 4, 0x40, 0x41, 0x42, 0x43, 0x44, 0x60, 0x7f, 0x7e, 0x70, 0x6f, 0x63, 0x64],
  ...[0x80, 0x80, 0x81, 0xc0, 0xff, 0x20, 0x1f],
];

export interface Comparison {
  /** How many instructions the engine took. */
  readonly compared: number;
  /** How many of them the reader refused. */
  readonly refused: number;
  readonly disagreements: readonly string[];
}

/** @param tries immediates to try behind each number that an instruction could have */
export function compareLengths(tries: number): Comparison {
  const random = randomNumbers(1);
  const disagreements: string[] = [];
  let [compared, refused] = [0, 0];
  for (const number of numbers())
    for (let attempt = 0; attempt < tries; attempt++) {
      const immediates = Array.from(
        { length: attempt % (MOST_IMMEDIATES + 1) },
        () => BYTES[Math.floor(random() * BYTES.length)]!,
      );
      const body = [
        ...LOCALS,
        UNREACHABLE,
        ...number,
        ...immediates,
        ...new Array<number>(PADDING).fill(UNKNOWN),
      ];
      const engine = engineEnd(body);
      if (engine === undefined) continue;
      compared++;
      const reader = readerEnd(body);
      if (reader.refused && reader.end < engine && body[reader.end] !== UNKNOWN) refused++;
      else if (reader.end !== engine)
        disagreements.push(
          `${[...number, ...immediates]}: the engine ends at ${engine}, the reader at ${reader.end}`,
        );
    }
  return { compared, refused, disagreements };
}

/** Where the engine finds the first number that it does not know; undefined where something else is wrong before. */
function engineEnd(body: readonly number[]): number | undefined {
  const module = moduleOf(body, { data: false });
  try {
    new WebAssembly.Module(module as BufferSource);
  } catch (error) {
    const offset = /invalid opcode 0x27 @\+(\d+)/i.exec((error as Error).message)?.[1];
    return offset === undefined ? undefined : Number(offset) - (module.length - body.length);
  }
  return undefined;
}

function readerEnd(body: readonly number[]): { readonly end: number; readonly refused: boolean } {
  const reader = new FunctionReader(Uint8Array.from(body), 0, body.length);
  try {
    while (reader.next());
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return { end: reader.start, refused: true };
  }
  return { end: reader.offset, refused: false };
}

/**
 * A module with one of everything that an instruction can name, whose function has this body. Where the body is invalid
 * engines speak of the segment of data instead, so that it can be left out.
 */
export function moduleOf(body: readonly number[], { data }: { data: boolean }): Uint8Array {
  const section = (id: number, ...content: number[]) => [id, content.length, ...content];
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 0),
    ...section(3, 1, 0),
    ...section(4, 1, 0x70, 0, 1),
    ...section(5, 1, 0, 1),
    ...section(13, 1, 0, 0),
    ...section(6, 1, 0x7f, 1, 0x41, 0, 0x0b),
    ...section(9, 1, 1, 0, 1, 0),
    ...(data ? section(12, 1) : []),
    ...section(10, 1, body.length, ...body),
    ...(data ? section(11, 1, 1, 0) : []),
  );
}

function* numbers(): Generator<number[]> {
  const prefixes = [GC, NUMERIC, VECTOR, ATOMIC];
  for (let plain = 0; plain < PLAIN; plain++)
    if (plain !== UNKNOWN && !prefixes.includes(plain)) yield [plain];
  const behind = { [GC]: 0x40, [NUMERIC]: 0x20, [VECTOR]: 0x120, [ATOMIC]: 0x60 };
  for (const [prefix, count] of Object.entries(behind))
    for (let number = 0; number < count; number++)
      yield [Number(prefix), ...(number < 0x80 ? [number] : [(number & 0x7f) | 0x80, number >> 7])];
}

/** From 0 to 1, the same in every run. Source: mulberry32, public domain. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

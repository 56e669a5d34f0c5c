/**
 * Modules that attack whoever reads and compiles them, too large to be written by hand: valid ones, with a scale of 1 as
 * large in one respect as the engine takes them. Source of the bounds: WebAssembly JavaScript API, "Limits".
 */
import { encodeU32 } from '../../runtime/wasi/wasm-reader.ts';

const MOST_FUNCTIONS = 1_000_000;
const MOST_LOCALS = 50_000;
const MOST_TYPES = 1_000_000;
const MOST_LABELS = 65_520;
const MOST_SEGMENTS = 100_000;
const MOST_EXPORTS = 100_000;

const [BLOCK, LOOP, END, BR, BR_TABLE, CALL, DROP] = [0x02, 0x03, 0x0b, 0x0c, 0x0e, 0x10, 0x1a];
const [LOCAL_GET, LOCAL_SET, I32_CONST, I32_ADD, I32_MUL, I32_XOR] = [0x20, 0x21, 0x41, 0x6a, 0x6c, 0x73];
const [EMPTY, I32, I64] = [0x40, 0x7f, 0x7e];

type Section = readonly [id: number, content: readonly number[] | Uint8Array];

/** `() -> ()` and `(i32) -> i32`. */
const TYPES: Section = [1, [2, 0x60, 0, 0, 0x60, 1, I32, 1, I32]];
const MEMORY: Section = [5, [1, 0, 1]];

function moduleOf(...sections: readonly Section[]): Uint8Array {
  const parts = [Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)];
  for (const [id, content] of sections)
    parts.push(Uint8Array.from([id, ...encodeU32(content.length)]), Uint8Array.from(content));
  return Buffer.concat(parts);
}

/** The memory as `memory`, and as `_start` the function of this index. */
function exportsOf(start: number, ...others: readonly number[][]): Section {
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const own = [...name('memory'), 2, 0, ...name('_start'), 0, ...encodeU32(start)];
  return [
    7,
    Buffer.concat([
      Uint8Array.from([...encodeU32(2 + others.length), ...own]),
      ...others.map((other) => Uint8Array.from(other)),
    ]),
  ];
}

/** Functions of the types with these indices. */
function functionsOf(types: readonly number[]): Section {
  return [3, Buffer.concat([Uint8Array.from(encodeU32(types.length)), Uint8Array.from(types)])];
}

function codeOf(bodies: readonly (readonly number[] | Uint8Array)[]): Section {
  const parts = [Uint8Array.from(encodeU32(bodies.length))];
  for (const body of bodies) parts.push(Uint8Array.from(encodeU32(body.length)), Uint8Array.from(body));
  return [10, Buffer.concat(parts)];
}

function programOf(
  types: readonly number[],
  bodies: readonly (readonly number[] | Uint8Array)[],
  start = 0,
): Uint8Array {
  return moduleOf(TYPES, functionsOf(types), MEMORY, exportsOf(start), codeOf(bodies));
}

function repeated(times: number, ...bytes: readonly number[]): Uint8Array {
  const all = new Uint8Array(times * bytes.length);
  for (let at = 0; at < all.length; at += bytes.length) all.set(bytes, at);
  return all;
}

/** A function that an optimising compiler never gets done with, in a loop that makes it one worth optimising. */
export function endlessOptimisation(scale: number): Uint8Array {
  const step = [
    LOCAL_GET,
    0,
    I32_CONST,
    7,
    I32_MUL,
    LOCAL_GET,
    0,
    I32_XOR,
    I32_CONST,
    3,
    I32_ADD,
    LOCAL_SET,
    0,
  ];
  const huge = Buffer.concat([
    Uint8Array.of(0),
    repeated(200_000 * scale, ...step),
    Uint8Array.of(LOCAL_GET, 0, END),
  ]);
  const start = [0, LOOP, EMPTY, I32_CONST, 1, CALL, 1, DROP, BR, 0, END, END];
  return programOf([0, 1], [start, huge]);
}

/** A thousand functions that each call the next, all with as many locals as there can be. */
export function manyLocals(scale: number): Uint8Array {
  const functions = Math.ceil(1000 * scale);
  const bodies = Array.from({ length: functions }, (_, index) => {
    const locals = [1, ...encodeU32(MOST_LOCALS), I64];
    return [...locals, CALL, ...encodeU32((index + 1) % functions), END];
  });
  return programOf(new Array<number>(functions).fill(0), bodies);
}

/** A function of blocks in blocks in blocks. */
export function deepNesting(scale: number): Uint8Array {
  const depth = 1_000_000 * scale;
  return programOf(
    [0],
    [
      Buffer.concat([
        Uint8Array.of(0),
        repeated(depth, BLOCK, EMPTY),
        repeated(depth, END),
        Uint8Array.of(END),
      ]),
    ],
  );
}

/** As many branches as there can be in a list, a hundred times over. */
export function hugeBranchTables(scale: number): Uint8Array {
  const branch = Buffer.concat([
    Uint8Array.of(BLOCK, EMPTY, I32_CONST, 0, BR_TABLE, ...encodeU32(MOST_LABELS)),
    new Uint8Array(MOST_LABELS + 1),
    Uint8Array.of(END),
  ]);
  return programOf(
    [0],
    [
      Buffer.concat([
        Uint8Array.of(0),
        ...new Array<Uint8Array>(Math.ceil(100 * scale)).fill(branch),
        Uint8Array.of(END),
      ]),
    ],
  );
}

/** A module of nothing but functions that do nothing. */
export function manyFunctions(scale: number): Uint8Array {
  const count = MOST_FUNCTIONS * scale;
  const code = Buffer.concat([Uint8Array.from(encodeU32(count)), repeated(count, 2, 0, END)]);
  const functions = Buffer.concat([Uint8Array.from(encodeU32(count)), new Uint8Array(count)]);
  return moduleOf(TYPES, [3, functions], MEMORY, exportsOf(0), [10, code]);
}

export function manyTypes(scale: number): Uint8Array {
  const count = MOST_TYPES * scale;
  const types = Buffer.concat([Uint8Array.from(encodeU32(count)), repeated(count, 0x60, 0, 0)]);
  return moduleOf([1, types], functionsOf([0]), MEMORY, exportsOf(0), codeOf([[0, END]]));
}

/** Data that overlap, as many as there can be, of which the last one does not fit. */
export function manyDataSegments(scale: number): Uint8Array {
  const count = MOST_SEGMENTS * scale;
  const data = Buffer.concat([
    Uint8Array.from(encodeU32(count)),
    repeated(count - 1, 0, I32_CONST, 0, END, 16, ...new Array<number>(16).fill(0x61)),
    Uint8Array.of(0, I32_CONST, 0x7f, END, 16, ...new Array<number>(16).fill(0x62)),
  ]);
  return moduleOf(TYPES, functionsOf([0]), MEMORY, exportsOf(0), codeOf([[0, END]]), [11, data]);
}

/** One data segment that is larger than the memory it is for. */
export function giantDataSegment(scale: number): Uint8Array {
  const length = Math.ceil((8 << 20) * scale);
  const data = Buffer.concat([
    Uint8Array.of(1, 0, I32_CONST, 0, END, ...encodeU32(length)),
    new Uint8Array(length).fill(0x61),
  ]);
  return moduleOf(TYPES, functionsOf([0]), MEMORY, exportsOf(0), codeOf([[0, END]]), [11, data]);
}

/** As many names for one function as there can be. */
export function manyExports(scale: number): Uint8Array {
  const names = Array.from({ length: MOST_EXPORTS * scale - 2 }, (_, index) => {
    const name = `export-number-${String(index).padStart(10, '0')}`;
    return [name.length, ...Buffer.from(name), 0, 0];
  });
  return moduleOf(TYPES, functionsOf([0]), MEMORY, exportsOf(0, ...names), codeOf([[0, END]]));
}

/** Sections that say nothing, by the million, before what is to be run. */
export function manyCustomSections(scale: number): Uint8Array {
  const whole = programOf([0], [[0, END]]);
  return Buffer.concat([whole.subarray(0, 8), repeated(MOST_FUNCTIONS * scale, 0, 1, 0), whole.subarray(8)]);
}

/** A module of about 7 MB: many functions that compute a little, of which `_start` calls a few. */

const FUNCTIONS = 27_000;
const STEPS = 26;
/** Indices 0 and 1: `(i32) -> i32`, `() -> ()`. */
const TYPES = [2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 0, 0];
const CALLED = 16;
const NAME_START = [...new TextEncoder().encode('_start')];
const NAME_MEMORY = [...new TextEncoder().encode('memory')];

export function makeLargeModule(): Uint8Array {
  const bodies: number[][] = [];
  for (let index = 0; index < FUNCTIONS; index++) bodies.push(body(index));
  bodies.push(start());
  const sizes = bodies.map((code) => unsigned(code.length).length + code.length);
  const code = [...unsigned(bodies.length)];
  const parts = [
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    section(1, TYPES),
    section(3, [...unsigned(FUNCTIONS + 1), ...new Array<number>(FUNCTIONS).fill(0), 1]),
    section(5, [1, 0, 1]),
    section(7, [2, 6, ...NAME_MEMORY, 2, 0, 6, ...NAME_START, 0, ...unsigned(FUNCTIONS)]),
    Uint8Array.from([10, ...unsigned(code.length + sizes.reduce((sum, size) => sum + size, 0)), ...code]),
    ...bodies.map((bytes) => Uint8Array.from([...unsigned(bytes.length), ...bytes])),
  ];
  return Buffer.concat(parts);
}

/** x = (x * a + b) ^ (x >> c), again and again, each time with other numbers. */
function body(index: number): number[] {
  const code = [0];
  for (let step = 0; step < STEPS; step++) {
    const factor = (index * 31 + step * 7) & 63;
    code.push(0x20, 0, 0x41, factor, 0x6c, 0x41, step & 63, 0x6a, 0x21, 0);
  }
  return [...code, 0x20, 0, 0x0b];
}

function start(): number[] {
  const code = [0, 0x41, 1];
  for (let index = 0; index < CALLED; index++)
    code.push(0x10, ...unsigned(index * Math.floor(FUNCTIONS / CALLED)));
  return [...code, 0x1a, 0x0b];
}

function section(id: number, content: readonly number[]): Uint8Array {
  return Uint8Array.from([id, ...unsigned(content.length), ...content]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}

/**
 * Makes the bits of every NaN the same on every machine: behind each floating-point instruction whose NaN the
 * specification leaves open, a NaN becomes the canonical one. That is one of the results the specification allows, so
 * that no program can tell. Loads, stores, constants, moves, `abs`, `neg` and `copysign` keep all bits by specification.
 * Source: WebAssembly core specification 2.0, 4.3.3 "NaN Propagation".
 *
 * Where a result is only used up by another such instruction, or by a comparison or a conversion to an integer, its bits
 * are never seen, and nothing is written: a look ahead over the next few instructions finds most of these.
 */
import type { FunctionReader } from './function-reader.ts';
import type { FunctionWriter } from './function-writer.ts';
import { Immediate, Op, Prefix, plainImmediates, ValueType } from './instructions.ts';

/** How far a result's use is looked for. */
const LOOK_AHEAD = 16;

const F32X4_EQ = 0x41;
const F64X2_EQ = 0x47;
const BITSELECT = 0x52;
const VECTOR_CONST = 0x0c;
/** f32x4.demote_f64x2_zero, f64x2.promote_low_f32x4: their operand's lanes are not those of their result. */
const DEMOTE = 0x5e;
const PROMOTE = 0x5f;

type FloatKind = 'f32' | 'f64' | 'f32x4' | 'f64x2';

/** The canonical NaN, little-endian. */
const canonical: Readonly<Record<FloatKind, readonly number[]>> = {
  f32: [0, 0, 0xc0, 0x7f],
  f64: [0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  f32x4: new Array(4).fill([0, 0, 0xc0, 0x7f]).flat(),
  f64x2: new Array(2).fill([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]).flat(),
};

const KINDS = ['f32', 'f64', 'f32x4', 'f64x2'] as const;
const localTypes: Readonly<Record<FloatKind, number>> = {
  f32: ValueType.f32,
  f64: ValueType.f64,
  f32x4: ValueType.v128,
  f64x2: ValueType.v128,
};

/** By instruction, what kind of result it leaves open: 1 + an index into KINDS. */
const plainResults = new Uint8Array(256);
// ceil, floor, trunc, nearest, sqrt, add, sub, mul, div, min, max; demote; promote.
plainResults.fill(1, 0x8d, 0x98);
plainResults.fill(2, 0x9b, 0xa6);
plainResults[0xb6] = 1;
plainResults[0xbb] = 2;

const vectorResults = new Uint8Array(256);
// ceil, floor, trunc, nearest; demote; sqrt, add, sub, mul, div, min, max. pmin and pmax choose one of their operands.
for (const number of [0x67, 0x68, 0x69, 0x6a, DEMOTE]) vectorResults[number] = 3;
vectorResults.fill(3, 0xe3, 0xea);
for (const number of [0x74, 0x75, 0x7a, 0x94, PROMOTE]) vectorResults[number] = 4;
vectorResults.fill(4, 0xef, 0xf6);

/** What an instruction without a prefix does to the stack, for those that only compute: operands taken, or NONE. */
const NONE = 0xff;
const operands = new Uint8Array(256).fill(NONE);
/** Whether it looks at no more of a NaN than that it is one. */
const blind = new Uint8Array(256);

function describe(from: number, to: number, taken: number, isBlind = false): void {
  operands.fill(taken, from, to + 1);
  blind.fill(isBlind ? 1 : 0, from, to + 1);
}
// Loads; stores leave nothing behind, as `local.set`, which has a case of its own below.
describe(0x28, 0x35, 1);
describe(Op.localGet, Op.localGet, 0);
describe(Op.globalGet, Op.globalGet, 0);
describe(Op.i32Const, Op.f64Const, 0);
// eqz and comparisons of integers, then of floats.
describe(0x45, 0x45, 1);
describe(0x46, 0x4f, 2);
describe(0x50, 0x50, 1);
describe(0x51, 0x5a, 2);
describe(0x5b, 0x66, 2, true);
// clz, ctz, popcnt and the arithmetic of integers.
describe(0x67, 0x69, 1);
describe(0x6a, 0x78, 2);
describe(0x79, 0x7b, 1);
describe(0x7c, 0x8a, 2);
// Of floats: abs, neg; rounding and sqrt; add to max; copysign.
for (const first of [0x8b, 0x99]) {
  describe(first, first + 1, 1);
  describe(first + 2, first + 6, 1, true);
  describe(first + 7, first + 12, 2, true);
  describe(first + 13, first + 13, 2);
}
// Conversions: those from floats to integers, demote and promote see no bits; reinterpreting does.
describe(0xa7, 0xa7, 1);
describe(0xa8, 0xab, 1, true);
describe(0xac, 0xad, 1);
describe(0xae, 0xb1, 1, true);
describe(0xb2, 0xb5, 1);
describe(0xb6, 0xb6, 1, true);
describe(0xb7, 0xba, 1);
describe(0xbb, 0xbb, 1, true);
describe(0xbc, 0xc4, 1);

export class NanCanonicaliser {
  readonly #out: FunctionWriter;
  readonly #addLocal: (type: number) => number;
  readonly #locals = new Map<number, number>();

  /** @param addLocal makes a local of the type in the function, and tells its number */
  constructor(out: FunctionWriter, addLocal: (type: number) => number) {
    this.#out = out;
    this.#addLocal = addLocal;
  }

  /** Whether something has to be written behind the reader's instruction. */
  concerns({ operation, bytes, offset, end }: FunctionReader): boolean {
    if (operation < 0x100) return plainResults[operation] !== 0 && !usedUp(bytes, offset, end);
    const result = resultOf(operation);
    return result !== 0 && !vectorUsedUp(result, bytes, offset, end);
  }

  /** Writes it. */
  after({ operation, offset }: FunctionReader): void {
    const kind = KINDS[resultOf(operation) - 1];
    if (kind === undefined) return;
    const out = this.#out;
    const local = this.#local(localTypes[kind]);
    out.upTo(offset);
    const withLocal = (code: number) => {
      out.byte(code);
      out.u32(local);
    };
    withLocal(Op.localTee);
    if (kind === 'f32' || kind === 'f64') {
      out.bytes(kind === 'f32' ? Op.f32Const : Op.f64Const, ...canonical[kind]);
      withLocal(Op.localGet);
      withLocal(Op.localGet);
      out.bytes(kind === 'f32' ? Op.f32Eq : Op.f64Eq, Op.select);
    } else {
      out.bytes(Prefix.vector, VECTOR_CONST, ...canonical[kind]);
      withLocal(Op.localGet);
      withLocal(Op.localGet);
      out.bytes(Prefix.vector, kind === 'f32x4' ? F32X4_EQ : F64X2_EQ, Prefix.vector, BITSELECT);
    }
  }

  #local(type: number): number {
    const known = this.#locals.get(type);
    if (known !== undefined) return known;
    const local = this.#addLocal(type);
    this.#locals.set(type, local);
    return local;
  }
}

function resultOf(operation: number): number {
  if (operation < 0x100) return plainResults[operation]!;
  const number = operation & 0xffff;
  return operation >>> 16 === Prefix.vector && number < 0x100 ? vectorResults[number]! : 0;
}

/**
 * Whether the value on top of the stack goes to an instruction that is blind to its bits. Reads what the engine has
 * validated; what it does not know, it takes for a use.
 */
function usedUp(bytes: Uint8Array, from: number, end: number): boolean {
  let offset = from;
  /** Values on the stack above the one in question. */
  let above = 0;
  for (let left = LOOK_AHEAD; left > 0 && offset < end; left--) {
    const code = bytes[offset++]!;
    if (code === Op.drop || code === Op.localSet || code === Op.localTee) {
      if (above === 0) return code === Op.drop;
      if (code !== Op.localTee) above--;
    } else {
      const taken = operands[code]!;
      if (taken === NONE) return false;
      if (taken > above) return blind[code] === 1;
      above += 1 - taken;
    }
    offset = passImmediates(bytes, offset, code);
  }
  return false;
}

function passImmediates(bytes: Uint8Array, offset: number, code: number): number {
  switch (plainImmediates[code]) {
    case Immediate.index:
    case Immediate.s32:
    case Immediate.s64:
      return passInteger(bytes, offset);
    case Immediate.indices:
    case Immediate.memory:
      return passInteger(bytes, passInteger(bytes, offset));
    case Immediate.bytes4:
      return offset + 4;
    case Immediate.bytes8:
      return offset + 8;
    default:
      return offset;
  }
}

function passInteger(bytes: Uint8Array, from: number): number {
  let offset = from;
  while (bytes[offset]! >= 0x80) offset++;
  return offset + 1;
}

/** Of vectors only the very next instruction is looked at: it must see lanes of the same kind. */
function vectorUsedUp(result: number, bytes: Uint8Array, offset: number, end: number): boolean {
  if (offset + 3 > end || bytes[offset] !== Prefix.vector) return false;
  const low = bytes[offset + 1]!;
  const number = low < 0x80 ? low : (low & 0x7f) | (bytes[offset + 2]! << 7);
  return vectorResults[number] === result && number !== DEMOTE && number !== PROMOTE;
}

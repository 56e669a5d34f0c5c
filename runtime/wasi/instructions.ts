/**
 * What follows each instruction of a function body: its immediates, and what a pass over it has to know. Source:
 * WebAssembly core specification 2.0, 5.4 "Instructions"; the proposals tail-call, exception-handling (legacy), threads
 * and relaxed-simd, section "Binary format" each.
 */

/** Instructions behind a prefix byte are numbered `prefix << 16 | number`. */
export const Prefix = { gc: 0xfb, numeric: 0xfc, vector: 0xfd, atomic: 0xfe } as const;

export const Op = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  rethrow: 0x09,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  delegate: 0x18,
  catchAll: 0x19,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eq: 0x46,
  i64LtS: 0x53,
  i64LeU: 0x58,
  f32Eq: 0x5b,
  f64Eq: 0x61,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64ShrU: 0x88,
  i64Shl: 0x86,
  i64ExtendI32U: 0xad,
  memoryInit: 0xfc0008,
  memoryCopy: 0xfc000a,
  memoryFill: 0xfc000b,
  tableInit: 0xfc000c,
  tableCopy: 0xfc000e,
  tableGrow: 0xfc000f,
  tableFill: 0xfc0011,
} as const;

/** `blocktype` of no values in and out. */
export const EMPTY_BLOCK = 0x40;

export const ValueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** What comes after an instruction's number. */
export const Immediate = {
  unknown: 0,
  none: 1,
  /** An index or label. */
  index: 2,
  /** Two indices. */
  indices: 3,
  blockType: 4,
  s32: 5,
  s64: 6,
  bytes4: 7,
  bytes8: 8,
  bytes16: 9,
  /** A byte: a lane, or the order of a fence. */
  byte: 10,
  /** As `memory`, and a lane. */
  memoryLane: 11,
  labels: 12,
  types: 13,
  heapType: 14,
  prefix: 15,
  /** Alignment and offset; with several memories, a bit of the alignment says that a number of one is between them. */
  memory: 16,
  /** The memory that there is one of: a zero byte; with several, a number of any length. */
  onlyMemory: 17,
} as const;
type Immediate = (typeof Immediate)[keyof typeof Immediate];

type Range = readonly [from: number, to: number, immediate: Immediate];

function table(size: number, ranges: readonly Range[]): Uint8Array {
  const entries = new Uint8Array(size);
  for (const [from, to, immediate] of ranges) entries.fill(immediate, from, to + 1);
  return entries;
}

export const plainImmediates = table(256, [
  [Op.unreachable, Op.nop, Immediate.none],
  [Op.block, Op.if, Immediate.blockType],
  [Op.else, Op.else, Immediate.none],
  [Op.try, Op.try, Immediate.blockType],
  [Op.catch, Op.rethrow, Immediate.index],
  [Op.end, Op.end, Immediate.none],
  [Op.br, Op.brIf, Immediate.index],
  [Op.brTable, Op.brTable, Immediate.labels],
  [Op.return, Op.return, Immediate.none],
  [Op.call, Op.call, Immediate.index],
  [Op.callIndirect, Op.callIndirect, Immediate.indices],
  [Op.returnCall, Op.returnCall, Immediate.index],
  [Op.returnCallIndirect, Op.returnCallIndirect, Immediate.indices],
  [Op.delegate, Op.delegate, Immediate.index],
  [Op.catchAll, Op.catchAll, Immediate.none],
  [Op.drop, Op.select, Immediate.none],
  [0x1c, 0x1c, Immediate.types],
  [Op.localGet, 0x26, Immediate.index],
  [0x28, 0x3e, Immediate.memory],
  [Op.memorySize, Op.memoryGrow, Immediate.onlyMemory],
  [Op.i32Const, Op.i32Const, Immediate.s32],
  [Op.i64Const, Op.i64Const, Immediate.s64],
  [Op.f32Const, Op.f32Const, Immediate.bytes4],
  [Op.f64Const, Op.f64Const, Immediate.bytes8],
  [0x45, 0xc4, Immediate.none],
  // ref.null, ref.is_null, ref.func.
  [0xd0, 0xd0, Immediate.heapType],
  [0xd1, 0xd1, Immediate.none],
  [0xd2, 0xd2, Immediate.index],
  [Prefix.numeric, Prefix.atomic, Immediate.prefix],
]);

export const numericImmediates = table(0x12, [
  [0x00, 0x07, Immediate.none],
  [0x08, 0x08, Immediate.indices],
  [0x09, 0x09, Immediate.index],
  [0x0a, 0x0a, Immediate.indices],
  [0x0b, 0x0b, Immediate.index],
  [0x0c, 0x0c, Immediate.indices],
  [0x0d, 0x0d, Immediate.index],
  [0x0e, 0x0e, Immediate.indices],
  [0x0f, 0x11, Immediate.index],
]);

const LAST_VECTOR = 0xff;
const LAST_RELAXED = 0x113;

/** Numbers below 0x100 that stand for no instruction. */
const vectorHoles = [
  0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4,
  0xe2, 0xee,
];

export const vectorImmediates = table(LAST_RELAXED + 1, [
  [0x00, 0x0b, Immediate.memory],
  [0x0c, 0x0d, Immediate.bytes16],
  [0x0e, 0x14, Immediate.none],
  [0x15, 0x22, Immediate.byte],
  [0x23, 0x53, Immediate.none],
  [0x54, 0x5b, Immediate.memoryLane],
  [0x5c, 0x5d, Immediate.memory],
  [0x5e, LAST_RELAXED, Immediate.none],
  ...vectorHoles.map((hole): Range => [hole, hole, Immediate.unknown]),
]);

export const atomicImmediates = table(0x4f, [
  [0x00, 0x02, Immediate.memory],
  [0x03, 0x03, Immediate.byte],
  [0x10, 0x4e, Immediate.memory],
]);

/** Whose results the specification leaves open. */
export function isRelaxed(operation: number): boolean {
  return operation >>> 16 === Prefix.vector && (operation & 0xffff) > LAST_VECTOR;
}

export function isAtomic(operation: number): boolean {
  return operation >>> 16 === Prefix.atomic;
}

/** As the specification writes it: `0x6a`, `0xfd 0x101`. */
export function instructionCode(operation: number): string {
  const prefix = operation >>> 16;
  const number = `0x${(operation & 0xffff).toString(16).padStart(2, '0')}`;
  return prefix === 0 ? number : `0x${prefix.toString(16)} ${number}`;
}

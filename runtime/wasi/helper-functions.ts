/** Functions that instrumented modules have beside their own: for what costs by its size, and for `memory.grow`. */
import { ByteWriter } from './byte-writer.ts';
import { FuelCost } from './fuel-metering.ts';
import { EMPTY_BLOCK, Op, ValueType } from './instructions.ts';

export interface HelperFunction {
  /** Its function type, as in the type section. */
  readonly type: Uint8Array;
  /** Its code: locals and instructions. */
  readonly body: Uint8Array;
}

/** `(func (param i32) (result i32))`. */
const TYPE = Uint8Array.of(0x60, 1, ValueType.i32, 1, ValueType.i32);

/**
 * @param fuel the counter's global; undefined: nothing is charged
 * @param refused the global that is set when a memory within its maximum cannot grow; undefined: the program sees -1
 * @param memoryPages the memory's maximum; undefined: there is none
 */
export function helperFunctions(
  fuel: number | undefined,
  refused: number | undefined,
  memoryPages: number | undefined,
) {
  const { bytesPerUnitExponent, pageExponent } = FuelCost;
  return {
    chargeBytes: charging(fuel, bytesPerUnitExponent),
    chargeElements: charging(fuel, 0),
    // Without a memory nobody calls it, and it could not be valid.
    grow:
      memoryPages === undefined ? charging(undefined, 0) : growing(fuel, pageExponent, refused, memoryPages),
  } satisfies Record<string, HelperFunction>;
}

/** Charges its argument, divided by a power of two, and gives it back; ends the program when the counter is below 0. */
function charging(fuel: number | undefined, exponent: number): HelperFunction {
  const code = new ByteWriter();
  code.byte(0);
  if (fuel !== undefined) charge(code, fuel, 0, Op.i64ShrU, exponent);
  code.bytes(Op.localGet, 0, Op.end);
  return { type: TYPE, body: code.written };
}

/**
 * `memory.grow`, whose -1 means that the maximum is reached and nothing else: where the engine cannot give what is within
 * it, the program ends. It is charged for the pages that it got.
 */
function growing(
  fuel: number | undefined,
  exponent: number,
  refused: number | undefined,
  memoryPages: number,
): HelperFunction {
  const code = new ByteWriter();
  code.bytes(1, 1, ValueType.i32);
  code.bytes(Op.localGet, 0, Op.memoryGrow, 0, Op.localTee, 1, Op.i32Const, 0x7f, Op.i32Eq);
  code.bytes(Op.if, EMPTY_BLOCK);
  if (refused !== undefined) {
    code.bytes(Op.memorySize, 0, Op.i64ExtendI32U, Op.localGet, 0, Op.i64ExtendI32U, Op.i64Add);
    code.byte(Op.i64Const);
    code.signed(BigInt(memoryPages));
    code.bytes(Op.i64LeU, Op.if, EMPTY_BLOCK, Op.i32Const, 1, Op.globalSet);
    code.u32(refused);
    code.bytes(Op.unreachable, Op.end);
  }
  code.byte(Op.else);
  if (fuel !== undefined) charge(code, fuel, 0, Op.i64Shl, exponent);
  code.bytes(Op.end, Op.localGet, 1, Op.end);
  return { type: TYPE, body: code.written };
}

function charge(code: ByteWriter, fuel: number, local: number, shift: number, exponent: number): void {
  const global = (operation: number) => {
    code.byte(operation);
    code.u32(fuel);
  };
  global(Op.globalGet);
  code.bytes(Op.localGet, local, Op.i64ExtendI32U, Op.i64Const, exponent, shift, Op.i64Sub);
  global(Op.globalSet);
  global(Op.globalGet);
  code.bytes(Op.i64Const, 0, Op.i64LtS, Op.if, EMPTY_BLOCK, Op.unreachable, Op.end);
}

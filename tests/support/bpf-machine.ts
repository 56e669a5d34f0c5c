/** Runs classic BPF programs over struct seccomp_data as the kernel would: filters for machines that we are not on. */
import type { Instruction } from '../../native/seccomp.ts';

export interface Call {
  readonly architecture: number;
  readonly number: number;
  /** Up to six, 64-bit. */
  readonly values?: readonly bigint[];
}

/** The action that the filter answers. Throws for what the kernel's checker would refuse. */
export function runFilter(program: readonly Instruction[], call: Call): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.number, true);
  data.setUint32(4, call.architecture, true);
  for (const [index, value] of (call.values ?? []).entries())
    data.setBigUint64(16 + index * 8, BigInt.asUintN(64, value), true);
  let accumulator = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, operand, jumpTrue, jumpFalse } = program[at]!;
    const value = operand >>> 0;
    if (code === 0x20) accumulator = data.getUint32(value, true);
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) at += accumulator === value ? jumpTrue : jumpFalse;
    else if (code === 0x35) at += accumulator >= value ? jumpTrue : jumpFalse;
    else if (code === 0x06) return value;
    else throw new Error(`instruction ${at}: code ${code}`);
  }
  throw new Error('the program ends without an answer');
}

/** Seccomp filters: classic BPF programs over struct seccomp_data, put in force for all threads at once. */
import { checked, SystemError } from './errno.ts';
import { kernelBuffer, libc, withAddresses } from './libc.ts';

/** One instruction, struct sock_filter. Source: Linux include/uapi/linux/filter.h. */
export interface Instruction {
  readonly code: number;
  /** Instructions to skip where a comparison holds, and where it does not; 0-255. */
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  /** 32-bit operand. */
  readonly operand: number;
}

// Linux include/uapi/linux/bpf_common.h: class | size or operation | mode or source.
const LOAD_WORD_ABSOLUTE = 0x20;
const AND_CONSTANT = 0x54;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_OR_EQUAL = 0x35;
const RETURN_CONSTANT = 0x06;

const MAX_INSTRUCTIONS = 4096;
const INSTRUCTION_BYTES = 8;

/** Offsets in struct seccomp_data. Source: Linux include/uapi/linux/seccomp.h. */
export const SeccompData = { number: 0, architecture: 4 } as const;

/** What a filter answers. Source: the same. */
export const SeccompAction = {
  ALLOW: 0x7fff0000,
  KILL_PROCESS: 0x80000000,
  /** The call fails with this errno. */
  errno: (errno: number): number => 0x00050000 | (errno & 0xffff),
} as const;

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64. Source: Linux include/uapi/linux/audit.h. */
export const AuditArchitecture = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

const SYS_SECCOMP = { x64: 317, arm64: 277 } as const;
const SECCOMP_SET_MODE_FILTER = 1;
const SECCOMP_FILTER_FLAG_TSYNC = 1;
const ESRCH = 3;

/** Offset of the low or high half of one of the six arguments (0-5). */
export function argumentOffset(index: number, half: 'low' | 'high'): number {
  if (!Number.isInteger(index) || index < 0 || index > 5)
    throw new RangeError('a system call has six arguments');
  return 16 + index * 8 + (half === 'low' ? 0 : 4);
}

export function load(offset: number): Instruction {
  return { code: LOAD_WORD_ABSOLUTE, jumpTrue: 0, jumpFalse: 0, operand: offset };
}

export function maskWith(mask: number): Instruction {
  return { code: AND_CONSTANT, jumpTrue: 0, jumpFalse: 0, operand: mask };
}

export function jumpIfEqual(value: number, jumpTrue: number, jumpFalse: number): Instruction {
  return { code: JUMP_EQUAL, jumpTrue, jumpFalse, operand: value };
}

export function jumpIfAtLeast(value: number, jumpTrue: number, jumpFalse: number): Instruction {
  return { code: JUMP_GREATER_OR_EQUAL, jumpTrue, jumpFalse, operand: value };
}

export function answer(action: number): Instruction {
  return { code: RETURN_CONSTANT, jumpTrue: 0, jumpFalse: 0, operand: action };
}

/** The program as the kernel takes it. @throws RangeError for jumps that leave it and lengths out of range */
export function assemble(program: readonly Instruction[]): Uint8Array {
  if (program.length === 0 || program.length > MAX_INSTRUCTIONS)
    throw new RangeError('1 to 4096 instructions');
  const bytes = kernelBuffer(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jumpTrue, jumpFalse, operand }] of program.entries()) {
    for (const jump of [jumpTrue, jumpFalse]) {
      if (
        !Number.isInteger(jump) ||
        jump < 0 ||
        jump > 255 ||
        index + 1 + jump >= program.length + (jump === 0 ? 1 : 0)
      )
        throw new RangeError(`instruction ${index} jumps out of range`);
    }
    const offset = index * INSTRUCTION_BYTES;
    view.setUint16(offset, code, true);
    view.setUint8(offset + 2, jumpTrue);
    view.setUint8(offset + 3, jumpFalse);
    view.setUint32(offset + 4, operand >>> 0, true);
  }
  return bytes;
}

/** Puts a filter in force for every thread of this process, for good; as prepareFilter's function. */
export function installFilter(program: readonly Instruction[]): void {
  prepareFilter(program)();
}

/**
 * All of a filter that takes time. The function that comes back puts it in force for every thread of this process, for
 * good. Needs no_new_privs.
 * @throws the function: SystemError; ESRCH where a thread could not be brought under it (then it is in force for none)
 */
export function prepareFilter(program: readonly Instruction[]): () => void {
  const number = process.arch === 'x64' || process.arch === 'arm64' ? SYS_SECCOMP[process.arch] : undefined;
  if (number === undefined) throw new Error(`no seccomp filters for ${process.arch}`);
  const instructions = assemble(program);
  const header = kernelBuffer(16);
  const view = new DataView(header.buffer);
  view.setUint16(0, program.length, true);
  return () => {
    const result = withAddresses([instructions, header], (instructionsAt, headerAt) => {
      view.setBigUint64(8, instructionsAt!, true);
      return libc.syscall(number, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, headerAt!, 0, 0, 0);
    });
    // A positive answer is the thread that has a filter of its own.
    if (checked('seccomp', result) !== 0) throw new SystemError('seccomp', ESRCH);
  };
}

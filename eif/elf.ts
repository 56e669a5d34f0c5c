/**
 * As much of ELF as an image needs: is this a program or a library for the enclave's machine, and which part of the file
 * does a loader read? Source: System V ABI, generic ELF specification, "ELF Header" and "Program Header".
 */
import { TruceError } from '../proto/errors.ts';

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
/** Node has ten, a kernel's limit is 64 KiB of them. Source: Linux, fs/binfmt_elf.c, load_elf_phdrs. */
const MAXIMUM_PROGRAM_HEADERS = 64;
const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const EXECUTABLE = 2;
const SHARED_OBJECT = 3;
/** Source: System V ABI, AMD64 supplement: EM_X86_64. */
const X86_64 = 62;

/**
 * Checks that `bytes` are an ELF program or shared library for x86-64.
 * @param file the name for the error
 * @throws TruceError EXECUTABLE_INVALID {file, reason}
 */
export function checkElf(file: string, bytes: Uint8Array): void {
  const header = view(bytes);
  if (bytes.length < HEADER_BYTES || header.getUint32(0) !== MAGIC) throw invalid(file, 'not an ELF file');
  if (bytes[4] !== CLASS_64 || bytes[5] !== LITTLE_ENDIAN || header.getUint16(18, true) !== X86_64) {
    throw invalid(file, 'not for x86-64');
  }
  const type = header.getUint16(16, true);
  if (type !== EXECUTABLE && type !== SHARED_OBJECT) throw invalid(file, 'neither a program nor a library');
}

/**
 * The beginning of an ELF file up to the last byte that its program headers name. What follows (symbol table, debug
 * information, section headers) no loader reads, and no byte of what is left is changed: `cmp` shows it.
 * @throws TruceError EXECUTABLE_INVALID {file, reason}
 */
export function loadedPart(file: string, bytes: Uint8Array): Uint8Array {
  checkElf(file, bytes);
  const fields = view(bytes);
  const start = fields.getBigUint64(32, true);
  const count = fields.getUint16(56, true);
  if (fields.getUint16(54, true) !== PROGRAM_HEADER_BYTES || count === 0 || count > MAXIMUM_PROGRAM_HEADERS)
    throw invalid(file, 'unusual program headers');
  const tableEnd = start + BigInt(count * PROGRAM_HEADER_BYTES);
  if (tableEnd > BigInt(bytes.length)) throw invalid(file, 'program headers beyond its end');
  let end = tableEnd;
  for (let index = 0; index < count; index += 1) {
    const at = Number(start) + index * PROGRAM_HEADER_BYTES;
    const segmentEnd = fields.getBigUint64(at + 8, true) + fields.getBigUint64(at + 32, true);
    if (segmentEnd > BigInt(bytes.length)) throw invalid(file, 'a segment beyond its end');
    if (segmentEnd > end) end = segmentEnd;
  }
  return bytes.subarray(0, Number(end));
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function invalid(file: string, reason: string): TruceError {
  return new TruceError('EXECUTABLE_INVALID', { file, reason });
}

/** Writes enclave images of version 4 as upstream's builder orders them: kernel, command line, metadata, ramdisks, signature. */
import { crc32 } from 'node:zlib';
import { concatBytes } from '../proto/bytes.ts';
import { TruceError } from '../proto/errors.ts';
import {
  AARCH64_FLAG,
  type Architecture,
  CURRENT_VERSION,
  DEFAULT_CPUS,
  DEFAULT_MEMORY,
  HEADER_LENGTH,
  HeaderOffset,
  type ImageHeader,
  MAGIC,
  MAXIMUM_IMAGE_LENGTH,
  MAXIMUM_SECTIONS,
  MAXIMUM_SIGNATURE_LENGTH,
  SECTION_HEADER_LENGTH,
  type SectionContent,
  SectionType,
} from './image-format.ts';
import { type EifMetadata, encodeMetadata } from './metadata.ts';

export interface EifParts {
  readonly architecture: Architecture;
  /** bzImage on x86_64, Image on aarch64, as `prepareKernel` gives it. */
  readonly kernel: Uint8Array;
  /** Printable ASCII. */
  readonly commandLine: string;
  readonly metadata: EifMetadata;
  /** The first is measured with the kernel (PCR1), the others as the application (PCR2). */
  readonly ramdisks: readonly Uint8Array[];
}

/** Linux's COMMAND_LINE_SIZE is 2048 on both architectures, its NUL included (arch/x86, arch/arm64: asm/setup.h). */
const LONGEST_COMMAND_LINE = 2047;

/** An unsigned image. Errors: EIF_PARTS_INVALID {part, reason}, EIF_METADATA_INVALID. */
export function writeEif(parts: EifParts): Uint8Array {
  return concatBytes(...writeEifPieces(parts));
}

/** The same in pieces that are to be written one after the other; the parts themselves are not copied. */
export function writeEifPieces(parts: EifParts): Uint8Array[] {
  const { architecture, kernel, ramdisks } = parts;
  if (kernel.length === 0) throw invalidPart('kernel', 'it is empty');
  if (ramdisks.length === 0) throw invalidPart('list of ramdisks', 'it is empty');
  const header: ImageHeader = {
    version: CURRENT_VERSION,
    architecture,
    defaultMemory: DEFAULT_MEMORY,
    defaultCpus: DEFAULT_CPUS,
  };
  return assembleImage(header, [
    { type: SectionType.KERNEL, data: kernel },
    { type: SectionType.COMMAND_LINE, data: encodeCommandLine(parts.commandLine) },
    { type: SectionType.METADATA, data: encodeMetadata(parts.metadata) },
    ...ramdisks.map((data) => ({ type: SectionType.RAMDISK, data })),
  ]);
}

/** The bytes of a command line that is to be measured. Error: EIF_PARTS_INVALID. */
export function encodeCommandLine(commandLine: string): Uint8Array {
  // A NUL would end it early and a newline is none of its words: what is measured is what the kernel sees.
  if (!/^[\x20-\x7e]*$/.test(commandLine)) throw invalidPart('command line', 'it is not printable ASCII');
  if (commandLine.length > LONGEST_COMMAND_LINE)
    throw invalidPart('command line', `it is longer than ${LONGEST_COMMAND_LINE} characters`);
  return new TextEncoder().encode(commandLine);
}

/** Header, CRC and sections in the order given. Error: EIF_PARTS_INVALID. */
export function assembleImage(header: ImageHeader, sections: readonly SectionContent[]): Uint8Array[] {
  if (sections.length > MAXIMUM_SECTIONS)
    throw invalidPart('list of sections', `there are more than ${MAXIMUM_SECTIONS}`);
  const encoded = new Uint8Array(HEADER_LENGTH);
  const view = new DataView(encoded.buffer);
  view.setUint32(HeaderOffset.MAGIC, MAGIC);
  view.setUint16(HeaderOffset.VERSION, header.version);
  view.setUint16(HeaderOffset.FLAGS, header.architecture === 'aarch64' ? AARCH64_FLAG : 0);
  view.setBigUint64(HeaderOffset.DEFAULT_MEMORY, header.defaultMemory);
  view.setBigUint64(HeaderOffset.DEFAULT_CPUS, header.defaultCpus);
  view.setUint16(HeaderOffset.SECTION_COUNT, sections.length);
  const pieces: Uint8Array[] = [encoded];
  let position = HEADER_LENGTH;
  for (const [index, { type, data }] of sections.entries()) {
    if (type === SectionType.SIGNATURE && data.length > MAXIMUM_SIGNATURE_LENGTH)
      throw invalidPart('signature', `it is longer than ${MAXIMUM_SIGNATURE_LENGTH} bytes`);
    view.setBigUint64(HeaderOffset.SECTION_OFFSETS + index * 8, BigInt(position));
    view.setBigUint64(HeaderOffset.SECTION_SIZES + index * 8, BigInt(data.length));
    pieces.push(sectionHeader(type, data.length), data);
    position += SECTION_HEADER_LENGTH + data.length;
  }
  if (position > MAXIMUM_IMAGE_LENGTH)
    throw invalidPart('size', `it is larger than ${MAXIMUM_IMAGE_LENGTH} bytes`);
  const [, ...rest] = pieces;
  let crc = crc32(encoded.subarray(0, HeaderOffset.CRC32));
  for (const piece of rest) crc = crc32(piece, crc);
  view.setUint32(HeaderOffset.CRC32, crc);
  return pieces;
}

function sectionHeader(type: SectionType, length: number): Uint8Array {
  const header = new Uint8Array(SECTION_HEADER_LENGTH);
  const view = new DataView(header.buffer);
  view.setUint16(0, type);
  view.setBigUint64(4, BigInt(length));
  return header;
}

function invalidPart(part: string, reason: string): TruceError {
  return new TruceError('EIF_PARTS_INVALID', { part, reason });
}

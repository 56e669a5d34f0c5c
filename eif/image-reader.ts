/**
 * Reads enclave images strictly: what the hypervisor, QEMU and nitro-cli would see differently is refused. Nothing is
 * copied: every section is a view of the input. The CRC and the signature are not judged here, so that an image with a
 * wrong one can still be described.
 */
import { crc32 } from 'node:zlib';
import { TruceError } from '../proto/errors.ts';
import {
  AARCH64_FLAG,
  CURRENT_VERSION,
  FIRST_VERSION_WITH_METADATA,
  FIRST_VERSION_WITH_SIGNATURE,
  HEADER_LENGTH,
  HeaderOffset,
  type ImageHeader,
  isSectionType,
  MAGIC,
  MAXIMUM_SECTIONS,
  MAXIMUM_SIGNATURE_LENGTH,
  MINIMUM_SECTIONS,
  OLDEST_VERSION,
  SECTION_HEADER_LENGTH,
  type SectionContent,
  SectionType,
} from './image-format.ts';

export interface EifSection extends SectionContent {
  /** Always 0. */
  readonly flags: number;
  /** Where the section's header begins in the file. */
  readonly offset: number;
}

/** An image's parts. `metadata` and `signature` are the sections' bytes; see metadata.ts and signature.ts. */
export interface EifImage extends ImageHeader {
  /** The CRC-32 that the header states; `crcOf` computes the true one. */
  readonly crc32: number;
  /** In file order. */
  readonly sections: readonly EifSection[];
  readonly kernel: Uint8Array;
  /** As in the file: ASCII by convention. */
  readonly commandLine: Uint8Array;
  /** In file order. */
  readonly ramdisks: readonly Uint8Array[];
  readonly metadata: Uint8Array | undefined;
  readonly signature: Uint8Array | undefined;
}

/** Reads an image of version 2, 3 or 4 that fills the input. Error: EIF_INVALID {offset, reason}. */
export function readEif(bytes: Uint8Array): EifImage {
  if (bytes.length < HEADER_LENGTH)
    throw invalid(bytes.length, `the file ends inside the header of ${HEADER_LENGTH} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view);
  const sections = readSections(bytes, view);
  checkSections(header.version, sections);
  const all = (type: SectionType) =>
    sections.filter((section) => section.type === type).map(({ data }) => data);
  return {
    ...header,
    crc32: view.getUint32(HeaderOffset.CRC32),
    sections,
    kernel: all(SectionType.KERNEL)[0]!,
    commandLine: all(SectionType.COMMAND_LINE)[0]!,
    ramdisks: all(SectionType.RAMDISK),
    metadata: all(SectionType.METADATA)[0],
    signature: all(SectionType.SIGNATURE)[0],
  };
}

/** EIF_CRC_MISMATCH where the bytes, of which `image` was read, are not those that the CRC was made of. */
export function crcProblem(image: EifImage, bytes: Uint8Array): TruceError | undefined {
  const computed = crcOf(bytes);
  if (computed === image.crc32) return undefined;
  const digits = (crc: number) => crc.toString(16).padStart(8, '0');
  return new TruceError('EIF_CRC_MISMATCH', { stated: digits(image.crc32), computed: digits(computed) });
}

/** The CRC-32 of a whole image, over everything but the field that holds it. */
export function crcOf(image: Uint8Array): number {
  return crc32(image.subarray(HEADER_LENGTH), crc32(image.subarray(0, HeaderOffset.CRC32)));
}

function readHeader(view: DataView): ImageHeader {
  if (view.getUint32(HeaderOffset.MAGIC) !== MAGIC)
    throw invalid(HeaderOffset.MAGIC, 'it does not begin with ".eif"');
  const version = view.getUint16(HeaderOffset.VERSION);
  if (version < OLDEST_VERSION || version > CURRENT_VERSION)
    throw invalid(HeaderOffset.VERSION, `version ${version} is unknown`);
  const flags = view.getUint16(HeaderOffset.FLAGS);
  if ((flags & ~AARCH64_FLAG) !== 0) throw invalid(HeaderOffset.FLAGS, 'reserved flags are set');
  if (view.getUint16(HeaderOffset.RESERVED) !== 0)
    throw invalid(HeaderOffset.RESERVED, 'a reserved field is not zero');
  if (view.getUint32(HeaderOffset.UNUSED) !== 0)
    throw invalid(HeaderOffset.UNUSED, 'a reserved field is not zero');
  return {
    version,
    architecture: (flags & AARCH64_FLAG) === 0 ? 'x86_64' : 'aarch64',
    defaultMemory: view.getBigUint64(HeaderOffset.DEFAULT_MEMORY),
    defaultCpus: view.getBigUint64(HeaderOffset.DEFAULT_CPUS),
  };
}

/**
 * The hypervisor and QEMU follow the header's offsets, nitro-cli goes from section to section and looks at none of them:
 * only an image without gaps is one image to all.
 */
function readSections(bytes: Uint8Array, view: DataView): EifSection[] {
  const count = view.getUint16(HeaderOffset.SECTION_COUNT);
  if (count < MINIMUM_SECTIONS || count > MAXIMUM_SECTIONS)
    throw invalid(
      HeaderOffset.SECTION_COUNT,
      `${count} sections; there are ${MINIMUM_SECTIONS} to ${MAXIMUM_SECTIONS}`,
    );
  const sections: EifSection[] = [];
  let position = HEADER_LENGTH;
  for (let index = 0; index < MAXIMUM_SECTIONS; index++) {
    const offsetField = HeaderOffset.SECTION_OFFSETS + index * 8;
    const sizeField = HeaderOffset.SECTION_SIZES + index * 8;
    const offset = view.getBigUint64(offsetField);
    const size = view.getBigUint64(sizeField);
    if (index >= count) {
      if (offset !== 0n) throw invalid(offsetField, 'the offset of a section beyond the last is not zero');
      if (size !== 0n) throw invalid(sizeField, 'the size of a section beyond the last is not zero');
      continue;
    }
    if (offset !== BigInt(position)) throw invalid(offsetField, misplaced(index, offset, position));
    const section = readSection(bytes, view, position, size, sizeField);
    sections.push(section);
    position += SECTION_HEADER_LENGTH + section.data.length;
  }
  if (position !== bytes.length)
    throw invalid(position, `${bytes.length - position} bytes follow the last section`);
  return sections;
}

function misplaced(index: number, offset: bigint, position: number): string {
  return offset > BigInt(position)
    ? `a gap of ${offset - BigInt(position)} bytes before section ${index}`
    : `section ${index} begins at ${offset}, inside what comes before it`;
}

function readSection(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  statedSize: bigint,
  sizeField: number,
): EifSection {
  const start = offset + SECTION_HEADER_LENGTH;
  if (start > bytes.length) throw invalid(bytes.length, "the file ends inside a section's header");
  const type = view.getUint16(offset);
  if (!isSectionType(type)) throw invalid(offset, `section type ${type} is unknown`);
  const flags = view.getUint16(offset + 2);
  if (flags !== 0) throw invalid(offset + 2, 'reserved flags of a section are set');
  const size = view.getBigUint64(offset + 4);
  if (size !== statedSize)
    throw invalid(sizeField, `the header says ${statedSize} bytes where the section says ${size}`);
  if (size > BigInt(bytes.length - start))
    throw invalid(offset + 4, `a section of ${size} bytes where ${bytes.length - start} are left`);
  if (type === SectionType.SIGNATURE && size > BigInt(MAXIMUM_SIGNATURE_LENGTH))
    throw invalid(offset + 4, `a signature of more than ${MAXIMUM_SIGNATURE_LENGTH} bytes`);
  return { type, flags, offset, data: bytes.subarray(start, start + Number(size)) };
}

function checkSections(version: number, sections: readonly EifSection[]): void {
  const seen = new Set<SectionType>();
  for (const { type, offset } of sections) {
    if (type !== SectionType.RAMDISK && seen.has(type)) throw invalid(offset, `a second ${nameOf(type)}`);
    if (type === SectionType.RAMDISK && !seen.has(SectionType.KERNEL))
      throw invalid(offset, 'a ramdisk before the kernel');
    if (type === SectionType.SIGNATURE && version < FIRST_VERSION_WITH_SIGNATURE)
      throw invalid(offset, `version ${version} has no signatures`);
    if (type === SectionType.METADATA && version < FIRST_VERSION_WITH_METADATA)
      throw invalid(offset, `version ${version} has no metadata`);
    seen.add(type);
  }
  const required: SectionType[] = [SectionType.KERNEL, SectionType.COMMAND_LINE];
  if (version >= FIRST_VERSION_WITH_METADATA) required.push(SectionType.METADATA);
  for (const type of required)
    if (!seen.has(type)) throw invalid(HeaderOffset.SECTION_COUNT, `no ${nameOf(type)}`);
}

function nameOf(type: SectionType): string {
  switch (type) {
    case SectionType.KERNEL:
      return 'kernel';
    case SectionType.COMMAND_LINE:
      return 'command line';
    case SectionType.RAMDISK:
      return 'ramdisk';
    case SectionType.SIGNATURE:
      return 'signature';
    case SectionType.METADATA:
      return 'metadata';
  }
}

function invalid(offset: number, reason: string): TruceError {
  return new TruceError('EIF_INVALID', { offset, reason });
}

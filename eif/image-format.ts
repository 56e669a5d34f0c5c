/**
 * The numbers of the enclave image format (EIF). All integers are big-endian.
 *
 *   header          548 bytes, of which the last four are the CRC-32 of everything else
 *   then, for each section: a header of 12 bytes { type u16, flags u16, size u64 } and `size` bytes of data
 *
 * Sections follow one another without gaps, alignment or trailing bytes. Source: aws-nitro-enclaves-image-format 0.5.0
 * (src/defs/mod.rs).
 */

/** ".eif" */
export const MAGIC = 0x2e65_6966;

/** Where each field of the header lies. */
export const HeaderOffset = {
  MAGIC: 0x000,
  VERSION: 0x004,
  FLAGS: 0x006,
  DEFAULT_MEMORY: 0x008,
  DEFAULT_CPUS: 0x010,
  RESERVED: 0x018,
  SECTION_COUNT: 0x01a,
  SECTION_OFFSETS: 0x01c,
  SECTION_SIZES: 0x11c,
  UNUSED: 0x21c,
  CRC32: 0x220,
} as const;

export const HEADER_LENGTH = 0x224;
export const SECTION_HEADER_LENGTH = 12;
export const MAXIMUM_SECTIONS = 32;
/** The hypervisor takes no fewer: a kernel and a command line. */
export const MINIMUM_SECTIONS = 2;

export const SectionType = { KERNEL: 1, COMMAND_LINE: 2, RAMDISK: 3, SIGNATURE: 4, METADATA: 5 } as const;
export type SectionType = (typeof SectionType)[keyof typeof SectionType];

export const MAXIMUM_SIGNATURE_LENGTH = 32_768;

/** 0 and 1 were never public; 3 brought signatures, 4 made metadata mandatory. */
export const OLDEST_VERSION = 2;
export const FIRST_VERSION_WITH_SIGNATURE = 3;
export const FIRST_VERSION_WITH_METADATA = 4;
export const CURRENT_VERSION = 4;

export type Architecture = 'x86_64' | 'aarch64';

/** Bit 0 of the header's flags; all others are reserved. */
export const AARCH64_FLAG = 1;

/** What upstream's builder writes; nothing reads them. */
export const DEFAULT_MEMORY = 1n << 30n;
export const DEFAULT_CPUS = 2n;

/** Longer files are neither read nor written: they are held in memory whole. */
export const MAXIMUM_IMAGE_LENGTH = 2 ** 31;

/** The header without its sections and without the CRC. */
export interface ImageHeader {
  readonly version: number;
  readonly architecture: Architecture;
  /** Bytes. */
  readonly defaultMemory: bigint;
  readonly defaultCpus: bigint;
}

/** One section's data, which is a view of the image where it was read from one. */
export interface SectionContent {
  readonly type: SectionType;
  readonly data: Uint8Array;
}

export function isSectionType(value: number): value is SectionType {
  return Object.values<number>(SectionType).includes(value);
}

/**
 * The registers that the hypervisor fills when it starts an image. With H = SHA-384 and EXTEND(x) = H(48 zero bytes || x):
 *
 *   PCR0 = EXTEND(H(kernel || command line || all ramdisks))
 *   PCR1 = EXTEND(H(kernel || command line || first ramdisk))
 *   PCR2 = EXTEND(H(the other ramdisks))
 *   PCR8 = EXTEND(H(DER of the signing certificate)), only where the image is signed
 *
 * Only the sections' data count, in the order of the file. Source: aws-nitro-enclaves-image-format 0.5.0.
 */
import { createHash, type Hash } from 'node:crypto';
import { toHex } from '../proto/bytes.ts';
import { type SectionContent, SectionType } from './image-format.ts';
import type { EifImage } from './image-reader.ts';
import { encodeCommandLine } from './image-writer.ts';

/** 48 bytes each. */
export interface ImageMeasurements {
  readonly pcr0: Uint8Array;
  readonly pcr1: Uint8Array;
  readonly pcr2: Uint8Array;
  readonly pcr8?: Uint8Array;
}

export interface MeasuredParts {
  readonly kernel: Uint8Array;
  readonly commandLine: string;
  readonly ramdisks: readonly Uint8Array[];
  /** DER. */
  readonly signingCertificate?: Uint8Array;
}

const REGISTER_LENGTH = 48;

/** Measures what an image is going to be made of. Error: EIF_PARTS_INVALID where the command line can be none. */
export function measureImage({
  kernel,
  commandLine,
  ramdisks,
  signingCertificate,
}: MeasuredParts): ImageMeasurements {
  const sections: SectionContent[] = [
    { type: SectionType.KERNEL, data: kernel },
    { type: SectionType.COMMAND_LINE, data: encodeCommandLine(commandLine) },
    ...ramdisks.map((data) => ({ type: SectionType.RAMDISK, data })),
  ];
  return measureSections(sections, signingCertificate);
}

/** Measures an image that was read, in its own order of sections. `signingCertificate` is DER. */
export function measureEif(
  image: Pick<EifImage, 'sections'>,
  signingCertificate?: Uint8Array,
): ImageMeasurements {
  return measureSections(image.sections, signingCertificate);
}

/** PCR8 of an image signed with this certificate (DER). */
export function certificatePcr(certificate: Uint8Array): Uint8Array {
  return extend(sha384().update(certificate));
}

/** What nitro-cli's `pcr --input` computes of a file: EXTEND(H(content)). */
export function contentPcr(content: Uint8Array): Uint8Array {
  return extend(sha384().update(content));
}

/** nitro-cli's JSON of measurements, its odd name of the hash included. */
export function measurementsJson(measurements: ImageMeasurements): Record<string, string> {
  const { pcr0, pcr1, pcr2, pcr8 } = measurements;
  return {
    HashAlgorithm: 'Sha384 { ... }',
    PCR0: toHex(pcr0),
    PCR1: toHex(pcr1),
    PCR2: toHex(pcr2),
    ...(pcr8 === undefined ? {} : { PCR8: toHex(pcr8) }),
  };
}

function measureSections(
  sections: readonly SectionContent[],
  signingCertificate: Uint8Array | undefined,
): ImageMeasurements {
  const [all, application] = [sha384(), sha384()];
  // Up to the second ramdisk PCR0 and PCR1 hash the same bytes: once.
  let boot: Hash | undefined;
  let ramdisks = 0;
  for (const { type, data } of sections) {
    if (type === SectionType.METADATA || type === SectionType.SIGNATURE) continue;
    if (type === SectionType.RAMDISK && ramdisks++ > 0) {
      boot ??= all.copy();
      application.update(data);
    } else boot?.update(data);
    all.update(data);
  }
  boot ??= all.copy();
  return {
    pcr0: extend(all),
    pcr1: extend(boot),
    pcr2: extend(application),
    ...(signingCertificate === undefined ? {} : { pcr8: certificatePcr(signingCertificate) }),
  };
}

function sha384(): Hash {
  return createHash('sha384');
}

function extend(hash: Hash): Uint8Array {
  return new Uint8Array(sha384().update(new Uint8Array(REGISTER_LENGTH)).update(hash.digest()).digest());
}

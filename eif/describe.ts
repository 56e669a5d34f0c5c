/**
 * What there is to say about an image, in the JSON of `nitro-cli describe-eif`. Source: aws-nitro-enclaves-cli 1.5.0
 * (EifDescribeInfo, MetadataDescribeInfo) and aws-nitro-enclaves-image-format 0.5.0 (SignCertificateInfo).
 */
import { TruceError } from '../proto/errors.ts';
import { certificateJson } from './certificate-json.ts';
import { crcProblem, type EifImage, readEif } from './image-reader.ts';
import { measureEif, measurementsJson } from './measure.ts';
import { type EifMetadata, parseMetadata } from './metadata.ts';
import { readSignatureSection, signatureProblem } from './signature.ts';
import { dateProblem } from './signing-certificate.ts';

/** JSON, with its keys in nitro-cli's order. */
export type EifDescription = Readonly<Record<string, unknown>>;

export interface EifReport {
  readonly description: EifDescription;
  /**
   * What is wrong with an image that can be described all the same: EIF_CRC_MISMATCH, EIF_SIGNATURE_MISMATCH,
   * EIF_CERTIFICATE_EXPIRED, EIF_CERTIFICATE_NOT_YET_VALID.
   */
  readonly problems: readonly TruceError[];
}

/**
 * Describes and judges any image. `now` is milliseconds since 1970.
 * Errors: EIF_INVALID, EIF_METADATA_INVALID, EIF_SIGNATURE_INVALID.
 */
export function inspectEif(bytes: Uint8Array, now: number): EifReport {
  const image = readEif(bytes);
  const problems: TruceError[] = [];
  const damage = crcProblem(image, bytes);
  if (damage !== undefined) problems.push(damage);
  const signature = image.signature === undefined ? undefined : readSignatureSection(image.signature);
  const measurements = measureEif(image, signature?.certificate.certificate.raw);
  let signed = {};
  let judged = {};
  if (signature !== undefined) {
    const reason = signatureProblem(signature, measurements.pcr0);
    if (reason !== undefined) problems.push(new TruceError('EIF_SIGNATURE_MISMATCH', { reason }));
    const dates = dateProblem(signature.certificate, now);
    if (dates !== undefined) problems.push(dates);
    signed = { SigningCertificate: certificateJson(signature.certificate.certificate) };
    judged = { SignatureCheck: reason === undefined };
  }
  const description = {
    EifVersion: image.version,
    Measurements: measurementsJson(measurements),
    IsSigned: signature !== undefined,
    ...signed,
    CheckCRC: damage === undefined,
    ...judged,
    ...metadataJson(image),
  };
  return { description, problems };
}

/** The description alone. Errors as above. */
export function describeEif(bytes: Uint8Array, now: number): EifDescription {
  return inspectEif(bytes, now).description;
}

function metadataJson({ metadata }: EifImage): object {
  if (metadata === undefined) return {};
  const parsed = parseMetadata(metadata);
  const fixed = {
    BuildTime: parsed.buildTime,
    BuildTool: parsed.buildTool,
    BuildToolVersion: parsed.buildToolVersion,
    OperatingSystem: parsed.operatingSystem,
    KernelVersion: parsed.kernelVersion,
    DockerInfo: parsed.dockerInfo,
  };
  return {
    ImageName: parsed.imageName,
    ImageVersion: parsed.imageVersion,
    Metadata: { ...fixed, ...customJson(parsed, fixed) },
  };
}

/**
 * nitro-cli spreads custom metadata among the fixed fields. Where that cannot be, or would hide one of them, it stays a
 * member of its own.
 */
function customJson({ customMetadata }: EifMetadata, fixed: object): object {
  if (customMetadata === null) return {};
  const spreads =
    typeof customMetadata === 'object' &&
    !Array.isArray(customMetadata) &&
    !Object.keys(customMetadata as object).some((name) => Object.hasOwn(fixed, name));
  return spreads ? (customMetadata as object) : { CustomMetadata: customMetadata };
}

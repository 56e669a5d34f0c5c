/**
 * The metadata section: compact JSON that says how an image was made. No PCR covers it, so it proves nothing. Source:
 * aws-nitro-enclaves-image-format 0.5.0 (EifIdentityInfo), whose order of keys is kept.
 */
import { TruceError } from '../proto/errors.ts';
import { readJson } from '../proto/json/reader.ts';
import { type JsonValue, plainJson } from '../proto/json/value.ts';

/** The five texts of BuildMetadata and what stands beside them. */
export interface EifMetadata {
  readonly imageName: string;
  readonly imageVersion: string;
  /** RFC 3339. */
  readonly buildTime: string;
  readonly buildTool: string;
  readonly buildToolVersion: string;
  readonly operatingSystem: string;
  readonly kernelVersion: string;
  /** Any JSON; what `docker inspect` says where there is a Docker image, otherwise null. */
  readonly dockerInfo?: unknown;
  /** Any JSON of up to 4096 bytes; nitro-cli can show objects alone. */
  readonly customMetadata?: unknown;
}

/** For images that are to be the same whenever they are built. */
export const REPRODUCIBLE_BUILD_TIME = '1970-01-01T00:00:00+00:00';

/** Upstream's bound for the file that custom metadata comes from. */
export const MAXIMUM_CUSTOM_METADATA_LENGTH = 4096;
/** Ours: upstream has none. */
export const MAXIMUM_METADATA_LENGTH = 1 << 20;

/** The section's bytes. Error: EIF_METADATA_INVALID. */
export function encodeMetadata(metadata: EifMetadata): Uint8Array {
  const { dockerInfo = null, customMetadata = null } = metadata;
  const custom = toJson(customMetadata);
  if (new TextEncoder().encode(custom).length > MAXIMUM_CUSTOM_METADATA_LENGTH)
    throw invalid(`the custom metadata is longer than ${MAXIMUM_CUSTOM_METADATA_LENGTH} bytes`);
  const text = toJson({
    ImageName: metadata.imageName,
    ImageVersion: metadata.imageVersion,
    BuildMetadata: {
      BuildTime: metadata.buildTime,
      BuildTool: metadata.buildTool,
      BuildToolVersion: metadata.buildToolVersion,
      OperatingSystem: metadata.operatingSystem,
      KernelVersion: metadata.kernelVersion,
    },
    DockerInfo: dockerInfo,
    CustomMetadata: customMetadata,
  });
  const bytes = new TextEncoder().encode(text);
  // What our own reader refuses is never written.
  parseMetadata(bytes);
  return bytes;
}

/** Reads a section. Keys beyond the known ones are left out, as nitro-cli does. Error: EIF_METADATA_INVALID {reason}. */
export function parseMetadata(bytes: Uint8Array): EifMetadata {
  let root: JsonValue;
  try {
    root = readJson(bytes, { bytes: MAXIMUM_METADATA_LENGTH });
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError('EIF_METADATA_INVALID', { reason: cause.message }, { cause });
  }
  const members = membersOf(root, 'it');
  const build = membersOf(required(members, 'BuildMetadata'), 'BuildMetadata');
  return {
    imageName: textOf(members, 'ImageName'),
    imageVersion: textOf(members, 'ImageVersion'),
    buildTime: textOf(build, 'BuildTime'),
    buildTool: textOf(build, 'BuildTool'),
    buildToolVersion: textOf(build, 'BuildToolVersion'),
    operatingSystem: textOf(build, 'OperatingSystem'),
    kernelVersion: textOf(build, 'KernelVersion'),
    dockerInfo: plainJson(required(members, 'DockerInfo')),
    customMetadata: plainJson(required(members, 'CustomMetadata')),
  };
}

function membersOf(value: JsonValue, name: string): ReadonlyMap<string, JsonValue> {
  if (value.kind !== 'object') throw invalid(`${name} is no object`);
  return value.members;
}

function required(members: ReadonlyMap<string, JsonValue>, name: string): JsonValue {
  const value = members.get(name);
  if (value === undefined) throw invalid(`${name} is missing`);
  return value;
}

function textOf(members: ReadonlyMap<string, JsonValue>, name: string): string {
  const value = required(members, name);
  if (value.kind !== 'string') throw invalid(`${name} is no text`);
  return value.value;
}

function toJson(value: unknown): string {
  // A function or a symbol has no JSON; stringify then gives undefined, whatever its type says.
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw invalid('it has no JSON');
  return text;
}

function invalid(reason: string): TruceError {
  return new TruceError('EIF_METADATA_INVALID', { reason });
}

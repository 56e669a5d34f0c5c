/**
 * Builds an enclave image: kernel, command line, boot ramdisk, application ramdisk, and a signature where one is asked
 * for. The same parts and settings always give the same bytes: no clock, user, folder, locale or umask is looked at.
 */

import { type Application, type ApplicationSettings, applicationRamdisk } from './application.ts';
import { sha256Hex } from './cached-file.ts';
import type { Compressor } from './compress.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';
import { writeEif } from './image.ts';
import type { ImageKernel } from './kernel-source.ts';
import type { LibrarySet } from './libraries.ts';
import { fileRecords, type ImageManifest, type ImageSources, ramdiskRecord } from './manifest.ts';
import { measureImage, measurementsJson } from './measure.ts';
import { type EifMetadata, REPRODUCIBLE_BUILD_TIME } from './metadata.ts';
import type { NodeBinary } from './node.ts';
import { bootRamdisk } from './rootfs.ts';

/** What an image is made of. */
export interface ImageParts {
  readonly kernel: ImageKernel;
  /** `/init`. */
  readonly init: Uint8Array;
  readonly node: Omit<NodeBinary, 'path'>;
  readonly libraries: LibrarySet;
  readonly application: Application;
}

export interface ImageSettings extends ApplicationSettings {
  readonly name: string;
  readonly version: string;
  readonly commandLine: string;
  /** An object for CustomMetadata, which nothing measures. */
  readonly customMetadata?: JsonMetadata;
  readonly compressor: Compressor;
  /** Adds the signature's section. */
  readonly sign?: (image: Uint8Array) => SignedImage;
  readonly truceVersion: string;
}

export type JsonMetadata = Readonly<Record<string, unknown>>;

export interface SignedImage {
  readonly image: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

export interface BuiltImage {
  readonly image: Uint8Array;
  readonly manifest: ImageManifest;
}

const ARCHITECTURE = 'x86_64';
const BUILD_TOOL = 'truce';
const OPERATING_SYSTEM = 'Linux';

/**
 * reboot=k panic=-1: a fatal error ends the enclave at once. pci=off and i8042: there is none to wait for.
 * random.trust_cpu=on: entropy from the first moment, the security module's besides. mitigations=auto,nosmt: programs of
 * parties that do not trust each other share the machine. Source of the others: aws-nitro-enclaves-cli 1.5.0, blobs.
 */
export const DEFAULT_COMMAND_LINE =
  'reboot=k panic=-1 pci=off console=ttyS0 i8042.noaux i8042.nomux i8042.nopnp i8042.dumbkbd ' +
  'random.trust_cpu=on mitigations=auto,nosmt';

/**
 * Puts an image together and measures it.
 * @throws TruceError EXECUTABLE_INVALID, LIMIT_INVALID, LIMIT_UNKNOWN, CPIO_INVALID, RAMDISK_COMPRESSION,
 *   EIF_PARTS_INVALID, EIF_METADATA_INVALID, and what `sign` throws
 */
export async function buildImage(parts: ImageParts, settings: ImageSettings): Promise<BuiltImage> {
  const { kernel } = parts;
  const { commandLine, compressor } = settings;
  const boot = bootRamdisk({
    init: parts.init,
    node: parts.node.content,
    libraries: parts.libraries.files,
    ...(kernel.nsmModule === undefined ? {} : { nsmModule: kernel.nsmModule }),
  });
  const application = applicationRamdisk(parts.application, settings);
  const bootDisk = await ramdisk('boot', boot, compressor);
  const applicationDisk = await ramdisk('application', application, compressor);
  const ramdisks = [bootDisk.compressed, applicationDisk.compressed];
  const unsigned = writeEif({
    architecture: ARCHITECTURE,
    kernel: kernel.content,
    commandLine,
    metadata: metadataOf(kernel, settings),
    ramdisks,
  });
  const signed = settings.sign?.(unsigned);
  const image = signed?.image ?? unsigned;
  const measurements = measureImage({
    kernel: kernel.content,
    commandLine,
    ramdisks,
    ...(signed === undefined ? {} : { signingCertificate: signed.certificate }),
  });
  const manifest: ImageManifest = {
    image: {
      name: settings.name,
      version: settings.version,
      bytes: image.length,
      sha256: sha256Hex(image),
      signed: signed !== undefined,
    },
    measurements: measurementsJson(measurements),
    commandLine,
    kernel: { bytes: kernel.content.length, sha256: sha256Hex(kernel.content) },
    ramdisks: [bootDisk.record, applicationDisk.record],
    files: [...fileRecords('boot', boot), ...fileRecords('application', application)],
    sources: sourcesOf(parts, settings),
  };
  return { image, manifest };
}

async function ramdisk(name: 'boot' | 'application', entries: readonly CpioEntry[], compressor: Compressor) {
  const archive = writeCpio(entries);
  const compressed = await compressor.compress(archive);
  return { compressed, record: ramdiskRecord(name, archive, compressed, compressor) };
}

function metadataOf(kernel: ImageKernel, settings: ImageSettings): EifMetadata {
  return {
    imageName: settings.name,
    imageVersion: settings.version,
    buildTime: REPRODUCIBLE_BUILD_TIME,
    buildTool: BUILD_TOOL,
    buildToolVersion: settings.truceVersion,
    operatingSystem: OPERATING_SYSTEM,
    kernelVersion: kernel.version,
    dockerInfo: null,
    // nitro-cli shows the members of an object beside the rest, and of nothing else.
    customMetadata: settings.customMetadata ?? {},
  };
}

function sourcesOf(
  { node, libraries, kernel, application }: ImageParts,
  settings: ImageSettings,
): ImageSources {
  const { package: name, version, integrity, sha256 } = node;
  return {
    truce: { version: settings.truceVersion },
    node: { package: name, version, integrity, sha256 },
    libraries: libraries.sources,
    kernel: kernel.provenance,
    compressor: settings.compressor.program,
    bundle: Object.fromEntries(application.sources),
  };
}

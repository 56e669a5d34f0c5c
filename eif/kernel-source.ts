/**
 * Where an image's kernel comes from: built from Debian's source (`kernel/`), a file, or the blobs of an installed
 * nitro-cli. What is known of it decides how the ramdisks may be compressed and whether it brings the driver of the
 * security module.
 */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../proto/errors.ts';
import { sha256Hex } from './cached-file.ts';
import type { Compression } from './compress.ts';
import type { Kernel } from './kernel/kernel.ts';
import { prepareKernel } from './kernel-format.ts';
import type { JsonObject } from './manifest.ts';

export interface ImageKernel {
  /** A bzImage. */
  readonly content: Uint8Array;
  /** Such as 6.12.94. */
  readonly version: string;
  /** What its decompressor of ramdisks can do. */
  readonly compression: Compression;
  /** The driver of /dev/nsm where the kernel has it as a module. */
  readonly nsmModule?: Uint8Array;
  /** For the manifest: nothing in it is of this machine or this moment. */
  readonly provenance: JsonObject;
}

/** Where nitro-cli's package puts them; NITRO_CLI_BLOBS names another folder. Source: aws-nitro-enclaves-cli 1.5.0. */
export const NITRO_CLI_BLOBS = '/usr/share/nitro_enclaves/blobs';

/** Larger files are no kernels. */
const MAXIMUM_KERNEL_BYTES = 256 << 20;
const MAXIMUM_CONFIG_BYTES = 4 << 20;
const MAXIMUM_MODULE_BYTES = 16 << 20;

// Where a bzImage says where its version is. Source: Linux, Documentation/arch/x86/boot.rst, field kernel_version.
const VERSION_POINTER = 0x20e;
const VERSION_BASE = 0x200;
const LONGEST_VERSION = 256;

/** What the runtime's jail and its devices need of any kernel. */
const NEEDED: readonly string[] = [
  'VIRTIO_MMIO_CMDLINE_DEVICES',
  'VIRTIO_VSOCKETS',
  'NAMESPACES',
  'PID_NS',
  'NET_NS',
  'SECCOMP_FILTER',
  'MEMCG',
  'CGROUP_PIDS',
];

/** The kernel that was built for this. TruceError KERNEL_UNSUITABLE {path, reason}, KERNEL_FORMAT {reason}. */
export async function kernelOfBuild(kernel: Kernel): Promise<ImageKernel> {
  const content = await readKernel(kernel.image);
  if (sha256Hex(content) !== kernel.sha256) throw unsuitable(kernel.image, 'it changed after it was built');
  return {
    content,
    version: kernelVersion(kernel.image, content),
    compression: 'zstd',
    provenance: { origin: 'built', version: kernel.version, ...kernel.provenance },
  };
}

/** A bzImage; where `<path>.config` lies beside it, that is believed. TruceError KERNEL_UNSUITABLE, KERNEL_FORMAT. */
export async function kernelOfFile(path: string): Promise<ImageKernel> {
  const content = await readKernel(path);
  const config = await configBeside(path);
  const provenance = {
    origin: 'file',
    sha256: sha256Hex(content),
    version: kernelVersion(path, content),
  };
  return described(path, content, config, provenance);
}

/**
 * The kernel of nitro-cli, with its module `nsm.ko`.
 * TruceError NITRO_CLI_BLOBS_MISSING {path}, KERNEL_UNSUITABLE, KERNEL_FORMAT.
 */
export async function kernelOfBlobs(directory: string): Promise<ImageKernel> {
  const path = join(directory, 'bzImage');
  if ((await stat(path).catch(() => undefined))?.isFile() !== true)
    throw new TruceError('NITRO_CLI_BLOBS_MISSING', { path });
  const content = await readKernel(path);
  const nsmModule = await boundedIfThere(join(directory, 'nsm.ko'), MAXIMUM_MODULE_BYTES);
  const provenance = {
    origin: 'nitro-cli',
    sha256: sha256Hex(content),
    version: kernelVersion(path, content),
    ...(nsmModule === undefined ? {} : { nsmModule: sha256Hex(nsmModule) }),
  };
  return described(path, content, await configBeside(path), provenance, nsmModule);
}

/** A kernel's own words about itself: `6.12.94` of `6.12.94 (builder@host) #1 ...`. */
function kernelVersion(path: string, bzImage: Uint8Array): string {
  if (bzImage.length < VERSION_POINTER + 2) throw unsuitable(path, 'it ends inside its header');
  const view = new DataView(bzImage.buffer, bzImage.byteOffset, bzImage.byteLength);
  const start = VERSION_BASE + view.getUint16(VERSION_POINTER, true);
  const text = Buffer.from(bzImage.subarray(start, start + LONGEST_VERSION)).toString('latin1');
  const [, version] = /^(\d+\.\d+(?:\.\d+)?)[^\0]*\0/.exec(text) ?? [];
  if (version === undefined) throw unsuitable(path, 'its header names no version');
  return version;
}

function described(
  path: string,
  content: Uint8Array,
  config: ReadonlySet<string> | undefined,
  provenance: JsonObject & { readonly version: string },
  nsmModule?: Uint8Array,
): ImageKernel {
  // A module is only of use to a kernel that does not have the driver inside.
  const module = config?.has('NSM') === true ? undefined : nsmModule;
  if (config !== undefined) {
    const lacking = NEEDED.filter((option) => !config.has(option));
    if (!config.has('NSM') && module === undefined) lacking.push('NSM');
    if (lacking.length > 0) throw unsuitable(path, `built without ${lacking.join(', ')}`);
  }
  const compression = config === undefined || config.has('RD_ZSTD') ? 'zstd' : gzipOrNone(config);
  return {
    content,
    version: provenance.version,
    compression,
    ...(module === undefined ? {} : { nsmModule: module }),
    provenance,
  };
}

function gzipOrNone(config: ReadonlySet<string>): Compression {
  return config.has('RD_GZIP') ? 'gzip' : 'none';
}

/** The options that are built in, by `<kernel>.config`, as nitro-cli's blobs have it. */
async function configBeside(path: string): Promise<ReadonlySet<string> | undefined> {
  const content = await boundedIfThere(`${path}.config`, MAXIMUM_CONFIG_BYTES);
  if (content === undefined) return undefined;
  const text = Buffer.from(content).toString('latin1');
  return new Set([...text.matchAll(/^CONFIG_(\w+)=y$/gm)].map(([, name]) => name!));
}

async function readKernel(path: string): Promise<Uint8Array> {
  return prepareKernel(await readBounded(path, MAXIMUM_KERNEL_BYTES), 'x86_64');
}

async function boundedIfThere(path: string, limit: number): Promise<Uint8Array | undefined> {
  return existsSync(path) ? readBounded(path, limit) : undefined;
}

async function readBounded(path: string, limit: number): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw unsuitable(path, 'not a file');
    if (status.size > limit) throw unsuitable(path, `longer than ${limit} bytes`);
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof TruceError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw unsuitable(path, `it cannot be read: ${code ?? String(cause)}`, { cause });
  }
}

function unsuitable(path: string, reason: string, options?: ErrorOptions): TruceError {
  return new TruceError('KERNEL_UNSUITABLE', { path, reason }, options);
}

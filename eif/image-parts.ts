/** Brings together what an image is made of: from the cache where it is there, otherwise from where it is published. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../proto/errors.ts';
import { readApplication } from './application.ts';
import type { ImageParts } from './build.ts';
import { DebianArchive } from './debian-archive.ts';
import { ensureKernel } from './kernel/kernel.ts';
import { type ImageKernel, kernelOfBlobs, kernelOfBuild, kernelOfFile } from './kernel-source.ts';
import { collectLibraries } from './libraries.ts';
import { ensureNode, type NodeBinary } from './node.ts';

export type KernelChoice =
  | { readonly kind: 'built' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'nitro-cli'; readonly directory: string };

export interface PartsOptions {
  readonly cacheDirectory: string;
  /** image-init.js, package.json and package-lock.json, and what the kernel is built with: dist/eif. */
  readonly dataDirectory: string;
  /** The runtime's bundle: dist/runtime. */
  readonly runtimeDirectory: string;
  readonly kernel: KernelChoice;
  readonly progress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

const INIT_FILE = 'image-init.js';

/**
 * What it takes to build an image; `node.path` is where its Node lies on this machine.
 * @throws TruceError BUNDLE_INVALID, KERNEL_UNSUITABLE, NITRO_CLI_BLOBS_MISSING, NODE_UNAVAILABLE, DEBIAN_ARCHIVE,
 *   PACKAGE_NOT_ACCEPTED, PACKAGE_FILE_MISSING, EXECUTABLE_INVALID, and what building a kernel throws
 */
export async function collectParts(options: PartsOptions): Promise<ImageParts & { node: NodeBinary }> {
  // What is local comes first: a missing file should not be found after a download.
  const application = await readApplication(options.runtimeDirectory);
  const init = await readInit(options.dataDirectory);
  const kernel = await readKernel(options);
  const node = await ensureNode(options);
  const libraries = await collectLibraries(new DebianArchive(options));
  return { kernel, init, node, libraries, application };
}

function readKernel(options: PartsOptions): Promise<ImageKernel> {
  const { kernel } = options;
  if (kernel.kind === 'file') return kernelOfFile(kernel.path);
  if (kernel.kind === 'nitro-cli') return kernelOfBlobs(kernel.directory);
  return ensureKernel(options).then(kernelOfBuild);
}

async function readInit(directory: string): Promise<Uint8Array> {
  try {
    return await readFile(join(directory, INIT_FILE));
  } catch (cause) {
    throw new TruceError('BUNDLE_INVALID', { file: INIT_FILE, reason: 'it cannot be read' }, { cause });
  }
}

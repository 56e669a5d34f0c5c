/**
 * The enclave's kernel, built from Debian's source: taken from the cache where the same source, configuration and tools
 * have been built before, otherwise compiled (some minutes).
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { fileIfThere, sha256Hex, writeWhole } from '../cached-file.ts';
import { DebianArchive, type DebianFile } from '../debian-archive.ts';
import { compileKernel } from './compile.ts';
import { agreesWithKnown } from './known-kernels.ts';
import { failed } from './run-tool.ts';
import { kernelSource, unpackSource, upstreamVersion } from './source-tree.ts';
import { checkBuildPackages, readToolchain, type Toolchain } from './toolchain.ts';

/** All that the bytes of a kernel follow from, and their hash: nothing of the machine or the moment. */
export type KernelProvenance = {
  readonly source: { readonly package: string; readonly version: string; readonly sha256: string };
  readonly tools: { readonly [name in keyof Toolchain]: string };
  /** SHA-256 of the fragment, the patch and the final configuration. */
  readonly fragmentSha256: string;
  readonly patchSha256: string;
  readonly configSha256: string;
  readonly imageSha256: string;
};

export interface Kernel {
  /** The path of the bzImage. */
  readonly image: string;
  /** Such as 6.12.117. */
  readonly version: string;
  /** The path of the final configuration. */
  readonly config: string;
  readonly sha256: string;
  readonly provenance: KernelProvenance;
}

export interface KernelOptions {
  readonly cacheDirectory: string;
  /** Has `kernel/enclave.config`, `kernel/vsock-replies.patch` and `kernel/known-kernels.json`: dist/eif. */
  readonly dataDirectory: string;
  readonly progress?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** What the builder's own files decide, besides the source. */
interface Inputs {
  readonly fragment: string;
  readonly patch: string;
  readonly fragmentSha256: string;
  readonly patchSha256: string;
  readonly tools: Toolchain;
}

/** Raised when `compile.ts` or `source-tree.ts` changes what it builds from the same inputs. */
const RECIPE = 1;
const FILES = { image: 'bzImage', config: 'bzImage.config', provenance: 'provenance.json' } as const;
const ATTEMPT = /^attempt-(\d+)-/;

/**
 * @throws TruceError KERNEL_TOOLS_MISSING {packages, command}, KERNEL_CONFIG {options, reason}, KERNEL_BUILD {reason},
 *   DEBIAN_ARCHIVE, PACKAGE_NOT_ACCEPTED
 */
export async function ensureKernel(options: KernelOptions): Promise<Kernel> {
  const directory = join(options.cacheDirectory, 'kernel');
  checkBuildPackages();
  const inputs = await readInputs(options);
  // The version to build with, where it has been built: no archive is asked.
  const [preferred] = kernelSource.versions;
  if (preferred !== undefined) {
    const cached = await cachedKernel(join(directory, keyOf(preferred.sha256, inputs)));
    if (cached !== undefined) return cached;
  }
  const archive = new DebianArchive(options);
  const source = await archive.download(kernelSource);
  const place = join(directory, keyOf(source.sha256, inputs));
  return (await cachedKernel(place)) ?? build(options, { archive, source, inputs, directory, place });
}

async function readInputs({ dataDirectory, signal }: KernelOptions): Promise<Inputs> {
  const fragment = join(dataDirectory, 'kernel', 'enclave.config');
  const patch = join(dataDirectory, 'kernel', 'vsock-replies.patch');
  try {
    return {
      fragment,
      patch,
      fragmentSha256: sha256Hex(await readFile(fragment)),
      patchSha256: sha256Hex(await readFile(patch)),
      tools: await readToolchain(signal),
    };
  } catch (cause) {
    if (cause instanceof TruceError) throw cause;
    signal?.throwIfAborted();
    throw failed(`its own files cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
}

function keyOf(sourceSha256: string, { fragmentSha256, patchSha256, tools }: Inputs): string {
  return sha256Hex(JSON.stringify([RECIPE, sourceSha256, fragmentSha256, patchSha256, tools])).slice(0, 32);
}

/** A kernel that lies there whole and unchanged. */
async function cachedKernel(place: string): Promise<Kernel | undefined> {
  const text = await fileIfThere(join(place, FILES.provenance));
  const image = await fileIfThere(join(place, FILES.image));
  const config = await fileIfThere(join(place, FILES.config));
  if (text === undefined || image === undefined || config === undefined) return undefined;
  const provenance = JSON.parse(Buffer.from(text).toString()) as KernelProvenance;
  const whole = sha256Hex(image) === provenance.imageSha256 && sha256Hex(config) === provenance.configSha256;
  return whole ? kernelAt(place, provenance) : undefined;
}

function kernelAt(place: string, provenance: KernelProvenance): Kernel {
  return {
    image: join(place, FILES.image),
    version: upstreamVersion(provenance.source.version),
    config: join(place, FILES.config),
    sha256: provenance.imageSha256,
    provenance,
  };
}

interface Build {
  readonly archive: DebianArchive;
  readonly source: DebianFile;
  readonly inputs: Inputs;
  readonly directory: string;
  readonly place: string;
}

/** Builds in a folder of its own and moves the result into its place at the end: there is never half of one. */
async function build(options: KernelOptions, work: Build): Promise<Kernel> {
  const { archive, source, inputs, directory, place } = work;
  const { signal, progress = () => undefined } = options;
  await mkdir(directory, { recursive: true });
  await removeAbandoned(directory);
  const folder = await mkdtemp(join(directory, `attempt-${process.pid}-`));
  try {
    progress(`unpacking the source of Linux ${upstreamVersion(source.version)}`);
    const unpack = { package: source.path, patch: inputs.patch, folder };
    const root = await unpackSource(archive, unpack, signal);
    progress('compiling the kernel (some minutes)');
    const compiled = await compileKernel({ source: root, fragment: inputs.fragment, progress, signal });
    const result = join(folder, 'result');
    await mkdir(result);
    await copyFile(compiled.image, join(result, FILES.image));
    await copyFile(compiled.config, join(result, FILES.config));
    const provenance: KernelProvenance = {
      source: { package: kernelSource.package, version: source.version, sha256: source.sha256 },
      tools: inputs.tools,
      fragmentSha256: inputs.fragmentSha256,
      patchSha256: inputs.patchSha256,
      configSha256: sha256Hex(await readFile(compiled.config)),
      imageSha256: sha256Hex(await readFile(compiled.image)),
    };
    await writeWhole(join(result, FILES.provenance), `${JSON.stringify(provenance, null, 2)}\n`);
    await agreesWithKnown(join(options.dataDirectory, 'kernel'), provenance, progress);
    await rm(place, { recursive: true, force: true });
    await rename(result, place);
    progress(`built Linux ${upstreamVersion(source.version)}, SHA-256 ${provenance.imageSha256}`);
    return kernelAt(place, provenance);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Folders of builds whose process is gone: one that is killed at once cannot tidy up. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(ATTEMPT.exec(name)?.[1]);
    if (Number.isSafeInteger(pid) && !isAlive(pid))
      await rm(join(directory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

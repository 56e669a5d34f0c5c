/**
 * The enclave's kernel, built from Debian's source: taken from the cache where the same source, configuration and tools
 * have been built before, otherwise compiled (some minutes).
 */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TruceError } from '../../proto/errors.ts';
import { withBuildLock } from '../build-lock.ts';
import { fileIfThere, sha256Hex, writeWhole } from '../cached-file.ts';
import { DebianArchive, type DebianFile } from '../debian-archive.ts';
import { ToolError } from '../run-tool.ts';
import { moveIntoPlace, withWorkFolder } from '../work-folder.ts';
import { compileKernel } from './compile.ts';
import { agreesWithKnown } from './known-kernels.ts';
import { kernelSource, unpackSource, upstreamVersion } from './source-tree.ts';
import { checkBuildPackages, missingBuildPackages, readToolchain, type Toolchain } from './toolchain.ts';

/** All that the bytes of a kernel follow from, and their hash: nothing of the machine or the moment. */
export type KernelProvenance = {
  readonly source: { readonly package: string; readonly version: string; readonly sha256: string };
  readonly tools: { readonly [name in keyof Toolchain]: string };
  readonly fragmentSha256: string;
  readonly patchSha256: string;
  /** Of the final configuration. */
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

/** What the builder's own files and tools decide, besides the source. */
interface Inputs {
  readonly fragment: string;
  readonly patch: string;
  readonly fragmentSha256: string;
  readonly patchSha256: string;
  readonly tools: Toolchain;
}

interface Build {
  readonly archive: DebianArchive;
  readonly source: DebianFile;
  readonly inputs: Inputs;
}

/** Raised when `compile.ts` or `source-tree.ts` changes what it makes of the same inputs. */
const RECIPE = 1;
const FILES = { image: 'bzImage', config: 'bzImage.config', provenance: 'provenance.json' } as const;

/**
 * @throws TruceError KERNEL_TOOLS_MISSING {packages, command}, KERNEL_CONFIG {options, reason}, KERNEL_BUILD {reason},
 *   DEBIAN_ARCHIVE {reason}, PACKAGE_NOT_ACCEPTED {package, accepted, found}
 */
export async function ensureKernel(options: KernelOptions): Promise<Kernel> {
  checkBuildPackages();
  try {
    const inputs = await readInputs(options);
    // The version to build with, where it has been built: the archive need not be asked.
    const [preferred] = kernelSource.versions;
    if (preferred !== undefined) {
      const cached = await cachedKernel(placeOf(options, preferred.sha256, inputs));
      if (cached !== undefined) return cached;
    }
    const archive = new DebianArchive(options);
    const source = await archive.download(kernelSource);
    const place = placeOf(options, source.sha256, inputs);
    return await withBuildLock(
      `${place}.lock`,
      options,
      async () => (await cachedKernel(place)) ?? build(options, { archive, source, inputs }, place),
    );
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw new TruceError('KERNEL_BUILD', { reason: cause.message }, { cause });
  }
}

/** The kernel that `ensureKernel` would take from the cache; nothing is fetched and nothing built. */
export async function findKernel(options: KernelOptions): Promise<Kernel | undefined> {
  if (missingBuildPackages().length > 0) return undefined;
  const inputs = await readInputs(options);
  for (const { sha256 } of kernelSource.versions) {
    const cached = await cachedKernel(placeOf(options, sha256, inputs));
    if (cached !== undefined) return cached;
  }
  return undefined;
}

async function readInputs({ dataDirectory, signal }: KernelOptions): Promise<Inputs> {
  const fragment = join(dataDirectory, 'kernel', 'enclave.config');
  const patch = join(dataDirectory, 'kernel', 'vsock-replies.patch');
  return {
    fragment,
    patch,
    fragmentSha256: await hashOwn(fragment),
    patchSha256: await hashOwn(patch),
    tools: await readToolchain(signal),
  };
}

async function hashOwn(path: string): Promise<string> {
  const content = await fileIfThere(path);
  if (content === undefined) throw new TruceError('KERNEL_BUILD', { reason: `${path} is not there` });
  return sha256Hex(content);
}

function placeOf({ cacheDirectory }: KernelOptions, sourceSha256: string, inputs: Inputs): string {
  const { fragmentSha256, patchSha256, tools } = inputs;
  const key = sha256Hex(JSON.stringify([RECIPE, sourceSha256, fragmentSha256, patchSha256, tools]));
  return join(cacheDirectory, 'kernel', key.slice(0, 32));
}

/** A kernel that lies there whole and unchanged. */
async function cachedKernel(place: string): Promise<Kernel | undefined> {
  const text = await fileIfThere(join(place, FILES.provenance));
  const image = await fileIfThere(join(place, FILES.image));
  const config = await fileIfThere(join(place, FILES.config));
  if (text === undefined || image === undefined || config === undefined) return undefined;
  const provenance = JSON.parse(Buffer.from(text).toString()) as KernelProvenance;
  const { imageSha256, configSha256 } = provenance;
  const whole = sha256Hex(image) === imageSha256 && sha256Hex(config) === configSha256;
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

function build(options: KernelOptions, work: Build, place: string): Promise<Kernel> {
  const { archive, source, inputs } = work;
  const { signal, progress = () => undefined } = options;
  const version = upstreamVersion(source.version);
  return withWorkFolder(join(place, '..'), async (folder) => {
    progress(`unpacking the source of Linux ${version}`);
    const unpack = { package: source.path, patch: inputs.patch, folder };
    const root = await unpackSource(archive, unpack, signal);
    progress('compiling the kernel (some minutes)');
    const compiled = await compileKernel({ source: root, fragment: inputs.fragment, progress, signal });
    const provenance: KernelProvenance = {
      source: { package: kernelSource.package, version: source.version, sha256: source.sha256 },
      tools: { ...inputs.tools },
      fragmentSha256: inputs.fragmentSha256,
      patchSha256: inputs.patchSha256,
      configSha256: sha256Hex(await readFile(compiled.config)),
      imageSha256: sha256Hex(await readFile(compiled.image)),
    };
    const result = join(folder, 'result');
    await mkdir(result);
    await copyFile(compiled.image, join(result, FILES.image));
    await copyFile(compiled.config, join(result, FILES.config));
    await writeWhole(join(result, FILES.provenance), `${JSON.stringify(provenance, null, 2)}\n`);
    await agreesWithKnown(join(options.dataDirectory, 'kernel'), provenance, progress);
    await moveIntoPlace(result, place);
    progress(`built Linux ${version}, SHA-256 ${provenance.imageSha256}`);
    return kernelAt(place, provenance);
  });
}

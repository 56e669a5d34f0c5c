/** `truce enclave build`: an enclave image out of the installed runtime, without Docker, root or nitro-cli. */
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  type BuiltImage,
  buildImage,
  DEFAULT_COMMAND_LINE,
  type ImageSettings,
  type JsonMetadata,
} from '../../eif/build.ts';
import { openCompressor } from '../../eif/compress.ts';
import { collectParts, type KernelChoice } from '../../eif/image-parts.ts';
import { NITRO_CLI_BLOBS } from '../../eif/kernel-source.ts';
import { formatManifest, type ImageManifest } from '../../eif/manifest.ts';
import { MAXIMUM_CUSTOM_METADATA_LENGTH } from '../../eif/metadata.ts';
import { checkSigningFiles, signImage } from '../../eif/sign.ts';
import { MAXIMUM_WARM_CHILDREN } from '../../proto/boot.ts';
import { TruceError } from '../../proto/errors.ts';
import { readJson } from '../../proto/json/reader.ts';
import { plainJson } from '../../proto/json/value.ts';
import { isEnclaveLimitName, isRunLimitName, type LimitSettings, resolveLimits } from '../../proto/limits.ts';
import { findInstallation } from '../launcher/installation.ts';
import { cacheDirectory } from '../launcher/places.ts';
import { type CommandIo, printable, printJson } from './command-io.ts';
import { interruptible } from './interruption.ts';
import { readLocalFile } from './local-files.ts';
import { programVersion } from './program-version.ts';
import {
  addServiceOptions,
  requireServicesAsked,
  type ServiceOptions,
  servicesOf,
} from './service-options.ts';
import { textTable } from './text-table.ts';
import { checkTarget, writeTogether } from './whole-files.ts';

/** A certificate and a key are a few KiB. */
const LONGEST_PEM = 1 << 20;

interface BuildOptions extends ServiceOptions {
  readonly out: string;
  readonly manifest?: string;
  readonly kernel?: string;
  readonly nitroCliBlobs?: boolean;
  readonly cmdline: string;
  readonly name: string;
  readonly imageVersion?: string;
  readonly limit?: readonly Limit[];
  readonly warmChildren?: number;
  readonly components?: boolean;
  readonly legacyAttestation?: boolean;
  readonly metadata?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly cache: boolean;
  readonly json?: boolean;
}

interface Limit {
  readonly name: string;
  readonly value: number;
}

export function registerEnclaveBuild(enclave: Command, io: CommandIo): void {
  const command = addServiceOptions(enclave.command('build'))
    .description('build an enclave image and print its measurements')
    .requiredOption('--out <file>', 'the image, such as app.eif')
    .option('--manifest <file>', 'what is in it and what it was made from (default: <out>.manifest.json)')
    .addOption(
      new Option('--kernel <file>', 'a bzImage; one is built unless told').conflicts('nitroCliBlobs'),
    )
    .option('--nitro-cli-blobs', 'the kernel of the installed nitro-cli')
    .option('--cmdline <text>', "the kernel's command line, which is measured", DEFAULT_COMMAND_LINE)
    .option('--name <name>', "the image's name, which is not measured", 'truce')
    .option('--image-version <version>', "the image's version, which is not measured (default: truce's own)")
    .option('--limit <name=number>', 'a limit of the runtime, as LIMITS.md names them (repeat)', collectLimit)
    .option('--components', 'let components run in it, which makes the image larger')
    .option(
      '--legacy-attestation',
      "let its documents be those that Veracruz's proxy attestation server takes",
    )
    .option('--warm-children <number>', 'processes kept ready for programs (default: 1)', parseWarmChildren)
    .option('--metadata <file>', 'a JSON object to show beside the image, which is not measured')
    .option('--certificate <file>', 'sign the image: the PEM certificate, which PCR8 measures')
    .option('--key <file>', 'the PEM key of that certificate')
    .option('--no-cache', 'compress the ramdisks anew')
    .option('--json', "print the measurements as nitro-cli's JSON");
  command.action((options: BuildOptions) => build(options, command, io));
}

async function build(options: BuildOptions, command: Command, io: CommandIo): Promise<void> {
  if ((options.certificate === undefined) !== (options.key === undefined))
    command.error('error: --certificate and --key need each other', { exitCode: 2, code: 'truce.usage' });
  requireServicesAsked(options, command);
  const manifestPath = options.manifest ?? `${options.out}.manifest.json`;
  for (const path of [options.out, manifestPath]) await checkTarget(path);
  const built = await interruptible((signal) => buildFor(options, io, signal));
  await writeTogether([
    [options.out, built.image],
    [manifestPath, formatManifest(built.manifest)],
  ]);
  if (options.json) printJson(io, { Measurements: built.manifest.measurements });
  else io.stdout.write(report(options.out, manifestPath, built));
}

async function buildFor(options: BuildOptions, io: CommandIo, signal: AbortSignal): Promise<BuiltImage> {
  const limits = limitSettings(options.limit ?? []);
  // Wrong limits and unreadable files are found before anything is downloaded or built.
  resolveLimits(limits);
  const services = servicesOf(options);
  const customMetadata = options.metadata === undefined ? undefined : await readMetadata(options.metadata);
  const sign = await signer(options);
  const { runtimeDirectory } = findInstallation();
  const common = { cacheDirectory: cacheDirectory(), progress: progressTo(io), signal };
  const parts = await collectParts({
    ...common,
    dataDirectory: join(dirname(runtimeDirectory), 'eif'),
    runtimeDirectory,
    kernel: kernelChoice(options),
  });
  const { cacheDirectory: kept, ...uncached } = common;
  const compressor = await openCompressor(parts.kernel.compression, {
    ...uncached,
    node: parts.node,
    ...(options.cache ? { cacheDirectory: kept } : {}),
  });
  return buildImage(parts, {
    name: options.name,
    version: options.imageVersion ?? programVersion(),
    commandLine: options.cmdline,
    limits,
    ...(options.warmChildren === undefined ? {} : { warmChildren: options.warmChildren }),
    components: options.components ?? false,
    legacyAttestation: options.legacyAttestation ?? false,
    ...(services === undefined ? {} : { services }),
    compressor,
    truceVersion: programVersion(),
    ...(customMetadata === undefined ? {} : { customMetadata }),
    ...(sign === undefined ? {} : { sign }),
  });
}

/** Signs with the files' certificate and key: both are read and checked before anything is built. */
async function signer({ certificate, key }: BuildOptions): Promise<ImageSettings['sign']> {
  if (certificate === undefined || key === undefined) return undefined;
  const files = {
    certificate: await readLocalFile(certificate, LONGEST_PEM),
    key: await readLocalFile(key, LONGEST_PEM),
  };
  checkSigningFiles(files, { now: Date.now() });
  return (image) => signImage(image, files, { now: Date.now() });
}

function kernelChoice({ kernel, nitroCliBlobs }: BuildOptions): KernelChoice {
  if (kernel !== undefined) return { kind: 'file', path: kernel };
  if (nitroCliBlobs !== true) return { kind: 'built' };
  return { kind: 'nitro-cli', directory: process.env.NITRO_CLI_BLOBS || NITRO_CLI_BLOBS };
}

/** What nothing measures is shown beside the image, so it has to be an object. */
async function readMetadata(path: string): Promise<JsonMetadata> {
  const value = readJson(await readLocalFile(path, MAXIMUM_CUSTOM_METADATA_LENGTH));
  if (value.kind !== 'object')
    throw new TruceError('EIF_METADATA_INVALID', { reason: `${path} holds no object` });
  return plainJson(value) as JsonMetadata;
}

function parseWarmChildren(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) > MAXIMUM_WARM_CHILDREN)
    throw new InvalidArgumentError(`a number from 0 to ${MAXIMUM_WARM_CHILDREN} is due.`);
  return Number(text);
}

function collectLimit(text: string, previous: readonly Limit[] = []): Limit[] {
  const [, name, digits] = /^([A-Za-z.]+)=([0-9]{1,15})$/.exec(text) ?? [];
  const known = name !== undefined && (isEnclaveLimitName(name) || runLimitName(name) !== undefined);
  if (!known || digits === undefined)
    throw new InvalidArgumentError('NAME=NUMBER is due, with a name of LIMITS.md.');
  if (previous.some((limit) => limit.name === name)) throw new InvalidArgumentError('it is given twice.');
  return [...previous, { name, value: Number(digits) }];
}

function limitSettings(limits: readonly Limit[]): LimitSettings {
  const enclave: Record<string, number> = {};
  const run: Record<string, number> = {};
  for (const { name, value } of limits) {
    const ofRun = runLimitName(name);
    if (ofRun === undefined) enclave[name] = value;
    else run[ofRun] = value;
  }
  return Object.keys(run).length === 0 ? enclave : { ...enclave, run };
}

/** `memoryBytes` of `run.memoryBytes`. */
function runLimitName(name: string): string | undefined {
  const inner = name.startsWith('run.') ? name.slice('run.'.length) : '';
  return isRunLimitName(inner) ? inner : undefined;
}

/** A line for each step on a terminal, nothing elsewhere. */
function progressTo({ stderr }: CommandIo): (message: string) => void {
  if (!('isTTY' in stderr) || stderr.isTTY !== true) return () => undefined;
  return (message) => stderr.write(`${printable(message)} ...\n`);
}

function report(path: string, manifestPath: string, { manifest }: BuiltImage): string {
  const { HashAlgorithm: _, ...registers } = manifest.measurements;
  const lines = [
    `${printable(path)}: ${mebibytes(manifest.image.bytes)}, ${manifest.image.signed ? 'signed' : 'not signed'}`,
    '',
    ...Object.entries(registers).map(([name, value]) => `${name}  ${value}`),
    '',
  ];
  return `${lines.join('\n')}\n${textTable(['part', 'in the image', 'unpacked', 'files'], sizes(manifest))}
manifest: ${printable(manifestPath)}\n`;
}

function sizes({ kernel, ramdisks, files }: ImageManifest): string[][] {
  const ramdiskRows = ramdisks.map(({ name, bytes, archiveBytes }) => {
    const count = files.filter(({ ramdisk }) => ramdisk === name).length;
    return [`${name} ramdisk`, mebibytes(bytes), mebibytes(archiveBytes), String(count)];
  });
  return [['kernel', mebibytes(kernel.bytes)], ...ramdiskRows];
}

function mebibytes(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}

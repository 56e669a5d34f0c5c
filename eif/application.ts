/**
 * The application ramdisk, which PCR2 measures: the runtime's bundle as its manifest lists it, and the boot
 * configuration. The bundle was built by the project's own build; here each file is checked against the manifest.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BootConfiguration, parseBootConfiguration } from '../proto/boot.ts';
import type { BootServices } from '../proto/boot-services.ts';
import { type BundleFile, MANIFEST_FILE, parseBundleManifest } from '../proto/bundle-manifest.ts';
import { TruceError } from '../proto/errors.ts';
import { enclaveLimitTable, type LimitSettings, runLimitTable } from '../proto/limits.ts';
import type { CpioEntry } from './cpio.ts';
import { checkElf } from './elf.ts';
import { dataFile, programFile, withFolders } from './rootfs.ts';

export interface Application {
  readonly files: readonly (Pick<BundleFile, 'name' | 'part'> & { readonly content: Uint8Array })[];
  /** The packages that it was built with, by name. */
  readonly sources: ReadonlyMap<string, string>;
}

const FOLDER = 'app';
/** What the runtime reads at boot; image-init.js names it. */
const BOOT_FILE = 'boot.json';

/** Reads the bundle in a folder such as dist/runtime. TruceError BUNDLE_INVALID {file, reason}. */
export async function readApplication(directory: string): Promise<Application> {
  const manifest = parseBundleManifest(await readBundleFile(directory, MANIFEST_FILE));
  const files = [];
  for (const { name, sha256, ...rest } of manifest.files) {
    const content = await readBundleFile(directory, name);
    if (!createHash('sha256').update(content).digest().equals(sha256))
      throw new TruceError('BUNDLE_INVALID', { file: name, reason: 'it is not what the manifest says' });
    files.push({ name, content, ...rest });
  }
  return { files, sources: manifest.sources };
}

export interface ApplicationSettings {
  readonly limits: LimitSettings;
  /** Children kept loaded and waiting; 1 unless told. */
  readonly warmChildren?: number;
  /** Whether waiting children make themselves faster; they do unless told. */
  readonly exercise?: boolean;
  /** Whether components run in it: the image is larger by what they need. Not unless told. */
  readonly components?: boolean;
  /** Whether its documents are those that Veracruz's proxy attestation server takes. Not unless told. */
  readonly legacyAttestation?: boolean;
  /** What is served beside the two planes; the boot configuration's default unless told. */
  readonly services?: BootServices;
}

/**
 * The archive's entries.
 * @throws TruceError EXECUTABLE_INVALID for a native file that this machine cannot load, LIMIT_INVALID, BOOT_INVALID
 */
export function applicationRamdisk(application: Application, settings: ApplicationSettings): CpioEntry[] {
  const wanted = application.files.filter(({ part }) => part === undefined || settings.components === true);
  const files = wanted.map(({ name, content }): CpioEntry => {
    const path = `${FOLDER}/${name}`;
    if (!name.endsWith('.node')) return dataFile(path, content);
    checkElf(path, content);
    return programFile(path, content);
  });
  const configuration = new TextEncoder().encode(bootConfiguration(settings));
  return withFolders([...files, dataFile(`${FOLDER}/${BOOT_FILE}`, configuration)]);
}

/** What every image says of where it runs; limits stand in the order of the table, however they were given. */
function bootConfiguration({
  limits,
  warmChildren = 1,
  components = false,
  exercise = true,
  legacyAttestation = false,
  services,
}: ApplicationSettings): string {
  const { run, ...enclave } = limits;
  const configuration: BootConfiguration = {
    transport: { kind: 'vsock' },
    nsm: { kind: 'device' },
    executor: {
      warmChildren,
      namespaces: 'required',
      ...(components ? { components } : {}),
      ...(exercise ? { exercise } : {}),
    },
    limits: {
      ...inOrder(Object.keys(enclaveLimitTable), enclave),
      ...(run === undefined ? {} : { run: inOrder(Object.keys(runLimitTable), run) }),
    },
    ...(legacyAttestation ? { legacyAttestation } : {}),
    ...(services === undefined ? {} : { services }),
  };
  const text = `${JSON.stringify(configuration)}\n`;
  // What the runtime would refuse at boot is refused here.
  parseBootConfiguration(text);
  return text;
}

function inOrder(
  names: readonly string[],
  values: Readonly<Record<string, number | undefined>>,
): Record<string, number> {
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TruceError('LIMIT_UNKNOWN', { name: unknown });
  const given = names.flatMap((name): [string, number][] => {
    const value = values[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

async function readBundleFile(directory: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    throw new TruceError('BUNDLE_INVALID', { file: name, reason: 'it cannot be read' }, { cause });
  }
}

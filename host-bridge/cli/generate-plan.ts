/** What a command line of `truce policy generate` means, once the files that it names are read. */
import { TruceError } from '../../proto/errors.ts';
import { plainJson } from '../../proto/json/value.ts';
import { readPolicyDocument } from '../../proto/policy/document.ts';
import type { MeasurementPlatform, PolicyNativeModule } from '../../proto/policy/model.ts';
import { MAXIMUM_POLICY_LENGTH } from '../../proto/policy/model.ts';
import { parsePath } from '../../proto/policy/paths.ts';
import type { PlannedRights, PolicyPlace, PolicyPlan, Version2Plan } from '../../proto/policy/plan.ts';
import { leadingSlash } from '../../proto/policy/write.ts';
import { decodePemCertificates } from '../../proto/x509/pem.ts';
import { type Capability, rightsOfText } from './capabilities.ts';
import type { GeneratedDialect, GenerateOptions } from './generate-options.ts';
import { parseMeasurement } from './generate-options.ts';
import { hashLocalFile, readLocalFile } from './local-files.ts';
import type { PrincipalList } from './policy-principals.ts';

/** A policy is at most 1 MiB, so no certificate file in it may be longer. */
const LONGEST_CERTIFICATE_FILE = 1 << 20;
const LONGEST_PCR_FILE = 1 << 10;
const DEFAULT_CIPHER_SUITE = 'TLS1_3_CHACHA20_POLY1305_SHA256';
const MINUTE = 60_000;
/** As Veracruz's documentation does it. */
export const DEFAULT_LIFETIME = 100 * 24 * 60 * MINUTE;

/** The plan of what is named by certificates, programs and capabilities. */
export async function planOfPrincipals(
  principals: PrincipalList,
  options: GenerateOptions,
  dialect: GeneratedDialect,
): Promise<PolicyPlan> {
  const letters = dialect === 'vaas' ? 'veracruz' : dialect;
  const granted = (capabilities: readonly Capability[]): PlannedRights[] =>
    capabilities.map(({ name, rights }) => ({ name, rights: rightsOfText(rights, letters) ?? 0 }));
  const identities = [];
  for (const { file, capabilities } of principals.certificates)
    identities.push({
      id: identities.length,
      certificate: await readOneCertificate(file),
      fileRights: granted(capabilities),
      mayShutDown: false,
    });
  const settings = await readSettings(principals);
  const programs = [];
  for (const { name, file, capabilities } of principals.programs)
    programs.push({
      id: programs.length,
      name,
      sha256: await hashLocalFile(file),
      fileRights: granted(capabilities),
      settings: settings.get(parsePath(name).path) ?? {},
    });
  const hashes = [];
  for (const { name, file } of principals.hashes) hashes.push({ name, sha256: await hashLocalFile(file) });
  const stream = (text: string) => rightsOfText(text, 'seed-004') ?? 0;
  return {
    identities,
    programs,
    pipelines: principals.pipelines.map(({ text, capabilities }) => ({
      text,
      fileRights: granted(capabilities),
    })),
    // The reader of policies is who knows which there are.
    nativeModules: principals.nativeModules.map(({ name, specialFile }) => ({
      name: name as PolicyNativeModule['name'],
      kind: 'Static',
      specialFile: leadingSlash(specialFile),
    })),
    hashes,
    streams:
      dialect === 'seed-004'
        ? {
            // i-poc's own table.
            stdin: stream(options.stdin ?? 'r'),
            stdout: stream(options.stdout ?? 'w'),
            stderr: stream(options.stderr ?? 'w'),
          }
        : undefined,
    cipherSuite: options.cipherSuite ?? DEFAULT_CIPHER_SUITE,
    debug: options.debug ?? false,
    enableClock: options.enableClock ?? false,
    strategy: options.executionStrategy,
    maxMemoryMib: options.maxMemoryMib,
    version2: undefined,
  };
}

/** Where the policy is enforced. `server` is there unless the dialect needs none. */
export async function readPlace(
  options: GenerateOptions,
  now: number,
): Promise<Omit<PolicyPlace, 'expiry'> & { readonly expiry?: number }> {
  const { expiry, proxy, proxyCertificate } = options;
  const end = expiry === undefined ? undefined : 'time' in expiry ? expiry.time : now + expiry.lifetime;
  return {
    server: options.server ?? '',
    proxy:
      proxy === undefined || proxyCertificate === undefined
        ? undefined
        : { address: proxy, certificates: await readCertificates(proxyCertificate) },
    measurements: await readMeasurements(options),
    ...(end === undefined ? {} : { expiry: Math.floor(end / MINUTE) * MINUTE }),
  };
}

async function readMeasurements(options: GenerateOptions): Promise<Map<MeasurementPlatform, Uint8Array>> {
  const measurements = new Map<MeasurementPlatform, Uint8Array>();
  if (options.measurement !== undefined) measurements.set('nitro', options.measurement);
  if (options.pcrFile !== undefined) {
    const text = new TextDecoder().decode(await readLocalFile(options.pcrFile, LONGEST_PCR_FILE));
    try {
      measurements.set('nitro', parseMeasurement(text.trim()));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TruceError('LOCAL_FILE_UNREADABLE', { path: options.pcrFile, reason }, { cause });
    }
  }
  if (options.cssFile !== undefined) measurements.set('linux', await hashLocalFile(options.cssFile));
  return measurements;
}

/** What the options say that version 2 alone has words for; undefined where they say nothing of it. */
export async function readVersion2(options: GenerateOptions): Promise<Version2Plan | undefined> {
  const { live, receipts, trustRoot, pcr } = options;
  if (live === undefined && receipts === undefined && trustRoot === undefined && pcr === undefined)
    return undefined;
  const trustRoots = [];
  for (const file of trustRoot ?? []) trustRoots.push(await readOneCertificate(file));
  return {
    liveFiles: live ?? [],
    receipts: receipts ?? false,
    trustRoots,
    pcrs: pcr === undefined ? [] : [pcr],
  };
}

/** By canonical path of the program; the reader of policies judges the members. */
async function readSettings(principals: PrincipalList): Promise<Map<string, Record<string, unknown>>> {
  const settings = new Map<string, Record<string, unknown>>();
  for (const { name, file } of principals.settingsFiles) {
    const { root } = readPolicyDocument(await readLocalFile(file, MAXIMUM_POLICY_LENGTH + 1));
    for (const taken of ['file_rights', 'id', 'program_file_name']) {
      const field = root.members().get(taken);
      if (field !== undefined) throw field.contradiction('other options say it');
    }
    settings.set(parsePath(name).path, plainJson(root.value) as Record<string, unknown>);
  }
  return settings;
}

export async function readOneCertificate(file: string): Promise<Uint8Array> {
  const [certificate, ...more] = await readCertificates(file);
  if (certificate === undefined || more.length > 0)
    throw new TruceError('CERTIFICATE_INVALID', { reason: `${file}: exactly one is due` });
  return certificate;
}

/** The DER of every certificate in a PEM file. */
async function readCertificates(file: string): Promise<Uint8Array[]> {
  const text = new TextDecoder().decode(await readLocalFile(file, LONGEST_CERTIFICATE_FILE));
  try {
    return decodePemCertificates(text);
  } catch (cause) {
    if (!(cause instanceof TruceError)) throw cause;
    throw new TruceError('CERTIFICATE_INVALID', { reason: `${file}: ${cause.message}` }, { cause });
  }
}

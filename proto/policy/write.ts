/** Writes a plan in one of the dialects, in the form that Veracruz's own tools write and read. */
import { toHex } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { encodePem } from '../x509/pem.ts';
import type { MeasurementPlatform, PolicyDialect, PolicyNativeModule } from './model.ts';
import { isStreamName, parsePath, streamNames } from './paths.ts';
import type { PlannedRights, PolicyPlace, PolicyPlan } from './plan.ts';
import type { FileRights, Timepoint } from './service/shapes.ts';

/**
 * The text, with a newline at its end: the same for the same plan, to the byte. `parsePolicy` still has to judge it.
 * Error: POLICY_DIALECT_LACKS where the dialect has no words for a part of the plan.
 */
export function writePolicy(plan: PolicyPlan, place: PolicyPlace, dialect: PolicyDialect): string {
  return policyJson(writers[dialect](plan, place));
}

/** JSON as all policies are written here. */
export function policyJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const writers = {
  'seed-004': seed004Policy,
  veracruz: veracruzPolicy,
  'truce-2': truce2Policy,
} as const satisfies Record<PolicyDialect, (plan: PolicyPlan, place: PolicyPlace) => object>;

function veracruzPolicy(plan: PolicyPlan, place: PolicyPlace): object {
  const lacks = lackOf('veracruz');
  lacks(plan.streams !== undefined, 'std_streams_table');
  lacks(plan.maxMemoryMib === undefined, 'no max_memory_mib');
  lacks(saysVersion2(plan), 'what version 2 alone has fields for');
  return {
    ...commonFields(plan, place, 'veracruz', ['nitro', 'linux', 'sevsnp', 'icecap']),
    ...veracruzFields(plan),
    max_memory_mib: plan.maxMemoryMib,
  };
}

function truce2Policy(plan: PolicyPlan, place: PolicyPlace): object {
  lackOf('truce-2')(plan.streams !== undefined, 'std_streams_table');
  const { liveFiles = [], receipts = false, trustRoots = [], pcrs = [] } = plan.version2 ?? {};
  const pages = pcrs.map((set) =>
    Object.fromEntries(
      [...set].sort(([a], [b]) => a - b).map(([index, value]) => [`pcr${index}`, toHex(value)]),
    ),
  );
  return {
    version: 2,
    ...commonFields(plan, place, 'truce-2', ['nitro', 'linux', 'sevsnp', 'icecap']),
    ...veracruzFields(plan),
    ...(plan.maxMemoryMib === undefined ? {} : { max_memory_mib: plan.maxMemoryMib }),
    ...(liveFiles.length === 0 ? {} : { live_files: liveFiles.map(leadingSlash) }),
    ...(receipts ? { receipts } : {}),
    ...(trustRoots.length === 0 ? {} : { trust_roots: trustRoots.map(oneLinePem) }),
    ...(pages.length === 0 ? {} : { measurements: pages }),
  };
}

/** What Veracruz has and seed 004 has not. */
function veracruzFields(plan: PolicyPlan): object {
  return {
    programs: plan.programs.map(({ id, name, fileRights, settings }) => ({
      program_file_name: leadingSlash(name),
      id,
      file_rights: rightsJson(fileRights, leadingSlash),
      ...settings,
    })),
    native_modules: plan.nativeModules.map(nativeModuleJson),
    file_hashes: [...plan.programs, ...plan.hashes].map(({ name, sha256 }) => ({
      file_path: leadingSlash(name),
      hash: toHex(sha256),
    })),
    // Upstream finds a pipeline by its number, so its name has to be that.
    pipelines: plan.pipelines.map(({ text, fileRights }, id) => ({
      name: String(id),
      pipeline: text,
      id,
      file_rights: rightsJson(fileRights, leadingSlash),
    })),
  };
}

function seed004Policy(plan: PolicyPlan, place: PolicyPlace): object {
  const lacks = lackOf('seed-004');
  lacks(plan.pipelines.length > 0, 'pipelines');
  lacks(plan.nativeModules.length > 0, 'native modules');
  lacks(plan.hashes.length > 0, 'hashes of data');
  lacks(saysVersion2(plan), 'what version 2 alone has fields for');
  const tags = { stdin: 'Stdin', stdout: 'Stdout', stderr: 'Stderr' } as const;
  return {
    ...commonFields(plan, place, 'seed-004', ['nitro', 'linux', 'icecap']),
    programs: plan.programs.map(({ id, name, sha256, fileRights }) => ({
      file_rights: rightsJson(fileRights, bareName),
      id,
      pi_hash: toHex(sha256),
      program_file_name: bareName(name),
    })),
    runtime_manager_hash_sgx: '',
    runtime_manager_hash_tz: '',
    std_streams_table: streamNames.map((name) => ({
      [tags[name]]: { file_name: name, rights: plan.streams?.[name] ?? 0 },
    })),
  };
}

function commonFields(
  plan: PolicyPlan,
  place: PolicyPlace,
  dialect: PolicyDialect,
  platforms: readonly MeasurementPlatform[],
): object {
  const naming = dialect === 'seed-004' ? bareName : leadingSlash;
  const { measurements, proxy } = place;
  for (const platform of measurements.keys())
    lackOf(dialect)(!platforms.includes(platform), `runtime_manager_hash_${platform}`);
  return {
    identities: plan.identities.map(({ certificate, id, fileRights, mayShutDown }) => ({
      certificate: oneLinePem(certificate),
      id,
      ...(dialect === 'truce-2' && mayShutDown ? { may_shut_down: true } : {}),
      file_rights: rightsJson(fileRights, naming),
    })),
    veracruz_server_url: place.server,
    enclave_cert_expiry: timepoint(place.expiry),
    ciphersuite: plan.cipherSuite,
    // Nitro's is written even where there is none, as i-poc does.
    runtime_manager_hash_nitro: '',
    ...Object.fromEntries(
      [...measurements].map(([platform, hash]) => [`runtime_manager_hash_${platform}`, toHex(hash)]),
    ),
    proxy_attestation_server_url: proxy?.address ?? '',
    proxy_service_cert: proxy?.certificates.map((der) => encodePem('CERTIFICATE', der)).join('') ?? '',
    debug: plan.debug,
    enable_clock: plan.enableClock,
    execution_strategy: plan.strategy,
  };
}

export function timepoint(milliseconds: number): Timepoint {
  const time = new Date(milliseconds);
  return {
    year: time.getUTCFullYear(),
    month: time.getUTCMonth() + 1,
    day: time.getUTCDate(),
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
  };
}

function lackOf(dialect: PolicyDialect) {
  return (lacks: boolean, what: string): void => {
    if (lacks) throw new TruceError('POLICY_DIALECT_LACKS', { dialect, what });
  };
}

function saysVersion2({ programs, version2 }: PolicyPlan): boolean {
  return version2 !== undefined || programs.some(({ settings }) => Object.keys(settings).length > 0);
}

/** A Rust enum in serde's external form. */
function nativeModuleJson({ name, kind, specialFile }: PolicyNativeModule): object {
  return { name, type: { [kind]: { special_file: specialFile } } };
}

export function rightsJson(
  rights: readonly PlannedRights[],
  naming: (name: string) => string = leadingSlash,
): FileRights[] {
  return rights.map(({ name, rights: bits }) => ({ file_name: naming(name), rights: bits }));
}

/** Veracruz's generator puts a slash before everything but streams. */
export function leadingSlash(name: string): string {
  return isStreamName(name) || name.startsWith('/') ? name : `/${name}`;
}

/** Seed 004 writes bare names; `/stdin` keeps its slash, since without it it would be the stream. */
function bareName(name: string): string {
  const { path } = parsePath(name);
  const bare = name.replace(/^\//, '');
  return isStreamName(bare) || isStreamName(path) ? name : bare;
}

/** The form that Veracruz checks for: the footer ends the text. It writes the base64 on one line. */
export function oneLinePem(der: Uint8Array): string {
  const [header, ...lines] = encodePem('CERTIFICATE', der).trimEnd().split('\n');
  return [header, lines.slice(0, -1).join(''), lines.at(-1)].join('\n');
}

/** What VaaS adds to a request to make a full policy of it: where the instance runs, who attests it, until when. */
import { fromHex, toHex } from '../../bytes.ts';
import { TruceError } from '../../errors.ts';
import { decodePemCertificates } from '../../x509/pem.ts';
import { parsePath, type StreamName } from '../paths.ts';
import type { PlannedProgram, PolicyPlace, PolicyPlan } from '../plan.ts';
import { leadingSlash, oneLinePem, rightsJson, timepoint, writePolicy } from '../write.ts';
import { type FileRights, formOf, type Timepoint, type VaasPolicy } from './shapes.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Source: veracruz-examples, i-poc/vaas-server/vaas-server.py. */
const VAAS_LIFETIME = 180 * DAY;
/** The README's own `std_streams_table`. */
const SEED_STREAMS: Readonly<Record<StreamName, number>> = { stdin: 8198, stdout: 533_572, stderr: 533_572 };

export interface Infrastructure extends Omit<PolicyPlace, 'expiry'> {
  /** Milliseconds since 1970; the request's own, or 180 days from `now`, unless told. */
  readonly expiry?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface PolicyParts {
  readonly plan: PolicyPlan;
  readonly place: PolicyPlace;
}

/**
 * The full policy in the dialect of the request's form, as a text that `parsePolicy` still has to judge.
 * Errors: those of `completedParts`.
 */
export function completePolicy(vaas: VaasPolicy, infrastructure: Infrastructure): string {
  const { plan, place } = completedParts(vaas, infrastructure);
  return writePolicy(plan, place, formOf(vaas));
}

/** The same before it is written. Error: POLICY_PARTS_CONFLICT with document and JSON path. */
export function completedParts(vaas: VaasPolicy, infrastructure: Infrastructure): PolicyParts {
  const { server, proxy, measurements } = infrastructure;
  return {
    plan: planOf(vaas),
    place: { server, proxy, measurements, expiry: expiryOf(vaas, infrastructure) },
  };
}

/** What the request says; it names its instance for VaaS alone, and no policy repeats that. */
function planOf(vaas: VaasPolicy): PolicyPlan {
  const programs = hashedPrograms(vaas);
  const own = new Set(programs.map(({ name }) => parsePath(name).path));
  const hashes = vaas.max_memory_mib === undefined ? [] : (vaas.file_hashes ?? []);
  return {
    identities: vaas.identities.map(({ id, certificate, file_rights }) => ({
      id,
      certificate: decodePemCertificates(certificate)[0]!,
      fileRights: planned(file_rights),
      mayShutDown: false,
    })),
    programs,
    pipelines: [],
    nativeModules: [],
    hashes: hashes
      .filter(({ file_path }) => !own.has(parsePath(file_path).path))
      .map(({ file_path, hash }) => ({ name: file_path, sha256: fromHex(hash)! })),
    streams: vaas.max_memory_mib === undefined ? SEED_STREAMS : undefined,
    cipherSuite: vaas.ciphersuite,
    debug: vaas.debug,
    enableClock: vaas.enable_clock,
    strategy: vaas.execution_strategy,
    maxMemoryMib: vaas.max_memory_mib,
    version2: undefined,
  };
}

function hashedPrograms(vaas: VaasPolicy): PlannedProgram[] {
  const plannedProgram = (program: VaasPolicy['programs'][number], hash: string) => ({
    id: program.id,
    name: program.program_file_name,
    sha256: fromHex(hash)!,
    fileRights: planned(program.file_rights),
    settings: {},
  });
  if (vaas.max_memory_mib === undefined)
    return vaas.programs.map((program) => plannedProgram(program, program.pi_hash));
  const hashes = new Map(
    (vaas.file_hashes ?? []).map(({ file_path, hash }) => [parsePath(file_path).path, hash]),
  );
  return vaas.programs.map((program, index) => {
    const hash = hashes.get(parsePath(program.program_file_name).path);
    if (hash === undefined)
      throw new TruceError('POLICY_PROGRAM_WITHOUT_HASH', { path: `$.programs[${index}].program_file_name` });
    return plannedProgram(program, hash);
  });
}

function planned(rights: readonly FileRights[]): PlannedRightsList {
  return rights.map(({ file_name, rights: bits }) => ({ name: file_name, rights: bits }));
}
type PlannedRightsList = PolicyPlan['identities'][number]['fileRights'];

function expiryOf(vaas: VaasPolicy, { expiry, now }: Infrastructure): number {
  const asked = vaas.max_memory_mib === undefined ? undefined : vaas.enclave_cert_expiry;
  if (asked === undefined) return wholeMinute(expiry ?? now + VAAS_LIFETIME);
  const time = millisecondsOf(asked);
  if (expiry !== undefined && wholeMinute(expiry) !== time)
    throw new TruceError('POLICY_PARTS_CONFLICT', {
      document: 'the VaaS policy',
      path: '$.enclave_cert_expiry',
      reason: 'another time than the one that the infrastructure is to give',
    });
  return time;
}

export function millisecondsOf({ year, month, day, hour, minute }: Timepoint): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

function wholeMinute(milliseconds: number): number {
  return Math.floor(milliseconds / MINUTE) * MINUTE;
}

/** A plan as a request to VaaS, in the form of 2022. Error: POLICY_DIALECT_LACKS. */
export function vaasPolicyOf(plan: PolicyPlan, instanceId: string | undefined, expiry?: number): VaasPolicy {
  const lacks = (said: boolean, what: string) => {
    if (said) throw new TruceError('POLICY_DIALECT_LACKS', { dialect: 'VaaS', what });
  };
  lacks(plan.pipelines.length > 0, 'pipelines');
  lacks(plan.nativeModules.length > 0, 'native modules');
  lacks(plan.streams !== undefined, 'std_streams_table');
  lacks(plan.version2 !== undefined, 'what version 2 alone has fields for');
  lacks(plan.maxMemoryMib === undefined, 'no max_memory_mib');
  return {
    ...(instanceId === undefined ? {} : { instance_id: instanceId }),
    ciphersuite: plan.cipherSuite,
    debug: plan.debug,
    enable_clock: plan.enableClock,
    execution_strategy: plan.strategy,
    max_memory_mib: plan.maxMemoryMib ?? 0,
    identities: plan.identities.map(({ id, certificate, fileRights }) => ({
      certificate: oneLinePem(certificate),
      id,
      file_rights: rightsJson(fileRights),
    })),
    programs: plan.programs.map(({ id, name, fileRights }) => ({
      program_file_name: leadingSlash(name),
      id,
      file_rights: rightsJson(fileRights),
    })),
    file_hashes: [...plan.programs, ...plan.hashes].map(({ name, sha256 }) => ({
      file_path: leadingSlash(name),
      hash: toHex(sha256),
    })),
    ...(expiry === undefined ? {} : { enclave_cert_expiry: timepoint(expiry) }),
  };
}

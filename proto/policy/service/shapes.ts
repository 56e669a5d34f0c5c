/**
 * The parts that policies are made of where a service makes them (i-poc's CCFaaS and VaaS), as their JSON has them. Two
 * forms: the one of the README of 2021 (seed 004) and the one of November 2022, whose functions also say memory, debug,
 * clock and the loader's rights, and whose VaaS policies keep hashes in a list of their own (Veracruz's dialect).
 */
import type { ExecutionStrategy, PolicyWarning } from '../model.ts';

export interface FileRights {
  readonly file_name: string;
  readonly rights: number;
}

/** What a user asks CCFaaS for; both forms have it alike. */
export interface UserPolicy {
  readonly function: string;
  readonly instanceid: string;
  readonly identities: readonly UserIdentity[];
}

export interface UserIdentity {
  /** One certificate in PEM. */
  readonly certificate: string;
  readonly file_rights: readonly FileRights[];
}

/** What an administrator registers at CCFaaS; the README calls it program policy. */
export type FunctionPolicy = SeedFunctionPolicy | VeracruzFunctionPolicy;

interface FunctionCore {
  readonly function: string;
  readonly execution_strategy: ExecutionStrategy;
  readonly programs: readonly HashedProgram[];
  readonly data_files?: readonly DataFile[];
}
export interface SeedFunctionPolicy extends FunctionCore {
  readonly max_memory_mib?: undefined;
}
export interface VeracruzFunctionPolicy extends FunctionCore {
  readonly debug: boolean;
  readonly enable_clock: boolean;
  readonly max_memory_mib: number;
  /** Of who loads programs and data. */
  readonly file_rights: readonly FileRights[];
}

export interface PlainProgram {
  readonly id: number;
  readonly program_file_name: string;
  readonly file_rights: readonly FileRights[];
}
export interface HashedProgram extends PlainProgram {
  /** SHA-256 in hexadecimal. */
  readonly pi_hash: string;
}

export interface DataFile {
  readonly data_file: string;
  /** SHA-256 in hexadecimal. */
  readonly pi_hash: string;
  /** Lower ones are loaded first; 99 unless told. */
  readonly priority?: number;
}

/** What CCFaaS asks VaaS for: a policy but for what the place it runs at adds. */
export type VaasPolicy = SeedVaasPolicy | VeracruzVaasPolicy;

interface VaasCore {
  readonly instance_id?: string;
  readonly ciphersuite: string;
  readonly debug: boolean;
  readonly enable_clock: boolean;
  readonly execution_strategy: ExecutionStrategy;
  readonly identities: readonly VaasIdentity[];
}
export interface SeedVaasPolicy extends VaasCore {
  readonly max_memory_mib?: undefined;
  readonly programs: readonly HashedProgram[];
}
export interface VeracruzVaasPolicy extends VaasCore {
  readonly max_memory_mib: number;
  readonly programs: readonly PlainProgram[];
  readonly file_hashes?: readonly FileHash[];
  readonly enclave_cert_expiry?: Timepoint;
}

export interface VaasIdentity extends UserIdentity {
  readonly id: number;
}

export interface FileHash {
  readonly file_path: string;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

/** UTC, to the minute. */
export interface Timepoint {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** The dialect of the full policies that come of a form. */
export type ServiceForm = 'seed-004' | 'veracruz';

export function formOf(part: FunctionPolicy | VaasPolicy): ServiceForm {
  return part.max_memory_mib === undefined ? 'seed-004' : 'veracruz';
}

/** A part that is as strict as a policy has to be, and what in it looks like a slip. */
export interface PolicyPart<Shape> {
  readonly policy: Shape;
  readonly warnings: readonly PolicyWarning[];
}

/** A user's and an administrator's part together, as i-poc's CCFaaS puts them together for VaaS. */
import { equalBytes } from '../../bytes.ts';
import { TruceError } from '../../errors.ts';
import { itemPath } from '../../json/value.ts';
import { decodePemCertificates } from '../../x509/pem.ts';
import type { PolicyWarning } from '../model.ts';
import { isStreamName, parentDirectories, parsePath } from '../paths.ts';
import { oneLinePem } from '../write.ts';
import {
  type FileRights,
  type FunctionPolicy,
  formOf,
  type PolicyPart,
  type UserIdentity,
  type UserPolicy,
  type VaasPolicy,
} from './shapes.ts';

// Source: veracruz-examples, i-poc/ccfaas-app/ccfaas-server.py.
const CCFAAS_INSTANCE = 'CCFaaS';
const SEED_CIPHER_SUITE = 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256';
const VERACRUZ_CIPHER_SUITE = 'TLS1_3_CHACHA20_POLY1305_SHA256';
/** FD_SEEK, FD_WRITE, PATH_CREATE_FILE, PATH_OPEN and PATH_FILESTAT_SET_SIZE, on each file that the service loads. */
const SEED_LOADER_RIGHTS = 533_572;
/** A function of 2021 has no such field, and a request needs one. */
const CLOCK_NOT_SAID: PolicyWarning = {
  code: 'CLOCK_NOT_SAID',
  message: 'functions of this form say nothing of the clock: their programs may read it, as in CCFaaS',
  paths: ['$.enable_clock'],
};

export interface CombineOptions {
  /** PEM of who loads the function's programs and data; undefined: its users do. */
  readonly loader?: string;
  /** What VaaS knows the instance by; 'CCFaaS' unless told. */
  readonly instanceId?: string;
  /** By mbedtls's name; the form's own unless told. */
  readonly cipherSuite?: string;
}

/**
 * What VaaS is to be asked for: the user's identities and then the loader, numbered anew from 0; the function's programs;
 * and the hashes of programs and data, where the form has a list for them.
 * Errors: POLICY_PARTS_CONFLICT with document and JSON path; POLICY_DIALECT_LACKS.
 */
export function combinePolicies(
  user: UserPolicy,
  fn: FunctionPolicy,
  options: CombineOptions = {},
): PolicyPart<VaasPolicy> {
  if (user.function !== fn.function)
    throw conflict('$.function', `it asks for '${user.function}', and the function is '${fn.function}'`);
  refuseOtherFiles(user, fn);
  const identities = [...user.identities, ...loaderOf(user, fn, options.loader)].map((identity, id) => ({
    ...identity,
    id,
  }));
  const core = {
    instance_id: options.instanceId ?? CCFAAS_INSTANCE,
    execution_strategy: fn.execution_strategy,
    identities,
  };
  const warnings = filesOfNobody(user, fn);
  if (fn.max_memory_mib === undefined)
    return {
      policy: {
        ...core,
        ciphersuite: options.cipherSuite ?? SEED_CIPHER_SUITE,
        debug: false,
        enable_clock: true,
        programs: fn.programs,
      },
      warnings: [...warnings, ...lostHashes(fn), CLOCK_NOT_SAID],
    };
  return {
    policy: {
      ...core,
      ciphersuite: options.cipherSuite ?? VERACRUZ_CIPHER_SUITE,
      debug: fn.debug,
      enable_clock: fn.enable_clock,
      max_memory_mib: fn.max_memory_mib,
      programs: fn.programs.map(({ pi_hash: _, ...program }) => program),
      file_hashes: [
        ...fn.programs.map((program) => ({ file_path: program.program_file_name, hash: program.pi_hash })),
        ...(fn.data_files ?? []).map(({ data_file, pi_hash }) => ({ file_path: data_file, hash: pi_hash })),
      ],
    },
    warnings,
  };
}

function conflict(path: string, reason: string): TruceError {
  return new TruceError('POLICY_PARTS_CONFLICT', { document: 'the user policy', path, reason });
}

/** Two parts that are sound on their own can still disagree on what is a file. */
function refuseOtherFiles(user: UserPolicy, fn: FunctionPolicy): void {
  const hashed = hashedFiles(fn);
  const single = formOf(fn) === 'seed-004';
  for (const { name, field } of namesOf(user)) {
    const { path, directory } = parsePath(name);
    if (directory && single)
      throw conflict(field, 'a directory, but this function is of the form that grants single files');
    if (directory && hashed.has(path))
      throw conflict(field, 'a directory, but the function has a file of that name');
    const above = isStreamName(path)
      ? undefined
      : parentDirectories(path).find((parent) => hashed.has(parent));
    if (above !== undefined) throw conflict(field, `below ${above}, which the function says is a file`);
  }
}

/** None where there is nothing to load. */
function loaderOf(user: UserPolicy, fn: FunctionPolicy, pem: string | undefined): UserIdentity[] {
  const [certificate] = pem === undefined ? [] : decodePemCertificates(pem);
  if (certificate === undefined) return [];
  const same = user.identities.findIndex(({ certificate: other }) =>
    decodePemCertificates(other).some((der) => equalBytes(der, certificate)),
  );
  if (same !== -1)
    throw conflict(
      `${itemPath('$.identities', same)}.certificate`,
      'the certificate of who loads the programs: an identity stands in a policy once',
    );
  const rights: readonly FileRights[] =
    fn.max_memory_mib === undefined
      ? [...hashedFiles(fn).values()].map((name) => ({ file_name: name, rights: SEED_LOADER_RIGHTS }))
      : fn.file_rights;
  return rights.length === 0 ? [] : [{ certificate: oneLinePem(certificate), file_rights: rights }];
}

/** Names as written, by canonical path: programs first, then data. */
function hashedFiles(fn: FunctionPolicy): Map<string, string> {
  const names = [
    ...fn.programs.map((program) => program.program_file_name),
    ...(fn.data_files ?? []).map((file) => file.data_file),
  ];
  return new Map(names.map((name) => [parsePath(name).path, name]));
}

function namesOf(user: UserPolicy): { name: string; field: string }[] {
  return user.identities.flatMap(({ file_rights }, identity) =>
    file_rights.map(({ file_name }, index) => ({
      name: file_name,
      field: `$.identities[${identity}].file_rights[${index}].file_name`,
    })),
  );
}

/** The README wants every file to be one of the function's; CCFaaS never looked. */
function filesOfNobody(user: UserPolicy, fn: FunctionPolicy): PolicyWarning[] {
  const own = [
    ...hashedFiles(fn).values(),
    ...fn.programs.flatMap(({ file_rights }) => file_rights.map(({ file_name }) => file_name)),
    ...(fn.max_memory_mib === undefined ? [] : fn.file_rights.map(({ file_name }) => file_name)),
  ].map((name) => parsePath(name).path);
  const within = (path: string, directory: string) =>
    path === directory || directory === '/' || path.startsWith(`${directory}/`);
  const paths = namesOf(user)
    .filter(({ name }) => {
      const { path } = parsePath(name);
      return !isStreamName(path) && !own.some((other) => within(path, other) || within(other, path));
    })
    .map(({ field }) => field);
  if (paths.length === 0) return [];
  const message = 'a file that neither a program of the function nor its loader has rights on';
  return [{ code: 'FILE_NOT_IN_FUNCTION', message, paths }];
}

/** The VaaS policy of 2021 has hashes for programs alone. */
function lostHashes(fn: FunctionPolicy): PolicyWarning[] {
  const paths = (fn.data_files ?? []).map((_, index) => `$.data_files[${index}].pi_hash`);
  if (paths.length === 0) return [];
  const message =
    'policies of this form have no hashes of data: whoever may write the file decides what is in it';
  return [{ code: 'DATA_HASH_NOT_KEPT', message, paths }];
}

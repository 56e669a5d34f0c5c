/**
 * Veracruz's own dialect. Pipelines came in September 2022 and native modules later, so both may be absent, as in the
 * releases of July 2022. Source: Veracruz, crates/policy-utils/src/{policy,principal}.rs.
 */
import { TruceError } from '../errors.ts';
import {
  accessOf,
  commonFields,
  measurementField,
  type PolicyDraft,
  plainPolicy,
  plainProgram,
  readCommonFields,
  readId,
  readIdentities,
  requireNewProgram,
} from './common.ts';
import { FirstSights, MAXIMUM_U32, type PolicyField, type PolicyMembers } from './field.ts';
import { type Grant, readGrants } from './grants.ts';
import type { MeasurementPlatform, PolicyDialect, PolicyPipeline, PolicyProgram } from './model.ts';
import { readNativeModules } from './native-modules.ts';
import { LONGEST_PIPELINE_NAME, type PipelineStep, parsePipeline } from './pipeline.ts';
import { readFilePath, readHash } from './values.ts';

export const platforms: readonly MeasurementPlatform[] = ['nitro', 'linux', 'sevsnp', 'icecap'];

export function readVeracruz(root: PolicyField, now: number): PolicyDraft {
  const members = root.object(
    [...commonFields, 'file_hashes', 'max_memory_mib'],
    ['pipelines', 'native_modules', ...platforms.map(measurementField)],
  );
  const { identities, grants } = readIdentities(members.get('identities'), 'veracruz', now);
  const hashFields = new Map<string, PolicyField>();
  const specialFields = new Map<string, PolicyField>();
  const fileHashes = readFileHashes(members.get('file_hashes'), hashFields);
  const allGrants: Grant[] = [...grants];
  const programs = readPrograms(members.get('programs'), 'veracruz', fileHashes, allGrants);
  const pipelines = readPipelines(members.optional('pipelines'), 'veracruz', allGrants);
  return {
    dialect: 'veracruz',
    ...readCommonFields(members, now),
    identities,
    programs,
    pipelines,
    nativeModules: readNativeModules(members.optional('native_modules'), specialFields),
    fileHashes,
    hashFields,
    specialFields,
    maxMemoryMib: members.get('max_memory_mib').integer(1, MAXIMUM_U32),
    ...plainPolicy,
    grants: allGrants,
  };
}

/** Fills `hashFields` in as well. */
export function readFileHashes(
  field: PolicyField,
  hashFields: Map<string, PolicyField>,
): Map<string, Uint8Array> {
  const hashes = new Map<string, Uint8Array>();
  for (const item of field.items()) {
    const members = item.object(['file_path', 'hash']);
    const name = members.get('file_path');
    const path = readFilePath(name);
    const other = hashFields.get(path);
    if (other !== undefined)
      throw new TruceError('POLICY_REPEATED_HASH', { path: name.path, other: other.path });
    hashFields.set(path, name);
    hashes.set(path, readHash(members.get('hash')));
  }
  return hashes;
}

/** What a dialect says of a program beyond the fields that Veracruz has. */
export interface ProgramExtension {
  readonly fields: readonly string[];
  read(members: PolicyMembers): Omit<PolicyProgram, 'id' | 'path' | 'sha256' | 'access'>;
}

const NO_EXTENSION: ProgramExtension = { fields: [], read: () => plainProgram };

/** Adds the programs' grants to `allGrants`. */
export function readPrograms(
  field: PolicyField,
  dialect: PolicyDialect,
  fileHashes: ReadonlyMap<string, Uint8Array>,
  allGrants: Grant[],
  extension = NO_EXTENSION,
): PolicyProgram[] {
  const ids = new FirstSights<number>();
  const names = new FirstSights<string>();
  return field.items().map((item) => {
    const members = item.object(['program_file_name', 'id', 'file_rights'], extension.fields);
    const name = members.get('program_file_name');
    const path = readFilePath(name);
    requireNewProgram(path, name, names);
    const sha256 = fileHashes.get(path);
    // Upstream runs such a program, whatever it is: whoever can write the file decides what runs.
    if (sha256 === undefined) throw new TruceError('POLICY_PROGRAM_WITHOUT_HASH', { path: name.path });
    const id = readId(members.get('id'), ids);
    const grants = readGrants(members.get('file_rights'), 'program', dialect);
    allGrants.push(...grants);
    return { id, path, sha256, access: accessOf(grants), ...extension.read(members) };
  });
}

/** Adds the pipelines' grants to `allGrants`. */
export function readPipelines(
  field: PolicyField | undefined,
  dialect: PolicyDialect,
  allGrants: Grant[],
): PolicyPipeline[] {
  const ids = new FirstSights<number>();
  const names = new FirstSights<string>();
  return (field?.items() ?? []).map((item) => {
    const members = item.object(['name', 'pipeline', 'id', 'file_rights']);
    const name = members.get('name');
    requirePipelineName(name);
    const other = names.seenAt(name.string(), name);
    if (other !== undefined) throw name.contradiction(`the pipeline at ${other} has the same name`);
    const grants = readGrants(members.get('file_rights'), 'pipeline', dialect);
    allGrants.push(...grants);
    return {
      id: readId(members.get('id'), ids),
      name: name.string(),
      text: members.get('pipeline').string(),
      steps: readSteps(members.get('pipeline')),
      access: accessOf(grants),
    };
  });
}

function requirePipelineName(field: PolicyField): void {
  const name = field.string();
  if (name === '') throw field.wrongType('a name');
  if (new TextEncoder().encode(name).length > LONGEST_PIPELINE_NAME)
    throw field.wrongType(`a name of at most ${LONGEST_PIPELINE_NAME} bytes`);
}

function readSteps(field: PolicyField): PipelineStep {
  try {
    return parsePipeline(field.string());
  } catch (error) {
    if (error instanceof TruceError && error.code === 'PIPELINE_INVALID')
      throw field.contradiction(error.message);
    throw error;
  }
}

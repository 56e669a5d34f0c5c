/** An administrator's part: the programs and data of a function, and what each program may do. */
import { TruceError } from '../../errors.ts';
import { plainJson } from '../../json/value.ts';
import { readPolicyDocument } from '../document.ts';
import { MAXIMUM_U32, type PolicyField } from '../field.ts';
import { readGrants } from '../grants.ts';
import { readFilePath, readHash, readStrategy } from '../values.ts';
import { grantWarnings } from '../warnings.ts';
import type { FunctionPolicy, PolicyPart, ServiceForm } from './shapes.ts';
import { readHashedPrograms, readServiceName } from './values.ts';

/** All of them, or none: the form of 2021 has none. */
const veracruzFields = ['debug', 'enable_clock', 'file_rights', 'max_memory_mib'] as const;

/** At most 1 MiB of UTF-8. Errors: those of `parsePolicy`, with the JSON path of the field at fault. */
export function parseFunctionPolicy(text: string | Uint8Array): PolicyPart<FunctionPolicy> {
  const { root } = readPolicyDocument(text);
  const form: ServiceForm = veracruzFields.some((name) => root.members().has(name)) ? 'veracruz' : 'seed-004';
  const members = root.object(
    ['execution_strategy', 'function', 'programs', ...(form === 'veracruz' ? veracruzFields : [])],
    ['data_files'],
  );
  readServiceName(members.get('function'));
  readStrategy(members.get('execution_strategy'));
  const hashFields = new Map<string, PolicyField>();
  const grants = readHashedPrograms(members.get('programs'), form, hashFields);
  readDataFiles(members.optional('data_files'), hashFields);
  if (form === 'veracruz') {
    members.get('debug').boolean();
    members.get('enable_clock').boolean();
    members.get('max_memory_mib').integer(1, MAXIMUM_U32);
    grants.push(...readGrants(members.get('file_rights'), 'identity', form));
  }
  return {
    // Every member has been read above, so this is its shape.
    policy: plainJson(root.value) as FunctionPolicy,
    warnings: grantWarnings(grants, { dialect: form, hashFields }),
  };
}

function readDataFiles(field: PolicyField | undefined, hashFields: Map<string, PolicyField>): void {
  for (const item of field?.items() ?? []) {
    const members = item.object(['data_file', 'pi_hash'], ['priority']);
    const name = members.get('data_file');
    const path = readFilePath(name);
    const other = hashFields.get(path);
    if (other !== undefined)
      throw new TruceError('POLICY_REPEATED_HASH', { path: name.path, other: other.path });
    hashFields.set(path, name);
    readHash(members.get('pi_hash'));
    members.optional('priority')?.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }
}

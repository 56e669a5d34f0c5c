/** What the parts of policies say alike. */
import { TruceError } from '../../errors.ts';
import { readId, requireNewProgram } from '../common.ts';
import { FirstSights, type PolicyField } from '../field.ts';
import { type Grant, readGrants } from '../grants.ts';
import { readFilePath, readHash } from '../values.ts';
import type { ServiceForm } from './shapes.ts';

/** Bytes of UTF-8 in the name of a function or an instance. */
export const LONGEST_SERVICE_NAME = 255;

/** The name of a function or of an instance. */
export function readServiceName(field: PolicyField): string {
  const name = field.string();
  const bytes = new TextEncoder().encode(name).length;
  if (bytes === 0 || bytes > LONGEST_SERVICE_NAME)
    throw field.wrongType(`a name of 1 to ${LONGEST_SERVICE_NAME} bytes`);
  return name;
}

/** Programs that carry their own hash. Fills in `hashFields` by canonical path; the result is what they may do. */
export function readHashedPrograms(
  field: PolicyField,
  form: ServiceForm,
  hashFields: Map<string, PolicyField>,
): Grant[] {
  const ids = new FirstSights<number>();
  const names = new FirstSights<string>();
  return field.items().flatMap((item) => {
    const program = item.object(['file_rights', 'id', 'program_file_name'], ['pi_hash']);
    const name = program.get('program_file_name');
    const path = readFilePath(name);
    requireNewProgram(path, name, names);
    readId(program.get('id'), ids);
    const hash = program.optional('pi_hash');
    if (hash === undefined || (hash.is('string') && hash.string() === ''))
      throw new TruceError('POLICY_PROGRAM_WITHOUT_HASH', { path: `${item.path}.pi_hash` });
    readHash(hash);
    hashFields.set(path, name);
    return readGrants(program.get('file_rights'), 'program', form);
  });
}

/** What VaaS is asked for: everything but where the instance runs and who attests it. */
import { TruceError } from '../../errors.ts';
import { plainJson } from '../../json/value.ts';
import { readIdentities } from '../common.ts';
import { readPolicyDocument } from '../document.ts';
import { MAXIMUM_U32, type PolicyField } from '../field.ts';
import type { Grant } from '../grants.ts';
import type { ParsePolicyOptions } from '../parse.ts';
import { readCipherSuite, readExpiry, readStrategy } from '../values.ts';
import { readFileHashes, readPrograms } from '../veracruz-main.ts';
import { grantWarnings } from '../warnings.ts';
import type { PolicyPart, ServiceForm, VaasPolicy } from './shapes.ts';
import { readHashedPrograms, readServiceName } from './values.ts';

const coreFields = [
  'ciphersuite',
  'debug',
  'enable_clock',
  'execution_strategy',
  'identities',
  'programs',
] as const;
/** Fields that the form of 2022 alone has. */
const veracruzMarks = ['enclave_cert_expiry', 'file_hashes', 'max_memory_mib'] as const;

/** At most 1 MiB of UTF-8. Errors: those of `parsePolicy`, with the JSON path of the field at fault. */
export function parseVaasPolicy(
  text: string | Uint8Array,
  options: ParsePolicyOptions,
): PolicyPart<VaasPolicy> {
  const { root } = readPolicyDocument(text);
  const form = detectForm(root);
  const members =
    form === 'seed-004'
      ? root.object(coreFields, ['instance_id'])
      : root.object([...coreFields, 'max_memory_mib'], ['enclave_cert_expiry', 'file_hashes', 'instance_id']);
  const instance = members.optional('instance_id');
  if (instance !== undefined) readServiceName(instance);
  readCipherSuite(members.get('ciphersuite'));
  members.get('debug').boolean();
  members.get('enable_clock').boolean();
  readStrategy(members.get('execution_strategy'));
  const { grants } = readIdentities(members.get('identities'), form, options.now);
  const hashFields = new Map<string, PolicyField>();
  const allGrants: Grant[] = [...grants];
  if (form === 'seed-004') {
    allGrants.push(...readHashedPrograms(members.get('programs'), form, hashFields));
  } else {
    const list = members.optional('file_hashes');
    const hashes = list === undefined ? new Map<string, Uint8Array>() : readFileHashes(list, hashFields);
    readPrograms(members.get('programs'), form, hashes, allGrants);
    members.get('max_memory_mib').integer(1, MAXIMUM_U32);
    const expiry = members.optional('enclave_cert_expiry');
    if (expiry !== undefined) readExpiry(expiry, options.now);
  }
  return {
    // Every member has been read above, so this is its shape.
    policy: plainJson(root.value) as VaasPolicy,
    warnings: grantWarnings(allGrants, { dialect: form, hashFields }),
  };
}

/** Without any mark it is the form of 2021, in which programs have to carry their hashes. */
function detectForm(root: PolicyField): ServiceForm {
  const members = root.members();
  const mark = veracruzMarks.find((name) => members.has(name));
  const programs = members.get('programs');
  for (const program of programs?.is('array') ? programs.items() : []) {
    const hash = program.is('object') ? program.members().get('pi_hash') : undefined;
    if (hash !== undefined && mark !== undefined)
      throw new TruceError('POLICY_DIALECT_AMBIGUOUS', { path: hash.path, other: `$.${mark}` });
  }
  return mark === undefined ? 'seed-004' : 'veracruz';
}

/** A user's part: who takes part in an instance of a function, and what each may do. */

import { TruceError } from '../../errors.ts';
import { plainJson } from '../../json/value.ts';
import { readIdentityCertificate } from '../common.ts';
import { readPolicyDocument } from '../document.ts';
import { FirstSights, type PolicyField } from '../field.ts';
import { type Grant, readGrants } from '../grants.ts';
import type { ParsePolicyOptions } from '../parse.ts';
import { grantWarnings } from '../warnings.ts';
import type { PolicyPart, UserPolicy } from './shapes.ts';
import { readServiceName } from './values.ts';

/** At most 1 MiB of UTF-8. Errors: those of `parsePolicy`, with the JSON path of the field at fault. */
export function parseUserPolicy(
  text: string | Uint8Array,
  options: ParsePolicyOptions,
): PolicyPart<UserPolicy> {
  const { root } = readPolicyDocument(text);
  const members = root.object(['function', 'identities', 'instanceid']);
  readServiceName(members.get('function'));
  readServiceName(members.get('instanceid'));
  const grants = readUserIdentities(members.get('identities'), options.now);
  return {
    // Every member has been read above, so this is its shape.
    policy: plainJson(root.value) as UserPolicy,
    warnings: grantWarnings(grants, { dialect: undefined, hashFields: new Map() }),
  };
}

/** Which form the function has decides whether they may name directories; `combinePolicies` sees to that. */
function readUserIdentities(field: PolicyField, now: number): Grant[] {
  const items = field.items();
  if (items.length === 0) throw new TruceError('POLICY_NO_IDENTITIES', { path: field.path });
  const certificates = new FirstSights<string>();
  return items.flatMap((item) => {
    const members = item.object(['certificate', 'file_rights']);
    readIdentityCertificate(members.get('certificate'), now, certificates);
    return readGrants(members.get('file_rights'), 'identity', 'veracruz');
  });
}

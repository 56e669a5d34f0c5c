/** Lists of `{file_name, rights}`, and what a dialect makes of them. */
import { TruceError } from '../errors.ts';
import { jsonInteger } from '../json/value.ts';
import { ALL_RIGHTS, isRights, Rights } from '../rights.ts';
import type { AccessEntry } from './access.ts';
import { FirstSights, type PolicyField } from './field.ts';
import type { PolicyDialect } from './model.ts';
import { isStreamName } from './paths.ts';
import { pathInvalid, readPath } from './values.ts';

/** One line of a policy: what it says, and where. */
export interface Grant {
  readonly holder: 'identity' | 'program' | 'pipeline';
  readonly entry: AccessEntry;
  /** The rights as the policy writes them; the entry's may hold more. */
  readonly written: number;
  /** The name ends with a slash. */
  readonly directory: boolean;
  readonly field: PolicyField;
}

/** Error: POLICY_RIGHTS_INVALID; POLICY_WRONG_TYPE where it is no number at all. */
export function readRights(field: PolicyField): number {
  if (field.value.kind !== 'number') throw field.wrongType('a number');
  const rights = jsonInteger(field.value.text);
  if (rights === undefined || !isRights(rights))
    throw new TruceError('POLICY_RIGHTS_INVALID', { path: field.path, limit: ALL_RIGHTS });
  return rights;
}

/** Upstream never asked for a right to the metadata of an open file, so its policies do not grant one. */
function withImpliedRights(rights: number, dialect: PolicyDialect): number {
  if (dialect === 'truce-2') return rights;
  return (rights & (Rights.FD_READ | Rights.FD_WRITE)) === 0 ? rights : rights | Rights.FD_FILESTAT_GET;
}

/**
 * One `{file_name, rights}`. Seed 004 names single files; Veracruz a file or the subtree of that name; version 2 a file,
 * or with a slash at its end a subtree.
 */
export function readGrant(field: PolicyField, holder: Grant['holder'], dialect: PolicyDialect): Grant {
  const members = field.object(['file_name', 'rights']);
  const name = members.get('file_name');
  const { path, directory } = readPath(name);
  if (dialect === 'seed-004' && directory)
    throw pathInvalid(name, 'a directory, but this dialect grants single files');
  const written = readRights(members.get('rights'));
  const single = isStreamName(path) || (dialect !== 'veracruz' && !directory);
  return {
    holder,
    entry: {
      path,
      rights: withImpliedRights(written, dialect),
      scope: single ? 'file' : directory ? 'subtree' : 'file-or-subtree',
    },
    written,
    directory,
    field: name,
  };
}

/** One principal's `file_rights`. Error: POLICY_REPEATED_PATH. */
export function readGrants(field: PolicyField, holder: Grant['holder'], dialect: PolicyDialect): Grant[] {
  return withoutRepetition(field.items().map((item) => readGrant(item, holder, dialect)));
}

/** The same grants, where no two name one file. Error: POLICY_REPEATED_PATH. */
export function withoutRepetition(grants: readonly Grant[]): Grant[] {
  const sights = new FirstSights<string>();
  for (const { entry, field } of grants) {
    const other = sights.seenAt(entry.path, field);
    if (other !== undefined) throw new TruceError('POLICY_REPEATED_PATH', { path: field.path, other });
  }
  return [...grants];
}

/**
 * What a name without a slash reaches, said in another dialect. Seed 004 grants that one file, Veracruz the file or the
 * subtree of that name, version 2 the file. Where it cannot be said alike and somebody would gain rights, it is refused.
 */
import { TruceError } from '../errors.ts';
import { itemPath } from '../json/value.ts';
import type { PolicyDialect, PolicyWarning } from './model.ts';
import { isStreamName, parentDirectories, parsePath } from './paths.ts';
import type { PlannedRights, PolicyPlan } from './plan.ts';

export interface TranslatedPlan {
  readonly plan: PolicyPlan;
  readonly warnings: readonly PolicyWarning[];
}

/** A name without a slash that the plan does not show to be a file. */
interface OpenName {
  readonly entry: PlannedRights;
  readonly path: string;
  /** The plan has names below it, so it is a directory from the start. */
  readonly isDirectory: boolean;
  /** The rights of the same holder that a longer path without an entry would have but for this one. */
  readonly above: number;
}

interface Rule {
  readonly warning: Omit<PolicyWarning, 'paths'>;
  /** The entry in the other dialect; 'warned' where it says another thing that gives nobody more; a text refuses. */
  translate(name: OpenName): PlannedRights | 'warned' | { readonly refused: string };
}

/** Version 2 has exact words for a directory, and for a file; which of them an open name is, nobody knows. */
const toVersion2: Rule = {
  warning: {
    code: 'ENTRY_NOW_ONE_FILE',
    message:
      'it meant a file or a directory, and means the file alone in version 2: a final slash says directory',
  },
  translate: ({ entry, isDirectory, above }) => {
    if (isDirectory) return { ...entry, name: `${entry.name}/` };
    if ((above & ~entry.rights) === 0) return 'warned';
    return { refused: 'a file or a directory, where a shorter entry grants what this one does not' };
  },
};

const seedToVeracruz: Rule = {
  warning: {
    code: 'ENTRY_NOW_SUBTREE_TOO',
    message: 'it meant one file, and means what is below it too, should a directory be made there',
  },
  translate: ({ entry, isDirectory }) => {
    if (entry.rights === 0) return entry;
    return isDirectory ? { refused: 'that one name, where others lie below it' } : 'warned';
  },
};

/** The plan with names that reach no further in `to` than in `from`. Error: POLICY_DIALECT_LACKS with the JSON path. */
export function translateScopes(
  plan: PolicyPlan,
  from: 'seed-004' | 'veracruz',
  to: Exclude<PolicyDialect, 'seed-004'>,
): TranslatedPlan {
  // A name of seed 004 means the same in version 2.
  if (from === 'seed-004' && to === 'truce-2') return { plan, warnings: [] };
  const rule = from === 'seed-004' ? seedToVeracruz : toVersion2;
  const files = filesOf(plan);
  const directories = directoriesOf(plan, files);
  const warned: string[] = [];
  const within = <Holder extends { readonly fileRights: readonly PlannedRights[] }>(
    holders: readonly Holder[],
    list: string,
  ): Holder[] =>
    holders.map((holder, position) => {
      const rights = new Map(holder.fileRights.map((entry) => [parsePath(entry.name).path, entry.rights]));
      const fileRights = holder.fileRights.map((entry, index) => {
        const { path, directory } = parsePath(entry.name);
        if (directory || isStreamName(path) || files.has(path)) return entry;
        const isDirectory = directories.has(path);
        const result = rule.translate({ entry, path, isDirectory, above: rightsAbove(path, rights) });
        const field = `${itemPath(`${itemPath(list, position)}.file_rights`, index)}.file_name`;
        if (result === 'warned') warned.push(field);
        else if ('refused' in result)
          throw new TruceError('POLICY_DIALECT_LACKS', {
            dialect: to,
            what: `what ${field} names: ${result.refused}`,
            path: field,
          });
        else return result;
        return entry;
      });
      return { ...holder, fileRights };
    });
  const translated = {
    ...plan,
    identities: within(plan.identities, '$.identities'),
    programs: within(plan.programs, '$.programs'),
    pipelines: within(plan.pipelines, '$.pipelines'),
  };
  return {
    plan: translated,
    warnings: warned.length === 0 ? [] : [{ ...rule.warning, paths: warned }],
  };
}

/** What has a hash or calls a native module; nothing lies below those. */
function filesOf({ programs, hashes, nativeModules }: PolicyPlan): ReadonlySet<string> {
  const names = [...programs, ...hashes].map(({ name }) => name);
  const special = nativeModules.map(({ specialFile }) => specialFile);
  return new Set([...names, ...special].map((name) => parsePath(name).path));
}

/** What is a directory from the start in Veracruz's dialect, as parse.ts has it. */
function directoriesOf(plan: PolicyPlan, files: ReadonlySet<string>): ReadonlySet<string> {
  const holders = [...plan.identities, ...plan.programs, ...plan.pipelines];
  const names = holders.flatMap(({ fileRights }) => fileRights.map(({ name }) => parsePath(name)));
  const directories = new Set(names.filter(({ directory }) => directory).map(({ path }) => path));
  for (const path of [...names.map((name) => name.path), ...files])
    for (const parent of parentDirectories(path)) directories.add(parent);
  return directories;
}

/** Of the longest entry above `path`; 0 without one. An entry that has another below it names a directory. */
function rightsAbove(path: string, rights: ReadonlyMap<string, number>): number {
  const entry = ['/', ...parentDirectories(path)].reverse().find((parent) => rights.has(parent));
  return entry === undefined ? 0 : (rights.get(entry) ?? 0);
}

/**
 * Reads a policy's text into the one model. A policy has to fit exactly one dialect, and all of it has to be understood:
 * what one party's reader overlooks, another's must not act on.
 */
import { TruceError } from '../errors.ts';
import { BoundaryTable } from './access.ts';
import type { PolicyDraft } from './common.ts';
import { readPolicyDocument } from './document.ts';
import { MAXIMUM_U32, type PolicyField } from './field.ts';
import type { Policy, PolicyDialect } from './model.ts';
import { parentDirectories } from './paths.ts';
import { readSeed004 } from './seed-004.ts';
import { readTruce2 } from './truce-2.ts';
import { readVeracruz } from './veracruz-main.ts';
import { policyWarnings } from './warnings.ts';

export interface ParsePolicyOptions {
  /** Milliseconds since 1970: certificates and the policy itself must be valid then. */
  readonly now: number;
}

const dialectReaders = {
  'seed-004': readSeed004,
  veracruz: readVeracruz,
  'truce-2': readTruce2,
} as const satisfies Record<PolicyDialect, (root: PolicyField, now: number) => PolicyDraft>;

/** Fields that one dialect alone has. */
const dialectMarks: ReadonlyMap<string, PolicyDialect> = new Map([
  ['std_streams_table', 'seed-004'],
  ['runtime_manager_hash_sgx', 'seed-004'],
  ['runtime_manager_hash_tz', 'seed-004'],
  ['file_hashes', 'veracruz'],
  ['max_memory_mib', 'veracruz'],
  ['pipelines', 'veracruz'],
  ['native_modules', 'veracruz'],
  ['runtime_manager_hash_sevsnp', 'veracruz'],
]);

/**
 * The policy that the text says: at most 1 MiB of UTF-8. Errors: JSON_INVALID and the POLICY_* codes, whose detail
 * `path` is the JSON path of the field at fault.
 */
export function parsePolicy(text: string | Uint8Array, options: ParsePolicyOptions): Policy {
  if (!Number.isFinite(options.now)) throw new RangeError('`now` is not a time');
  const { root, source } = readPolicyDocument(text);
  const draft = dialectReaders[detectDialect(root)](root, options.now);
  return complete(draft, source);
}

/**
 * The one dialect whose marks the policy bears. A version says which it is, and that its marks may be Veracruz's too.
 * Errors: POLICY_DIALECT_AMBIGUOUS, POLICY_DIALECT_UNKNOWN, POLICY_VERSION_UNKNOWN.
 */
export function detectDialect(root: PolicyField): PolicyDialect {
  const members = root.members();
  let found: { dialect: PolicyDialect; path: string } | undefined;
  const mark = (dialect: PolicyDialect, path: string) => {
    if (found !== undefined && found.dialect !== dialect)
      throw new TruceError('POLICY_DIALECT_AMBIGUOUS', { path, other: found.path });
    found ??= { dialect, path };
  };
  const version = members.get('version');
  if (version !== undefined) mark(dialectOfVersion(version), version.path);
  for (const [name, field] of members) {
    const dialect = dialectMarks.get(name);
    if (dialect !== undefined && !(version !== undefined && dialect === 'veracruz'))
      mark(dialect, field.path);
  }
  const programs = members.get('programs');
  for (const program of programs?.is('array') ? programs.items() : []) {
    const hash = program.is('object') ? program.members().get('pi_hash') : undefined;
    if (hash !== undefined) mark('seed-004', hash.path);
  }
  if (found === undefined)
    throw new TruceError('POLICY_DIALECT_UNKNOWN', {
      path: root.path,
      reason: 'neither version nor std_streams_table nor file_hashes is there',
    });
  return found.dialect;
}

function dialectOfVersion(field: PolicyField): PolicyDialect {
  const version = field.integer(0, MAXIMUM_U32);
  if (version !== 2) throw new TruceError('POLICY_VERSION_UNKNOWN', { path: field.path, version });
  return 'truce-2';
}

/** Adds what follows from the policy as a whole. */
function complete(draft: PolicyDraft, text: string): Policy {
  const { grants, hashFields, specialFields, ...parts } = draft;
  const named = grants.filter(({ entry }) => entry.path.startsWith('/'));
  const boundaries = new BoundaryTable([
    ...named.map(({ entry }) => entry.path),
    ...hashFields.keys(),
    ...specialFields.keys(),
    ...[...draft.liveFiles].filter((path) => path.startsWith('/')),
  ]);
  const directories = new Set<string>();
  for (const [path, field] of hashFields) {
    if (boundaries.containsBelow(path)) throw field.contradiction('a file with a hash, and a directory');
    for (const parent of parentDirectories(path)) directories.add(parent);
  }
  for (const { entry, directory, field } of named) {
    if (directory && hashFields.has(entry.path))
      throw field.contradiction('a directory, but it has a hash as a file');
    for (const parent of parentDirectories(entry.path)) directories.add(parent);
    if (directory && entry.path !== '/') directories.add(entry.path);
  }
  for (const path of draft.liveFiles) for (const parent of parentDirectories(path)) directories.add(parent);
  for (const path of specialFields.keys())
    for (const parent of parentDirectories(path)) directories.add(parent);
  requireSpecialFiles(draft, directories);
  // A parent is a prefix of what it holds, so the order of code units puts it first.
  const policy = { ...parts, text, boundaries, initialDirectories: [...directories].sort() };
  return { ...policy, warnings: policyWarnings(draft, policy) };
}

/** They are nothing else besides: what is written to one is a request, and is not kept. */
function requireSpecialFiles(
  { specialFields, hashFields, liveFiles }: PolicyDraft,
  directories: ReadonlySet<string>,
): void {
  for (const [path, field] of specialFields) {
    const hash = hashFields.get(path);
    if (hash !== undefined) throw field.contradiction(`a special file, but ${hash.path} has a hash of it`);
    if (directories.has(path)) throw field.contradiction('a special file, but a directory elsewhere');
    if (liveFiles.has(path)) throw field.contradiction('a special file, but a live file as well');
  }
}

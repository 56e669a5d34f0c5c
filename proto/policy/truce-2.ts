/**
 * Version 2: Veracruz's dialect and, program by program, arguments, environment, limits, determinism and interfaces; live
 * files, receipts, who may shut down, trust roots and whole sets of registers. docs/policy.md has an example of it all.
 */
import { toHex } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import {
  commonFields,
  measurementField,
  type PolicyDraft,
  readCommonFields,
  readIdentities,
} from './common.ts';
import { FirstSights, MAXIMUM_U32, type PolicyField } from './field.ts';
import type { Grant } from './grants.ts';
import { readMeasurementSets } from './measurement-sets.ts';
import { readNativeModules } from './native-modules.ts';
import { parentDirectories } from './paths.ts';
import { programExtension } from './program-settings.ts';
import { pathInvalid, readCertificates, readPath } from './values.ts';
import { platforms, readFileHashes, readPipelines, readPrograms } from './veracruz-main.ts';

export function readTruce2(root: PolicyField, now: number): PolicyDraft {
  const members = root.object(
    [...commonFields, 'file_hashes', 'version'],
    [
      'live_files',
      'max_memory_mib',
      'measurements',
      'native_modules',
      'pipelines',
      'receipts',
      'trust_roots',
      ...platforms.map(measurementField),
    ],
  );
  const { identities, grants } = readIdentities(members.get('identities'), 'truce-2', now);
  const hashFields = new Map<string, PolicyField>();
  const specialFields = new Map<string, PolicyField>();
  const fileHashes = readFileHashes(members.get('file_hashes'), hashFields);
  const allGrants: Grant[] = [...grants];
  const programs = readPrograms(members.get('programs'), 'truce-2', fileHashes, allGrants, programExtension);
  const pipelines = readPipelines(members.optional('pipelines'), 'truce-2', allGrants);
  const holders = [...identities, ...programs];
  return {
    dialect: 'truce-2',
    ...readCommonFields(members, now),
    identities,
    programs,
    pipelines,
    nativeModules: readNativeModules(members.optional('native_modules'), specialFields),
    fileHashes,
    hashFields,
    specialFields,
    maxMemoryMib: members.optional('max_memory_mib')?.integer(1, MAXIMUM_U32),
    liveFiles: readLiveFiles(members.optional('live_files'), allGrants, hashFields, (path) =>
      holders.some(({ access }) => access.rightsAt(path) !== 0),
    ),
    receipts: members.optional('receipts')?.boolean() ?? false,
    trustRoots: readTrustRoots(members.optional('trust_roots'), now),
    pcrs: readMeasurementSets(members.optional('measurements')),
    grants: allGrants,
  };
}

/** Names of files and streams. Each is one that somebody has rights on: nobody could use it otherwise. */
function readLiveFiles(
  field: PolicyField | undefined,
  grants: readonly Grant[],
  hashFields: ReadonlyMap<string, PolicyField>,
  granted: (path: string) => boolean,
): ReadonlySet<string> {
  const sights = new FirstSights<string>();
  const files = (field?.items() ?? []).map((item) => {
    const { path, directory } = readPath(item);
    if (directory) throw pathInvalid(item, 'a directory, where a file or a stream is meant');
    const other = sights.seenAt(path, item);
    if (other !== undefined) throw new TruceError('POLICY_REPEATED_PATH', { path: item.path, other });
    return { item, path };
  });
  const paths = new Set(files.map(({ path }) => path));
  const directories = new Set(grants.flatMap(({ directory, entry }) => (directory ? [entry.path] : [])));
  for (const path of [...grants.map(({ entry }) => entry.path), ...hashFields.keys(), ...paths])
    for (const parent of parentDirectories(path)) directories.add(parent);
  for (const { item, path } of files) {
    const hash = hashFields.get(path);
    if (hash !== undefined) throw item.contradiction(`its hash at ${hash.path} says that it never changes`);
    if (directories.has(path)) throw item.contradiction('a directory elsewhere in this policy');
    if (!granted(path)) throw item.contradiction('no identity and no program has rights on it');
  }
  return paths;
}

/** One certificate in PEM each. To trust none at all is not what an empty list can mean. */
function readTrustRoots(field: PolicyField | undefined, now: number): readonly Uint8Array[] {
  if (field === undefined) return [];
  const sights = new FirstSights<string>();
  const roots = field.items().map((item) => {
    const [root, ...more] = readCertificates(item, now);
    if (root === undefined || more.length > 0)
      throw new TruceError('POLICY_CERTIFICATE_INVALID', { path: item.path, reason: 'one root each' });
    const other = sights.seenAt(toHex(root.raw), item);
    if (other !== undefined) throw new TruceError('POLICY_DUPLICATE_CERTIFICATE', { path: item.path, other });
    return root.raw;
  });
  if (roots.length === 0) throw field.contradiction('an empty list: no enclave at all could be trusted');
  return roots;
}

/**
 * The dialect of i-poc's full policy (Veracruz until late 2021): programs carry their hash, streams have a table of their
 * own, and every name is one file's. Source: the i-poc README, "Full policy".
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
import { FirstSights, type PolicyField } from './field.ts';
import { type Grant, readGrant, readGrants, withoutRepetition } from './grants.ts';
import type { MeasurementPlatform, PolicyProgram } from './model.ts';
import type { StreamName } from './paths.ts';
import { readFilePath, readHash } from './values.ts';

const platforms: readonly MeasurementPlatform[] = ['nitro', 'sgx', 'tz', 'linux', 'icecap'];

/** The table's tags; each must describe the stream that it is named after. */
const streamTags: ReadonlyMap<string, StreamName> = new Map([
  ['Stdin', 'stdin'],
  ['Stdout', 'stdout'],
  ['Stderr', 'stderr'],
]);

export function readSeed004(root: PolicyField, now: number): PolicyDraft {
  const members = root.object([...commonFields, 'std_streams_table'], platforms.map(measurementField));
  const { identities, grants } = readIdentities(members.get('identities'), 'seed-004', now);
  const streams = readStreams(members.get('std_streams_table'));
  const programs: PolicyProgram[] = [];
  const hashFields = new Map<string, PolicyField>();
  const programGrants: Grant[] = [];
  const ids = new FirstSights<number>();
  const names = new FirstSights<string>();
  for (const item of members.get('programs').items()) {
    const program = item.object(['file_rights', 'id', 'program_file_name'], ['pi_hash']);
    const name = program.get('program_file_name');
    const path = readFilePath(name);
    requireNewProgram(path, name, names);
    const hash = program.optional('pi_hash');
    if (hash === undefined || (hash.is('string') && hash.string() === ''))
      throw new TruceError('POLICY_PROGRAM_WITHOUT_HASH', { path: `${item.path}.pi_hash` });
    const own = withoutRepetition([
      ...streams,
      ...readGrants(program.get('file_rights'), 'program', 'seed-004'),
    ]);
    programGrants.push(...own.slice(streams.length));
    hashFields.set(path, name);
    programs.push({
      id: readId(program.get('id'), ids),
      path,
      sha256: readHash(hash),
      access: accessOf(own),
      ...plainProgram,
    });
  }
  return {
    dialect: 'seed-004',
    ...readCommonFields(members, now),
    identities,
    programs,
    pipelines: [],
    nativeModules: [],
    fileHashes: new Map(programs.map(({ path, sha256 }) => [path, sha256])),
    hashFields,
    specialFields: new Map(),
    maxMemoryMib: undefined,
    ...plainPolicy,
    grants: [...grants, ...streams, ...programGrants],
  };
}

/** `[{"Stdin": {file_name, rights}}, ...]`: what every program of the policy may do with its streams. */
function readStreams(field: PolicyField): Grant[] {
  return withoutRepetition(
    field.items().map((item) => {
      const members = [...item.members()];
      const [tag, described] = members[0] ?? [];
      const stream = streamTags.get(tag ?? '');
      for (const [name, member] of members)
        if (!streamTags.has(name)) throw new TruceError('POLICY_UNKNOWN_FIELD', { path: member.path });
      if (described === undefined || stream === undefined || members.length !== 1)
        throw item.wrongType('an object with one of Stdin, Stdout and Stderr');
      const grant = readGrant(described, 'program', 'seed-004');
      if (grant.entry.path !== stream) throw grant.field.contradiction(`not '${stream}'`);
      return grant;
    }),
  );
}

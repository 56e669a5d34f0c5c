/** What runs, on what terms: programs, pipelines, native modules, hashed data and live files. */
import { toHex } from '../../bytes.ts';
import type { RunLimitName } from '../../limits.ts';
import { AccessTable } from '../access.ts';
import type { Policy, PolicyProgram } from '../model.ts';
import { limitFieldName } from '../program-settings.ts';
import { compareAccess } from './access.ts';
import { type ChangeList, pairs } from './changes.ts';
import type { PolicyPair } from './parties.ts';

const NO_ACCESS = new AccessTable([]);

/** A program is what a path names; its bytes are its hash. */
export function comparePrograms({ before, after, files }: PolicyPair, list: ChangeList): void {
  const byPath = ({ programs }: Policy) => new Map(programs.map((program) => [program.path, program]));
  for (const [path, had, has] of pairs(byPath(before), byPath(after))) {
    const name = `program ${path}`;
    if (had === undefined || has === undefined) list.touch(path);
    if (has === undefined) {
      list.note('program', path, `${name} is gone`);
      for (const entry of had!.access.entries) list.touch(entry.path);
      continue;
    }
    const hash = toHex(has.sha256);
    if (had === undefined) list.warn('program', path, `${name} is new, with the SHA-256 ${hash}`);
    else if (toHex(had.sha256) !== hash)
      list.warn('program', path, `${name} is replaced: its SHA-256 was ${toHex(had.sha256)}, and is ${hash}`);
    compareAccess(
      { holder: 'program', name, before: had?.access ?? NO_ACCESS, after: has.access, files },
      list,
    );
    compareSettings(name, had, has, list);
  }
}

interface Setting {
  readonly what: string;
  readonly value: (program: PolicyProgram) => string;
  /** Whether a change from one to the other is one to look at. */
  readonly security: (before: string, after: string) => boolean;
}

const always = () => true;
const never = () => false;
const NOTHING = 'none';
const json = (value: unknown) => JSON.stringify(value);

const settings: readonly Setting[] = [
  {
    what: 'arguments',
    value: (program) => (program.arguments.length === 0 ? NOTHING : json(program.arguments)),
    security: always,
  },
  {
    what: 'environment',
    value: (program) => (program.environment.length === 0 ? NOTHING : json([...program.environment].sort())),
    security: always,
  },
  {
    what: 'interfaces',
    value: (program) => [...program.interfaces].sort().join(', ') || NOTHING,
    security: (_, after) => after !== NOTHING,
  },
  {
    what: 'what who runs it learns of its end',
    value: ({ outcome }) => (outcome === 'full' ? 'all of it' : 'whether it succeeded'),
    security: (before) => before !== 'all of it',
  },
  {
    what: 'deterministic seed and time',
    value: ({ determinism }) =>
      determinism === undefined ? NOTHING : `${toHex(determinism.seed)} at ${determinism.realtime} ns`,
    security: always,
  },
  { what: 'fuel', value: ({ fuel }) => (fuel === undefined ? NOTHING : String(fuel)), security: never },
  {
    what: 'limits',
    value: ({ limits }) =>
      Object.entries(limits)
        .map(([name, value]) => `${limitFieldName(name as RunLimitName)} ${value}`)
        .sort()
        .join(', ') || "the enclave's",
    security: never,
  },
];

/** A new program's are told as changes from what a policy says by saying nothing. */
function compareSettings(
  name: string,
  had: PolicyProgram | undefined,
  has: PolicyProgram,
  list: ChangeList,
): void {
  const plain: PolicyProgram = {
    ...has,
    arguments: [],
    environment: [],
    limits: {},
    determinism: undefined,
    fuel: undefined,
    interfaces: [],
    outcome: 'full',
  };
  for (const { what, value, security } of settings) {
    const [before, after] = [value(had ?? plain), value(has)];
    if (before !== after)
      list.tell(security(before, after), 'setting', has.path, `${name}: ${what}: ${after}, was ${before}`);
  }
}

/** Each step runs with its own program's rights, so the rights that a pipeline is written with mean nothing. */
export function comparePipelines({ before, after }: PolicyPair, list: ChangeList): void {
  const byName = ({ pipelines }: Policy) => new Map(pipelines.map((pipeline) => [pipeline.name, pipeline]));
  for (const [name, had, has] of pairs(byName(before), byName(after))) {
    if (has === undefined) list.note('pipeline', name, `pipeline ${name} is gone`);
    else if (had === undefined) list.warn('pipeline', name, `pipeline ${name} is new: ${has.text}`);
    else if (json(had.steps) !== json(has.steps))
      list.warn('pipeline', name, `pipeline ${name} changes from "${had.text}" to "${has.text}"`);
  }
}

export function compareNativeModules({ before, after }: PolicyPair, list: ChangeList): void {
  const byFile = ({ nativeModules }: Policy) =>
    new Map(nativeModules.map((module) => [module.specialFile, module.name]));
  for (const [file, had, has] of pairs<string>(byFile(before), byFile(after))) {
    if (has !== had) list.touch(file);
    if (has === undefined) list.note('native-module', file, `the native module at ${file} is gone`);
    else if (had !== has)
      list.warn('native-module', file, `${file} calls the native module ${has}${wasText(had)}`);
  }
}

/** Programs have told of theirs. */
export function compareHashes({ before, after }: PolicyPair, list: ChangeList): void {
  const data = ({ fileHashes, programs }: Policy) =>
    new Map(
      [...fileHashes]
        .filter(([path]) => !programs.some((program) => program.path === path))
        .map(([path, hash]) => [path, toHex(hash)]),
    );
  for (const [path, had, has] of pairs(data(before), data(after))) {
    if (has === had) continue;
    list.touch(path);
    if (has === undefined)
      list.warn('hash', path, `${path} has no hash any more: who may write it decides what is in it`);
    else if (had === undefined) list.note('hash', path, `${path} must now have the SHA-256 ${has}`);
    else list.warn('hash', path, `${path} must have the SHA-256 ${has}, not ${had} as before`);
  }
}

export function compareLiveFiles({ before, after }: PolicyPair, list: ChangeList): void {
  for (const path of [...before.liveFiles, ...after.liveFiles]) list.touch(path);
  for (const path of after.liveFiles)
    if (!before.liveFiles.has(path))
      list.warn('live', path, `${path} can now be added to and followed while programs run`);
  for (const path of before.liveFiles)
    if (!after.liveFiles.has(path))
      list.note('live', path, `${path} can no longer be added to and followed while programs run`);
}

function wasText(before: string | undefined): string {
  return before === undefined ? '' : `, which was ${before}`;
}

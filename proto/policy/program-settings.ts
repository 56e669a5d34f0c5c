/** What version 2 says of a program beside its name, its hash and its files. */
import { type RunLimitName, type RunLimits, runLimitTable } from '../limits.ts';
import { FirstSights, type PolicyField, type PolicyMembers } from './field.ts';
import { type ProgramDeterminism, programInterfaces, programOutcomes } from './model.ts';
import { readHash, readTime } from './values.ts';
import type { ProgramExtension } from './veracruz-main.ts';

const SEED_BYTES = 32;

/** `memory_bytes` for `memoryBytes`. */
export function limitFieldName(name: RunLimitName): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const limitNames = (Object.keys(runLimitTable) as RunLimitName[]).map(
  (name) => [limitFieldName(name), name] as const,
);

export const programExtension: ProgramExtension = {
  fields: ['arguments', 'environment', 'limits', 'deterministic', 'fuel', 'interfaces', 'outcome'],
  read: (members) => ({
    arguments: (members.optional('arguments')?.items() ?? []).map(readText),
    environment: readEnvironment(members.optional('environment')),
    limits: readLimits(members.optional('limits')),
    determinism: readDeterminism(members),
    fuel: members.optional('fuel')?.integer(1, Number.MAX_SAFE_INTEGER),
    interfaces: readInterfaces(members.optional('interfaces')),
    outcome: readOneOf(members.optional('outcome'), programOutcomes) ?? 'full',
  }),
};

/** Programs see it with a NUL behind it, so it holds none. */
function readText(field: PolicyField): string {
  const text = field.string();
  if (text.includes('\0')) throw field.wrongType('a text without NUL');
  return text;
}

/** `{"NAME": "value"}` as `NAME=value`, in the order in which they are written. */
function readEnvironment(field: PolicyField | undefined): readonly string[] {
  return [...(field?.members() ?? [])].map(([name, value]) => {
    if (name === '' || /[=\0]/.test(name))
      throw value.contradiction('a name is not empty and holds neither = nor NUL');
    return `${name}=${readText(value)}`;
  });
}

/** Each in its range; whether the enclave allows as much is for the enclave to say. */
function readLimits(field: PolicyField | undefined): Partial<RunLimits> {
  const members = field?.object(
    [],
    limitNames.map(([written]) => written),
  );
  const limits: Partial<Record<RunLimitName, number>> = {};
  for (const [written, name] of limitNames) {
    const { minimum, maximum } = runLimitTable[name];
    const limit = members?.optional(written)?.integer(minimum, maximum);
    if (limit !== undefined) limits[name] = limit;
  }
  return limits;
}

function readDeterminism(program: PolicyMembers): ProgramDeterminism | undefined {
  const members = program.optional('deterministic')?.object(['seed', 'time']);
  if (members === undefined) return undefined;
  return { seed: readHash(members.get('seed'), SEED_BYTES), realtime: readTime(members.get('time')) };
}

function readInterfaces(field: PolicyField | undefined) {
  const sights = new FirstSights<string>();
  return (field?.items() ?? []).map((item) => {
    const name = readOneOf(item, programInterfaces);
    const other = sights.seenAt(name, item);
    if (other !== undefined) throw item.contradiction(`the same as at ${other}`);
    return name;
  });
}

function readOneOf<Name extends string>(field: PolicyField, names: readonly Name[]): Name;
function readOneOf<Name extends string>(
  field: PolicyField | undefined,
  names: readonly Name[],
): Name | undefined;
function readOneOf<Name extends string>(
  field: PolicyField | undefined,
  names: readonly Name[],
): Name | undefined {
  if (field === undefined) return undefined;
  const text = field.string();
  const name = names.find((candidate) => candidate === text);
  if (name === undefined) throw field.wrongType(`one of ${names.join(', ')}`);
  return name;
}

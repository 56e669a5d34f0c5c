/** How the fields of a boot configuration are read: each fault names its place. */
import { TruceError } from './errors.ts';
import { type JsonValue, jsonInteger, memberPath } from './json/value.ts';

export function readKind(value: JsonValue, path: string): string {
  const kind = members(value, path).get('kind');
  if (kind === undefined) throw invalid(`${path}.kind`, 'missing field');
  return string(kind, `${path}.kind`);
}

/** The members of an object that has exactly these names, and may have the `optional` ones. */
export function fields<Name extends string>(
  value: JsonValue,
  path: string,
  names: readonly Name[],
  optional: readonly string[] = [],
): Record<Name, JsonValue> {
  const found = members(value, path);
  for (const name of found.keys()) {
    if (!(names as readonly string[]).includes(name) && !optional.includes(name))
      throw invalid(memberPath(path, name), 'unknown field');
  }
  for (const name of names) if (!found.has(name)) throw invalid(memberPath(path, name), 'missing field');
  return Object.fromEntries(found) as Record<Name, JsonValue>;
}

export function members(value: JsonValue, path: string): ReadonlyMap<string, JsonValue> {
  if (value.kind !== 'object') throw invalid(path, 'not an object');
  return value.members;
}

export function string(value: JsonValue, path: string): string {
  if (value.kind !== 'string') throw invalid(path, 'not a string');
  return value.value;
}

export function integer(value: JsonValue, path: string): number {
  const number = value.kind === 'number' ? jsonInteger(value.text) : undefined;
  if (number === undefined) throw invalid(path, 'not a whole number');
  return number;
}

export function absolutePath(value: JsonValue, path: string): string {
  const text = string(value, path);
  if (!text.startsWith('/') || text.includes('\0')) throw invalid(path, 'not an absolute path');
  return text;
}

export function invalid(path: string, reason: string): TruceError {
  return new TruceError('BOOT_INVALID', { path, reason });
}

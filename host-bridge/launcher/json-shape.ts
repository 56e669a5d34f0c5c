/** Reads JSON that another program of this machine wrote: whatever it holds, it is of the shape that is named, or refused. */

/** Not of the shape; `message` says where and why. Callers say in their own words what that means. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ShapeError('not JSON', { cause });
  }
}

/** The members of an object that has all of `names`; others are refused unless `optional` names them or is 'any'. */
export function readRecord<Name extends string, Optional extends string = never>(
  value: unknown,
  what: string,
  names: readonly Name[],
  optional: readonly Optional[] | 'any' = [],
): Record<Name, unknown> & Partial<Record<Optional, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ShapeError(`${what} is not an object`);
  const known: readonly string[] = optional === 'any' ? Object.keys(value) : [...names, ...optional];
  for (const name of Object.keys(value))
    if (!known.includes(name)) throw new ShapeError(`${what} has an unknown field`);
  for (const name of names) if (!Object.hasOwn(value, name)) throw new ShapeError(`${what} has no ${name}`);
  return value as Record<Name, unknown> & Partial<Record<Optional, unknown>>;
}

export function readArray<T>(value: unknown, what: string, item: (value: unknown, what: string) => T): T[] {
  if (!Array.isArray(value)) throw new ShapeError(`${what} is not a list`);
  return value.map((one, index) => item(one, `${what}[${index}]`));
}

/** Text that is not empty and holds no NUL: a path, a name. */
export function readText(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '' || value.includes('\0'))
    throw new ShapeError(`${what} is not text`);
  return value;
}

export function readWhole(value: unknown, what: string, minimum: number, maximum: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum)
    throw new ShapeError(`${what} is not a whole number from ${minimum} to ${maximum}`);
  return value;
}

export function readBoolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw new ShapeError(`${what} is neither true nor false`);
  return value;
}

export function readChoice<Choice extends string>(
  value: unknown,
  what: string,
  choices: readonly Choice[],
): Choice {
  for (const choice of choices) if (value === choice) return choice;
  throw new ShapeError(`${what} is none of ${choices.join(', ')}`);
}

/** A value of a policy's JSON together with its JSON path, so that every complaint can name the place. */
import { TruceError } from '../errors.ts';
import { itemPath, type JsonKind, type JsonValue, jsonInteger, memberPath } from '../json/value.ts';

export const MAXIMUM_U32 = 0xffff_ffff;

/** An object's members after `PolicyField.object` has checked their names. */
export interface PolicyMembers {
  /** A required member. */
  get(name: string): PolicyField;
  optional(name: string): PolicyField | undefined;
}

export class PolicyField {
  readonly value: JsonValue;
  readonly path: string;

  constructor(value: JsonValue, path: string) {
    this.value = value;
    this.path = path;
  }

  /** Exactly these members: POLICY_UNKNOWN_FIELD, POLICY_MISSING_FIELD, POLICY_WRONG_TYPE. */
  object(required: readonly string[], optional: readonly string[] = []): PolicyMembers {
    const members = this.members();
    for (const [name, field] of members)
      if (!required.includes(name) && !optional.includes(name))
        throw new TruceError('POLICY_UNKNOWN_FIELD', { path: field.path });
    for (const name of required) if (!members.has(name)) throw this.missing(name);
    return {
      get: (name) => {
        const field = members.get(name);
        if (field === undefined) throw this.missing(name);
        return field;
      },
      optional: (name) => members.get(name),
    };
  }

  /** All members, whatever their names. */
  members(): ReadonlyMap<string, PolicyField> {
    if (this.value.kind !== 'object') throw this.wrongType('an object');
    return new Map(
      [...this.value.members].map(([name, value]) => [
        name,
        new PolicyField(value, memberPath(this.path, name)),
      ]),
    );
  }

  items(): readonly PolicyField[] {
    if (this.value.kind !== 'array') throw this.wrongType('an array');
    return this.value.items.map((value, index) => new PolicyField(value, itemPath(this.path, index)));
  }

  string(): string {
    if (this.value.kind !== 'string') throw this.wrongType('a string');
    return this.value.value;
  }

  boolean(): boolean {
    if (this.value.kind !== 'boolean') throw this.wrongType('true or false');
    return this.value.value;
  }

  /** A whole number from `minimum` to `maximum`, written without fraction or exponent. */
  integer(minimum: number, maximum: number): number {
    const integer = this.value.kind === 'number' ? jsonInteger(this.value.text) : undefined;
    if (integer === undefined || integer < minimum || integer > maximum)
      throw this.wrongType(`a whole number from ${minimum} to ${maximum}`);
    return integer;
  }

  is(kind: JsonKind): boolean {
    return this.value.kind === kind;
  }

  missing(name: string): TruceError {
    return new TruceError('POLICY_MISSING_FIELD', { path: memberPath(this.path, name) });
  }

  wrongType(expected: string): TruceError {
    return new TruceError('POLICY_WRONG_TYPE', { path: this.path, expected });
  }

  contradiction(reason: string): TruceError {
    return new TruceError('POLICY_CONTRADICTION', { path: this.path, reason });
  }
}

/** Remembers where something was first seen, so that its second sight can name both places. */
export class FirstSights<Key> {
  readonly #paths = new Map<Key, string>();

  /** The JSON path where `key` was seen before; otherwise remembers this one. */
  seenAt(key: Key, field: PolicyField): string | undefined {
    const before = this.#paths.get(key);
    if (before === undefined) this.#paths.set(key, field.path);
    return before;
  }
}

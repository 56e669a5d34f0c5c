/** JSON as read: a tree that still knows how each number was written and where each value begins. */

/** `offset` is where the value begins in the text, in UTF-16 units. */
export type JsonValue =
  | { readonly kind: 'null'; readonly offset: number }
  | { readonly kind: 'boolean'; readonly offset: number; readonly value: boolean }
  | { readonly kind: 'number'; readonly offset: number; readonly text: string }
  | { readonly kind: 'string'; readonly offset: number; readonly value: string }
  | { readonly kind: 'array'; readonly offset: number; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly offset: number; readonly members: ReadonlyMap<string, JsonValue> };

export type JsonKind = JsonValue['kind'];

/** Zero, or digits without a leading zero; no '-0', fraction or exponent, which serde_json takes for a float as well. */
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;

/** The number as an integer, or undefined where it is written as anything else or a double cannot hold it exactly. */
export function jsonInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The value as `JSON.parse` would give it. Numbers become the nearest double. */
export function plainJson(value: JsonValue): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return value.value;
    case 'number':
      return Number(value.text);
    case 'array':
      return value.items.map(plainJson);
    case 'object':
      // fromEntries defines own properties, so a member named __proto__ stays a member.
      return Object.fromEntries([...value.members].map(([name, member]) => [name, plainJson(member)]));
  }
}

/** Names that JSON path can write after a dot. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LONGEST_NAME_SHOWN = 64;

/** The JSON path (RFC 9535) of a member: `$.identities`, or `$["odd name"]`, long names cut short. */
export function memberPath(parent: string, name: string): string {
  const shown = name.length > LONGEST_NAME_SHOWN ? `${name.slice(0, LONGEST_NAME_SHOWN - 1)}…` : name;
  return PLAIN_NAME.test(shown) ? `${parent}.${shown}` : `${parent}[${quote(shown)}]`;
}

/** The JSON path of an array's item. */
export function itemPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

/** Quoted so that nothing in it can steer a terminal or break a line. */
function quote(name: string): string {
  return JSON.stringify(name).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Maps with text keys in the order of RFC 8949 section 4.2.1, written and read. */
import type { CborMap, CborValue } from '../cbor/values.ts';
import { encodeCbor } from '../cbor/writer.ts';
import { TruceError } from '../errors.ts';

/** The largest time that Date holds, in milliseconds. Source: ECMA-262, "Time Values and Time Range". */
const LATEST_TIME = 8.64e15;

/** The members that are not undefined, in the bytewise order of their encoded keys. */
export function canonicalMap(members: Readonly<Record<string, CborValue>>): CborMap {
  const keyed = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map((member) => ({ member, key: encodeCbor(member[0]) }));
  keyed.sort((left, right) => compareBytes(left.key, right.key));
  return new Map(keyed.map(({ member }) => member));
}

/** Negative where `left` comes first, byte by byte; a prefix comes before what it begins. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = left[index]! - right[index]!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Reads the members of a map; each reader throws RECEIPT_INVALID for what is missing or of another kind. */
export class MapReader {
  readonly #members: CborMap;
  readonly #name: string;

  constructor(value: CborValue, name: string) {
    if (!(value instanceof Map)) throw receiptError(`${name} is no map`);
    this.#members = value;
    this.#name = name;
  }

  has(field: string): boolean {
    return this.#members.has(field);
  }

  member(field: string): CborValue {
    if (!this.#members.has(field)) throw this.#error(field, 'is missing');
    return this.#members.get(field);
  }

  map(field: string): MapReader {
    return new MapReader(this.member(field), field);
  }

  bytes(field: string, length: number): Uint8Array {
    const value = this.member(field);
    if (!(value instanceof Uint8Array) || value.length !== length)
      throw this.#error(field, `is not ${length} bytes`);
    return value;
  }

  /** A byte string of any length up to a bound. */
  bytesUpTo(field: string, longest: number): Uint8Array {
    const value = this.member(field);
    if (!(value instanceof Uint8Array) || value.length > longest)
      throw this.#error(field, `is no byte string of up to ${longest}`);
    return value;
  }

  text(field: string, longest: number): string {
    const value = this.member(field);
    if (typeof value !== 'string' || value === '' || value.length > longest)
      throw this.#error(field, 'is no text');
    return value;
  }

  count(field: string): number {
    const value = this.member(field);
    if (typeof value !== 'number' || value < 0) throw this.#error(field, 'is no whole number');
    return value;
  }

  time(field: string): number {
    const value = this.count(field);
    if (value > LATEST_TIME) throw this.#error(field, 'is no time');
    return value;
  }

  flag(field: string): boolean {
    const value = this.member(field);
    if (typeof value !== 'boolean') throw this.#error(field, 'is neither true nor false');
    return value;
  }

  #error(field: string, reason: string): TruceError {
    return receiptError(`${field} of ${this.#name} ${reason}`);
  }
}

export function receiptError(reason: string): TruceError {
  return new TruceError('RECEIPT_INVALID', { reason });
}

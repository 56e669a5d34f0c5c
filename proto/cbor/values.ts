/** What CBOR (RFC 8949) is read as and written from. */

/** A tagged value (RFC 8949 section 3.4). */
export class CborTag {
  readonly tag: number | bigint;
  readonly value: CborValue;

  constructor(tag: number | bigint, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

/** A floating-point number, apart from integers so that 1 and 1.0 stay two things. */
export class CborFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Integers are numbers within 2^53 and bigints beyond; maps keep their order. */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | CborTag
  | CborFloat
  | readonly CborValue[]
  | CborMap;

/** Keys are integers or text; no format here uses others. */
export type CborKey = number | bigint | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;

/** Major types. Source: RFC 8949 section 3.1. */
export const MajorType = {
  UNSIGNED: 0,
  NEGATIVE: 1,
  BYTES: 2,
  TEXT: 3,
  ARRAY: 4,
  MAP: 5,
  TAG: 6,
  SIMPLE: 7,
} as const;

/**
 * A strict CBOR reader (RFC 8949) for bytes that an adversary may have made. Size, depth and number of items are
 * bounded; duplicate keys, invalid UTF-8, reserved encodings and trailing bytes are refused; what a format does not need
 * (tags, floats, undefined, indefinite and longer-than-needed lengths) has to be asked for. Byte strings are views of
 * the input.
 */
import { TruceError } from '../errors.ts';
import { CborFloat, type CborKey, type CborMap, CborTag, type CborValue, MajorType } from './values.ts';

export interface CborReadOptions {
  /** Bytes of input; 1 MiB unless told. */
  readonly maximumLength?: number;
  /** Arrays, maps and tags inside one another; 16 unless told, 64 at most. */
  readonly maximumDepth?: number;
  /** Items in all, members of maps counted twice; 65536 unless told. */
  readonly maximumItems?: number;
  /** Which kinds may have an indefinite length; none unless told. Strings in pieces are never read. */
  readonly indefinite?: { readonly maps?: boolean; readonly arrays?: boolean };
  /** Every integer and length must be in its shortest form: true unless told. */
  readonly shortestForm?: boolean;
  /** The tags that may occur; none unless told. */
  readonly tags?: readonly number[];
  readonly floats?: boolean;
  readonly undefined?: boolean;
}

const DEEPEST = 64;
const BREAK = Symbol('break');

/** The one value that the input holds. Error: CBOR_INVALID. */
export function decodeCbor(bytes: Uint8Array, options: CborReadOptions = {}): CborValue {
  return new Reader(bytes, options).whole();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #options: CborReadOptions;
  readonly #maximumDepth: number;
  readonly #shortestForm: boolean;
  // Made once: a decoder per string would cost more than the strings.
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #items: number;
  #position = 0;

  constructor(bytes: Uint8Array, options: CborReadOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#options = options;
    this.#maximumDepth = Math.min(options.maximumDepth ?? 16, DEEPEST);
    this.#shortestForm = options.shortestForm ?? true;
    this.#items = options.maximumItems ?? 65_536;
  }

  whole(): CborValue {
    const limit = this.#options.maximumLength ?? 1 << 20;
    if (this.#bytes.length > limit) throw this.#error(0, `more than ${limit} bytes`);
    const value = this.#value(0);
    if (this.#position !== this.#bytes.length) throw this.#error(this.#position, 'bytes follow the value');
    return value;
  }

  #value(depth: number): CborValue {
    const start = this.#position;
    const value = this.#item(depth);
    if (value === BREAK) throw this.#error(start, 'a break without an indefinite length');
    return value;
  }

  #item(depth: number): CborValue | typeof BREAK {
    const start = this.#position;
    if (this.#items-- <= 0) throw this.#error(start, 'too many items');
    const initial = this.#octet();
    const major = initial >> 5;
    const information = initial & 0x1f;
    if (major === MajorType.SIMPLE) return this.#simple(start, information);
    if (information === 31) return this.#indefinite(start, major, depth);
    const argument = this.#argument(start, information);
    switch (major) {
      case MajorType.UNSIGNED:
        return argument;
      case MajorType.NEGATIVE:
        return negative(argument);
      case MajorType.BYTES:
        return this.#take(start, argument);
      case MajorType.TEXT:
        return this.#decodeText(start, this.#take(start, argument));
      case MajorType.ARRAY:
        return this.#array(this.#count(start, argument, 1), this.#deeper(start, depth));
      case MajorType.MAP:
        return this.#map(this.#count(start, argument, 2), this.#deeper(start, depth));
      default:
        if (!this.#options.tags?.includes(Number(argument)))
          throw this.#error(start, 'a tag that is not allowed here');
        return new CborTag(argument, this.#value(this.#deeper(start, depth)));
    }
  }

  #array(count: number, depth: number): CborValue[] {
    const values: CborValue[] = [];
    for (let index = 0; index < count; index++) values.push(this.#value(depth));
    return values;
  }

  #map(count: number, depth: number): CborMap {
    const map = new Map<CborKey, CborValue>();
    for (let index = 0; index < count; index++) {
      const start = this.#position;
      this.#member(map, start, this.#value(depth), depth);
    }
    return map;
  }

  #member(map: Map<CborKey, CborValue>, start: number, key: CborValue, depth: number): void {
    if (typeof key !== 'string' && typeof key !== 'number' && typeof key !== 'bigint')
      throw this.#error(start, 'a key that is neither an integer nor text');
    if (map.has(key)) throw this.#error(start, 'a duplicate key');
    map.set(key, this.#value(depth));
  }

  #indefinite(start: number, major: number, depth: number): CborValue {
    const { indefinite } = this.#options;
    if (major === MajorType.ARRAY && indefinite?.arrays === true) {
      const values: CborValue[] = [];
      const inside = this.#deeper(start, depth);
      for (let value = this.#item(inside); value !== BREAK; value = this.#item(inside)) values.push(value);
      return values;
    }
    if (major === MajorType.MAP && indefinite?.maps === true) {
      const map = new Map<CborKey, CborValue>();
      const inside = this.#deeper(start, depth);
      for (;;) {
        const place = this.#position;
        const key = this.#item(inside);
        if (key === BREAK) return map;
        this.#member(map, place, key, inside);
      }
    }
    throw this.#error(start, 'an indefinite length is not allowed here');
  }

  #simple(start: number, information: number): CborValue | typeof BREAK {
    switch (information) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
        return null;
      case 23:
        if (this.#options.undefined !== true) throw this.#error(start, 'undefined is not allowed here');
        return undefined;
      case 25:
      case 26:
      case 27:
        return this.#float(start, information);
      case 31:
        return BREAK;
      default:
        throw this.#error(start, 'an unknown simple value');
    }
  }

  #float(start: number, information: number): CborFloat {
    if (this.#options.floats !== true) throw this.#error(start, 'floats are not allowed here');
    const length = 1 << (information - 24);
    const offset = this.#advance(start, length);
    if (length === 2) return new CborFloat(halfFloat(this.#view.getUint16(offset)));
    return new CborFloat(length === 4 ? this.#view.getFloat32(offset) : this.#view.getFloat64(offset));
  }

  #argument(start: number, information: number): number | bigint {
    if (information < 24) return information;
    if (information > 27) throw this.#error(start, 'a reserved length');
    const length = 1 << (information - 24);
    const offset = this.#advance(start, length);
    if (length === 8) {
      const value = this.#view.getBigUint64(offset);
      if (this.#shortestForm && value <= 0xffff_ffffn) throw this.#longForm(start);
      return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
    }
    const value =
      length === 1
        ? this.#view.getUint8(offset)
        : length === 2
          ? this.#view.getUint16(offset)
          : this.#view.getUint32(offset);
    const smallest = length === 1 ? 24 : length === 2 ? 0x100 : 0x1_0000;
    if (this.#shortestForm && value < smallest) throw this.#longForm(start);
    return value;
  }

  /** How many members follow: never more than the bytes left could hold. */
  #count(start: number, argument: number | bigint, itemsEach: number): number {
    if (Number(argument) * itemsEach > this.#bytes.length - this.#position)
      throw this.#error(start, 'more members than the input can hold');
    return Number(argument);
  }

  #take(start: number, length: number | bigint): Uint8Array {
    const offset = this.#advance(start, length);
    return this.#bytes.subarray(offset, this.#position);
  }

  #advance(start: number, length: number | bigint): number {
    if (length > this.#bytes.length - this.#position) throw this.#error(start, 'the input ends too early');
    const offset = this.#position;
    this.#position += Number(length);
    return offset;
  }

  #octet(): number {
    return this.#bytes[this.#advance(this.#position, 1)]!;
  }

  #decodeText(start: number, bytes: Uint8Array): string {
    try {
      return this.#text.decode(bytes);
    } catch (cause) {
      throw this.#error(start, 'invalid UTF-8', { cause });
    }
  }

  #deeper(start: number, depth: number): number {
    if (depth >= this.#maximumDepth) throw this.#error(start, 'too deep');
    return depth + 1;
  }

  #longForm(start: number): TruceError {
    return this.#error(start, 'a length or integer is not in its shortest form');
  }

  #error(offset: number, reason: string, options?: ErrorOptions): TruceError {
    return new TruceError('CBOR_INVALID', { offset, reason }, options);
  }
}

/** -1 - argument, as a number where that is exact. */
function negative(argument: number | bigint): number | bigint {
  if (typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER) return -1 - argument;
  return -1n - BigInt(argument);
}

/** IEEE 754 binary16. Source: RFC 8949 appendix D. */
function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (mantissa + 1024) * 2 ** (exponent - 25);
}

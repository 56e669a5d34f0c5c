/**
 * A CBOR writer (RFC 8949) with one output for each value: shortest forms, definite lengths, keys in the order of the
 * map. Nothing is sorted: where a format prescribes an order, the map has it.
 */
import { CborFloat, CborTag, type CborValue, MajorType } from './values.ts';

const MAXIMUM_DEPTH = 64;
const UINT64_RANGE = 1n << 64n;

/** The value's encoding. RangeError: what CBOR cannot express exactly, or a value too deep. */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.bytes();
}

class Writer {
  #buffer = new Uint8Array(256);
  #length = 0;

  bytes(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  value(value: CborValue, depth: number): void {
    if (depth > MAXIMUM_DEPTH) throw new RangeError('a value too deep for CBOR');
    if (typeof value === 'number' || typeof value === 'bigint') this.#integer(value);
    else if (typeof value === 'string') {
      // TextEncoder would turn half of a surrogate pair into U+FFFD: two keys could become one.
      if (/\p{Cs}/u.test(value)) throw new RangeError('text that UTF-8 cannot express');
      const text = new TextEncoder().encode(value);
      this.#head(MajorType.TEXT, text.length);
      this.#append(text);
    } else if (value === false) this.#append(Uint8Array.of(0xf4));
    else if (value === true) this.#append(Uint8Array.of(0xf5));
    else if (value === null) this.#append(Uint8Array.of(0xf6));
    else if (value === undefined) this.#append(Uint8Array.of(0xf7));
    else if (value instanceof Uint8Array) {
      this.#head(MajorType.BYTES, value.length);
      this.#append(value);
    } else if (value instanceof CborTag) {
      this.#head(MajorType.TAG, value.tag);
      this.value(value.value, depth + 1);
    } else if (value instanceof CborFloat) {
      const bytes = new Uint8Array(9);
      bytes[0] = 0xfb;
      new DataView(bytes.buffer).setFloat64(1, value.value);
      this.#append(bytes);
    } else if (value instanceof Map) {
      this.#head(MajorType.MAP, value.size);
      for (const [key, member] of value) {
        this.value(key, depth + 1);
        this.value(member, depth + 1);
      }
    } else {
      const list = value as readonly CborValue[];
      this.#head(MajorType.ARRAY, list.length);
      for (const member of list) this.value(member, depth + 1);
    }
  }

  #integer(value: number | bigint): void {
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new RangeError('a number that is no exact integer');
    if (value >= 0) this.#head(MajorType.UNSIGNED, value);
    else this.#head(MajorType.NEGATIVE, -1n - BigInt(value));
  }

  #head(major: number, argument: number | bigint): void {
    const type = major << 5;
    if (argument < 24) {
      this.#append(Uint8Array.of(type | Number(argument)));
      return;
    }
    if (argument >= UINT64_RANGE) throw new RangeError('an integer beyond 64 bits');
    const octets = argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8;
    const bytes = new Uint8Array(1 + octets);
    bytes[0] = type | (24 + Math.log2(octets));
    let rest = BigInt(argument);
    for (let index = octets; index > 0; index--) {
      bytes[index] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    this.#append(bytes);
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }
}

/**
 * Reads the parts of a core WebAssembly binary that decide what a program can take: strictly, forwards, and never
 * beyond the end. Source: WebAssembly core specification, 5 "Binary Format".
 */
import { TruceError } from '../../proto/errors.ts';

/** `(ref null ht)` and `(ref ht)`. */
const typedReferences: ReadonlySet<number> = new Set([0x63, 0x64]);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class WasmReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.offset === this.end;
  }

  fail(reason: string): never {
    throw new TruceError('MODULE_INVALID', { offset: this.offset, reason });
  }

  byte(): number {
    if (this.offset >= this.end) this.fail('it ends too early');
    return this.bytes[this.offset++]!;
  }

  /** LEB128, up to five bytes; linkers pad, so that shorter is not demanded. Bits beyond the 32nd are an error. */
  u32(): number {
    const first = this.offset < this.end ? this.bytes[this.offset]! : 0x80;
    if (first < 0x80) {
      this.offset++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) this.fail('an integer over 32 bits');
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    return this.fail('an integer of more than five bytes');
  }

  /** Passes over a heap type: a signed 33-bit LEB128 of up to five bytes. */
  skipHeapType(): void {
    for (let count = 0; count < 5; count++) if (this.byte() < 0x80) return;
    this.fail('an integer of more than five bytes');
  }

  /** The first byte of a value's type; of a typed reference it passes over the heap type behind it. */
  valueType(): number {
    const code = this.byte();
    if (typedReferences.has(code)) this.skipHeapType();
    return code;
  }

  /** How many elements follow: each has one byte at least. */
  count(): number {
    const count = this.u32();
    if (count > this.end - this.offset) this.fail('more elements than bytes');
    return count;
  }

  name(): string {
    const length = this.u32();
    if (length > this.end - this.offset) this.fail('a name that ends too late');
    const start = this.offset;
    this.offset += length;
    try {
      return decoder.decode(this.bytes.subarray(start, this.offset));
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure;
      return this.fail('a name that is not UTF-8');
    }
  }

  /** A reader of the next `length` bytes, which this one then is past. */
  part(length: number): WasmReader {
    if (length > this.end - this.offset) this.fail('a section that ends too late');
    const part = new WasmReader(this.bytes, this.offset, this.offset + length);
    this.offset += length;
    return part;
  }
}

/** LEB128, as short as can be. */
export function encodeU32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

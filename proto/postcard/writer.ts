/** Writes postcard (reader.ts), each value in its shortest form. */
import { concatBytes } from '../bytes.ts';

export class PostcardWriter {
  readonly #parts: Uint8Array[] = [];

  bool(value: boolean): this {
    return this.fixed(Uint8Array.of(value ? 1 : 0));
  }

  /** u16, u32, u64, lengths and the numbers of variants: all are written alike. */
  unsigned(value: number | bigint): this {
    const bytes: number[] = [];
    let rest = BigInt(value);
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    return this.fixed(Uint8Array.of(...bytes, Number(rest)));
  }

  /** i16, i32 and i64. */
  signed(value: number | bigint): this {
    const integer = BigInt(value);
    return this.unsigned(integer < 0n ? -2n * integer - 1n : 2n * integer);
  }

  f64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.fixed(bytes);
  }

  /** Bytes without their length. */
  fixed(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    return this.unsigned(bytes.length).fixed(bytes);
  }

  /** A string, or a character. */
  string(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  finish(): Uint8Array {
    return concatBytes(...this.#parts);
  }
}

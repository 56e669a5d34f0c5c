/** Writes values in the encoding of Rust's postcard crate, as Veracruz's data files have it. For tests: it checks nothing. */

/** An unsigned number, 7 bits a byte, the lowest first. */
export function unsigned(number: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(number);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A number with a sign, zigzag. */
export function signed(number: number | bigint): Buffer {
  const value = BigInt(number);
  return unsigned(value < 0n ? -2n * value - 1n : 2n * value);
}

export function double(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(number);
  return bytes;
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([unsigned(bytes.length), bytes]);
}

export function sequence<Element>(
  elements: readonly Element[],
  encode: (element: Element) => Uint8Array,
): Buffer {
  return Buffer.concat([unsigned(elements.length), ...elements.map(encode)]);
}

/** Reads the sequence of doubles at the start; gives what stands behind it as well. */
export function readDoubles(bytes: Uint8Array): { readonly values: number[]; readonly rest: Buffer } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { value: count, next } = readUnsigned(buffer, 0);
  const end = next + 8 * Number(count);
  const values = Array.from({ length: Number(count) }, (_, index) => buffer.readDoubleLE(next + 8 * index));
  return { values, rest: buffer.subarray(end) };
}

export function readUnsigned(bytes: Uint8Array, offset: number): { value: bigint; next: number } {
  let value = 0n;
  for (let shift = 0n, next = offset; ; shift += 7n, next++) {
    const byte = bytes[next];
    if (byte === undefined) throw new Error('the number has no end');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return { value, next: next + 1 };
  }
}

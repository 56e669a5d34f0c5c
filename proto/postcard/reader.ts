/**
 * Reads postcard, Veracruz's encoding of what its native modules are asked. It does not describe itself: who reads knows
 * what comes next. Source: postcard 1.0, spec/src/wire-format.md.
 */

const MAXIMUM_CHARACTER_BYTES = 4;

// ignoreBOM keeps a leading U+FEFF in the text: two readers must see the same characters.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that do not read, or not yet. It has no stack trace: a request that comes in pieces is read once for each. */
export class PostcardError extends Error {
  override readonly name = 'PostcardError';
  /** More bytes could still make it whole. */
  readonly incomplete: boolean;

  constructor(reason: string, incomplete = false) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(reason);
    Error.stackTraceLimit = stackTraceLimit;
    this.incomplete = incomplete;
  }
}

/** Every method takes the next value, and throws PostcardError where the bytes end before it does or are none. */
export class PostcardReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #limit: number;
  #position = 0;

  /** `limit`: what needs more bytes in all can never become whole. */
  constructor(bytes: Uint8Array, limit: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limit = limit;
  }

  /** Bytes behind the last value. */
  get rest(): number {
    return this.#bytes.length - this.#position;
  }

  bool(): boolean {
    const byte = this.#byte();
    if (byte > 1) throw new PostcardError(`a bool of ${byte}`);
    return byte === 1;
  }

  u16(): number {
    return Number(this.#varint(16));
  }

  u32(): number {
    return Number(this.#varint(32));
  }

  u64(): bigint {
    return this.#varint(64);
  }

  i32(): number {
    return Number(unzigzag(this.#varint(32)));
  }

  i64(): bigint {
    return unzigzag(this.#varint(64));
  }

  f64(): number {
    const start = this.#take(8);
    return this.#view.getFloat64(start, true);
  }

  /** The number of a variant, below `variants`. */
  variant(variants: number): number {
    const variant = this.u32();
    if (variant >= variants) throw new PostcardError(`a variant ${variant} of ${variants}`);
    return variant;
  }

  /** How many elements follow, each of which has at least one byte. */
  length(): number {
    const length = this.#varint(64);
    if (length > BigInt(this.#limit)) throw new PostcardError(`a length of ${length}`);
    return Number(length);
  }

  /** A view of exactly `length` bytes. */
  fixed(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** A view of a byte array, whose length is written before it. */
  bytes(): Uint8Array {
    return this.fixed(this.length());
  }

  string(): string {
    return text(this.bytes());
  }

  /** One character, of one or two UTF-16 units. */
  char(): string {
    const length = this.length();
    if (length > MAXIMUM_CHARACTER_BYTES) throw new PostcardError(`a character of ${length} bytes`);
    const character = text(this.fixed(length));
    if ([...character].length !== 1) throw new PostcardError('not one character');
    return character;
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** Where the next `length` bytes start. */
  #take(length: number): number {
    const start = this.#position;
    if (start + length > this.#limit) throw new PostcardError(`more than ${this.#limit} bytes`);
    if (start + length > this.#bytes.length) throw new PostcardError('the bytes end before it does', true);
    this.#position += length;
    return start;
  }

  /** Seven bits a byte, the lowest first. It need not be the shortest form, but has no more bytes than `bits` can take. */
  #varint(bits: number): bigint {
    const bytes = Math.ceil(bits / 7);
    let value = 0n;
    for (let index = 0; index < bytes; index++) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) {
        if (value >> BigInt(bits) !== 0n) break;
        return value;
      }
    }
    throw new PostcardError(`an integer of more than ${bits} bits`);
  }
}

/** Zigzag: the sign is the lowest bit. */
function unzigzag(value: bigint): bigint {
  return (value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n;
}

function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new PostcardError('text that is not UTF-8');
  }
}

/**
 * The part of bincode 1.x (default options) that the control plane uses: fixed-width little-endian integers, enum
 * variants as 32-bit indices, 64-bit lengths before strings and byte vectors, booleans as one byte.
 * Source: the bincode 1.3 specification, docs/spec.md of its repository.
 */
import { joinBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Reads one message from bytes that are all there. Every failure is a TruceError MESSAGE_INVALID. */
export class BincodeReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  bool(): boolean {
    const byte = this.#view.getUint8(this.#advance(1));
    if (byte > 1) throw invalid(`a boolean of ${byte}`);
    return byte === 1;
  }

  /** A view of the message's bytes. */
  byteVector(): Uint8Array {
    const length = this.#view.getBigUint64(this.#advance(8), true);
    if (length > BigInt(this.#bytes.length - this.#offset)) throw invalid('it ends before its data does');
    const start = this.#advance(Number(length));
    return this.#bytes.subarray(start, this.#offset);
  }

  /**
   * At the end of a message: a byte vector, or a list of byte vectors, which is joined. No bytes can be read as both but an
   * empty one: a list of as many members as bytes follow would need eight times those bytes.
   * @param most members of a list: empty ones cost eight bytes each, and their number is the sender's
   */
  lastBytesOrList(most: number): Uint8Array {
    const count = this.#view.getBigUint64(this.#advance(8), true);
    const left = this.#bytes.length - this.#offset;
    if (count === BigInt(left)) return this.#bytes.subarray(this.#advance(left));
    if (count > BigInt(left >> 3)) throw invalid('it ends before its data does');
    if (count > BigInt(most)) throw invalid(`a list of more than ${most}`);
    return joinBytes(Array.from({ length: Number(count) }, () => this.byteVector()));
  }

  string(what: string): string {
    return decodeUtf8(this.byteVector(), what);
  }

  /** Nothing may follow the last value: two readers must not see two messages. */
  end(): void {
    const left = this.#bytes.length - this.#offset;
    if (left !== 0) throw invalid(`${left} bytes follow it`);
  }

  #advance(count: number): number {
    const start = this.#offset;
    if (this.#bytes.length - start < count) throw invalid('it ends before its data does');
    this.#offset = start + count;
    return start;
  }
}

/** Writes one message. */
export class BincodeWriter {
  readonly #parts: Uint8Array[] = [];

  u32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.#parts.push(bytes);
    return this;
  }

  bool(value: boolean): this {
    this.#parts.push(Uint8Array.of(value ? 1 : 0));
    return this;
  }

  byteVector(value: Uint8Array): this {
    const length = new Uint8Array(8);
    new DataView(length.buffer).setBigUint64(0, BigInt(value.length), true);
    this.#parts.push(length, value);
    return this;
  }

  string(value: string, what: string): this {
    return this.byteVector(encodeUtf8(value, what));
  }

  /** What has been written, in order. */
  parts(): readonly Uint8Array[] {
    return this.#parts;
  }
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}

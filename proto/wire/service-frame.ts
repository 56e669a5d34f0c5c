/**
 * Frames of the enclave services, the same both ways: a length of 4 bytes, little-endian and signed, and so many bytes of
 * JSON. Source: Neo service layer, design document (BitConverter on x86). Unlike there a length is read whole, however its
 * bytes come, and believed only within bounds.
 */
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';

export const SERVICE_HEADER_BYTES = 4;
/** What an int32 can say. */
const MAXIMUM_LENGTH = 0x7fffffff;

/** A message with its length before it. */
export function encodeServiceFrame(message: Uint8Array): Uint8Array {
  if (message.length === 0 || message.length > MAXIMUM_LENGTH)
    throw new RangeError(`not the length of a message: ${message.length}`);
  const header = new Uint8Array(SERVICE_HEADER_BYTES);
  new DataView(header.buffer).setInt32(0, message.length, true);
  return concatBytes(header, message);
}

export class ServiceFrameDecoder {
  readonly #maximum: number;
  readonly #collected = new ByteAccumulator();
  /** Of the message that is coming; undefined while its header is. */
  #length: number | undefined;

  /** @param maximum bytes of one message */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Whether no message has begun. */
  get idle(): boolean {
    return this.#length === undefined && this.#collected.length === 0;
  }

  /**
   * Takes what has come; `take` gets each whole message. After an error the rest cannot be told apart any more.
   * @throws TruceError FRAME_INVALID, FRAME_TOO_LARGE; what `take` throws
   */
  push(chunk: Uint8Array, take: (message: Uint8Array) => void): void {
    let rest = chunk;
    while (rest.length > 0) {
      const wanted = (this.#length ?? SERVICE_HEADER_BYTES) - this.#collected.length;
      this.#collected.append(rest.subarray(0, wanted));
      if (rest.length < wanted) return;
      rest = rest.subarray(wanted);
      const bytes = this.#collected.take();
      if (this.#length === undefined) this.#length = this.#readLength(bytes);
      else {
        this.#length = undefined;
        take(bytes);
      }
    }
  }

  #readLength(header: Uint8Array): number {
    const length = new DataView(header.buffer, header.byteOffset, SERVICE_HEADER_BYTES).getInt32(0, true);
    if (length <= 0) throw new TruceError('FRAME_INVALID', { reason: `a message of ${length} bytes` });
    if (length > this.#maximum) throw new TruceError('FRAME_TOO_LARGE', { length, limit: this.#maximum });
    return length;
  }
}

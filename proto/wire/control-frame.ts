/**
 * Frames of the control plane: a 9-byte header (payload length, 64-bit little-endian, then one byte that is always 0)
 * and the payload. Source: Veracruz main, crates/io-utils/src/fd.rs.
 */
import { TruceError } from '../errors.ts';
import { ByteAccumulator } from './byte-accumulator.ts';

export const CONTROL_HEADER_BYTES = 9;

/** Header and payload in one buffer. */
export function encodeControlFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(CONTROL_HEADER_BYTES + payload.length);
  new DataView(frame.buffer).setBigUint64(0, BigInt(payload.length), true);
  frame.set(payload, CONTROL_HEADER_BYTES);
  return frame;
}

/** Cuts a byte stream into payloads. After an error it accepts nothing more. */
export class ControlFrameDecoder {
  readonly #maximum: number;
  readonly #collected = new ByteAccumulator();
  /** Payload bytes of the frame being read; undefined while its header is incomplete. */
  #length: number | undefined;
  #failed = false;

  /** @param maximum the longest payload accepted, in bytes */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Whether the stream stands between two frames: it may end here. */
  get idle(): boolean {
    return this.#length === undefined && this.#collected.length === 0;
  }

  /**
   * The payloads that `chunk` completes, oldest first.
   * @throws TruceError FRAME_TOO_LARGE as soon as a header announces too much, FRAME_INVALID for a broken header
   */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#failed) throw new TruceError('FRAME_INVALID', { reason: 'the stream failed before' });
    const payloads: Uint8Array[] = [];
    let rest = chunk;
    try {
      while (true) {
        const needed = this.#length ?? CONTROL_HEADER_BYTES;
        const part = rest.subarray(0, needed - this.#collected.length);
        rest = rest.subarray(part.length);
        this.#collected.append(part);
        if (this.#collected.length < needed) return payloads;
        const whole = this.#collected.take();
        if (this.#length === undefined) {
          this.#length = this.#readHeader(whole);
        } else {
          payloads.push(whole);
          this.#length = undefined;
        }
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  #readHeader(header: Uint8Array): number {
    const length = new DataView(header.buffer, header.byteOffset).getBigUint64(0, true);
    if (header[8] !== 0)
      throw new TruceError('FRAME_INVALID', { reason: `header byte 8 is ${header[8]}, not 0` });
    if (length > BigInt(this.#maximum)) {
      throw new TruceError('FRAME_TOO_LARGE', { length, limit: this.#maximum });
    }
    return Number(length);
  }
}

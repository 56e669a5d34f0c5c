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

/** Cuts a byte stream into payloads. After a broken header it accepts nothing more. */
export class ControlFrameDecoder {
  readonly #maximum: number;
  readonly #collected = new ByteAccumulator();
  /** Payload bytes of the frame being read; undefined while its header is incomplete. */
  #length: number | undefined;
  #failure: TruceError | undefined;

  /** @param maximum the longest payload accepted, in bytes */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** Whether the stream stands between two frames: it may end here. */
  get idle(): boolean {
    return this.#failure === undefined && this.#length === undefined && this.#collected.length === 0;
  }

  /**
   * Why nothing more can be read: FRAME_TOO_LARGE as soon as a header announces too much, FRAME_INVALID for a broken one.
   * To be looked at after each push, behind the payloads that it gave: those came whole before it.
   */
  get failure(): TruceError | undefined {
    return this.#failure;
  }

  /**
   * The payloads that `chunk` completes, oldest first, up to a broken header.
   * @throws TruceError what `failure` already was before
   */
  push(chunk: Uint8Array): Uint8Array[] {
    if (this.#failure !== undefined) throw this.#failure;
    const payloads: Uint8Array[] = [];
    let rest = chunk;
    while (true) {
      const needed = this.#length ?? CONTROL_HEADER_BYTES;
      const part = rest.subarray(0, needed - this.#collected.length);
      rest = rest.subarray(part.length);
      this.#collected.append(part);
      if (this.#collected.length < needed) return payloads;
      const whole = this.#collected.take();
      if (this.#length !== undefined) {
        payloads.push(whole);
        this.#length = undefined;
        continue;
      }
      const length = new DataView(whole.buffer, whole.byteOffset).getBigUint64(0, true);
      this.#failure = this.#judgeHeader(length, whole[8]!);
      if (this.#failure !== undefined) return payloads;
      this.#length = Number(length);
    }
  }

  #judgeHeader(length: bigint, last: number): TruceError | undefined {
    if (last !== 0) return new TruceError('FRAME_INVALID', { reason: `header byte 8 is ${last}, not 0` });
    if (length <= BigInt(this.#maximum)) return undefined;
    return new TruceError('FRAME_TOO_LARGE', { length, limit: this.#maximum });
  }
}

/** Varints of protocol buffers, read strictly: one way to write each number. */
import { TruceError } from '../errors.ts';

export interface Varint {
  /** The low and high 32 bits, both unsigned. */
  readonly low: number;
  readonly high: number;
  /** Where the next value starts. */
  readonly end: number;
}

const MAXIMUM_BYTES = 10;

/**
 * The varint at `start`, or undefined where `bytes` ends before it does.
 * @throws TruceError MESSAGE_INVALID for more than 64 bits, or more bytes than the number needs
 */
export function readVarint(bytes: Uint8Array, start: number): Varint | undefined {
  let low = 0;
  let high = 0;
  for (let index = 0; index < MAXIMUM_BYTES; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    const group = byte & 0x7f;
    if (index < 4) low |= group << (index * 7);
    else if (index === 4) {
      low |= group << 28;
      high = group >>> 4;
    } else high |= group << (index * 7 - 32);
    if (byte < 0x80) {
      if (byte === 0 && index > 0) throw invalid('a varint is longer than its number needs');
      if (index === MAXIMUM_BYTES - 1 && byte > 1) break;
      return { low: low >>> 0, high: high >>> 0, end: start + index + 1 };
    }
  }
  throw invalid('a varint has more than 64 bits');
}

/**
 * The varint as an exact number.
 * @throws TruceError MESSAGE_INVALID above 2^53 - 1, which JavaScript's numbers cannot hold exactly
 */
export function safeNumber(varint: Varint, what: string): number {
  if (varint.high >= 0x20_0000) throw invalid(`${what} is over 2^53 - 1`);
  return varint.high * 0x1_0000_0000 + varint.low;
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}

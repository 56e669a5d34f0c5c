/**
 * The length before every message inside TLS: 8 bytes, big-endian, the prefix itself not counted.
 * Source: Veracruz main, crates/transport-protocol/src/custom.rs.
 */
import { TruceError } from '../errors.ts';

export const LENGTH_PREFIX_BYTES = 8;

/** The prefix of a message of `length` bytes. */
export function encodeLengthPrefix(length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`not a length: ${length}`);
  const prefix = new Uint8Array(LENGTH_PREFIX_BYTES);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(length));
  return prefix;
}

/**
 * The length that the first 8 bytes announce.
 * @throws TruceError FRAME_TOO_LARGE where it is over `maximum`
 */
export function decodeLengthPrefix(prefix: Uint8Array, maximum: number): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, LENGTH_PREFIX_BYTES);
  const length = view.getBigUint64(0);
  if (length > BigInt(maximum)) throw new TruceError('FRAME_TOO_LARGE', { length, limit: maximum });
  return Number(length);
}

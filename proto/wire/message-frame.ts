/** Puts messages behind their 8-byte lengths, and the beginnings of messages whose contents follow in pieces. */
import protobuf from 'protobufjs/minimal.js';
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { encodeLengthPrefix } from './length-prefix.ts';
import { requireWellFormed } from './utf8.ts';

/** Length and message in one buffer. */
export function frameMessage(message: Uint8Array): Uint8Array {
  return concatBytes(encodeLengthPrefix(message.length), message);
}

/**
 * All of a framed message that precedes `length` bytes of contents: the top-level fields, then the member with its
 * fields and the tag and length of its contents. No contents, no such field: proto3 leaves empty values out.
 */
export function frameHead(
  fields: Uint8Array,
  member: number,
  memberFields: Uint8Array,
  data: number,
  length: number,
): Uint8Array {
  requireSafe(length, 'length');
  const dataHead = length === 0 ? new Uint8Array(0) : lengthDelimited(data, length);
  const memberHead = lengthDelimited(member, memberFields.length + dataHead.length + length);
  const head = concatBytes(fields, memberHead, memberFields, dataHead);
  return concatBytes(encodeLengthPrefix(head.length + length), head);
}

/** Tag and length of a field of wire type LEN. */
function lengthDelimited(number: number, length: number): Uint8Array {
  return new protobuf.Writer()
    .uint32((number << 3) | 2)
    .uint64(length)
    .finish();
}

/** @throws TruceError MESSAGE_INVALID where the number does not fit a uint64 that JavaScript can hold exactly */
export function requireSafe(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw invalid(`${what} is not between 0 and 2^53 - 1`);
  return value;
}

/** @throws TruceError MESSAGE_INVALID where the number is no uint32 */
export function requireUint32(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw invalid(`${what} is no 32-bit number`);
  return value;
}

/** @throws TruceError MESSAGE_INVALID where the text cannot be said in UTF-8 */
export function requireText(value: string, what: string): string {
  requireWellFormed(value, what);
  return value;
}

/** A uint64 that the strict scan has let pass: protobufjs gives a Long where that package is present. */
export function exactNumber(value: number | { toNumber(): number }): number {
  return typeof value === 'number' ? value : value.toNumber();
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}

/**
 * Checks that bytes are exactly one message of a schema before protobufjs decodes them: known fields only, each at most
 * once (unless repeated), at most one member of the oneof, the right wire types, shortest varints, values in range,
 * valid UTF-8, nothing cut off.
 */
import { TruceError } from '../errors.ts';
import type { FieldSchema, MessageSchema } from './message-schema.ts';
import { decodeUtf8 } from './utf8.ts';
import { readVarint, safeNumber, type Varint } from './varint.ts';

export const WireType = { VARINT: 0, LEN: 2 } as const;

export interface Tag {
  readonly number: number;
  readonly field: FieldSchema;
  /** Where the field's value (or its length) starts. */
  readonly end: number;
}

/**
 * The tag at `start`, or undefined where `bytes` ends before it does.
 * @throws TruceError MESSAGE_INVALID for a field that the schema lacks, or another wire type than it asks for
 */
export function readTag(bytes: Uint8Array, start: number, schema: MessageSchema): Tag | undefined {
  const varint = readVarint(bytes, start);
  if (varint === undefined) return undefined;
  if (varint.high !== 0) throw invalid('a field number is out of range');
  const number = varint.low >>> 3;
  const field = schema.get(number);
  if (field === undefined) throw invalid(`field ${number} is unknown`);
  const wireType = varint.low & 7;
  if (wireType !== wireTypeOf(field)) throw invalid(`${field.name} has wire type ${wireType}`);
  return { number, field, end: varint.end };
}

export function wireTypeOf(field: FieldSchema): number {
  const { type } = field;
  return type === 'string' || type === 'bytes' || typeof type === 'object' ? WireType.LEN : WireType.VARINT;
}

/** Keeps count of the fields of one message: each once, and one member of the oneof. */
export class FieldCount {
  readonly #seen = new Set<number>();
  #repeated = 0;
  /** Name of the oneof's member, at the top level. */
  member: string | undefined;

  /** @throws TruceError MESSAGE_INVALID where the field may not come (again) */
  add(tag: Tag, topLevel: boolean): void {
    const { field, number } = tag;
    if (topLevel && typeof field.type === 'object') {
      if (this.member !== undefined) throw invalid(`it holds both ${this.member} and ${field.name}`);
      this.member = field.name;
    } else if (field.repeated !== true) {
      if (this.#seen.has(number)) throw invalid(`${field.name} comes twice`);
      this.#seen.add(number);
    } else if (field.most !== undefined && ++this.#repeated > field.most)
      throw invalid(`${field.name} comes more than ${field.most} times`);
  }
}

/**
 * Checks one whole top-level message.
 * @throws TruceError MESSAGE_INVALID saying what is wrong
 */
export function scanMessage(bytes: Uint8Array, schema: MessageSchema): void {
  scan(bytes, schema, true);
}

function scan(bytes: Uint8Array, schema: MessageSchema, topLevel: boolean): void {
  const count = new FieldCount();
  let offset = 0;
  while (offset < bytes.length) {
    const tag = readTag(bytes, offset, schema) ?? cutOff();
    count.add(tag, topLevel);
    const { field } = tag;
    const varint = readVarint(bytes, tag.end) ?? cutOff();
    offset = varint.end;
    if (wireTypeOf(field) === WireType.VARINT) {
      checkNumber(varint, field);
      continue;
    }
    const length = safeNumber(varint, `the length of ${field.name}`);
    if (length > bytes.length - offset) throw invalid(`${field.name} is longer than its message`);
    if (field.longest !== undefined && length > field.longest)
      throw invalid(`${field.name} is longer than ${field.longest} bytes`);
    const value = bytes.subarray(offset, offset + length);
    offset += length;
    // Recursion is bounded by the schema, which is not recursive.
    if (typeof field.type === 'object') scan(value, field.type, false);
    else if (field.type === 'string') decodeUtf8(value, field.name);
  }
}

function checkNumber(varint: Varint, field: FieldSchema): void {
  const { low, high } = varint;
  switch (field.type) {
    case 'uint64':
      safeNumber(varint, field.name);
      return;
    case 'int32': {
      // A negative int32 is written with its sign extended to 64 bits (protobuf.dev, "Encoding").
      const signExtended = high === 0xffff_ffff && low >= 0x8000_0000;
      if (!signExtended && (high !== 0 || low > 0x7fff_ffff)) throw invalid(`${field.name} is out of range`);
      return;
    }
    case 'bool':
      if (high !== 0 || low > 1) throw invalid(`${field.name} is neither 0 nor 1`);
      return;
    default:
      if (high !== 0 || low > (field.maximum ?? 0xffff_ffff)) throw invalid(`${field.name} is out of range`);
  }
}

function cutOff(): never {
  throw invalid('it ends in the middle of a field');
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}

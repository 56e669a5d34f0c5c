/**
 * Finds the file contents inside a message while only its beginning has arrived, and takes them out: what is left is a
 * small message that decodes as any other.
 */
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import type { MessageSchema } from './message-schema.ts';
import { FieldCount, readTag, WireType, wireTypeOf } from './strict-scan.ts';
import { readVarint, safeNumber } from './varint.ts';

/** A `bytes` field that is streamed, and the member of the oneof it belongs to; offsets into the message. */
export interface DataPlace {
  readonly memberStart: number;
  readonly memberBody: number;
  readonly memberEnd: number;
  readonly fieldStart: number;
  readonly dataStart: number;
  readonly dataEnd: number;
}

export type Search =
  /** Nothing can be said before this many bytes of the message are there. */
  | { readonly kind: 'more'; readonly needed: number }
  /** The data is the last thing in the message: it can be handed on as it comes. */
  | { readonly kind: 'stream'; readonly place: DataPlace }
  /** The whole message is there; `streamed`: its member carries contents, be they absent or not last. */
  | { readonly kind: 'whole'; readonly streamed: boolean; readonly place: DataPlace | undefined };

/**
 * Looks for streamed data in the first bytes of a message of `total` bytes. Cost: a few fields, whatever their size.
 * @throws TruceError MESSAGE_INVALID for what can be no message of this schema
 */
export function findStreamedData(available: Uint8Array, total: number, schema: MessageSchema): Search {
  const count = new FieldCount();
  let offset = 0;
  let streamed = false;
  let place: DataPlace | undefined;
  while (offset < total) {
    const head = readHead(available, offset, total, schema);
    if (typeof head === 'number') return { kind: 'more', needed: head };
    count.add(head.tag, true);
    const members = head.tag.field.type;
    if (typeof members === 'object' && hasStreamedField(members)) {
      streamed = true;
      const found = findInMember(available, offset, head, members);
      if (typeof found === 'number') return { kind: 'more', needed: found };
      place = found;
      if (place?.dataEnd === total) return { kind: 'stream', place };
    }
    offset = head.end;
  }
  return available.length < total ? { kind: 'more', needed: total } : { kind: 'whole', streamed, place };
}

interface FieldHead {
  readonly tag: NonNullable<ReturnType<typeof readTag>>;
  /** Where the value starts: after the length of a LEN field, at the varint otherwise. */
  readonly body: number;
  readonly end: number;
}

/** Tag and length of the field at `offset` of a message that ends at `limit`, or how many bytes it takes to tell. */
function readHead(
  available: Uint8Array,
  offset: number,
  limit: number,
  schema: MessageSchema,
): FieldHead | number {
  const bytes = available.length > limit ? available.subarray(0, limit) : available;
  const tag = readTag(bytes, offset, schema);
  const varint = tag && readVarint(bytes, tag.end);
  if (tag === undefined || varint === undefined) {
    if (bytes.length >= limit) throw invalid('it ends in the middle of a field');
    // What was skipped by its length may not have arrived yet.
    return Math.max(bytes.length, offset) + 1;
  }
  if (wireTypeOf(tag.field) === WireType.VARINT) return { tag, body: tag.end, end: varint.end };
  const length = safeNumber(varint, `the length of ${tag.field.name}`);
  if (length > limit - varint.end) throw invalid(`${tag.field.name} is longer than its message`);
  return { tag, body: varint.end, end: varint.end + length };
}

function hasStreamedField(schema: MessageSchema): boolean {
  for (const field of schema.values()) if (field.streamed === true) return true;
  return false;
}

function findInMember(
  available: Uint8Array,
  memberStart: number,
  member: FieldHead,
  schema: MessageSchema,
): DataPlace | undefined | number {
  let offset = member.body;
  let place: DataPlace | undefined;
  while (offset < member.end) {
    const head = readHead(available, offset, member.end, schema);
    if (typeof head === 'number') return head;
    if (head.tag.field.streamed === true) {
      if (place !== undefined) throw invalid(`${head.tag.field.name} comes twice`);
      const bounds = { memberStart, memberBody: member.body, memberEnd: member.end };
      place = { ...bounds, fieldStart: offset, dataStart: head.body, dataEnd: head.end };
    }
    offset = head.end;
  }
  return place;
}

/** The message without its data field: `bytes` reaches at least to where the data starts. */
export function withoutData(bytes: Uint8Array, place: DataPlace): Uint8Array {
  const { memberStart, memberBody, memberEnd, fieldStart, dataEnd } = place;
  const tag = readVarint(bytes, memberStart);
  if (tag === undefined) throw invalid('it ends in the middle of a field');
  return concatBytes(
    bytes.subarray(0, tag.end),
    smallVarint(memberEnd - memberBody - (dataEnd - fieldStart)),
    bytes.subarray(memberBody, fieldStart),
    bytes.subarray(dataEnd),
  );
}

function smallVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function invalid(reason: string): TruceError {
  return new TruceError('MESSAGE_INVALID', { reason });
}

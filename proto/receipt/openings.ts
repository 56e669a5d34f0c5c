/**
 * Files in a receipt: each is a commitment, SHA-256 of its opening, and an opening begins with 32 random bytes of its own.
 * The signature covers the commitments; who may read a file is given its opening, and others cannot test what they guess.
 */
import { equalBytes } from '../bytes.ts';
import { decodeCbor } from '../cbor/reader.ts';
import type { CborValue } from '../cbor/values.ts';
import { encodeCbor } from '../cbor/writer.ts';
import { compareBytes, receiptError } from './canonical-map.ts';

export const COMMITMENT_BYTES = 32;
export const SALT_BYTES = 32;

const DIGEST_BYTES = 32;
const MOST_ITEMS = 1_000_000;
const LONGEST_OPENINGS = 8 << 20;
const LONGEST_PATH = 8192;

export type FileSide = 'input' | 'output';

/** A file as its run read it, or left it. */
export interface FileOpening {
  readonly side: FileSide;
  /** 32 random bytes, of this file in this receipt alone. */
  readonly salt: Uint8Array;
  /** Canonical, or the name of a stream. */
  readonly path: string;
  /** undefined: the run left no file at this path, where one was before. Outputs only. */
  readonly content: { readonly size: number; readonly sha256: Uint8Array } | undefined;
}

/** The bytes whose SHA-256 is the commitment: CBOR [salt, side, path, size, sha256], null for what is no more. */
export function encodeOpening({ side, salt, path, content }: FileOpening): Uint8Array {
  return encodeCbor([salt, side, path, content?.size ?? null, content?.sha256 ?? null]);
}

/** A list of openings that are encoded already. */
export function joinOpenings(encoded: readonly Uint8Array[]): Uint8Array {
  return encodeCbor(encoded);
}

/** Each opening with its own bytes. CBOR_INVALID, RECEIPT_INVALID. */
export function decodeOpenings(
  bytes: Uint8Array,
): readonly { readonly opening: FileOpening; readonly encoded: Uint8Array }[] {
  const list = decodeCbor(bytes, {
    maximumLength: LONGEST_OPENINGS,
    maximumDepth: 1,
    maximumItems: MOST_ITEMS,
  });
  if (!Array.isArray(list)) throw receiptError('its openings are no list');
  return (list as readonly CborValue[]).map((encoded) => {
    if (!(encoded instanceof Uint8Array)) throw receiptError('an opening is no byte string');
    return { opening: decodeOpening(encoded), encoded };
  });
}

/** CBOR_INVALID, RECEIPT_INVALID. */
export function decodeOpening(encoded: Uint8Array): FileOpening {
  const value = decodeCbor(encoded, { maximumDepth: 1, maximumItems: 6 });
  if (!Array.isArray(value) || value.length !== 5) throw receiptError('an opening is not a list of five');
  const [salt, side, path, size, sha256] = value as readonly CborValue[];
  if (!(salt instanceof Uint8Array) || salt.length !== SALT_BYTES)
    throw receiptError(`an opening's salt is not ${SALT_BYTES} bytes`);
  if (side !== 'input' && side !== 'output') throw receiptError('an opening is neither input nor output');
  if (typeof path !== 'string' || path === '' || path.length > LONGEST_PATH)
    throw receiptError("an opening's path is no text");
  if (size === null && sha256 === null && side === 'output') return { side, salt, path, content: undefined };
  if (typeof size !== 'number' || size < 0) throw receiptError("an opening's size is no whole number");
  if (!(sha256 instanceof Uint8Array) || sha256.length !== DIGEST_BYTES)
    throw receiptError("an opening's digest is not 32 bytes");
  return { side, salt, path, content: { size, sha256 } };
}

/** Whether byte strings are in strictly ascending order. */
export function isSortedSet(values: readonly Uint8Array[]): boolean {
  return values.every((value, index) => index === 0 || compareBytes(values[index - 1]!, value) < 0);
}

/** Whether a sorted set has the value. */
export function includesBytes(sorted: readonly Uint8Array[], value: Uint8Array): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(sorted[middle]!, value) < 0) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low];
  return found !== undefined && equalBytes(found, value);
}

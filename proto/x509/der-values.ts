/** The values of DER's primitive types, each in the one encoding that X.690 allows for it. */
import { contentOffset, type DerElement, DerTag, derError } from './der.ts';

/** BOOLEAN: 0x00 or 0xff. */
export function booleanValue(element: DerElement): boolean {
  const [octet] = element.content;
  if (element.content.length !== 1 || (octet !== 0x00 && octet !== 0xff))
    throw derError(element.offset, 'invalid BOOLEAN');
  return octet === 0xff;
}

/** INTEGER: its octets in two's complement, checked to be the fewest possible. */
export function integerOctets(element: DerElement): Uint8Array {
  const [first, second] = element.content;
  if (first === undefined) throw derError(element.offset, 'an INTEGER without octets');
  if (second !== undefined && ((first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw derError(element.offset, 'the INTEGER is not in its shortest form');
  return element.content;
}

/** INTEGER from 0 to 2^31 - 1. */
export function smallInteger(element: DerElement): number {
  const octets = integerOctets(element);
  if (octets.length > 4 || octets[0]! >= 0x80) throw derError(element.offset, 'the INTEGER is out of range');
  let value = 0;
  for (const octet of octets) value = value * 256 + octet;
  return value;
}

/** INTEGER >= 0 as exactly `length` octets, big-endian. */
export function unsignedInteger(element: DerElement, length: number): Uint8Array {
  const octets = integerOctets(element);
  if (octets[0]! >= 0x80) throw derError(element.offset, 'the INTEGER is negative');
  const magnitude = octets[0] === 0 ? octets.subarray(1) : octets;
  if (magnitude.length > length) throw derError(element.offset, 'the INTEGER is out of range');
  const padded = new Uint8Array(length);
  padded.set(magnitude, length - magnitude.length);
  return padded;
}

/** BIT STRING: its octets and how many bits of the last one are padding (which DER sets to zero). */
export function bitString(element: DerElement): { readonly octets: Uint8Array; readonly unusedBits: number } {
  const unusedBits = element.content[0];
  const octets = element.content.subarray(1);
  if (unusedBits === undefined || unusedBits > 7 || (octets.length === 0 && unusedBits !== 0))
    throw derError(element.offset, 'invalid BIT STRING');
  const last = octets.at(-1) ?? 0;
  if ((last & ((1 << unusedBits) - 1)) !== 0)
    throw derError(element.offset, 'padding bits of a BIT STRING are set');
  return { octets, unusedBits };
}

/** BIT STRING of whole octets. */
export function octetAlignedBitString(element: DerElement): Uint8Array {
  const { octets, unusedBits } = bitString(element);
  if (unusedBits !== 0) throw derError(element.offset, 'the BIT STRING does not hold whole octets');
  return octets;
}

/** X.690 sets no limit; 64 octets hold every identifier in use, and the 128-bit UUID arcs of 2.25. */
const LONGEST_IDENTIFIER = 64;

/** OBJECT IDENTIFIER in dotted decimal. */
export function objectIdentifier(element: DerElement): string {
  const { content } = element;
  if (content.length === 0 || content.length > LONGEST_IDENTIFIER)
    throw derError(element.offset, 'invalid OBJECT IDENTIFIER');
  const arcs: (number | bigint)[] = [];
  let arc: number | bigint = 0;
  let fresh = true;
  for (const [index, octet] of content.entries()) {
    if (fresh && octet === 0x80)
      throw derError(contentOffset(element) + index, 'the OBJECT IDENTIFIER is not in its shortest form');
    // Numbers are much faster than bigints and do for every arc but UUIDs.
    if (typeof arc === 'number' && arc < 2 ** 45) arc = arc * 128 + (octet & 0x7f);
    else arc = BigInt(arc) * 128n + BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (!fresh) continue;
    if (arcs.length === 0) {
      // The first two arcs share a subidentifier: 40 * first + second. Source: X.690 section 8.19.4.
      const first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      arcs.push(first, typeof arc === 'number' ? arc - first * 40 : arc - BigInt(first * 40));
    } else arcs.push(arc);
    arc = 0;
  }
  if (!fresh) throw derError(element.offset, 'the OBJECT IDENTIFIER is cut short');
  return arcs.join('.');
}

/** UTCTime or GeneralizedTime in the only forms of RFC 5280 section 4.1.2.5; milliseconds since 1970. */
export function timeValue(element: DerElement): number {
  if (element.tag !== DerTag.UTC_TIME && element.tag !== DerTag.GENERALIZED_TIME)
    throw derError(element.offset, 'a time is required');
  const yearDigits = element.tag === DerTag.UTC_TIME ? 2 : 4;
  const text = String.fromCharCode(...element.content.subarray(0, 32));
  const match = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (element.content.length !== yearDigits + 11 || match === null)
    throw derError(element.offset, 'invalid time');
  const [written, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const year = yearDigits === 4 ? written : written < 50 ? 2000 + written : 1900 + written;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC carries 30 February over into March (and years below 100 into 19xx): the date must come back as written.
  const back = new Date(time);
  const same =
    back.getUTCFullYear() === year &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    back.getUTCHours() === hour &&
    back.getUTCMinutes() === minute &&
    back.getUTCSeconds() === second;
  if (!same) throw derError(element.offset, 'no such date or time');
  return time;
}

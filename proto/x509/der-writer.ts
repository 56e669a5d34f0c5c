/** A writer of DER (ITU-T X.690): each function gives one whole element, header included. */
import { concatBytes } from '../bytes.ts';
import { contextTag, DerTag } from './der.ts';

/** Any element of up to 4 GiB. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  const octets: number[] = [];
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const length = content.length < 0x80 ? [content.length] : [0x80 | octets.length, ...octets];
  return concatBytes(Uint8Array.of(tag, ...length), content);
}

export function derSequence(...members: readonly Uint8Array[]): Uint8Array {
  return derElement(DerTag.SEQUENCE, ...members);
}

/** `[number] EXPLICIT`. */
export function derExplicit(number: number, inner: Uint8Array): Uint8Array {
  return derElement(contextTag(number), inner);
}

/** INTEGER >= 0 from big-endian octets, leading zeros and all. */
export function derUnsignedInteger(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0);
  const magnitude = start === -1 ? Uint8Array.of(0) : octets.subarray(start);
  return derElement(
    DerTag.INTEGER,
    magnitude[0]! >= 0x80 ? concatBytes(Uint8Array.of(0), magnitude) : magnitude,
  );
}

/** BIT STRING, whose last octet has `unusedBits` bits of padding. */
export function derBitString(octets: Uint8Array, unusedBits = 0): Uint8Array {
  return derElement(DerTag.BIT_STRING, Uint8Array.of(unusedBits), octets);
}

export function derOctetString(octets: Uint8Array): Uint8Array {
  return derElement(DerTag.OCTET_STRING, octets);
}

/** OBJECT IDENTIFIER from dotted decimal; arcs of any size, such as the UUIDs below 2.25. RangeError: none such. */
export function derObjectIdentifier(dotted: string): Uint8Array {
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(dotted)) throw new RangeError('no object identifier');
  const [first, second, ...rest] = dotted.split('.').map(BigInt) as [bigint, bigint, ...bigint[]];
  if (first < 2n && second >= 40n) throw new RangeError('no object identifier');
  const octets = [first * 40n + second, ...rest].flatMap((arc) => {
    const digits = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 0x7fn) | 0x80);
    return digits;
  });
  return derElement(DerTag.OBJECT_IDENTIFIER, Uint8Array.from(octets));
}

/** UTCTime until 2049 and GeneralizedTime from 2050 on, as RFC 5280 section 4.1.2.5 wants. Parts of seconds are cut. */
export function derTime(milliseconds: number): Uint8Array {
  const date = new Date(milliseconds);
  const year = date.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) throw new RangeError('no time that a certificate can express');
  const digits = `${date.toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  const text = new TextEncoder().encode(year < 2050 ? digits.slice(2) : digits);
  return derElement(year < 2050 ? DerTag.UTC_TIME : DerTag.GENERALIZED_TIME, text);
}

/**
 * A strict reader of DER (ITU-T X.690): definite, shortest lengths, one-byte tags, nothing left over. It copies nothing:
 * every element is a view of the input. It never descends by itself, so the grammar that calls it bounds the depth.
 */
import { TruceError } from '../errors.ts';

/** Identifier octets, with the constructed bit where DER requires it. Source: ITU-T X.680 section 8. */
export const DerTag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  UTF8_STRING: 0x0c,
  NUMERIC_STRING: 0x12,
  PRINTABLE_STRING: 0x13,
  TELETEX_STRING: 0x14,
  IA5_STRING: 0x16,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  UNIVERSAL_STRING: 0x1c,
  BMP_STRING: 0x1e,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

const CONSTRUCTED = 0x20;

/** The identifier octet of `[number] EXPLICIT`, or of `[number] IMPLICIT` over a constructed type. */
export function contextTag(number: number): number {
  return 0x80 | CONSTRUCTED | number;
}

/** One tag-length-value. `offset` is where it starts in the whole input; `raw` includes the header. */
export interface DerElement {
  readonly tag: number;
  readonly offset: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

export function derError(offset: number, reason: string): TruceError {
  return new TruceError('DER_INVALID', { offset, reason });
}

/** Where an element's content starts in the whole input. */
export function contentOffset(element: DerElement): number {
  return element.offset + element.raw.length - element.content.length;
}

/** Reads elements one after the other. Every failure is DER_INVALID with the byte's place in the whole input. */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #base: number;
  #position = 0;

  /** `base` is where `bytes` starts in the whole input, for messages. */
  constructor(bytes: Uint8Array, base = 0) {
    this.#bytes = bytes;
    this.#base = base;
  }

  /** A reader of what a constructed element holds. */
  static inside(element: DerElement): DerReader {
    if ((element.tag & CONSTRUCTED) === 0)
      throw derError(element.offset, 'a constructed element is required');
    return new DerReader(element.content, contentOffset(element));
  }

  get offset(): number {
    return this.#base + this.#position;
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** The next element, whose tag must be `tag` where one is given. */
  read(tag?: number): DerElement {
    const start = this.#position;
    const identifier = this.#octet();
    if ((identifier & 0x1f) === 0x1f) throw this.#error(start, 'tags above 30 are not used here');
    if (tag !== undefined && identifier !== tag)
      throw this.#error(start, `tag ${hexadecimal(tag)} expected, not ${hexadecimal(identifier)}`);
    const length = this.#length();
    if (length > this.#bytes.length - this.#position) throw this.#error(start, 'the element is cut short');
    const contentStart = this.#position;
    this.#position += length;
    return {
      tag: identifier,
      offset: this.#base + start,
      content: this.#bytes.subarray(contentStart, this.#position),
      raw: this.#bytes.subarray(start, this.#position),
    };
  }

  /** The next element if its tag is `tag`. */
  readOptional(tag: number): DerElement | undefined {
    return this.#bytes[this.#position] === tag ? this.read(tag) : undefined;
  }

  /** A reader inside the next element, which must be a SEQUENCE (or have the given constructed tag). */
  enter(tag: number = DerTag.SEQUENCE): DerReader {
    return DerReader.inside(this.read(tag));
  }

  /** Refuses bytes that no one has read. */
  end(): void {
    if (!this.atEnd) throw this.#error(this.#position, 'bytes follow the last element');
  }

  #octet(): number {
    const octet = this.#bytes[this.#position];
    if (octet === undefined) throw this.#error(this.#position, 'the input ends too early');
    this.#position++;
    return octet;
  }

  #length(): number {
    const start = this.#position;
    const first = this.#octet();
    if (first < 0x80) return first;
    const octets = first & 0x7f;
    if (octets === 0) throw this.#error(start, 'indefinite lengths are not DER');
    if (octets > 4) throw this.#error(start, 'the length is too large');
    let length = 0;
    for (let index = 0; index < octets; index++) length = length * 256 + this.#octet();
    if (length < 0x80 || length < 256 ** (octets - 1))
      throw this.#error(start, 'the length is not in its shortest form');
    return length;
  }

  #error(position: number, reason: string): TruceError {
    return derError(this.#base + position, reason);
  }
}

/** The one element that the input holds, of the given tag. */
export function readDer(bytes: Uint8Array, tag: number): DerElement {
  const reader = new DerReader(bytes);
  const element = reader.read(tag);
  reader.end();
  return element;
}

function hexadecimal(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}

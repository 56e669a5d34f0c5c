/**
 * BER (ITU-T X.690) with indefinite lengths, which KMS answers in: node-forge reads the tree, and the grammar that walks it
 * here takes exactly the elements that it names, in their order.
 */
import asn1 from 'node-forge/lib/asn1.js';
import { TruceError } from '../../../proto/errors.ts';

type Element = ReturnType<typeof asn1.fromDer>;

/** Identifier octets. Source: ITU-T X.690 section 8.1.2. */
export const BerTag = {
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  SEQUENCE: 0x30,
  SET: 0x31,
  /** `[0] IMPLICIT` over a primitive type. */
  CONTEXT_0_PRIMITIVE: 0x80,
  CONTEXT_0: 0xa0,
  CONTEXT_1: 0xa1,
} as const;

/** The grammar is seven deep. */
const DEEPEST = 16;

export function envelopeError(reason: string): TruceError {
  return new TruceError('KMS_ENVELOPE_INVALID', { reason });
}

/** The elements of a constructed one, or of the whole input, one after the other. Every failure is KMS_ENVELOPE_INVALID. */
export class BerReader {
  readonly #elements: readonly Element[];
  #position = 0;

  private constructor(elements: readonly Element[]) {
    this.#elements = elements;
  }

  /** The caller bounds the input's length. */
  static of(bytes: Uint8Array): BerReader {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    try {
      const options = { strict: true, parseAllBytes: true, decodeBitStrings: false, maxDepth: DEEPEST };
      return new BerReader([asn1.fromDer(text, options)]);
    } catch (cause) {
      throw new TruceError('KMS_ENVELOPE_INVALID', { reason: 'it is not BER' }, { cause });
    }
  }

  get atEnd(): boolean {
    return this.#position === this.#elements.length;
  }

  /** Whether the next element has this tag. */
  at(tag: number): boolean {
    const next = this.#elements[this.#position];
    return next !== undefined && tagOf(next) === tag;
  }

  /** A reader inside the next element, which is constructed and has this tag. */
  enter(tag: number, what: string): BerReader {
    const { value } = this.#take(tag, what);
    if (typeof value === 'string') throw envelopeError(`${what} is primitive`);
    return new BerReader(value);
  }

  /** The bytes of the next element, which is primitive and has this tag. */
  bytes(tag: number, what: string): Uint8Array {
    const { value } = this.#take(tag, what);
    if (typeof value !== 'string') throw envelopeError(`${what} is constructed`);
    return new Uint8Array(Buffer.from(value, 'latin1'));
  }

  /** Refuses elements that no one has read. */
  end(what: string): void {
    if (!this.atEnd) throw envelopeError(`${what} has more than it should`);
  }

  #take(tag: number, what: string): Element {
    const next = this.#elements[this.#position];
    if (next === undefined || tagOf(next) !== tag) throw envelopeError(`there is no ${what}`);
    this.#position++;
    return next;
  }
}

function tagOf({ tagClass, type, constructed }: Element): number {
  return tagClass | (constructed ? 0x20 : 0) | type;
}

/** Names of certificates: compared by their DER, shown as text. */
import { type DerElement, DerReader, DerTag, derError } from './der.ts';
import { objectIdentifier } from './der-values.ts';
import { Oid } from './object-identifiers.ts';

export interface DistinguishedName {
  /** The whole DER, which is what names are compared by. */
  readonly raw: Uint8Array;
  /** `C=US, O=Amazon, CN=...` in the certificate's order, escaped as RFC 4514 does: safe to print. */
  readonly text: string;
  /** The last CN, which is the most specific one. */
  readonly commonName: string | undefined;
}

/** Short forms of attribute types. Source: RFC 4514 section 3, RFC 5280 appendix A. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  [Oid.COMMON_NAME, 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'GN'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

const MAXIMUM_ATTRIBUTES = 64;

// Made once: a decoder costs more than a name.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true });

/** Reads a Name (RFC 5280 section 4.1.2.4). */
export function distinguishedName(element: DerElement): DistinguishedName {
  const names = DerReader.inside(element);
  const parts: string[] = [];
  let commonName: string | undefined;
  let attributes = 0;
  while (!names.atEnd) {
    const relative = names.read(DerTag.SET);
    const members = DerReader.inside(relative);
    const alternatives: string[] = [];
    while (!members.atEnd) {
      if (++attributes > MAXIMUM_ATTRIBUTES) throw derError(relative.offset, 'too many attributes in a name');
      const attribute = members.enter();
      const type = objectIdentifier(attribute.read(DerTag.OBJECT_IDENTIFIER));
      const value = attributeText(attribute.read());
      attribute.end();
      if (type === Oid.COMMON_NAME) commonName = value;
      alternatives.push(`${SHORT_NAMES.get(type) ?? type}=${escapeValue(value)}`);
    }
    if (alternatives.length === 0) throw derError(relative.offset, 'an empty part of a name');
    parts.push(alternatives.join('+'));
  }
  return { raw: element.raw, text: parts.join(', '), commonName };
}

function attributeText(element: DerElement): string {
  const { content } = element;
  switch (element.tag) {
    case DerTag.UTF8_STRING:
      return decodeWith(utf8, element);
    case DerTag.PRINTABLE_STRING:
    case DerTag.NUMERIC_STRING:
    case DerTag.IA5_STRING:
      if (content.some((octet) => octet >= 0x80))
        throw derError(element.offset, 'a character that is not ASCII');
      return decodeWith(utf8, element);
    case DerTag.BMP_STRING:
      if (content.length % 2 !== 0) throw derError(element.offset, 'half a character');
      return decodeWith(utf16, element);
    case DerTag.TELETEX_STRING:
      // T.61 in name; what is found in practice is Latin-1.
      return Array.from(content, (octet) => String.fromCharCode(octet)).join('');
    default:
      throw derError(element.offset, 'an attribute that is no text');
  }
}

function decodeWith(decoder: TextDecoder, element: DerElement): string {
  try {
    return decoder.decode(element.content);
  } catch (cause) {
    throw Object.assign(derError(element.offset, `invalid ${decoder.encoding}`), { cause });
  }
}

/** RFC 4514 section 2.4, and whatever could steer a terminal or reorder a line as `\u{...}`. */
function escapeValue(value: string): string {
  return value
    .replace(/[",+;<>\\]|^[ #]| $/g, '\\$&')
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
      (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
    );
}

/**
 * Documents as people hand them on: raw, in base64 or base64url, in hexadecimal. Which it is follows from the content,
 * never from a name, and is never a guess: a document begins with byte 84 (an array of four) or d2 (tag 18), which no
 * ASCII text does; in base64 it begins with `h` or `0o`, which no hexadecimal text does.
 */
import { fromHex } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { MAXIMUM_DOCUMENT_LENGTH } from './cose-sign1.ts';

/** Room for the longest document in hexadecimal, its lines broken. */
export const MAXIMUM_ENCODED_LENGTH = 4 * MAXIMUM_DOCUMENT_LENGTH;

/** An array of four; tag 18. */
const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([0x84, 0xd2]);
const TEXT = /^[\t\n\r\x20-\x7e]*$/;
const BLANKS = /[\t\n\r ]+/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;

/**
 * The bytes of a document of any of these forms; blanks and line ends in text are skipped, padding may be left out.
 * Nothing is checked beyond the encoding. Error: ATTESTATION_ENCODING.
 */
export function decodeDocumentEncoding(input: Uint8Array | string): Uint8Array {
  if (input.length > MAXIMUM_ENCODED_LENGTH) throw encodingError(`is over ${MAXIMUM_ENCODED_LENGTH} bytes`);
  if (input.length === 0) throw encodingError('is empty');
  const text = typeof input === 'string' ? input : asText(input);
  if (text === undefined) return new Uint8Array(input as Uint8Array);
  const body = text.replace(BLANKS, '');
  if (body === '') throw encodingError('is blank');
  const bytes = fromHex(body) ?? fromBase64(body);
  if (bytes === undefined || !FIRST_BYTES.has(bytes[0]))
    throw encodingError('is text, but no document in base64 or hexadecimal');
  return bytes;
}

/** The input as text, or undefined where it holds a byte that no such text holds. */
function asText(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return TEXT.test(text) ? text : undefined;
}

/** What encodes back differently is refused, as one document would otherwise have several texts. */
function fromBase64(body: string): Uint8Array | undefined {
  if (!BASE64.test(body) && !BASE64URL.test(body)) return undefined;
  const digits = body.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  const padded = digits.padEnd(Math.ceil(digits.length / 4) * 4, '=');
  if (digits.length % 4 === 1 || (body.endsWith('=') && body.length !== padded.length)) return undefined;
  const binary = atob(padded);
  if (btoa(binary) !== padded) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function encodingError(reason: string): TruceError {
  return new TruceError('ATTESTATION_ENCODING', { reason });
}

/** PEM in the strict form of RFC 7468: blocks, and nothing but white space between them. */
import { TruceError } from '../errors.ts';

/** More than any chain or set of trust roots needs; base64 of the largest policy's certificates fits well. */
export const MAXIMUM_PEM_LENGTH = 1 << 20;

const BEGIN = /^-----BEGIN ([A-Z0-9]+(?: [A-Z0-9]+)*)-----$/;
const BASE64_LINE = /^[A-Za-z0-9+/]+={0,2}$/;

function pemError(reason: string): TruceError {
  return new TruceError('PEM_INVALID', { reason });
}

/** The DER of every CERTIFICATE block, at least one. Any other block or text, or more than 1 MiB, is PEM_INVALID. */
export function decodePemCertificates(text: string): Uint8Array[] {
  return decodePem('CERTIFICATE', text);
}

/** The content of every block, at least one, all of which must bear the label. */
export function decodePem(label: string, text: string): Uint8Array[] {
  if (text.length > MAXIMUM_PEM_LENGTH) throw pemError(`more than ${MAXIMUM_PEM_LENGTH} characters`);
  const blocks: Uint8Array[] = [];
  let body: string[] | undefined;
  for (const [index, untrimmed] of text.split(/\r\n|\n|\r/).entries()) {
    const line = withoutBlanksAtEnd(untrimmed);
    const place = `line ${index + 1}`;
    if (body === undefined) {
      if (line === '') continue;
      const found = BEGIN.exec(line)?.[1];
      if (found === undefined) throw pemError(`${place} is outside of a block`);
      if (found !== label) throw pemError(`${place} begins a block that is no ${label}`);
      body = [];
    } else if (line === `-----END ${label}-----`) {
      blocks.push(decodeBase64(body.join('')));
      body = undefined;
    } else {
      if (!BASE64_LINE.test(line)) throw pemError(`${place} is no base64`);
      body.push(line);
    }
  }
  if (body !== undefined) throw pemError('the last block has no end');
  if (blocks.length === 0) throw pemError(`no ${label} block`);
  return blocks;
}

/** One PEM block with lines of 64 characters and a newline at its end. */
export function encodePem(label: string, der: Uint8Array): string {
  let binary = '';
  for (const byte of der) binary += String.fromCharCode(byte);
  const lines = btoa(binary).match(/.{1,64}/g) ?? [];
  return `${[`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n')}\n`;
}

/** Not by a pattern: one that begins anew at each blank of a long row takes the square of its length. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return line.slice(0, end);
}

function decodeBase64(base64: string): Uint8Array {
  // The line test lets '=' end any line and atob forgives loose padding bits: what encodes back differently is refused.
  let binary: string;
  try {
    binary = atob(base64);
  } catch (cause) {
    throw new TruceError('PEM_INVALID', { reason: 'invalid base64' }, { cause });
  }
  if (binary.length === 0) throw pemError('an empty block');
  if (btoa(binary) !== base64) throw pemError('the base64 is not canonical');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

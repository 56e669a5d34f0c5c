/** Base64 as the server's peers write it (RFC 4648 section 4), in its one form: padded, and nothing left over. */
import { TruceError } from '../../proto/errors.ts';

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

/** @param what names the text in the error PROXY_REQUEST_INVALID */
export function decodeBase64(text: string, what: string): Uint8Array {
  // Buffer skips what it does not know, and forgives padding: what encodes back differently is refused.
  const bytes = ALPHABET.test(text) ? Buffer.from(text, 'base64') : undefined;
  if (bytes === undefined || bytes.toString('base64') !== text)
    throw new TruceError('PROXY_REQUEST_INVALID', { reason: `${what} is no base64` });
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** UTF-8 both ways without silent repair: what does not encode or decode exactly is an error. */
import { TruceError } from '../errors.ts';

// ignoreBOM keeps a leading U+FEFF in the text: two readers must see the same characters.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** @throws TruceError MESSAGE_INVALID naming `what` where the bytes are not UTF-8 */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new TruceError('MESSAGE_INVALID', { reason: `${what} is not valid UTF-8` }, { cause });
  }
}

/** @throws TruceError MESSAGE_INVALID naming `what` where the text holds half of a surrogate pair */
export function encodeUtf8(text: string, what: string): Uint8Array {
  requireWellFormed(text, what);
  return encoder.encode(text);
}

/** @throws TruceError MESSAGE_INVALID where the text holds half of a surrogate pair, which UTF-8 cannot say */
export function requireWellFormed(text: string, what: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new TruceError('MESSAGE_INVALID', { reason: `${what} holds half of a surrogate pair` });
  }
}

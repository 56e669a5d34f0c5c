/** Base64 as the enclave services' messages carry bytes (RFC 4648 section 4): one text for one byte string, and no other. */

const DIGITS = /^[A-Za-z0-9+/]*={0,2}$/;
/** Arguments of one call go on the stack. */
const PIECE_BYTES = 8192;

export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    // Spreading the piece would walk through it byte by byte.
    const piece: string = Reflect.apply(
      String.fromCharCode,
      null,
      bytes.subarray(offset, offset + PIECE_BYTES),
    );
    binary += piece;
  }
  return btoa(binary);
}

/** The bytes; undefined where the text is not exactly what `encodeBase64` makes of some: padding, stray bits and blanks count. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !DIGITS.test(text)) return undefined;
  const binary = atob(text);
  // Bits of the last digit that belong to no byte would give one byte string several texts.
  const tail = text.slice(-4);
  if (tail.endsWith('=') && btoa(binary.slice(binary.length - (binary.length % 3))) !== tail)
    return undefined;
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

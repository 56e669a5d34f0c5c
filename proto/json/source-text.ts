/** The text of a JSON document out of bytes or a string, and places in it for people to look at. */
import { TruceError } from '../errors.ts';

const encoder = new TextEncoder();
// ignoreBOM keeps a leading U+FEFF in the text, where the grammar refuses it (RFC 8259 section 8.1).
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** JSON_INVALID at a place in the text; lines and columns count from 1, columns in UTF-16 units. */
export function jsonError(text: string, offset: number, reason: string, options?: ErrorOptions): TruceError {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  return new TruceError('JSON_INVALID', { line, column: offset - start + 1, reason }, options);
}

/** The whole text: valid UTF-8 or well-formed UTF-16, of at most `maximumBytes` bytes. Error: JSON_INVALID. */
export function sourceText(input: string | Uint8Array, maximumBytes: number): string {
  if (typeof input === 'string') {
    // A UTF-16 unit is at least one byte, so this bounds the work of what follows.
    if (input.length > maximumBytes || encoder.encode(input).length > maximumBytes)
      throw jsonError('', 0, `longer than ${maximumBytes} bytes`);
    const lone = input.search(/\p{Surrogate}/u);
    if (lone !== -1) throw jsonError(input, lone, 'half of a surrogate pair');
    return input;
  }
  if (input.length > maximumBytes) throw jsonError('', 0, `longer than ${maximumBytes} bytes`);
  try {
    return strict.decode(input);
  } catch (cause) {
    const before = textBeforeFault(input);
    throw jsonError(before, before.length, 'not UTF-8', { cause });
  }
}

/** What decodes before the first invalid byte: up to there, repairing and encoding again changes nothing. */
function textBeforeFault(input: Uint8Array): string {
  const repaired = encoder.encode(lossy.decode(input));
  let length = 0;
  while (length < input.length && repaired[length] === input[length]) length += 1;
  // With `stream`, a character that the cut leaves unfinished is not repaired but left out.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(input.subarray(0, length), { stream: true });
}

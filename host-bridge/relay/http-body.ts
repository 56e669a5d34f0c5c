/**
 * Bodies of `POST /runtime_manager` (Veracruz of 2022, veracruz-server/src/server.rs): a session's number in decimal,
 * space, and bytes of TLS in base64; what follows them is ignored. A reply has the number and any number of such blobs.
 */
import { TruceError } from '../../proto/errors.ts';

export interface PlaneRequest {
  /** 0 opens a session. */
  readonly session: number;
  /** Empty where the request only asks for what there is: Truce's own; an error in Veracruz. */
  readonly bytes: Buffer;
}

const LARGEST_ID = 2 ** 32 - 1;
/** Leading zeros are allowed, without end they are not. */
const DIGITS = /^[0-9]{1,32}$/;
const PREFIX_BYTES = 64;

/** TruceError RELAY_REQUEST_INVALID {reason} */
export function parsePlaneRequest(body: Buffer): PlaneRequest {
  const [number, afterNumber] = field(body, 0);
  const session = readSession(body.toString('latin1', number, Math.min(afterNumber, number + PREFIX_BYTES)));
  const [blob, end] = field(body, afterNumber);
  if (blob === end) {
    if (session === 0) throw invalid('two fields are due: a session and base64');
    return { session, bytes: Buffer.alloc(0) };
  }
  for (let at = end; at < body.length; at++) if (body[at]! >= 0x80) throw invalid('not ASCII');
  const text = body.toString('latin1', blob, end);
  const bytes = Buffer.from(text, 'base64');
  // The decoder takes almost anything: only what it would write itself is taken for base64.
  if (bytes.toString('base64') !== text) throw invalid('not base64 with padding');
  return { session, bytes };
}

export function encodeBlob(bytes: Buffer): string {
  return ` ${bytes.toString('base64')}`;
}

/** ASCII's white space, as Rust's split_whitespace sees it. */
const SPACES = [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d] as const;

/** Where the next field after `from` begins and ends; both the body's end where there is none. */
function field(body: Buffer, from: number): [number, number] {
  let start = from;
  while (start < body.length && (SPACES as readonly number[]).includes(body[start]!)) start += 1;
  // A search for one byte is much faster than a look at each.
  const ends = SPACES.map((space) => body.indexOf(space, start)).filter((end) => end !== -1);
  return [start, Math.min(body.length, ...ends)];
}

function readSession(text: string): number {
  if (text === '') throw invalid('two fields are due: a session and base64');
  const session = Number(text);
  if (!DIGITS.test(text) || session > LARGEST_ID) throw invalid('the session is no number of 32 bits');
  return session;
}

function invalid(reason: string): TruceError {
  return new TruceError('RELAY_REQUEST_INVALID', { reason });
}

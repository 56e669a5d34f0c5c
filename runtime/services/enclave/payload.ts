/** How services read the fields of a payload: each fault names its field, and never quotes what it holds. */
import { decodeBase64 } from '../../../proto/base64.ts';
import { TruceError } from '../../../proto/errors.ts';
import { type JsonValue, jsonInteger } from '../../../proto/json/value.ts';

export type Payload = ReadonlyMap<string, JsonValue>;

interface Range {
  readonly least?: number;
  readonly most: number;
}

/** What is none of these is a mistake of the caller's, who would wait for its effect. @throws SERVICE_PAYLOAD_INVALID */
export function onlyFields(payload: Payload, names: readonly string[]): void {
  for (const name of payload.keys())
    if (!names.includes(name))
      throw invalid(/^\w{1,64}$/.test(name) ? name : 'fields', 'are not all known here');
}

/** A string; `most` and `least` count bytes of UTF-8. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireText(payload: Payload, name: string, { least = 1, most }: Range): string {
  const value = payload.get(name);
  if (value === undefined) throw invalid(name, 'is missing');
  if (value.kind !== 'string') throw invalid(name, 'is not a string');
  const length = Buffer.byteLength(value.value);
  if (length < least || length > most) throw invalid(name, `has not ${least} to ${most} bytes`);
  return value.value;
}

/** Bytes in base64. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireBytes(payload: Payload, name: string, { least = 0, most }: Range): Uint8Array {
  const value = payload.get(name);
  if (value === undefined) throw invalid(name, 'is missing');
  const bytes = value.kind === 'string' ? decodeBase64(value.value) : undefined;
  if (bytes === undefined) throw invalid(name, 'is not base64');
  if (bytes.length < least || bytes.length > most) throw invalid(name, `has not ${least} to ${most} bytes`);
  return bytes;
}

/** A whole number. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireInteger(payload: Payload, name: string, { least = 0, most }: Range): number {
  const value = payload.get(name);
  if (value === undefined) throw invalid(name, 'is missing');
  const number = value.kind === 'number' ? jsonInteger(value.text) : undefined;
  if (number === undefined || number < least || number > most)
    throw invalid(name, `is not a whole number from ${least} to ${most}`);
  return number;
}

/** What `read` makes of the field; undefined where it is left out or null. */
export function optional<T>(payload: Payload, name: string, read: () => T): T | undefined {
  const value = payload.get(name);
  return value === undefined || value.kind === 'null' ? undefined : read();
}

export function invalid(field: string, reason: string): TruceError {
  return new TruceError('SERVICE_PAYLOAD_INVALID', { field, reason });
}

/** Fields of payloads that hold names, choices, hexadecimal and lists, by the rules of payload.ts; and what a payload can hold. */
import { fromHex } from '../../../proto/bytes.ts';
import { invalid, type Payload, requireText } from './payload.ts';
import { HOST_CALLER } from './service.ts';

/** What callers may call their keys and secrets: good file names everywhere, and no separators of anything. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const LONGEST_NAME = 64;
const MESSAGE_SHARE = 9 / 16;
/** What stands around the bytes. */
const MESSAGE_OVERHEAD = 2048;

export function isServiceName(text: string): boolean {
  return NAME.test(text);
}

/** How many bytes a message can carry in base64, inside the JSON of a payload that is itself in base64. */
export function carriedBytes(messageBytes: number): number {
  return Math.max(0, Math.floor(messageBytes * MESSAGE_SHARE) - MESSAGE_OVERHEAD);
}

/** 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first. @throws SERVICE_PAYLOAD_INVALID */
export function requireName(payload: Payload, name: string): string {
  const text = requireText(payload, name, { most: LONGEST_NAME });
  if (!isServiceName(text)) throw invalid(name, 'is not a name of letters, digits, dots and dashes');
  return text;
}

/** @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireChoice<Choice extends string>(
  payload: Payload,
  name: string,
  choices: readonly Choice[],
): Choice {
  const text = requireText(payload, name, { most: LONGEST_NAME });
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw invalid(name, `is none of ${choices.join(', ')}`);
  return choice;
}

/** Exactly so many bytes in hexadecimal. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireHex(payload: Payload, name: string, length: number): Uint8Array {
  const bytes = fromHex(requireText(payload, name, { most: length * 2 }));
  if (bytes?.length !== length) throw invalid(name, `is not ${length} bytes in hexadecimal`);
  return bytes;
}

/** SHA-256 of a certificate: whom access lists name. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireCallerId(payload: Payload, name: string): string {
  const text = requireText(payload, name, { most: LONGEST_NAME });
  if (!isCallerId(text)) throw invalid(name, 'is not a SHA-256 in 64 digits of lower-case hexadecimal');
  return text;
}

/** A party's; in the plain form there is the host alone. */
export function isCallerId(text: string): boolean {
  return text === HOST_CALLER || /^[0-9a-f]{64}$/.test(text);
}

/** A list of up to `most` texts. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireTexts(
  payload: Payload,
  name: string,
  { most, longest }: { readonly most: number; readonly longest: number },
): string[] {
  return requireList(payload, name, most, (item) =>
    item.kind === 'string' && Buffer.byteLength(item.value) <= longest ? item.value : undefined,
  );
}

/** A list of up to `most` objects. @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireObjects(payload: Payload, name: string, most: number): Payload[] {
  return requireList(payload, name, most, (item) => (item.kind === 'object' ? item.members : undefined));
}

/** @throws TruceError SERVICE_PAYLOAD_INVALID */
export function requireObject(payload: Payload, name: string): Payload {
  const value = payload.get(name);
  if (value === undefined) throw invalid(name, 'is missing');
  if (value.kind !== 'object') throw invalid(name, 'is not an object');
  return value.members;
}

function requireList<Item>(
  payload: Payload,
  name: string,
  most: number,
  read: (item: NonNullable<ReturnType<Payload['get']>>) => Item | undefined,
): Item[] {
  const value = payload.get(name);
  if (value === undefined) throw invalid(name, 'is missing');
  if (value.kind !== 'array') throw invalid(name, 'is not a list');
  if (value.items.length > most) throw invalid(name, `has more than ${most} items`);
  return value.items.map((item) => {
    const found = read(item);
    if (found === undefined) throw invalid(name, 'has an item of another kind or length');
    return found;
  });
}

/**
 * A sealed state: what tells of it, in the clear but authenticated, and what it holds, in AES-256-GCM. Big-endian:
 *
 *     "truce/state" NUL | format 2 | version 8 | length 2, the data key as KMS encrypted it | nonce 12 | ciphertext | tag 16
 *
 * Inside: for each service the length of its name 1, the name, the length of its state 4, the state.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { equalBytes } from '../../../proto/bytes.ts';
import { LONGEST_CIPHERTEXT } from '../kms/kms-request.ts';
import { stateInvalid } from './state-record.ts';

const MAGIC = new TextEncoder().encode('truce/state\0');
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const DATA_KEY_BYTES = 32;
const FIXED_BYTES = MAGIC.length + 2 + 8 + 2;
/** What a seal adds to what it holds, at most. */
export const SEAL_BYTES = FIXED_BYTES + LONGEST_CIPHERTEXT + NONCE_BYTES + TAG_BYTES;

export interface SealedState {
  /** 1 for the first. */
  readonly version: number;
  /** As KMS gave it. */
  readonly encryptedKey: Uint8Array;
  /** All before the ciphertext. */
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  /** With its tag. */
  readonly ciphertext: Uint8Array;
}

/** @param key 32 bytes, which encrypt nothing else */
export function sealState(
  version: number,
  { key, encryptedKey }: { readonly key: Uint8Array; readonly encryptedKey: Uint8Array },
  plaintext: Uint8Array,
): Uint8Array {
  const header = new Uint8Array(FIXED_BYTES + encryptedKey.length + NONCE_BYTES);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  view.setUint16(MAGIC.length, FORMAT);
  view.setBigUint64(MAGIC.length + 2, BigInt(version));
  view.setUint16(MAGIC.length + 10, encryptedKey.length);
  header.set(encryptedKey, FIXED_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  header.set(nonce, FIXED_BYTES + encryptedKey.length);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(header);
  const ciphertext = [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
  return new Uint8Array(Buffer.concat([header, ...ciphertext]));
}

/** The parts, none of them authenticated yet. @throws TruceError SEALED_STATE_INVALID */
export function readSealedState(bytes: Uint8Array): SealedState {
  if (bytes.length < FIXED_BYTES) throw stateInvalid('it is too short');
  if (!equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) throw stateInvalid('it does not begin as one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint16(MAGIC.length);
  if (format !== FORMAT) throw stateInvalid(`its format is ${format}, known is ${FORMAT}`);
  const version = view.getBigUint64(MAGIC.length + 2);
  if (version < 1n || version > BigInt(Number.MAX_SAFE_INTEGER)) throw stateInvalid('its version is none');
  const keyLength = view.getUint16(MAGIC.length + 10);
  if (keyLength < 1 || keyLength > LONGEST_CIPHERTEXT) throw stateInvalid('its data key is none');
  const headerLength = FIXED_BYTES + keyLength + NONCE_BYTES;
  if (bytes.length < headerLength + TAG_BYTES) throw stateInvalid('it is too short');
  return {
    version: Number(version),
    encryptedKey: bytes.subarray(FIXED_BYTES, FIXED_BYTES + keyLength),
    header: bytes.subarray(0, headerLength),
    nonce: bytes.subarray(headerLength - NONCE_BYTES, headerLength),
    ciphertext: bytes.subarray(headerLength),
  };
}

/** What was sealed, the caller's to clear. @throws TruceError SEALED_STATE_INVALID */
export function openSealedState({ header, nonce, ciphertext }: SealedState, key: Uint8Array): Uint8Array {
  if (key.length !== DATA_KEY_BYTES) throw stateInvalid('its data key has another length');
  const end = ciphertext.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(header).setAuthTag(ciphertext.subarray(end));
  const plaintext = decipher.update(ciphertext.subarray(0, end));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    throw stateInvalid('it was changed, or sealed with another key');
  }
}

/** The caller's to clear. */
export function packStates(states: ReadonlyMap<string, Uint8Array>): Uint8Array {
  let length = 0;
  const names = new Map([...states.keys()].map((name) => [name, new TextEncoder().encode(name)]));
  for (const [name, state] of states) length += 1 + names.get(name)!.length + 4 + state.length;
  const packed = new Uint8Array(length);
  const view = new DataView(packed.buffer);
  let offset = 0;
  for (const [name, state] of states) {
    const encoded = names.get(name)!;
    packed[offset] = encoded.length;
    packed.set(encoded, offset + 1);
    offset += 1 + encoded.length;
    view.setUint32(offset, state.length);
    packed.set(state, offset + 4);
    offset += 4 + state.length;
  }
  return packed;
}

/** Views of the input. @throws TruceError SEALED_STATE_INVALID */
export function unpackStates(packed: Uint8Array): Map<string, Uint8Array> {
  const states = new Map<string, Uint8Array>();
  let rest = packed;
  const take = (length: number): Uint8Array => {
    if (rest.length < length) throw stateInvalid('what it holds is cut short');
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  while (rest.length > 0) {
    const name = Buffer.from(take(take(1)[0]!)).toString('latin1');
    const length = take(4);
    const size = new DataView(length.buffer, length.byteOffset, 4).getUint32(0);
    const state = take(size);
    if (states.has(name)) throw stateInvalid('it holds a service twice');
    states.set(name, state);
  }
  return states;
}

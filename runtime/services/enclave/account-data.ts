/**
 * Account data, encrypted for the caller to keep: AES-256-GCM under a key that is made anew for each message, out of the
 * caller's key and 20 random bytes. With the random nonce that is 256 bits, so no number of messages comes near a
 * repetition, and nobody has to count them.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concatBytes } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { AccountKeys } from './account-keys.ts';

/** The first byte of what is encrypted. */
const VERSION = 1;
const SALT_BYTES = 20;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES;
/** What encryption adds. */
export const DATA_OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;

/** Version, salt, nonce, ciphertext, tag. */
export function encryptAccountData(
  keys: AccountKeys,
  caller: string,
  data: Uint8Array,
  associated: Uint8Array,
): Uint8Array {
  const header = Buffer.concat([Buffer.of(VERSION), randomBytes(SALT_BYTES + NONCE_BYTES)]);
  const key = keys.derive('data', caller, header.subarray(1, 1 + SALT_BYTES));
  try {
    const cipher = createCipheriv('aes-256-gcm', key, header.subarray(1 + SALT_BYTES), {
      authTagLength: TAG_BYTES,
    });
    cipher.setAAD(authenticated(header, associated));
    return Buffer.concat([header, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  } finally {
    key.fill(0);
  }
}

/** @throws TruceError ACCOUNT_DATA_NOT_AUTHENTIC, whatever is wrong with it */
export function decryptAccountData(
  keys: AccountKeys,
  caller: string,
  encrypted: Uint8Array,
  associated: Uint8Array,
): Uint8Array {
  if (encrypted.length < DATA_OVERHEAD_BYTES || encrypted[0] !== VERSION) throw notAuthentic();
  const header = encrypted.subarray(0, HEADER_BYTES);
  const key = keys.derive('data', caller, header.subarray(1, 1 + SALT_BYTES));
  let data: Buffer | undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, header.subarray(1 + SALT_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(authenticated(header, associated));
    decipher.setAuthTag(encrypted.subarray(-TAG_BYTES));
    data = decipher.update(encrypted.subarray(HEADER_BYTES, -TAG_BYTES));
    decipher.final();
    return data;
  } catch {
    data?.fill(0);
    throw notAuthentic();
  } finally {
    key.fill(0);
  }
}

/** The header is of one length, so what follows it can be nothing else. */
function authenticated(header: Uint8Array, associated: Uint8Array): Uint8Array {
  return concatBytes(header, associated);
}

function notAuthentic(): TruceError {
  return new TruceError('ACCOUNT_DATA_NOT_AUTHENTIC');
}

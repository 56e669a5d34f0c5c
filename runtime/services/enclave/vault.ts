/**
 * Envelope encryption in memory: each item under a data key of its own, each data key under one root key that OpenSSL holds.
 * What lies about in JavaScript's memory is ciphertext; keys and plaintexts are there for the time of one call.
 * AES-256-GCM throughout; the associated data say what an item is, so that none can be taken for another.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { TruceError } from '../../../proto/errors.ts';

const KEY_BYTES = 32;
/** Random ones: a key encrypts far fewer than 2^32 items. Source: NIST SP 800-38D section 8.3. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What encryption adds to an item. */
export const VAULT_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;
export const WRAPPED_KEY_BYTES = KEY_BYTES + VAULT_OVERHEAD_BYTES;
export const ROOT_KEY_BYTES = KEY_BYTES;

/** What an item is: texts without NUL, the most general first. */
export type VaultPlace = readonly string[];

export class Vault {
  #root: KeyObject;

  constructor() {
    this.#root = newRoot(randomBytes(KEY_BYTES));
  }

  /** A new data key, wrapped: it opens at this place alone. */
  newKey(place: VaultPlace): Uint8Array {
    const key = randomBytes(KEY_BYTES);
    try {
      return encrypt(this.#root, key, place);
    } finally {
      key.fill(0);
    }
  }

  seal(wrapped: Uint8Array, keyPlace: VaultPlace, plaintext: Uint8Array, place: VaultPlace): Uint8Array {
    return this.#with(wrapped, keyPlace, (key) => encrypt(key, plaintext, place));
  }

  /** The plaintext, the caller's to clear. @throws TruceError SEALED_STATE_INVALID where it was not sealed there */
  open(wrapped: Uint8Array, keyPlace: VaultPlace, sealed: Uint8Array, place: VaultPlace): Uint8Array {
    return this.#with(wrapped, keyPlace, (key) => decrypt(key, sealed, place));
  }

  /** In the clear, the caller's to clear: who has it reads everything that was sealed here. */
  exportRoot(): Uint8Array {
    return this.#root.export();
  }

  /** A vault that opens what another one sealed. The bytes are copied. */
  static withRoot(root: Uint8Array): Vault {
    const vault = new Vault();
    vault.#root = newRoot(Uint8Array.from(root));
    return vault;
  }

  #with<T>(wrapped: Uint8Array, place: VaultPlace, work: (key: Uint8Array) => T): T {
    const key = decrypt(this.#root, wrapped, place);
    try {
      return work(key);
    } finally {
      key.fill(0);
    }
  }
}

function newRoot(bytes: Uint8Array): KeyObject {
  const root = createSecretKey(bytes);
  bytes.fill(0);
  return root;
}

function encrypt(key: KeyObject | Uint8Array, plaintext: Uint8Array, place: VaultPlace): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(place));
  const sealed = new Uint8Array(plaintext.length + VAULT_OVERHEAD_BYTES);
  sealed.set(nonce);
  sealed.set(cipher.update(plaintext), NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), NONCE_BYTES + plaintext.length);
  return sealed;
}

function decrypt(key: KeyObject | Uint8Array, sealed: Uint8Array, place: VaultPlace): Uint8Array {
  const end = sealed.length - TAG_BYTES;
  if (end < NONCE_BYTES) throw new TruceError('SEALED_STATE_INVALID', { reason: 'an item is too short' });
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(place)).setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, end));
  try {
    decipher.final();
  } catch (cause) {
    plaintext.fill(0);
    throw new TruceError('SEALED_STATE_INVALID', { reason: 'an item is not authentic' }, { cause });
  }
  return plaintext;
}

function associatedData(place: VaultPlace): Uint8Array {
  return Buffer.from(place.join('\0'));
}

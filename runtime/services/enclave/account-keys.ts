/**
 * The account service's one secret, and the keys that follow from it: one for each purpose and caller, so that nothing made
 * for one caller is of use to another. It never leaves but sealed.
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { TruceError } from '../../../proto/errors.ts';
import type { KeptState } from './service.ts';

export type AccountPurpose = 'password' | 'data' | 'token';

const SECRET_BYTES = 32;
const KEY_BYTES = 32;
/** The first byte of an exported state. */
const STATE_VERSION = 1;

export class AccountKeys implements KeptState {
  #secret: KeyObject;
  #inUse = false;

  constructor() {
    this.#secret = secretKey(randomBytes(SECRET_BYTES));
  }

  /** Whether anything was made that only this secret can tell. */
  get inUse(): boolean {
    return this.#inUse;
  }

  /** HKDF-SHA-256 (RFC 5869); the salt makes a key of its own where one is given. The key is the caller's to clear. */
  derive(purpose: AccountPurpose, caller: string, salt: Uint8Array = new Uint8Array(0)): Buffer {
    const info = `truce/account/${purpose}/v1\0${caller}`;
    return Buffer.from(hkdfSync('sha256', this.#secret, salt, info, KEY_BYTES));
  }

  /** To be told where something is made that is to be read again. */
  used(): void {
    this.#inUse = true;
  }

  export(): Uint8Array {
    const secret = this.#secret.export();
    const state = Buffer.concat([Buffer.of(STATE_VERSION), secret]);
    secret.fill(0);
    return state;
  }

  prepare(state: Uint8Array): () => void {
    if (state.length !== 1 + SECRET_BYTES || state[0] !== STATE_VERSION)
      throw new TruceError('SEALED_STATE_INVALID', { reason: 'not a state of the account service' });
    const secret = secretKey(Buffer.from(state.subarray(1)));
    return () => {
      this.#secret = secret;
      this.#inUse = true;
    };
  }
}

/** OpenSSL keeps a copy of its own; the bytes that it was made from are cleared. */
function secretKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

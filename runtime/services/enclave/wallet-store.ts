/** The keys of a wallet, each its owner's alone, in the vault but for the time that one is used. */
import { TruceError } from '../../../proto/errors.ts';
import { type OwnedLimits, OwnedTable } from './owned-table.ts';
import type { KeptState } from './service.ts';
import { readState, type StateRecord, stateInvalid, writeState } from './state-record.ts';
import { Vault, type VaultPlace } from './vault.ts';
import { isPrivateKey, PRIVATE_KEY_BYTES, type WalletCurve } from './wallet-curves.ts';

/** A private key of a curve, or the seed of a BIP-32 hierarchy. */
export const walletKeyTypes = ['secp256k1', 'p256', 'bip32'] as const;
export type WalletKeyType = (typeof walletKeyTypes)[number];

export const SEED_BYTES = 32;
const KEYS_PER_OWNER = 64;
/** What a key takes in a state at most: its owner, its names, and both ciphertexts. */
const RECORD_BYTES = 288;
const DEFAULT_STATE_BYTES = 4 << 20;

interface StoredKey {
  readonly type: WalletKeyType;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
}

export class WalletStore implements KeptState {
  readonly #limits: OwnedLimits;
  #vault = new Vault();
  #keys: OwnedTable<StoredKey>;

  /** @param stateBytes that all keys together may take in a state */
  constructor(stateBytes = DEFAULT_STATE_BYTES) {
    const inAll = Math.floor(stateBytes / RECORD_BYTES);
    this.#limits = { what: 'keys', perOwner: KEYS_PER_OWNER, inAll };
    this.#keys = new OwnedTable(this.#limits);
  }

  get inUse(): boolean {
    return this.#keys.size > 0;
  }

  /** `secret` is copied. @throws TruceError WALLET_KEY_EXISTS, SERVICE_STORE_FULL */
  add(owner: string, name: string, type: WalletKeyType, secret: Uint8Array): void {
    if (this.#keys.get(owner, name) !== undefined) throw new TruceError('WALLET_KEY_EXISTS', { name });
    const place = placeOf(owner, name, type);
    const wrapped = this.#vault.newKey(place);
    const sealed = this.#vault.seal(wrapped, place, secret, place);
    this.#keys.add(owner, name, { type, wrapped, sealed });
  }

  /** The work with a key, which is cleared afterwards. @throws TruceError WALLET_KEY_UNKNOWN; what the work throws */
  use<T>(owner: string, name: string, work: (type: WalletKeyType, secret: Uint8Array) => T): T {
    const key = this.#keys.get(owner, name);
    if (key === undefined) throw new TruceError('WALLET_KEY_UNKNOWN', { name });
    const secret = openKey(this.#vault, owner, name, key);
    try {
      return work(key.type, secret);
    } finally {
      secret.fill(0);
    }
  }

  list(owner: string): { name: string; type: WalletKeyType }[] {
    return [...this.#keys.of(owner)].map(([name, { type }]) => ({ name, type }));
  }

  /** @throws TruceError WALLET_KEY_UNKNOWN */
  delete(owner: string, name: string): void {
    if (!this.#keys.delete(owner, name)) throw new TruceError('WALLET_KEY_UNKNOWN', { name });
  }

  export(): Uint8Array {
    const records = [...this.#keys.entries()].map(([owner, name, { type, wrapped, sealed }]) => [
      owner,
      name,
      type,
      wrapped,
      sealed,
    ]);
    return writeState(this.#vault, records);
  }

  prepare(state: Uint8Array): () => void {
    const { vault, records } = readState(state);
    const keys = new OwnedTable<StoredKey>(this.#limits);
    for (const record of records) readKey(vault, keys, record);
    return () => {
      this.#vault = vault;
      this.#keys = keys;
    };
  }
}

function readKey(vault: Vault, keys: OwnedTable<StoredKey>, record: StateRecord): void {
  const owner = record.owner();
  const name = record.name();
  const text = record.text();
  const type = walletKeyTypes.find((known) => known === text);
  if (type === undefined) throw stateInvalid('a key of no known type');
  const key = { type, wrapped: record.bytes(), sealed: record.bytes() };
  record.end();
  if (keys.get(owner, name) !== undefined) throw stateInvalid('two keys of one name');
  const secret = openKey(vault, owner, name, key);
  const sound =
    secret.length === PRIVATE_KEY_BYTES && (type === 'bip32' || isPrivateKey(curveOf(type), secret));
  secret.fill(0);
  if (!sound) throw stateInvalid('a key is none');
  keys.add(owner, name, key);
}

/** Hierarchies are of secp256k1 (BIP-32). */
export function curveOf(type: WalletKeyType): WalletCurve {
  return type === 'bip32' ? 'secp256k1' : type;
}

function openKey(vault: Vault, owner: string, name: string, key: StoredKey): Uint8Array {
  const place = placeOf(owner, name, key.type);
  return vault.open(key.wrapped, place, key.sealed, place);
}

function placeOf(owner: string, name: string, type: WalletKeyType): VaultPlace {
  return ['truce/wallet/v1', owner, name, type];
}

/**
 * Secrets in versions, each its owner's, and read by whom the owner lists. A data key for each secret; the associated data of
 * each version name owner, secret and version.
 */
import { TruceError } from '../../../proto/errors.ts';
import { type OwnedLimits, OwnedTable } from './owned-table.ts';
import type { KeptState } from './service.ts';
import { readState, type StateRecord, stateInvalid, writeState } from './state-record.ts';
import { VAULT_OVERHEAD_BYTES, Vault, type VaultPlace } from './vault.ts';

export const LONGEST_SECRET = 64 << 10;
export const MOST_READERS = 64;
const SECRETS_PER_OWNER = 64;
const MOST_VERSIONS = 32;
/** What a secret takes in a state at most, beside its readers and versions; a reader; and a version beside its ciphertext. */
const SECRET_BYTES = 224;
const READER_BYTES = 66;
const VERSION_BYTES = 16;
/** Of the room for all, so much for one owner. */
const OWNERS_SHARE = 1 / 4;
const DEFAULT_STATE_BYTES = 4 << 20;

interface Secret {
  readonly wrapped: Uint8Array;
  readers: ReadonlySet<string>;
  /** Ciphertexts by version, those that are not destroyed, the oldest first. */
  readonly versions: Map<number, Uint8Array>;
  nextVersion: number;
}

/** Which secret, and which version of it: the newest where none is named. */
export interface SecretChoice {
  readonly owner: string;
  readonly name: string;
  readonly version: number | undefined;
}

export interface SecretFacts {
  readonly owner: string;
  readonly name: string;
  readonly versions: readonly number[];
  /** For its owner alone. */
  readonly readers?: readonly string[];
}

export class SecretsStore implements KeptState {
  readonly #limits: OwnedLimits;
  readonly #stateBytes: number;
  #vault = new Vault();
  #secrets: OwnedTable<Secret>;

  /** @param stateBytes that all secrets together may take in a state */
  constructor(stateBytes = DEFAULT_STATE_BYTES) {
    this.#stateBytes = stateBytes;
    const inAll = Math.floor(stateBytes / SECRET_BYTES);
    this.#limits = { what: 'secrets', perOwner: SECRETS_PER_OWNER, inAll };
    this.#secrets = new OwnedTable(this.#limits);
  }

  get inUse(): boolean {
    return this.#secrets.size > 0;
  }

  /** Makes the next version of a secret, or a secret. @throws TruceError SERVICE_STORE_FULL */
  put(owner: string, name: string, value: Uint8Array): number {
    const known = this.#secrets.get(owner, name);
    if (known !== undefined && known.versions.size >= MOST_VERSIONS) throw full('versions', MOST_VERSIONS);
    const added = versionBytes(value.length) + (known === undefined ? SECRET_BYTES : 0);
    this.#requireRoom(owner, added);
    const secret = known ?? this.#newSecret(owner, name);
    const version = secret.nextVersion;
    const place = versionPlace(owner, name, version);
    const sealed = this.#vault.seal(secret.wrapped, keyPlace(owner, name), value, place);
    if (known === undefined) this.#secrets.add(owner, name, secret);
    secret.nextVersion++;
    secret.versions.set(version, sealed);
    return version;
  }

  /**
   * The value, the caller's to clear.
   * @throws TruceError SECRET_UNKNOWN, whether it is not there or not for them to read; SECRET_VERSION_UNKNOWN
   */
  read(caller: string, { owner, name, version }: SecretChoice): { version: number; value: Uint8Array } {
    const secret = this.#secrets.get(owner, name);
    if (secret === undefined || !mayRead(secret, owner, caller))
      throw new TruceError('SECRET_UNKNOWN', { name });
    const chosen = version ?? [...secret.versions.keys()].at(-1);
    const sealed = chosen === undefined ? undefined : secret.versions.get(chosen);
    if (chosen === undefined || sealed === undefined)
      throw new TruceError('SECRET_VERSION_UNKNOWN', { name, version: chosen ?? 'left' });
    return { version: chosen, value: openVersion(this.#vault, owner, name, secret, chosen, sealed) };
  }

  /** What the caller may read. */
  list(caller: string): SecretFacts[] {
    const facts: SecretFacts[] = [];
    for (const [owner, name, secret] of this.#secrets.entries()) {
      if (!mayRead(secret, owner, caller)) continue;
      const versions = [...secret.versions.keys()];
      facts.push({ owner, name, versions, ...(owner === caller ? { readers: [...secret.readers] } : {}) });
    }
    return facts;
  }

  /** Lets these read it beside its owner, and nobody else any more. @throws TruceError SECRET_UNKNOWN, SERVICE_STORE_FULL */
  share(owner: string, name: string, readers: readonly string[]): void {
    const secret = this.#owned(owner, name);
    this.#requireRoom(owner, (readers.length - secret.readers.size) * READER_BYTES);
    secret.readers = new Set(readers);
  }

  /** Forgets one version, whose number is not used again. @throws TruceError SECRET_UNKNOWN, SECRET_VERSION_UNKNOWN */
  destroy(owner: string, name: string, version: number): void {
    const secret = this.#owned(owner, name);
    secret.versions.get(version)?.fill(0);
    if (!secret.versions.delete(version)) throw new TruceError('SECRET_VERSION_UNKNOWN', { name, version });
  }

  /** Forgets a secret, its key and its name. @throws TruceError SECRET_UNKNOWN */
  delete(owner: string, name: string): void {
    const { wrapped, versions } = this.#owned(owner, name);
    for (const bytes of [wrapped, ...versions.values()]) bytes.fill(0);
    this.#secrets.delete(owner, name);
  }

  export(): Uint8Array {
    const records = [...this.#secrets.entries()].map(([owner, name, secret]) => [
      owner,
      name,
      secret.wrapped,
      secret.nextVersion,
      [...secret.readers],
      [...secret.versions].map(([version, sealed]) => [version, sealed]),
    ]);
    return writeState(this.#vault, records);
  }

  prepare(state: Uint8Array): () => void {
    const { vault, records } = readState(state);
    const secrets = new OwnedTable<Secret>(this.#limits);
    for (const record of records) readSecret(vault, secrets, record);
    return () => {
      this.#vault = vault;
      this.#secrets = secrets;
    };
  }

  #newSecret(owner: string, name: string): Secret {
    const wrapped = this.#vault.newKey(keyPlace(owner, name));
    return { wrapped, readers: new Set(), versions: new Map(), nextVersion: 1 };
  }

  #owned(owner: string, name: string): Secret {
    const secret = this.#secrets.get(owner, name);
    if (secret === undefined) throw new TruceError('SECRET_UNKNOWN', { name });
    return secret;
  }

  #requireRoom(owner: string, added: number): void {
    const limit = Math.floor(this.#stateBytes * OWNERS_SHARE);
    if (sizeOf([...this.#secrets.of(owner)].map(([, secret]) => secret)) + added > limit)
      throw full('bytes of secrets of one owner', limit);
    const all = [...this.#secrets.entries()].map(([, , secret]) => secret);
    if (sizeOf(all) + added > this.#stateBytes) throw full('bytes of secrets', this.#stateBytes);
  }
}

function readSecret(vault: Vault, secrets: OwnedTable<Secret>, record: StateRecord): void {
  const owner = record.owner();
  const name = record.name();
  const secret = {
    wrapped: record.bytes(),
    nextVersion: record.integer(1),
    readers: readReaders(record.list()),
    versions: new Map<number, Uint8Array>(),
  };
  let last = 0;
  for (const entry of record.list().records()) {
    const version = entry.integer(last + 1);
    const sealed = entry.bytes();
    entry.end();
    if (version >= secret.nextVersion) throw stateInvalid('a version that is to come');
    openVersion(vault, owner, name, secret, version, sealed).fill(0);
    secret.versions.set(version, sealed);
    last = version;
  }
  record.end();
  if (secrets.get(owner, name) !== undefined) throw stateInvalid('two secrets of one name');
  secrets.add(owner, name, secret);
}

function readReaders(list: StateRecord): Set<string> {
  const readers = new Set<string>();
  while (!list.atEnd) readers.add(list.owner());
  return readers;
}

function mayRead({ readers }: Secret, owner: string, caller: string): boolean {
  return caller === owner || readers.has(caller);
}

function openVersion(
  vault: Vault,
  owner: string,
  name: string,
  { wrapped }: Pick<Secret, 'wrapped'>,
  version: number,
  sealed: Uint8Array,
): Uint8Array {
  return vault.open(wrapped, keyPlace(owner, name), sealed, versionPlace(owner, name, version));
}

function sizeOf(secrets: readonly Secret[]): number {
  let bytes = 0;
  for (const { readers, versions } of secrets) {
    bytes += SECRET_BYTES + readers.size * READER_BYTES;
    for (const sealed of versions.values()) bytes += sealed.length + VERSION_BYTES;
  }
  return bytes;
}

function versionBytes(valueLength: number): number {
  return valueLength + VAULT_OVERHEAD_BYTES + VERSION_BYTES;
}

function full(what: string, limit: number): TruceError {
  return new TruceError('SERVICE_STORE_FULL', { what, limit });
}

function keyPlace(owner: string, name: string): VaultPlace {
  return ['truce/secrets/key/v1', owner, name];
}

function versionPlace(owner: string, name: string, version: number): VaultPlace {
  return ['truce/secrets/value/v1', owner, name, String(version)];
}

/** Secrets of callers, in versions, for their owners and for those whom the owners list. */
import { encodeBase64 } from '../../../proto/base64.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { AttestedKeys } from '../attestation/attested-keys.ts';
import { P384_SUITE } from '../attestation/hpke.ts';
import {
  invalid,
  onlyFields,
  optional,
  type Payload,
  requireBytes,
  requireInteger,
  requireText,
} from './payload.ts';
import { isCallerId, requireCallerId, requireName, requireTexts } from './payload-names.ts';
import { LONGEST_SECRET, MOST_READERS, type SecretChoice, SecretsStore } from './secrets-store.ts';
import type { EnclaveService, ServiceCall } from './service.ts';

export interface SecretsOptions {
  /** That all secrets together may take in a state; some megabytes unless told. */
  readonly stateBytes?: number;
  /** Those that documents of the attestation service speak for; without them nothing sealed can be put. */
  readonly keys?: Pick<AttestedKeys, 'open'>;
}

/** Of an attested key: SHA-256 of its SubjectPublicKeyInfo. */
const KEY_ID = /^[0-9a-f]{64}$/;
const SEAL_BYTES = 16;

export class SecretsService implements EnclaveService {
  readonly type = 'secrets';
  readonly operations = ['put', 'putSealed', 'get', 'list', 'share', 'destroy', 'delete'];
  readonly state: SecretsStore;
  readonly #keys: SecretsOptions['keys'];

  constructor({ stateBytes, keys }: SecretsOptions = {}) {
    this.state = new SecretsStore(stateBytes);
    this.#keys = keys;
  }

  async call({ caller: { id }, operation, payload }: ServiceCall): Promise<object> {
    switch (operation) {
      case 'put':
        return this.#put(id, payload);
      case 'putSealed':
        return this.#putSealed(id, payload);
      case 'get':
        return this.#get(id, payload);
      case 'list':
        onlyFields(payload, []);
        return { secrets: this.state.list(id) };
      case 'share':
        return this.#share(id, payload);
      case 'destroy':
        return this.#destroy(id, payload);
      case 'delete':
        return this.#delete(id, payload);
      default:
        throw new RangeError('an operation that is not listed');
    }
  }

  #put(owner: string, payload: Payload): object {
    onlyFields(payload, ['name', 'value']);
    const name = requireName(payload, 'name');
    return this.#keep(owner, name, requireBytes(payload, 'value', { most: LONGEST_SECRET }));
  }

  /**
   * What somebody sealed to an attested key, for this owner and this name: who carried it learns nothing, and can put it
   * nowhere else.
   */
  #putSealed(owner: string, payload: Payload): object {
    onlyFields(payload, ['name', 'keyId', 'encapsulated', 'ciphertext']);
    const name = requireName(payload, 'name');
    const id = requireText(payload, 'keyId', { most: 64 });
    if (!KEY_ID.test(id)) throw invalid('keyId', 'is no SHA-256 in hexadecimal');
    const { pointBytes } = P384_SUITE;
    const sealed = {
      encapsulated: requireBytes(payload, 'encapsulated', { least: pointBytes, most: pointBytes }),
      ciphertext: requireBytes(payload, 'ciphertext', {
        least: SEAL_BYTES,
        most: LONGEST_SECRET + SEAL_BYTES,
      }),
    };
    if (this.#keys === undefined) throw new TruceError('ATTESTED_KEY_UNKNOWN');
    const recipient = new TextEncoder().encode(`${owner}\0${name}`);
    return this.#keep(owner, name, this.#keys.open(id, this.type, sealed, recipient));
  }

  #keep(owner: string, name: string, value: Uint8Array): object {
    try {
      return { name, version: this.state.put(owner, name, value) };
    } finally {
      value.fill(0);
    }
  }

  #get(caller: string, payload: Payload): object {
    onlyFields(payload, ['name', 'owner', 'version']);
    const choice = readSecretChoice(caller, payload);
    const { version, value } = this.state.read(caller, choice);
    try {
      return { owner: choice.owner, name: choice.name, version, value: encodeBase64(value) };
    } finally {
      value.fill(0);
    }
  }

  #share(owner: string, payload: Payload): object {
    onlyFields(payload, ['name', 'readers']);
    const name = requireName(payload, 'name');
    const readers = new Set(requireTexts(payload, 'readers', { most: MOST_READERS, longest: 64 }));
    if (![...readers].every(isCallerId))
      throw invalid('readers', 'has an item that is no SHA-256 in hexadecimal');
    this.state.share(owner, name, [...readers]);
    return { name, readers: [...readers] };
  }

  #destroy(owner: string, payload: Payload): object {
    onlyFields(payload, ['name', 'version']);
    const name = requireName(payload, 'name');
    const version = requireInteger(payload, 'version', VERSIONS);
    this.state.destroy(owner, name, version);
    return { name, version };
  }

  #delete(owner: string, payload: Payload): object {
    onlyFields(payload, ['name']);
    const name = requireName(payload, 'name');
    this.state.delete(owner, name);
    return { name };
  }
}

const VERSIONS = { least: 1, most: Number.MAX_SAFE_INTEGER };

/** `name`, and where they are there `owner` and `version`: the caller's own unless told, and the newest. */
export function readSecretChoice(caller: string, payload: Payload): SecretChoice {
  return {
    owner: optional(payload, 'owner', () => requireCallerId(payload, 'owner')) ?? caller,
    name: requireName(payload, 'name'),
    version: optional(payload, 'version', () => requireInteger(payload, 'version', VERSIONS)),
  };
}

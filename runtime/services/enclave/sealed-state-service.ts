/**
 * The state of all services, taken out of the enclave and into another one: sealed under a data key that KMS gives to the same
 * image with the same policy alone, and that is bound to the state's version. Without KMS it is lost with the enclave.
 */
import { encodeBase64 } from '../../../proto/base64.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { AwsCredentials } from '../kms/signature-v4.ts';
import { onlyFields, optional, type Payload, requireBytes, requireInteger, requireText } from './payload.ts';
import { requireObject } from './payload-names.ts';
import {
  openSealedState,
  packStates,
  readSealedState,
  SEAL_BYTES,
  sealState,
  unpackStates,
} from './sealed-state-format.ts';
import type { EnclaveService, KeptState, ServiceCall } from './service.ts';
import { type StateKeyRequest, type StateKeys, stateContext } from './state-keys.ts';
import { stateInvalid } from './state-record.ts';

export interface SealedStateOptions {
  /** By the services' types, those that are imported last at the end. */
  readonly states: ReadonlyMap<string, KeptState>;
  /** undefined: the boot configuration names no KMS. */
  readonly keys: StateKeys | undefined;
  /** Of the policy, in hexadecimal. @throws TruceError POLICY_NOT_SET where the register is not locked */
  readonly policyPcr: () => Promise<string>;
  /** Whether a caller may export and import. */
  readonly permits: (caller: string) => boolean;
  /** Bytes of a sealed state that a message can carry. */
  readonly longest: number;
}

export interface StateFacts {
  readonly durability: 'sealed-by-kms' | 'lost-with-the-enclave';
  /** Of what was exported or imported last; 0: nothing was. */
  readonly version: number;
  readonly imported: boolean;
}

/** KMS knows no longer ones than session tokens, of which some have two thousand characters. */
const LONGEST_CREDENTIAL = 8192;
const VERSIONS = { least: 1, most: Number.MAX_SAFE_INTEGER };

export class SealedStateService implements EnclaveService {
  readonly type = 'state';
  readonly operations = ['status', 'export', 'import'];
  readonly #options: SealedStateOptions;
  #version = 0;
  #imported = false;
  #busy = false;

  constructor(options: SealedStateOptions) {
    this.#options = options;
  }

  get facts(): StateFacts {
    const durability = this.#options.keys === undefined ? 'lost-with-the-enclave' : 'sealed-by-kms';
    return { durability, version: this.#version, imported: this.#imported };
  }

  async call({ caller: { id }, operation, payload, signal }: ServiceCall): Promise<object> {
    if (operation === 'status') {
      onlyFields(payload, []);
      return { ...this.facts, inUse: this.#inUse() };
    }
    const { keys, permits } = this.#options;
    if (keys === undefined) throw new TruceError('SEALED_STATE_UNAVAILABLE');
    if (!permits(id)) throw new TruceError('SEALED_STATE_DENIED');
    if (this.#busy) throw new TruceError('SEALED_STATE_BUSY');
    this.#busy = true;
    try {
      return await (operation === 'export'
        ? this.#export(keys, payload, signal)
        : this.#import(keys, payload, signal));
    } finally {
      this.#busy = false;
    }
  }

  async #export(keys: StateKeys, payload: Payload, signal: AbortSignal): Promise<object> {
    onlyFields(payload, ['credentials']);
    const credentials = readCredentials(payload);
    const version = this.#version + 1;
    const request = await this.#request(version, credentials, signal);
    const made = await keys.make(request);
    try {
      const sealed = this.#seal(version, made);
      this.#version = version;
      return { version, state: encodeBase64(sealed) };
    } finally {
      made.key.fill(0);
    }
  }

  #seal(version: number, made: { readonly key: Uint8Array; readonly encryptedKey: Uint8Array }): Uint8Array {
    const states = new Map([...this.#options.states].map(([type, state]) => [type, state.export()]));
    const packed = packStates(states);
    try {
      const sealed = sealState(version, made, packed);
      const { longest } = this.#options;
      if (sealed.length > longest)
        throw new TruceError('SEALED_STATE_TOO_LARGE', { length: sealed.length, limit: longest });
      return sealed;
    } finally {
      for (const bytes of [packed, ...states.values()]) bytes.fill(0);
    }
  }

  async #import(keys: StateKeys, payload: Payload, signal: AbortSignal): Promise<object> {
    onlyFields(payload, ['credentials', 'state', 'version', 'atLeast']);
    const credentials = readCredentials(payload);
    const sealed = readSealedState(requireBytes(payload, 'state', { most: this.#options.longest }));
    const demand = (name: string) => optional(payload, name, () => requireInteger(payload, name, VERSIONS));
    requireVersion(sealed.version, demand('version'), demand('atLeast'));
    // Nor does a state that this life has known already come back older.
    requireVersion(sealed.version, undefined, this.#version);
    this.#requireUnused();
    const request = await this.#request(sealed.version, credentials, signal);
    const key = await keys.open(sealed.encryptedKey, request);
    let packed: Uint8Array | undefined;
    try {
      packed = openSealedState(sealed, key);
      // Others had their turns while KMS was asked.
      this.#requireUnused();
      this.#take(unpackStates(packed));
    } finally {
      key.fill(0);
      packed?.fill(0);
    }
    this.#version = sealed.version;
    this.#imported = true;
    return { version: sealed.version };
  }

  /** All or nothing: every part has been read before the first takes its place. */
  #take(imported: ReadonlyMap<string, Uint8Array>): void {
    const { states } = this.#options;
    const installs = [...imported].map(([type, part]) => {
      const state = states.get(type);
      if (state === undefined) throw stateInvalid('it holds a service that is not here');
      return state.prepare(part);
    });
    for (const install of installs) install();
  }

  async #request(
    version: number,
    credentials: AwsCredentials,
    signal: AbortSignal,
  ): Promise<StateKeyRequest> {
    const context = stateContext(await this.#options.policyPcr(), version);
    return { context, credentials, signal };
  }

  #inUse(): string[] {
    return [...this.#options.states].filter(([, state]) => state.inUse).map(([type]) => type);
  }

  #requireUnused(): void {
    const services = this.#inUse();
    if (services.length > 0) throw new TruceError('SEALED_STATE_IN_USE', { services: services.join(', ') });
  }
}

/** What all services may keep together, so that a sealed state of it has no more than `longest` bytes. */
export function stateCapacity(longest: number): number {
  return Math.max(0, longest - SEAL_BYTES - 1024);
}

function requireVersion(version: number, exactly: number | undefined, atLeast: number | undefined): void {
  if (exactly !== undefined && version !== exactly)
    throw new TruceError('SEALED_STATE_VERSION', { version, demand: `exactly ${exactly}` });
  if (atLeast !== undefined && version < atLeast)
    throw new TruceError('SEALED_STATE_VERSION', { version, demand: `at least ${atLeast}` });
}

/** Strings, which nothing can clear: let them be of a session that ends soon. KmsClient says what may be in them. */
function readCredentials(payload: Payload): AwsCredentials {
  const credentials = requireObject(payload, 'credentials');
  onlyFields(credentials, ['accessKeyId', 'secretAccessKey', 'sessionToken']);
  const text = (name: string) => requireText(credentials, name, { most: LONGEST_CREDENTIAL });
  const sessionToken = optional(credentials, 'sessionToken', () => text('sessionToken'));
  return {
    accessKeyId: text('accessKeyId'),
    secretAccessKey: text('secretAccessKey'),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

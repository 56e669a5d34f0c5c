/**
 * The wallet: keys that are made here and never leave, each its maker's alone. There is no operation that takes a key from
 * outside, where others may know it, and none that gives one out: sealed state alone carries them, to an enclave like this one.
 */
import { randomBytes } from 'node:crypto';
import { invalid, onlyFields, optional, type Payload, requireText } from './payload.ts';
import { requireChoice, requireHex, requireName } from './payload-names.ts';
import type { EnclaveService, ServiceCall } from './service.ts';
import { DIGEST_BYTES, isPrivateKey, PRIVATE_KEY_BYTES, publicFacts, signDigest } from './wallet-curves.ts';
import { DEEPEST_PATH, LONGEST_PATH, readDerivationPath, withDerivedKey } from './wallet-derivation.ts';
import { curveOf, SEED_BYTES, type WalletKeyType, WalletStore, walletKeyTypes } from './wallet-store.ts';

export interface WalletServiceOptions {
  /** Bytes that all keys together may take in a state; many megabytes unless told. */
  readonly stateBytes?: number;
  /** Of node:crypto unless told. */
  readonly random?: (bytes: number) => Uint8Array;
}

interface DerivationPath {
  readonly text: string;
  readonly steps: readonly number[];
}

/** The key that a call means: one that was made, or one that follows from it. */
interface ChosenKey {
  readonly type: WalletKeyType;
  readonly path: string | undefined;
  /** Of the curve, cleared when the work is done. */
  readonly privateKey: Uint8Array;
  readonly extendedPublicKey: string | undefined;
}

const ROOT: DerivationPath = { text: 'm', steps: [] };

export class WalletService implements EnclaveService {
  readonly type = 'wallet';
  readonly operations = ['create', 'publicKey', 'sign', 'list', 'delete'];
  readonly state: WalletStore;
  readonly #random: (bytes: number) => Uint8Array;

  constructor({ stateBytes, random = randomBytes }: WalletServiceOptions = {}) {
    this.state = new WalletStore(stateBytes);
    this.#random = random;
  }

  async call({ caller: { id }, operation, payload }: ServiceCall): Promise<object> {
    switch (operation) {
      case 'create':
        return this.#create(id, payload);
      case 'publicKey':
        onlyFields(payload, ['name', 'path']);
        return this.#describe(id, requireName(payload, 'name'), readPath(payload));
      case 'sign':
        return this.#sign(id, payload);
      case 'list':
        onlyFields(payload, []);
        return { keys: this.state.list(id) };
      case 'delete':
        return this.#delete(id, payload);
      default:
        throw new RangeError('an operation that is not listed');
    }
  }

  #create(owner: string, payload: Payload): object {
    onlyFields(payload, ['name', 'type']);
    const name = requireName(payload, 'name');
    const type = requireChoice(payload, 'type', walletKeyTypes);
    const secret = this.#newSecret(type);
    try {
      this.state.add(owner, name, type, secret);
    } finally {
      secret.fill(0);
    }
    return this.#describe(owner, name, undefined);
  }

  #sign(owner: string, payload: Payload): object {
    onlyFields(payload, ['name', 'path', 'digest']);
    const name = requireName(payload, 'name');
    const path = readPath(payload);
    const digest = requireHex(payload, 'digest', DIGEST_BYTES);
    return this.#with(owner, name, path, ({ type, privateKey }) =>
      signDigest(curveOf(type), privateKey, digest),
    );
  }

  #delete(owner: string, payload: Payload): object {
    onlyFields(payload, ['name']);
    const name = requireName(payload, 'name');
    this.state.delete(owner, name);
    return { name };
  }

  #describe(owner: string, name: string, chosen: DerivationPath | undefined): object {
    return this.#with(owner, name, chosen, ({ type, path, privateKey, extendedPublicKey }) => ({
      name,
      type,
      ...(path === undefined ? {} : { path }),
      ...publicFacts(curveOf(type), privateKey),
      ...(extendedPublicKey === undefined ? {} : { extendedPublicKey }),
    }));
  }

  #with<T>(owner: string, name: string, path: DerivationPath | undefined, work: (key: ChosenKey) => T): T {
    return this.state.use(owner, name, (type, secret) => {
      if (type === 'bip32') {
        const { text, steps } = path ?? ROOT;
        return withDerivedKey(secret, steps, (derived) => work({ type, path: text, ...derived }));
      }
      if (path !== undefined) throw invalid('path', 'leads nowhere: the key is no root of a hierarchy');
      return work({ type, path: undefined, privateKey: secret, extendedPublicKey: undefined });
    });
  }

  #newSecret(type: WalletKeyType): Uint8Array {
    if (type === 'bip32') return this.#random(SEED_BYTES);
    // Numbers from the curve's order up are drawn again: taken modulo it, some keys would be likelier than others.
    for (;;) {
      const candidate = this.#random(PRIVATE_KEY_BYTES);
      if (isPrivateKey(type, candidate)) return candidate;
      candidate.fill(0);
    }
  }
}

function readPath(payload: Payload): DerivationPath | undefined {
  return optional(payload, 'path', () => {
    const text = requireText(payload, 'path', { most: LONGEST_PATH });
    const steps = readDerivationPath(text);
    if (steps === undefined)
      throw invalid('path', `is not a path of BIP-32 from m with up to ${DEEPEST_PATH} steps`);
    return { text, steps };
  });
}

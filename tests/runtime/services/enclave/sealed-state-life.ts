/** Lives of an enclave that keeps something, and keys to seal it with for which no KMS is asked. */
import { toHex } from '../../../../proto/bytes.ts';
import { TruceError } from '../../../../proto/errors.ts';
import { accountService } from '../../../../runtime/services/enclave/account-service.ts';
import {
  type SealedStateOptions,
  SealedStateService,
} from '../../../../runtime/services/enclave/sealed-state-service.ts';
import { SecretsService } from '../../../../runtime/services/enclave/secrets-service.ts';
import type { KeptState } from '../../../../runtime/services/enclave/service.ts';
import type { StateKeys } from '../../../../runtime/services/enclave/state-keys.ts';
import { WalletService } from '../../../../runtime/services/enclave/wallet-service.ts';
import { ALICE, BOB, callService } from '../../../support/service-calls.ts';

export const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/of+tests',
  sessionToken: 'session/token+of/tests==',
};
/** A register with this in all its bytes. */
export const pcr = (fill: number) => new Uint8Array(48).fill(fill);
/** What the policy's register is filled with. */
export const POLICY = 17;
export const invalid = { code: 'SEALED_STATE_INVALID' };

/** Stands in for KMS where nothing but the state is looked at: keys by what they are bound to, with all that it handed out. */
export class KeysInMemory implements StateKeys {
  readonly given: Uint8Array[] = [];
  readonly #keys = new Map<string, Uint8Array>();
  meanwhile: () => Promise<void> = async () => undefined;

  async make({ context }: { context: object }) {
    await this.meanwhile();
    const encryptedKey = new Uint8Array(Buffer.from(JSON.stringify([this.#keys.size, context])));
    this.#keys.set(toHex(encryptedKey), crypto.getRandomValues(new Uint8Array(32)));
    return { key: this.#give(encryptedKey), encryptedKey };
  }

  async open(encryptedKey: Uint8Array, { context }: { context: object }) {
    await this.meanwhile();
    if (
      !Buffer.from(encryptedKey)
        .toString()
        .endsWith(`,${JSON.stringify(context)}]`)
    )
      throw new TruceError('KMS_CIPHERTEXT_REFUSED', { type: '', reason: '' });
    return this.#give(encryptedKey);
  }

  #give(encryptedKey: Uint8Array): Uint8Array {
    const key = this.#keys.get(toHex(encryptedKey));
    if (key === undefined) throw new TruceError('KMS_CIPHERTEXT_REFUSED', { type: '', reason: '' });
    this.given.push(Uint8Array.from(key));
    return this.given.at(-1)!;
  }
}

/** One life of an enclave: services, and the state that they share. Bob may not export. */
export function life(
  keys: StateKeys | undefined,
  policy = POLICY,
  changed: Partial<SealedStateOptions> = {},
) {
  const wallet = new WalletService();
  const secrets = new SecretsService();
  const account = accountService();
  const state = new SealedStateService({
    states: new Map<string, KeptState>([
      ['wallet', wallet.state],
      ['secrets', secrets.state],
      ['account', account.state!],
    ]),
    keys,
    policyPcr: async () => toHex(pcr(policy)),
    permits: (caller) => caller !== BOB,
    longest: 1 << 19,
    ...changed,
  });
  const call = (operation: string, payload?: object | string, caller = ALICE) =>
    callService(state, caller, operation, payload);
  const store = (text: string) =>
    callService(secrets, BOB, 'put', { name: 'key', value: Buffer.from(text).toString('base64') });
  const stored = async () => {
    const { value } = await callService(secrets, BOB, 'get', { name: 'key' });
    return Buffer.from(String(value), 'base64').toString();
  };
  const exported = async () => (await call('export', { credentials })).state as string;
  return { wallet, secrets, account, call, store, stored, exported };
}

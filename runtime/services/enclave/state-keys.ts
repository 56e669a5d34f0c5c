/** The data keys of sealed states: made and opened by KMS for this image with this policy, and for the version that is named. */
import type { Duplex } from 'node:stream';
import type { BootKms } from '../../../proto/boot-services.ts';
import { KmsClient, type KmsClientOptions } from '../kms/kms-client.ts';
import {
  type EncryptionContext,
  endpointHost,
  requireHost,
  requireKeyArn,
  requireRegion,
} from '../kms/kms-request.ts';
import { KmsRecipient, type KmsRecipientOptions } from '../kms/recipient.ts';
import type { AwsCredentials } from '../kms/signature-v4.ts';
import { DATA_KEY_BYTES } from './sealed-state-format.ts';

/** What a data key is bound to, and what its user may be asked for. */
export interface StateKeyRequest {
  readonly context: EncryptionContext;
  readonly credentials: AwsCredentials;
  readonly signal: AbortSignal;
}

/** Keys are their callers' to clear. Errors are those of KmsClient. */
export interface StateKeys {
  make(request: StateKeyRequest): Promise<{ readonly key: Uint8Array; readonly encryptedKey: Uint8Array }>;
  open(encryptedKey: Uint8Array, request: StateKeyRequest): Promise<Uint8Array>;
}

/** The policy by its register and the version of the state: KMS gives the key to who names both alike. */
export function stateContext(pcr16: string, version: number): EncryptionContext {
  return { 'truce:policy-pcr16': pcr16, 'truce:state-version': String(version) };
}

const HTTPS_PORT = 443;

export interface KmsStateKeysOptions extends KmsRecipientOptions {
  readonly kms: BootKms;
  /** To the parent's port that leads to KMS. */
  readonly connect: () => Promise<Duplex>;
}

export class KmsStateKeys implements StateKeys {
  readonly #options: KmsStateKeysOptions;
  #recipient: Promise<KmsRecipient> | undefined;

  /** @throws TruceError KMS_REQUEST_INVALID where the boot configuration names nothing that could be asked */
  constructor(options: KmsStateKeysOptions) {
    const { region, keyId, endpoint } = options.kms;
    requireRegion(region);
    requireKeyArn(keyId, region);
    const { host, port } = endpoint ?? { host: endpointHost(region), port: HTTPS_PORT };
    requireHost(host, port);
    this.#options = options;
  }

  async make({ context, credentials, signal }: StateKeyRequest) {
    const client = await this.#client(credentials);
    const { plaintext: key, ciphertext: encryptedKey } = await client.generateDataKey(
      { keyId: this.#options.kms.keyId, bytes: DATA_KEY_BYTES, encryptionContext: context },
      signal,
    );
    return { key, encryptedKey };
  }

  async open(
    encryptedKey: Uint8Array,
    { context, credentials, signal }: StateKeyRequest,
  ): Promise<Uint8Array> {
    const client = await this.#client(credentials);
    const { keyId } = this.#options.kms;
    return client.decrypt({ ciphertext: encryptedKey, keyId, encryptionContext: context }, signal);
  }

  /** One for each request, since each brings credentials of its own. */
  async #client(credentials: AwsCredentials): Promise<KmsClient> {
    const { kms, connect, now } = this.#options;
    const options: KmsClientOptions = {
      region: kms.region,
      connect,
      recipient: await this.#attestedRecipient(),
      credentials: () => credentials,
      now,
      ...(kms.endpoint === undefined ? {} : { endpoint: kms.endpoint }),
      ...(kms.roots === undefined ? {} : { roots: kms.roots }),
    };
    return new KmsClient(options);
  }

  /** Made when it is needed first: an RSA key takes a while. */
  #attestedRecipient(): Promise<KmsRecipient> {
    const { nsm, instanceId, now } = this.#options;
    this.#recipient ??= KmsRecipient.create({ nsm, instanceId, now });
    this.#recipient.catch(() => {
      this.#recipient = undefined;
    });
    return this.#recipient;
  }
}

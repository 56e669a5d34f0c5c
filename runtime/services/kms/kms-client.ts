/**
 * AWS KMS, asked from inside the enclave: Decrypt, GenerateDataKey and GenerateRandom, each answered to the attested key of
 * this enclave alone. The key's policy decides by the document's registers (`kms:RecipientAttestation:PCR0`, `:PCR16`).
 * Source: AWS KMS API reference, protocol `application/x-amz-json-1.1`.
 */
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { TruceError } from '../../../proto/errors.ts';
import { LONGEST_ENVELOPE } from './enveloped-data.ts';
import { type HttpsEndpoint, postHttps } from './https-exchange.ts';
import { KmsAnswer } from './kms-answer.ts';
import {
  type EncryptionContext,
  endpointHost,
  LONGEST_CIPHERTEXT,
  LONGEST_KEY_ID,
  requireByteCount,
  requireCiphertext,
  requireContext,
  requireCredentials,
  requireHost,
  requireKeyId,
  requireRegion,
} from './kms-request.ts';
import type { KmsRecipient } from './recipient.ts';
import { type AwsCredentials, signPost } from './signature-v4.ts';

export interface KmsClientOptions {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** The region's own where it is left out. */
  readonly endpoint?: { readonly host: string; readonly port: number };
  /** A connection to the endpoint, by way of the host. */
  readonly connect: () => Promise<Duplex>;
  readonly recipient: KmsRecipient;
  /** Asked before each request, since temporary ones end. They allow nothing that the key's policy does not. */
  readonly credentials: () => AwsCredentials | Promise<AwsCredentials>;
  /** PEM of the only roots to trust; those that Node carries, and so the image's measurement covers, where it is left out. */
  readonly roots?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** From the first byte of a request to the last of its answer, in milliseconds. */
  readonly milliseconds?: number;
}

const HTTPS_PORT = 443;
const DEFAULT_MILLISECONDS = 10_000;
/** Requests at once: each holds a TLS connection and a document. */
const MOST_REQUESTS = 32;

/**
 * Errors of all requests: KMS_REQUEST_INVALID, KMS_CREDENTIALS_INVALID, KMS_BUSY, KMS_CLOCK, NSM_...; KMS_UNREACHABLE,
 * KMS_TLS_FAILED; KMS_ACCESS_DENIED, KMS_CREDENTIALS_REFUSED, KMS_CIPHERTEXT_REFUSED, KMS_UNAVAILABLE, KMS_REFUSED;
 * KMS_ANSWER_INVALID, KMS_ANSWER_TOO_LARGE, KMS_ANSWER_IN_CLEAR and the KMS_ENVELOPE_ codes; or the signal's reason.
 * Nothing is tried twice: KMS_UNAVAILABLE and KMS_UNREACHABLE may pass.
 */
export class KmsClient {
  readonly #options: KmsClientOptions;
  readonly #endpoint: HttpsEndpoint;
  #requests = 0;

  constructor(options: KmsClientOptions) {
    requireRegion(options.region);
    const { host, port } = options.endpoint ?? { host: endpointHost(options.region), port: HTTPS_PORT };
    requireHost(host, port);
    this.#options = options;
    this.#endpoint = { host, port, connect: options.connect, roots: options.roots ?? rootCertificates };
  }

  /** What `ciphertext` was made of, by this very key and in this very context. The result is the caller's to clear. */
  async decrypt(
    request: {
      readonly ciphertext: Uint8Array;
      /** An id, ARN or alias: any other key is refused, whatever the ciphertext names. */
      readonly keyId: string;
      readonly encryptionContext?: EncryptionContext;
    },
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const { ciphertext, keyId, encryptionContext = {} } = request;
    requireCiphertext(ciphertext);
    requireKeyId(keyId);
    const answer = await this.#ask(
      'Decrypt',
      {
        CiphertextBlob: Buffer.from(ciphertext).toString('base64'),
        KeyId: keyId,
        EncryptionContext: requireContext(encryptionContext),
      },
      signal,
    );
    requireSameKey(answer, keyId);
    return this.#open(answer);
  }

  /** A new key of `bytes` random bytes: in the clear for this enclave, the caller's to clear, and encrypted to be kept. */
  async generateDataKey(
    request: {
      readonly keyId: string;
      /** 1 to 1024; 32 unless told. */
      readonly bytes?: number;
      readonly encryptionContext?: EncryptionContext;
    },
    signal?: AbortSignal,
  ): Promise<{ readonly plaintext: Uint8Array; readonly ciphertext: Uint8Array }> {
    const { keyId, bytes = 32, encryptionContext = {} } = request;
    requireKeyId(keyId);
    requireByteCount(bytes);
    const answer = await this.#ask(
      'GenerateDataKey',
      { KeyId: keyId, NumberOfBytes: bytes, EncryptionContext: requireContext(encryptionContext) },
      signal,
    );
    requireSameKey(answer, keyId);
    const ciphertext = answer.bytes('CiphertextBlob', LONGEST_CIPHERTEXT);
    return { plaintext: this.#open(answer, bytes), ciphertext };
  }

  /** 1 to 1024 random bytes of KMS's. */
  async generateRandom(bytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    requireByteCount(bytes);
    return this.#open(await this.#ask('GenerateRandom', { NumberOfBytes: bytes }, signal), bytes);
  }

  #open(answer: KmsAnswer, length?: number): Uint8Array {
    answer.refusePlaintext();
    const plaintext = this.#options.recipient.open(answer.bytes('CiphertextForRecipient', LONGEST_ENVELOPE));
    if (length === undefined || plaintext.length === length) return plaintext;
    plaintext.fill(0);
    throw new TruceError('KMS_ANSWER_INVALID', { reason: 'it holds more or fewer bytes than asked for' });
  }

  async #ask(
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<KmsAnswer> {
    if (this.#requests >= MOST_REQUESTS) throw new TruceError('KMS_BUSY', { limit: MOST_REQUESTS });
    this.#requests++;
    try {
      return await this.#post(operation, parameters, signal);
    } finally {
      this.#requests--;
    }
  }

  async #post(
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<KmsAnswer> {
    const {
      region,
      recipient,
      credentials,
      now = Date.now,
      milliseconds = DEFAULT_MILLISECONDS,
    } = this.#options;
    const { host, port } = this.#endpoint;
    const whose = await credentials();
    requireCredentials(whose);
    const body = Buffer.from(JSON.stringify({ ...parameters, Recipient: await recipient.attest() }));
    const headers = signPost(
      {
        region,
        service: 'kms',
        headers: {
          host: port === HTTPS_PORT ? host : `${host}:${port}`,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `TrentService.${operation}`,
        },
        body,
        time: now(),
      },
      whose,
    );
    const timeout = AbortSignal.timeout(milliseconds);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      return new KmsAnswer(await postHttps(this.#endpoint, headers, body, either));
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof TruceError || !timeout.aborted) throw cause;
      const reason = `no answer in ${milliseconds} ms`;
      throw new TruceError('KMS_UNREACHABLE', { endpoint: `${host}:${port}`, reason }, { cause });
    }
  }
}

/** An alias or a bare id can be of any account; a key's ARN is that key's alone, and comes back as it is. */
function requireSameKey(answer: KmsAnswer, keyId: string): void {
  const found = answer.text('KeyId', LONGEST_KEY_ID);
  if (/^arn:[^:]+:kms:[^:]+:[^:]+:key\//.test(keyId) && found !== keyId)
    throw new TruceError('KMS_ANSWER_INVALID', { reason: 'it is of another key than asked for' });
}

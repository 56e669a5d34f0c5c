/**
 * The key of one enclave life that signs receipts, and the document that vouches for it. The key never leaves; the
 * document is requested anew well before it ages, and each receipt carries the one that was good when it was signed.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encodePurpose } from '../../proto/attestation/purpose.ts';
import { TruceError } from '../../proto/errors.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';
import { receiptSignedBytes } from '../../proto/receipt/receipt-file.ts';
import { receiptKeyContent } from '../../proto/receipt/verify.ts';

/** A document's leaf lives 3 hours (AWS's attestation process document). */
const RENEW_MILLISECONDS = 60 * 60 * 1000;
/** Older than this no document is used: who checks it has a clock of his own. */
const OLDEST_MILLISECONDS = 150 * 60 * 1000;
/** How soon a renewal that failed is tried again. */
const RETRY_MILLISECONDS = 60 * 1000;

export interface ReceiptSignerOptions {
  readonly nsm: NitroSecureModule;
  readonly instanceId: Uint8Array;
  readonly policyHash: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface SignedData {
  readonly data: Uint8Array;
  readonly signature: Uint8Array;
  readonly document: Uint8Array;
}

interface Vouching {
  readonly document: Uint8Array;
  readonly since: number;
}

export class ReceiptSigner {
  readonly #options: ReceiptSignerOptions;
  readonly #privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  readonly #publicKey: Uint8Array;
  #vouching: Vouching | undefined;
  #renewing: Promise<Vouching> | undefined;
  #nextAttempt = 0;

  private constructor(options: ReceiptSignerOptions) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    this.#options = options;
    this.#privateKey = privateKey;
    this.#publicKey = publicKey.export({ type: 'spki', format: 'der' });
  }

  /** With its first document. */
  static async create(options: ReceiptSignerOptions): Promise<ReceiptSigner> {
    const signer = new ReceiptSigner(options);
    await signer.#renew();
    return signer;
  }

  /** Signs what `encode` makes of the time of signing. @throws TruceError RECEIPT_UNSIGNED */
  async sign(encode: (signedAt: number) => Uint8Array): Promise<SignedData> {
    const document = await this.#document();
    const data = encode(this.#options.now());
    const signature = sign('sha384', receiptSignedBytes(data), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return { data, signature, document };
  }

  async #document(): Promise<Uint8Array> {
    const { now } = this.#options;
    const age = this.#vouching === undefined ? Number.POSITIVE_INFINITY : now() - this.#vouching.since;
    // A clock that was set back tells nothing of the document's age.
    if (age >= 0 && age < RENEW_MILLISECONDS) return this.#vouching!.document;
    if (now() >= this.#nextAttempt || age > OLDEST_MILLISECONDS || age < 0) await this.#tryToRenew();
    const { since, document } = this.#vouching!;
    if (Math.abs(now() - since) > OLDEST_MILLISECONDS) throw new TruceError('RECEIPT_UNSIGNED');
    return document;
  }

  async #tryToRenew(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      this.#nextAttempt = this.#options.now() + RETRY_MILLISECONDS;
      console.error(
        `the receipt key's document was not renewed: ${error instanceof Error ? error.message : 'unknown'}`,
      );
    }
  }

  async #renew(): Promise<void> {
    this.#renewing ??= this.#request().finally(() => {
      this.#renewing = undefined;
    });
    this.#vouching = await this.#renewing;
  }

  async #request(): Promise<Vouching> {
    const { nsm, instanceId, policyHash, now } = this.#options;
    const document = await nsm.attest({
      userData: encodePurpose('truce/receipt/v1', receiptKeyContent(instanceId, policyHash)),
      publicKey: this.#publicKey,
    });
    return { document, since: now() };
  }
}

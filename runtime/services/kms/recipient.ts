/**
 * The enclave as a recipient of KMS's answers: an RSA-2048 key made here that never leaves, and documents that vouch for it.
 * What KMS encrypts to it passes the host, and TLS's other end, unread.
 */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { decodeCoseSign1 } from '../../../proto/attestation/cose-sign1.ts';
import { decodeDocument } from '../../../proto/attestation/document.ts';
import { encodeKmsPurpose } from '../../../proto/attestation/kms-purpose.ts';
import { TruceError } from '../../../proto/errors.ts';
import type { NitroSecureModule } from '../../../proto/nsm.ts';
import { RSA_BYTES, readEnvelope } from './enveloped-data.ts';
import { openEnvelope } from './open-envelope.ts';

/** How far a signature's time may be off (AWS, Signature Version 4): documents age, and certificates are judged, by it too. */
const CLOCK_TOLERANCE_MILLISECONDS = 5 * 60 * 1000;

export interface KmsRecipientOptions {
  readonly nsm: Pick<NitroSecureModule, 'attest'>;
  /** 16 bytes. */
  readonly instanceId: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** As the API wants it; the document in base64. */
export interface RecipientInfo {
  readonly AttestationDocument: string;
  readonly KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256';
}

export class KmsRecipient {
  readonly #options: KmsRecipientOptions;
  /** OpenSSL clears its memory when it is collected. */
  readonly #privateKey: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;

  private constructor(options: KmsRecipientOptions, privateKey: KeyObject, publicKey: Uint8Array) {
    this.#options = options;
    this.#privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** Makes the key, which takes a tenth of a second or a few. */
  static async create(options: KmsRecipientOptions): Promise<KmsRecipient> {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BYTES * 8 });
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' });
    return new KmsRecipient(options, pair.privateKey, new Uint8Array(publicKey));
  }

  /** A document made now, since KMS takes none that is older than minutes. @throws TruceError NSM_..., KMS_CLOCK */
  async attest(): Promise<RecipientInfo> {
    const { nsm, instanceId, now } = this.#options;
    const document = await nsm.attest({
      userData: encodeKmsPurpose(instanceId),
      publicKey: this.publicKey,
    });
    requireClock(document, now());
    return {
      AttestationDocument: Buffer.from(document).toString('base64'),
      KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
    };
  }

  /**
   * Opens `CiphertextForRecipient`. Anybody who knows the public key can make one: that it is KMS's is TLS's word.
   * The result is the caller's to clear.
   * @throws TruceError KMS_ANSWER_TOO_LARGE, KMS_ENVELOPE_INVALID, KMS_ENVELOPE_ALGORITHM, KMS_ENVELOPE_UNDECRYPTABLE
   */
  open(ciphertextForRecipient: Uint8Array): Uint8Array {
    return openEnvelope(readEnvelope(ciphertextForRecipient), this.#privateKey);
  }
}

/** The secure module's time is the hypervisor's. A clock that is off would let certificates that have expired pass. */
function requireClock(document: Uint8Array, now: number): void {
  const difference = now - decodeDocument(decodeCoseSign1(document).payload).timestamp;
  if (Math.abs(difference) > CLOCK_TOLERANCE_MILLISECONDS)
    throw new TruceError('KMS_CLOCK', { seconds: Math.round(difference / 1000) });
}

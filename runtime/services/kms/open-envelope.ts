/**
 * Opens an envelope with the recipient's key. Whatever is wrong with its ciphertext gives one and the same error after the
 * same work, so that no answer or its time tells a forger which part he got right (RFC 3218, section 2.3).
 */
import { constants, createDecipheriv, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto';
import { TruceError } from '../../../proto/errors.ts';
import { AES_BLOCK_BYTES, type Envelope } from './enveloped-data.ts';

const CONTENT_KEY_BYTES = 32;

/** What was encrypted; the caller's to clear. @throws TruceError KMS_ENVELOPE_UNDECRYPTABLE */
export function openEnvelope(
  { encryptedKey, initialVector, encryptedContent }: Envelope,
  privateKey: KeyObject,
): Uint8Array {
  const { key, genuine } = contentKey(encryptedKey, privateKey);
  const padded = new Uint8Array(encryptedContent.length);
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, initialVector);
    decipher.setAutoPadding(false);
    // With no padding to wait for, every block comes at once and final() gives nothing.
    const blocks = decipher.update(encryptedContent);
    padded.set(blocks);
    blocks.fill(0);
    decipher.final();
    const length = unpaddedLength(padded);
    if (((length < 0 ? 1 : 0) | (genuine ? 0 : 1)) !== 0) throw new TruceError('KMS_ENVELOPE_UNDECRYPTABLE');
    return padded.slice(0, length);
  } finally {
    key.fill(0);
    padded.fill(0);
  }
}

/** The key of the content; where there is none, a random one stands in for it until the end. */
function contentKey(encryptedKey: Uint8Array, privateKey: KeyObject): { key: Uint8Array; genuine: boolean } {
  const substitute = randomBytes(CONTENT_KEY_BYTES);
  let found: Buffer | undefined;
  try {
    found = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      encryptedKey,
    );
    if (found.length === CONTENT_KEY_BYTES) return { key: found, genuine: true };
  } catch {
    // OAEP that does not hold: as good as a key of another length.
  }
  found?.fill(0);
  return { key: substitute, genuine: false };
}

/**
 * How much of `padded`, whole blocks, is content by PKCS #7 (RFC 5652 section 6.3), or -1. Looks at each byte of the last
 * block, whatever they are.
 */
export function unpaddedLength(padded: Uint8Array): number {
  const count = padded[padded.length - 1]!;
  // Each is 1 where it is wrong, by the sign of a difference.
  let wrong = ((count - 1) >>> 31) | ((AES_BLOCK_BYTES - count) >>> 31);
  for (let index = 0; index < AES_BLOCK_BYTES; index++) {
    const ofPadding = (index - count) >> 31;
    wrong |= ofPadding & (padded[padded.length - 1 - index]! ^ count);
  }
  return wrong === 0 ? padded.length - count : -1;
}

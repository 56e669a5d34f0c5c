/**
 * The receiving side of hybrid public key encryption: one message sealed to a key, in base mode.
 * Source: RFC 9180, sections 4.1 (DHKEM), 5.1 (key schedule) and 7 (identifiers).
 */
import { createDecipheriv, createHmac, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concatBytes } from '../../../proto/bytes.ts';

export interface HpkeSuite {
  readonly kem: number;
  readonly kdf: number;
  readonly aead: number;
  /** Of the KEM and of the key schedule alike. */
  readonly hash: 'sha256' | 'sha384';
  readonly hashBytes: number;
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm';
  readonly keyBytes: number;
  /** What stands before an uncompressed point in its SubjectPublicKeyInfo. Source: RFC 5480. */
  readonly spkiPrefix: Uint8Array;
  /** An uncompressed point. */
  readonly pointBytes: number;
}

/** DHKEM(P-384, HKDF-SHA384), HKDF-SHA384, AES-256-GCM. */
export const P384_SUITE: HpkeSuite = {
  kem: 0x0011,
  kdf: 0x0002,
  aead: 0x0002,
  hash: 'sha384',
  hashBytes: 48,
  cipher: 'aes-256-gcm',
  keyBytes: 32,
  spkiPrefix: Buffer.from('3076301006072a8648ce3d020106052b81040022036200', 'hex'),
  pointBytes: 97,
};

export interface SealedMessage {
  /** The sender's ephemeral public key, an uncompressed point: `enc` of the RFC. */
  readonly encapsulated: Uint8Array;
  /** With the tag behind it. */
  readonly ciphertext: Uint8Array;
}

const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const BASE_MODE = Uint8Array.of(0);
const NOTHING = new Uint8Array(0);

/**
 * The message, or undefined where it was not sealed to this key for this info and this associated data: why is nobody's
 * business.
 * @param publicKey the point of the private key
 */
export function openSealed(
  suite: HpkeSuite,
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: Uint8Array },
  { encapsulated, ciphertext }: SealedMessage,
  info: Uint8Array,
  associated: Uint8Array,
): Uint8Array | undefined {
  const shared = decapsulate(suite, privateKey, publicKey, encapsulated);
  if (shared === undefined || ciphertext.length < TAG_BYTES) return undefined;
  const { key, nonce } = schedule(suite, shared, info);
  const decipher = createDecipheriv(suite.cipher, key, nonce);
  decipher.setAAD(associated);
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  for (const secret of [shared, key]) secret.fill(0);
  const message = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
    return new Uint8Array(message);
  } catch {
    message.fill(0);
    return undefined;
  }
}

function decapsulate(
  suite: HpkeSuite,
  privateKey: KeyObject,
  publicKey: Uint8Array,
  encapsulated: Uint8Array,
): Uint8Array | undefined {
  const sender = readPoint(suite, encapsulated);
  if (sender === undefined) return undefined;
  const id = concatBytes(ascii('KEM'), number16(suite.kem));
  const secret = diffieHellman({ privateKey, publicKey: sender });
  const extracted = labelledExtract(suite, id, NOTHING, 'eae_prk', secret);
  secret.fill(0);
  const context = concatBytes(encapsulated, publicKey);
  return labelledExpand(suite, id, extracted, 'shared_secret', context, suite.hashBytes);
}

function schedule(
  suite: HpkeSuite,
  shared: Uint8Array,
  info: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const id = concatBytes(ascii('HPKE'), number16(suite.kem), number16(suite.kdf), number16(suite.aead));
  const context = concatBytes(
    BASE_MODE,
    labelledExtract(suite, id, NOTHING, 'psk_id_hash', NOTHING),
    labelledExtract(suite, id, NOTHING, 'info_hash', info),
  );
  const secret = labelledExtract(suite, id, shared, 'secret', NOTHING);
  return {
    key: labelledExpand(suite, id, secret, 'key', context, suite.keyBytes),
    nonce: labelledExpand(suite, id, secret, 'base_nonce', context, NONCE_BYTES),
  };
}

/** Undefined for what is no point of the curve. */
function readPoint({ spkiPrefix, pointBytes }: HpkeSuite, point: Uint8Array): KeyObject | undefined {
  if (point.length !== pointBytes) return undefined;
  try {
    return createPublicKey({ key: Buffer.concat([spkiPrefix, point]), type: 'spki', format: 'der' });
  } catch {
    // Whatever OpenSSL makes of somebody's bytes, they are no key.
    return undefined;
  }
}

function labelledExtract(
  { hash }: HpkeSuite,
  id: Uint8Array,
  salt: Uint8Array,
  label: string,
  material: Uint8Array,
): Uint8Array {
  return hmac(hash, salt, concatBytes(ascii('HPKE-v1'), id, ascii(label), material));
}

/** HKDF-Expand of RFC 5869, for lengths of one hash at most, which all here are. */
function labelledExpand(
  { hash }: HpkeSuite,
  id: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labelled = concatBytes(number16(length), ascii('HPKE-v1'), id, ascii(label), info);
  return hmac(hash, key, concatBytes(labelled, Uint8Array.of(1))).subarray(0, length);
}

function hmac(hash: string, key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac(hash, key).update(data).digest();
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function number16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

/**
 * ECDSA over the curves that wallets use. Nonces are deterministic (RFC 6979), so that no poor random number gives a key away;
 * signatures have the lower of both possible s, so that nobody can make a second one of a first.
 */
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bech32 } from '@scure/base';
import { toHex } from '../../../proto/bytes.ts';

export const PRIVATE_KEY_BYTES = 32;
export const DIGEST_BYTES = 32;

export const walletCurves = ['secp256k1', 'p256'] as const;
export type WalletCurve = (typeof walletCurves)[number];

const curves = { secp256k1, p256 };

/** What the world may know of a key; hexadecimal in lower case. */
export interface PublicFacts {
  /** 33 bytes, SEC 1's compressed form. */
  readonly publicKey: string;
  /** 65 bytes. */
  readonly uncompressedPublicKey: string;
  /** Of secp256k1 alone. */
  readonly addresses?: {
    /** With the checksum of EIP-55. */
    readonly ethereum: string;
    /** Of the main net, pay to witness public key hash (BIP-141, BIP-173). */
    readonly bitcoin: string;
  };
}

export interface WalletSignature {
  /** r and s, 32 bytes each. */
  readonly signature: string;
  /** The same as X9.62 has it. */
  readonly der: string;
  /** 0 to 3: which of the possible public keys is the signer's. Of secp256k1 alone. */
  readonly recoveryId?: number;
}

/** Whether the bytes are a private key of the curve. */
export function isPrivateKey(curve: WalletCurve, bytes: Uint8Array): boolean {
  return curves[curve].utils.isValidSecretKey(bytes);
}

export function publicFacts(curve: WalletCurve, privateKey: Uint8Array): PublicFacts {
  const compressed = curves[curve].getPublicKey(privateKey, true);
  const uncompressed = curves[curve].getPublicKey(privateKey, false);
  const facts = { publicKey: toHex(compressed), uncompressedPublicKey: toHex(uncompressed) };
  if (curve !== 'secp256k1') return facts;
  return {
    ...facts,
    addresses: { ethereum: ethereumAddress(uncompressed), bitcoin: bitcoinAddress(compressed) },
  };
}

/** Signs 32 bytes as they are: what they are the digest of is the caller's affair. */
export function signDigest(curve: WalletCurve, privateKey: Uint8Array, digest: Uint8Array): WalletSignature {
  const recovered = curves[curve].sign(digest, privateKey, {
    prehash: false,
    lowS: true,
    extraEntropy: false,
    format: 'recovered',
  });
  const compact = recovered.subarray(1);
  const der = curves[curve].Signature.fromBytes(compact, 'compact').toBytes('der');
  const signature = { signature: toHex(compact), der: toHex(der) };
  return curve === 'secp256k1' ? { ...signature, recoveryId: recovered[0]! } : signature;
}

/** Source: EIP-55. */
function ethereumAddress(uncompressed: Uint8Array): string {
  const address = toHex(keccak_256(uncompressed.subarray(1)).subarray(-20));
  const digits = toHex(keccak_256(Buffer.from(address)));
  const cased = [...address].map((digit, index) => (digits[index]! >= '8' ? digit.toUpperCase() : digit));
  return `0x${cased.join('')}`;
}

/** Witness version 0. Source: BIP-173. */
function bitcoinAddress(compressed: Uint8Array): string {
  return bech32.encode('bc', [0, ...bech32.toWords(ripemd160(sha256(compressed)))]);
}

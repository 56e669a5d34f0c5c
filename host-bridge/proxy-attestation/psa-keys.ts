/** The keys that PSA tokens may be signed with: those that the configuration names, and no others. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { equalBytes, fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { PsaClaims, PsaToken } from './psa-token.ts';

export interface PsaKeyOptions {
  /** PEM of a public key on P-256. */
  readonly publicKey: string;
  /** What tokens name it by in their header. */
  readonly keyId?: Uint8Array;
  /** What their claims name it by; 0x01 and the SHA-256 of its point unless told. */
  readonly instanceId?: Uint8Array;
}

interface PsaKey {
  readonly key: KeyObject;
  readonly keyId: Uint8Array | undefined;
  readonly instanceId: Uint8Array;
}

/** 0x04 and two coordinates. Source: SEC 1 section 2.3.3. */
export const POINT_BYTES = 65;
/** What comes before the point in a SubjectPublicKeyInfo on P-256. Source: RFC 5480. */
const POINT_HEADER = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200') as Uint8Array;
/** Tokens that name no key are tried with each: so many at most. */
const MOST_KEYS = 64;

const verifyAsync = promisify(verify);

export class PsaKeys {
  readonly #keys: readonly PsaKey[];

  /** PROXY_TOKEN_INVALID: one of them is no public key on P-256, or there are too many. */
  constructor(options: readonly PsaKeyOptions[]) {
    if (options.length > MOST_KEYS) throw invalid(`more than ${MOST_KEYS} keys`);
    this.#keys = options.map(({ publicKey, keyId, instanceId }) => {
      const key = publicKeyOf(publicKey);
      const point = key.export({ type: 'spki', format: 'der' }).subarray(-POINT_BYTES);
      const named = createHash('sha256').update(point).digest();
      return { key, keyId, instanceId: instanceId ?? Buffer.concat([Uint8Array.of(1), named]) };
    });
  }

  /** Checks the token with the key that it names. PROXY_TOKEN_KEY_UNKNOWN, PROXY_TOKEN_SIGNATURE. */
  async requireSigned(token: PsaToken, claims: PsaClaims): Promise<void> {
    const candidates = this.#keys.filter((key) => names(token, claims, key));
    if (candidates.length === 0) throw new TruceError('PROXY_TOKEN_KEY_UNKNOWN');
    for (const { key } of candidates) if (await isSignedWith(token, key)) return;
    throw new TruceError('PROXY_TOKEN_SIGNATURE');
  }
}

/** A token of the earlier form names no key: any of those that are known may have made it. */
function names({ keyId }: PsaToken, { instanceId }: PsaClaims, key: PsaKey): boolean {
  if (keyId !== undefined && (key.keyId === undefined || !equalBytes(key.keyId, keyId))) return false;
  return instanceId === undefined || equalBytes(key.instanceId, instanceId);
}

/** Checks a token with the key whose uncompressed point is `point`. PROXY_TOKEN_INVALID, PROXY_TOKEN_SIGNATURE. */
export async function requireSignedByPoint(token: PsaToken, point: Uint8Array): Promise<void> {
  if (point.length !== POINT_BYTES || point[0] !== 0x04) throw invalid('the key is no uncompressed point');
  let key: KeyObject;
  try {
    const spki = Buffer.concat([POINT_HEADER, point]);
    key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new TruceError('PROXY_TOKEN_INVALID', { reason: 'the key is no point of P-256' }, { cause });
  }
  if (!(await isSignedWith(token, key))) throw new TruceError('PROXY_TOKEN_SIGNATURE');
}

function isSignedWith({ signed, signature }: PsaToken, key: KeyObject): Promise<boolean> {
  return verifyAsync('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature) as Promise<boolean>;
}

function publicKeyOf(pem: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    // A private key would pass as well, and has no place here.
    if (!pem.includes('PRIVATE')) key = createPublicKey(pem);
  } catch (cause) {
    throw new TruceError('PROXY_TOKEN_INVALID', { reason: 'one of the keys is no public key' }, { cause });
  }
  if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw invalid('one of the keys is no public key on P-256');
  return key;
}

function invalid(reason: string): TruceError {
  return new TruceError('PROXY_TOKEN_INVALID', { reason });
}

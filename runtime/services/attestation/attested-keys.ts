/**
 * Keys that documents of the attestation service speak for. The private half stays in this process's memory: there is no
 * call that gives it out, and none of these calls can be reached from a plain connection. Services inside use a key by
 * its id, each for a purpose that it names, so that no result of one can pass for a result of another.
 */
import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPair,
  hkdfSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import { concatBytes } from '../../../proto/bytes.ts';
import { TruceError } from '../../../proto/errors.ts';
import { openSealed, P384_SUITE, type SealedMessage } from './hpke.ts';

export interface AttestedKey {
  /** SHA-256 of the public key's DER, 64 hexadecimal digits: whoever has the document can compute it. */
  readonly id: string;
  /** DER of a SubjectPublicKeyInfo, P-384. */
  readonly publicKey: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface AttestedKeysOptions {
  /** Keys that are kept; the oldest goes first. */
  readonly most?: number;
  readonly lifeMilliseconds?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface HeldKey extends AttestedKey {
  readonly privateKey: KeyObject;
}

/** The original's own. */
const CURVE = 'secp384r1';
const MOST_KEYS = 256;
/** As long as a document can be verified. */
const LIFE_MILLISECONDS = 3 * 3_600_000;
const LONGEST_DERIVED = 64;
const SIGNATURE_TAG = 'truce/attested-key/sign/v1';
const OPENING_TAG = 'truce/attested-key/open/v1';
const AGREEMENT_TAG = 'truce/attested-key/agree/v1';
/** SPKI of a P-384 key: 120 bytes. */
const LONGEST_PUBLIC_KEY = 256;

const generate = promisify(generateKeyPair);

export class AttestedKeys {
  readonly #most: number;
  readonly #life: number;
  readonly #now: () => number;
  /** By id, oldest first. */
  readonly #keys = new Map<string, HeldKey>();

  constructor({
    most = MOST_KEYS,
    lifeMilliseconds = LIFE_MILLISECONDS,
    now = Date.now,
  }: AttestedKeysOptions = {}) {
    this.#most = most;
    this.#life = lifeMilliseconds;
    this.#now = now;
  }

  /** Keys that can be used now. */
  get size(): number {
    this.#dropExpired();
    return this.#keys.size;
  }

  async create(): Promise<AttestedKey> {
    const { publicKey: key, privateKey } = await generate('ec', { namedCurve: CURVE });
    const publicKey = new Uint8Array(key.export({ type: 'spki', format: 'der' }));
    const id = createHash('sha256').update(publicKey).digest('hex');
    const expires = this.#now() + this.#life;
    this.#dropExpired();
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size < this.#most) break;
      this.#keys.delete(oldest);
    }
    this.#keys.set(id, { id, publicKey, expires, privateKey });
    return { id, publicKey, expires };
  }

  /** Forgets a key that no document speaks for. */
  discard(id: string): void {
    this.#keys.delete(id);
  }

  /**
   * ECDSA with SHA-384 over `truce/attested-key/sign/v1` || NUL || purpose || NUL || message; DER.
   * @throws TruceError ATTESTED_KEY_UNKNOWN
   */
  sign(id: string, purpose: string, message: Uint8Array): Uint8Array {
    const { privateKey } = this.#held(id);
    return new Uint8Array(sign('sha384', concatBytes(labelled(SIGNATURE_TAG, purpose), message), privateKey));
  }

  /**
   * Bytes that only the holder of the other key and this enclave can compute: ECDH, then HKDF with SHA-384, no salt, and
   * `truce/attested-key/agree/v1` || NUL || purpose || NUL || the attested key's SPKI || the other's for its info.
   * @param peer DER of a SubjectPublicKeyInfo, P-384
   * @param length of what is derived, 1 to 64 bytes
   * @throws TruceError ATTESTED_KEY_UNKNOWN; MESSAGE_INVALID for another kind of key, or none
   */
  agree(id: string, purpose: string, peer: Uint8Array, length: number): Uint8Array {
    if (!Number.isInteger(length) || length < 1 || length > LONGEST_DERIVED)
      throw new RangeError(`1 to ${LONGEST_DERIVED} bytes are derived`);
    const { privateKey, publicKey } = this.#held(id);
    const theirs = readPeer(peer);
    const secret = diffieHellman({ privateKey, publicKey: theirs });
    const exported = new Uint8Array(theirs.export({ type: 'spki', format: 'der' }));
    const info = concatBytes(labelled(AGREEMENT_TAG, purpose), publicKey, exported);
    const derived = new Uint8Array(hkdfSync('sha384', secret, new Uint8Array(0), info, length));
    secret.fill(0);
    return derived;
  }

  /**
   * Opens what somebody who holds a document sealed to its key: HPKE (RFC 9180) in base mode with DHKEM(P-384, HKDF-SHA384),
   * HKDF-SHA384 and AES-256-GCM; info is `truce/attested-key/open/v1` || NUL || purpose || NUL.
   * @param associated what the sender had to name too, such as who may have it: AEAD's associated data
   * @throws TruceError ATTESTED_KEY_UNKNOWN; ATTESTED_KEY_CANNOT_OPEN, whatever is wrong
   */
  open(id: string, purpose: string, sealed: SealedMessage, associated: Uint8Array): Uint8Array {
    const { privateKey, publicKey } = this.#held(id);
    const pair = { privateKey, publicKey: publicKey.subarray(-P384_SUITE.pointBytes) };
    const message = openSealed(P384_SUITE, pair, sealed, labelled(OPENING_TAG, purpose), associated);
    if (message === undefined) throw new TruceError('ATTESTED_KEY_CANNOT_OPEN');
    return message;
  }

  close(): void {
    this.#keys.clear();
  }

  #held(id: string): HeldKey {
    this.#dropExpired();
    const key = this.#keys.get(id);
    if (key === undefined) throw new TruceError('ATTESTED_KEY_UNKNOWN');
    return key;
  }

  /** They expire in the order in which they were made, unless the clock was set back: then some live a little longer. */
  #dropExpired(): void {
    const now = this.#now();
    for (const [id, { expires }] of this.#keys) {
      if (expires > now) break;
      this.#keys.delete(id);
    }
  }
}

function labelled(tag: string, purpose: string): Uint8Array {
  return new TextEncoder().encode(`${tag}\0${purpose}\0`);
}

function readPeer(der: Uint8Array): KeyObject {
  let key: KeyObject | undefined;
  if (der.length <= LONGEST_PUBLIC_KEY) {
    try {
      key = createPublicKey({ key: Buffer.from(der), type: 'spki', format: 'der' });
    } catch {
      // Whatever OpenSSL makes of somebody's bytes, it is no key.
    }
  }
  if (key?.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== CURVE)
    throw new TruceError('MESSAGE_INVALID', { reason: 'the other key is no P-384 key' });
  return key;
}

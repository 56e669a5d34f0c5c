/**
 * The authority whose name the issued certificates bear: its certificate, and a signer that may be far away (a security
 * module, a key service). What comes back from it is verified before it is handed on.
 */
import { createPublicKey, type KeyObject, randomBytes, verify, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { rawSignature, sha256 } from '../../proto/attestation/crypto.ts';
import { toHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  keyIdentifier,
  subjectKeyIdentifier,
} from '../../proto/x509/authority-extensions.ts';
import { type Certificate, KeyUsage, parseCertificate } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  type ExtensionFields,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { DerTag, readDer } from '../../proto/x509/der.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';

export interface AuthoritySigner {
  /**
   * An ECDSA signature, by the key of the authority's certificate, of the bytes; they are not hashed yet.
   * @param hash SHA-256 for a key on P-256, SHA-384 for one on P-384
   */
  sign(bytes: Uint8Array, hash: 'SHA-256' | 'SHA-384'): Promise<Uint8Array>;
  /** How the signature is written: r || s, as WebCrypto does, unless told; 'der' is what most modules and services give. */
  readonly signatureForm?: 'raw' | 'der';
}

export interface EndpointCertificateFields {
  /** DER of a Name. */
  readonly subject: Uint8Array;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Milliseconds since 1970; the authority's own end may come before. */
  readonly notAfter: number;
  /** Those that say what runs there. */
  readonly extensions: readonly ExtensionFields[];
}

export interface IssuedCertificate {
  readonly certificate: Uint8Array;
  /** Hexadecimal. */
  readonly serial: string;
  readonly notAfter: number;
}

/** RFC 5280 allows 20 octets; 19 of them are random here, below a first one that keeps the number positive. */
const SERIAL_BYTES = 20;
/** How far a verifier's clock may be behind. */
const SKEW_MILLISECONDS = 5 * 60_000;

const verifyAsync = promisify(verify);

const CURVES = {
  [Oid.P256]: { octets: 32, hash: 'SHA-256', algorithm: Oid.ECDSA_SHA256 },
  [Oid.P384]: { octets: 48, hash: 'SHA-384', algorithm: Oid.ECDSA_SHA384 },
} as const;

export class Authority {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly #parsed: Certificate;
  readonly #signer: AuthoritySigner;
  readonly #signMilliseconds: number;
  readonly #keyIdentifier: Uint8Array;
  /** Read once: it costs more than a signature. */
  readonly #publicKey: KeyObject;

  private constructor(parsed: Certificate, signer: AuthoritySigner, signMs: number, identifier: Uint8Array) {
    this.certificate = parsed.raw;
    this.#parsed = parsed;
    this.#signer = signer;
    this.#signMilliseconds = signMs;
    this.#keyIdentifier = identifier;
    const spki = Buffer.from(parsed.publicKey.raw);
    this.#publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  }

  /** @throws TruceError PROXY_AUTHORITY_INVALID, DER_INVALID, CERTIFICATE_INVALID */
  static async open(
    certificate: Uint8Array,
    signer: AuthoritySigner,
    { now, signMilliseconds }: { readonly now: number; readonly signMilliseconds: number },
  ): Promise<Authority> {
    const parsed = parseCertificate(new Uint8Array(certificate));
    requireAuthority(parsed, now);
    const own = parsed.extensions.get(Oid.SUBJECT_KEY_IDENTIFIER);
    const identifier =
      own === undefined
        ? await keyIdentifier(parsed.publicKey.raw, (data) => sha256(webcrypto as Crypto, data))
        : readDer(own.value, DerTag.OCTET_STRING).content;
    return new Authority(parsed, signer, signMilliseconds, identifier);
  }

  get notAfter(): number {
    return this.#parsed.notAfter;
  }

  /** A certificate for an endpoint of TLS. TruceError PROXY_AUTHORITY_INVALID, PROXY_SIGNER_FAILED. */
  async issue(fields: EndpointCertificateFields, now: number): Promise<IssuedCertificate> {
    const authority = this.#parsed;
    requireAuthority(authority, now);
    const { hash, octets, algorithm } = curveOf(authority);
    const serial = randomBytes(SERIAL_BYTES);
    // From 0x40 to 0x7f: positive, and of the same length always.
    serial[0] = 0x40 | (serial[0]! & 0x3f);
    // Certificates count in whole seconds.
    const notAfter = Math.floor(Math.min(fields.notAfter, authority.notAfter) / 1000) * 1000;
    const identifier = await keyIdentifier(fields.publicKey, (data) => sha256(webcrypto as Crypto, data));
    const certificate = await issueCertificate(
      {
        serial,
        issuer: authority.subject.raw,
        subject: fields.subject,
        notBefore: Math.max(now - SKEW_MILLISECONDS, authority.notBefore),
        notAfter,
        publicKey: fields.publicKey,
        extensions: [
          basicConstraints(false),
          keyUsage(KeyUsage.DIGITAL_SIGNATURE),
          extendedKeyUsage(Oid.SERVER_AUTHENTICATION),
          subjectKeyIdentifier(identifier),
          authorityKeyIdentifier(this.#keyIdentifier),
          ...fields.extensions,
        ],
        signatureAlgorithm: algorithm,
      },
      (tbs) => this.#sign(tbs, hash, octets),
    );
    return { certificate, serial: toHex(serial), notAfter };
  }

  async #sign(tbs: Uint8Array, hash: 'SHA-256' | 'SHA-384', octets: number): Promise<Uint8Array> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${this.#signMilliseconds} ms`)),
        this.#signMilliseconds,
      );
    });
    try {
      const signature = await Promise.race([this.#signer.sign(tbs, hash), late]);
      const raw =
        this.#signer.signatureForm === 'der' ? rawSignature(new Uint8Array(signature), octets) : signature;
      if (raw.length !== 2 * octets) throw new Error(`a signature of ${raw.length} bytes`);
      // A wrong key is found out here; and a faulty signature can give the right one away.
      const key = { key: this.#publicKey, dsaEncoding: 'ieee-p1363' } as const;
      if (!(await verifyAsync(hash, tbs, key, raw)))
        throw new Error("not a signature of the authority's key");
      return raw;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TruceError('PROXY_SIGNER_FAILED', { reason }, { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}

function requireAuthority(certificate: Certificate, now: number): void {
  const { notBefore, notAfter } = certificate;
  if (certificate.basicConstraints?.ca !== true) throw invalid('its certificate is no authority');
  if (certificate.keyUsage !== undefined && (certificate.keyUsage & KeyUsage.KEY_CERT_SIGN) === 0)
    throw invalid('its key may not sign certificates');
  if (now < notBefore)
    throw invalid(`its certificate is not valid until ${new Date(notBefore).toISOString()}`);
  if (now >= notAfter) throw invalid(`its certificate expired at ${new Date(notAfter).toISOString()}`);
  curveOf(certificate);
}

function curveOf({ publicKey }: Certificate): (typeof CURVES)[keyof typeof CURVES] {
  if (publicKey.curve !== Oid.P256 && publicKey.curve !== Oid.P384)
    throw invalid('its key is on neither P-256 nor P-384');
  return CURVES[publicKey.curve];
}

function invalid(reason: string): TruceError {
  return new TruceError('PROXY_AUTHORITY_INVALID', { reason });
}

/**
 * Certificates of the simulator in the shape of AWS's: same order of names, same extensions and criticality, P-384 and
 * ECDSA with SHA-384 throughout. The names themselves say that nothing here is AWS. Source: chains of genuine documents
 * from 2021 to 2025 (AWS's have CRL distribution points besides, which nobody would serve here).
 */
import { createHash, randomBytes } from 'node:crypto';
import { type Certificate, KeyUsage, parseCertificate } from '../../proto/x509/certificate.ts';
import {
  basicConstraints,
  type ExtensionFields,
  issueCertificate,
  keyUsage,
} from '../../proto/x509/certificate-writer.ts';
import { DerReader, DerTag } from '../../proto/x509/der.ts';
import { derElement, derOctetString, derSequence } from '../../proto/x509/der-writer.ts';
import { Oid } from '../../proto/x509/object-identifiers.ts';

/** Where a certificate stands in the chain. */
export type ChainLevel = 'root' | 'regional' | 'zonal' | 'instance' | 'leaf';

export interface IssuedCertificate {
  readonly der: Uint8Array;
  readonly certificate: Certificate;
  readonly key: CryptoKey;
}

export interface CertificateRequest {
  readonly level: ChainLevel;
  /** DER of the subject's Name. */
  readonly name: Uint8Array;
  /** undefined: signs itself. */
  readonly issuer: IssuedCertificate | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether the key may leave WebCrypto. */
  readonly extractable: boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long certificates live. Source: genuine chains; the root's is AWS's too. */
export const LIFETIME: Readonly<Record<ChainLevel, number>> = {
  root: 30 * 365 * DAY,
  regional: 20 * DAY,
  zonal: 6 * DAY,
  instance: DAY,
  leaf: 3 * HOUR,
};
/** How far a certificate starts in the past, so that a clock slightly behind accepts it; leaves of AWS: 3 s. */
const BACKDATE = 3000;

const PATH_LENGTH: Readonly<Record<ChainLevel, number | undefined>> = {
  root: undefined,
  regional: 2,
  zonal: 1,
  instance: 0,
  leaf: undefined,
};

const P384 = { name: 'ECDSA', namedCurve: 'P-384' };
const ES384 = { name: 'ECDSA', hash: 'SHA-384' };
const SERIAL_BYTES = 16;
/** `[0] IMPLICIT` of a primitive type. */
const KEY_IDENTIFIER_TAG = 0x80;

/** A new key and its certificate. */
export async function issueForLevel(request: CertificateRequest): Promise<IssuedCertificate> {
  const { level, name, issuer, now, extractable } = request;
  const keys = await crypto.subtle.generateKey(P384, extractable, ['sign', 'verify']);
  const signingKey = issuer?.key ?? keys.privateKey;
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  const der = await issueCertificate(
    {
      serial: randomBytes(SERIAL_BYTES),
      issuer: issuer?.certificate.subject.raw ?? name,
      subject: name,
      notBefore: now - BACKDATE,
      notAfter: now + LIFETIME[level],
      publicKey: new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey)),
      extensions: extensionsFor(level, point, issuer),
      signatureAlgorithm: Oid.ECDSA_SHA384,
    },
    async (tbs) => new Uint8Array(await crypto.subtle.sign(ES384, signingKey, new Uint8Array(tbs))),
  );
  return { der, certificate: parseCertificate(der), key: keys.privateKey };
}

function extensionsFor(
  level: ChainLevel,
  point: Uint8Array,
  issuer: IssuedCertificate | undefined,
): ExtensionFields[] {
  const constraints = basicConstraints(level !== 'leaf', PATH_LENGTH[level]);
  if (level === 'leaf') {
    // The only use of a key that AWS does not mark critical.
    return [
      constraints,
      { ...keyUsage(KeyUsage.DIGITAL_SIGNATURE | KeyUsage.NON_REPUDIATION), critical: false },
    ];
  }
  const subject = subjectKeyIdentifier(point);
  const authority = issuer === undefined ? [] : [authorityKeyIdentifier(issuer.certificate)];
  if (level === 'instance') return [constraints, keyUsage(KeyUsage.KEY_CERT_SIGN), subject, ...authority];
  const usage = KeyUsage.DIGITAL_SIGNATURE | KeyUsage.KEY_CERT_SIGN | KeyUsage.CRL_SIGN;
  return [constraints, ...authority, subject, keyUsage(usage)];
}

/** SHA-1 of the key's bits: RFC 5280 section 4.2.1.2, method 1. An identifier, on which no security rests. */
function subjectKeyIdentifier(point: Uint8Array): ExtensionFields {
  const hash = createHash('sha1').update(point).digest();
  return { identifier: Oid.SUBJECT_KEY_IDENTIFIER, critical: false, value: derOctetString(hash) };
}

/** The key identifier alone. Source: RFC 5280 section 4.2.1.1. */
function authorityKeyIdentifier(issuer: Certificate): ExtensionFields {
  const extension = issuer.extensions.get(Oid.SUBJECT_KEY_IDENTIFIER);
  if (extension === undefined) throw new RangeError('an authority without a key identifier');
  const identifier = new DerReader(extension.value).read(DerTag.OCTET_STRING).content;
  const value = derSequence(derElement(KEY_IDENTIFIER_TAG, identifier));
  return { identifier: Oid.AUTHORITY_KEY_IDENTIFIER, critical: false, value };
}

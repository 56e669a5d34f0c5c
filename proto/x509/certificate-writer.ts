/**
 * Makes X.509 certificates (RFC 5280) with ECDSA signatures. Ours, because @peculiar/x509 2.2.0 reads every extension back
 * through asn1js before it writes it, which loses object identifiers with arcs beyond 53 bits: Truce's lie below a UUID.
 */
import { concatBytes } from '../bytes.ts';
import { DerTag } from './der.ts';
import {
  derBitString,
  derElement,
  derExplicit,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derTime,
  derUnsignedInteger,
} from './der-writer.ts';
import { Oid } from './object-identifiers.ts';

export interface ExtensionFields {
  readonly identifier: string;
  readonly critical: boolean;
  /** What the extnValue OCTET STRING holds. */
  readonly value: Uint8Array;
}

export interface CertificateFields {
  /** 1 to 20 octets, read as a positive number. */
  readonly serial: Uint8Array;
  /** DER of Names; see `commonNameOnly`. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Milliseconds since 1970; certificates keep whole seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly ExtensionFields[];
  readonly signatureAlgorithm: typeof Oid.ECDSA_SHA256 | typeof Oid.ECDSA_SHA384;
}

/**
 * The DER of a certificate. `sign` gives the ECDSA signature of the bytes as r || s, as WebCrypto does. RangeError:
 * fields that no certificate can have.
 */
export async function issueCertificate(
  fields: CertificateFields,
  sign: (tbs: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const { serial, issuer, subject, notBefore, notAfter, publicKey, extensions, signatureAlgorithm } = fields;
  if (serial.length < 1 || serial.length > 20 || serial.every((octet) => octet === 0))
    throw new RangeError('a serial number is a positive number of up to 20 octets');
  if (!(notBefore <= notAfter)) throw new RangeError('a certificate that ends before it begins');
  if (new Set(extensions.map(({ identifier }) => identifier)).size !== extensions.length)
    throw new RangeError('an extension twice');
  const algorithm = derSequence(derObjectIdentifier(signatureAlgorithm));
  const tbs = derSequence(
    derExplicit(0, derUnsignedInteger(Uint8Array.of(2))),
    derUnsignedInteger(serial),
    algorithm,
    issuer,
    derSequence(derTime(notBefore), derTime(notAfter)),
    subject,
    publicKey,
    ...(extensions.length === 0 ? [] : [derExplicit(3, derSequence(...extensions.map(encodeExtension)))]),
  );
  return derSequence(tbs, algorithm, derBitString(ecdsaSignature(await sign(tbs))));
}

/** The DER of a Name that consists of one CN. */
export function commonNameOnly(commonName: string): Uint8Array {
  const value = derElement(DerTag.UTF8_STRING, new TextEncoder().encode(commonName));
  return derSequence(derElement(DerTag.SET, derSequence(derObjectIdentifier(Oid.COMMON_NAME), value)));
}

/** Critical basicConstraints, as authorities must have and endpoints may. */
export function basicConstraints(ca: boolean, pathLength?: number): ExtensionFields {
  const flag = ca ? [derElement(DerTag.BOOLEAN, Uint8Array.of(0xff))] : [];
  const length = ca && pathLength !== undefined ? [derUnsignedInteger(Uint8Array.of(pathLength))] : [];
  return { identifier: Oid.BASIC_CONSTRAINTS, critical: true, value: derSequence(...flag, ...length) };
}

/** Critical keyUsage from bits of `KeyUsage`, at least one. */
export function keyUsage(usage: number): ExtensionFields {
  const last = 31 - Math.clz32(usage);
  if (usage <= 0 || last > 8) throw new RangeError('no key usage');
  const octets = new Uint8Array((last >> 3) + 1);
  for (let bit = 0; bit <= last; bit++)
    if ((usage & (1 << bit)) !== 0) octets[bit >> 3]! |= 0x80 >> (bit & 7);
  return { identifier: Oid.KEY_USAGE, critical: true, value: derBitString(octets, 7 - (last & 7)) };
}

export function encodeExtension({ identifier, critical, value }: ExtensionFields): Uint8Array {
  // FALSE is the default, which DER leaves out.
  const flag = critical ? derElement(DerTag.BOOLEAN, Uint8Array.of(0xff)) : new Uint8Array();
  return derSequence(concatBytes(derObjectIdentifier(identifier), flag, derOctetString(value)));
}

/** r || s as SEQUENCE { r, s }. Source: RFC 3279 section 2.2.3. */
export function ecdsaSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return derSequence(derUnsignedInteger(raw.subarray(0, half)), derUnsignedInteger(raw.subarray(half)));
}

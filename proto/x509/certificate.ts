/**
 * X.509 certificates (RFC 5280), read strictly and completely: what is not understood is refused or kept as bytes, never
 * skipped. Reading proves nothing: signatures, names and times are for the caller to check.
 */
import { equalBytes } from '../bytes.ts';
import {
  type CertificateExtension,
  certificateError,
  readAlgorithm,
  readExtensions,
  readFlag,
  readPublicKey,
  type SubjectPublicKeyInfo,
} from './certificate-parts.ts';
import { contextTag, type DerElement, DerReader, DerTag, readDer } from './der.ts';
import { bitString, integerOctets, octetAlignedBitString, smallInteger, timeValue } from './der-values.ts';
import { type DistinguishedName, distinguishedName } from './distinguished-name.ts';
import { Oid } from './object-identifiers.ts';

/** Larger than any certificate that a policy or a document holds. */
export const MAXIMUM_CERTIFICATE_LENGTH = 65_536;
/** RFC 5280 says 20; the zonal authorities of AWS Nitro use 21 octets, the sign octet counted. */
const LONGEST_SERIAL = 32;

/** Bits of `Certificate.keyUsage`. Source: RFC 5280 section 4.2.1.3. */
export const KeyUsage = {
  DIGITAL_SIGNATURE: 1 << 0,
  NON_REPUDIATION: 1 << 1,
  KEY_ENCIPHERMENT: 1 << 2,
  DATA_ENCIPHERMENT: 1 << 3,
  KEY_AGREEMENT: 1 << 4,
  KEY_CERT_SIGN: 1 << 5,
  CRL_SIGN: 1 << 6,
  ENCIPHER_ONLY: 1 << 7,
  DECIPHER_ONLY: 1 << 8,
} as const;

/** A certificate's parts; byte strings are views of the input. Times are milliseconds since 1970. */
export interface Certificate {
  readonly raw: Uint8Array;
  /** The signed part, header included. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** The INTEGER's octets. */
  readonly serial: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: SubjectPublicKeyInfo;
  /** By object identifier. */
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Bits of `KeyUsage`. */
  readonly keyUsage: number | undefined;
}

/** Reads one certificate that fills the input. Errors: DER_INVALID, CERTIFICATE_INVALID. */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAXIMUM_CERTIFICATE_LENGTH)
    throw certificateError(`more than ${MAXIMUM_CERTIFICATE_LENGTH} bytes`);
  const whole = readDer(der, DerTag.SEQUENCE);
  const outer = DerReader.inside(whole);
  const tbs = outer.read(DerTag.SEQUENCE);
  const outerAlgorithm = outer.read(DerTag.SEQUENCE);
  const signature = octetAlignedBitString(outer.read(DerTag.BIT_STRING));
  outer.end();

  const fields = DerReader.inside(tbs);
  const version = readVersion(fields.readOptional(contextTag(0)));
  const serial = integerOctets(fields.read(DerTag.INTEGER));
  if (serial.length > LONGEST_SERIAL) throw certificateError('the serial number is too long');
  const innerAlgorithm = fields.read(DerTag.SEQUENCE);
  if (!equalBytes(innerAlgorithm.raw, outerAlgorithm.raw))
    throw certificateError('it names two different signature algorithms');
  const issuer = distinguishedName(fields.read(DerTag.SEQUENCE));
  const validity = fields.enter();
  const notBefore = timeValue(validity.read());
  const notAfter = timeValue(validity.read());
  validity.end();
  if (notAfter < notBefore) throw certificateError('it ends before it begins');
  const subject = distinguishedName(fields.read(DerTag.SEQUENCE));
  const publicKey = readPublicKey(fields.read(DerTag.SEQUENCE));
  const extensionList = fields.readOptional(contextTag(3));
  // The unique identifiers [1] and [2] would come before [3]: RFC 5280 forbids authorities to use them.
  fields.end();
  if (extensionList !== undefined && version !== 3) throw certificateError('extensions need version 3');
  const extensions =
    extensionList === undefined ? new Map() : readExtensions(onlyMember(extensionList, DerTag.SEQUENCE));

  return {
    raw: whole.raw,
    tbs: tbs.raw,
    version,
    serial,
    signatureAlgorithm: readAlgorithm(outerAlgorithm).identifier,
    signature,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions,
    basicConstraints: readBasicConstraints(extensions.get(Oid.BASIC_CONSTRAINTS)),
    keyUsage: readKeyUsage(extensions.get(Oid.KEY_USAGE)),
  };
}

/** The DER of certificates that stand one behind the other, as proxy attestation servers give them. DER_INVALID. */
export function splitCertificates(der: Uint8Array): Uint8Array[] {
  const reader = new DerReader(der);
  const certificates: Uint8Array[] = [];
  while (!reader.atEnd) certificates.push(reader.read(DerTag.SEQUENCE).raw);
  return certificates;
}

/** What an EXPLICIT tag is about. */
function onlyMember(explicit: DerElement, tag: number): DerElement {
  const inside = DerReader.inside(explicit);
  const member = inside.read(tag);
  inside.end();
  return member;
}

function readVersion(explicit: DerElement | undefined): 1 | 2 | 3 {
  if (explicit === undefined) return 1;
  const value = smallInteger(onlyMember(explicit, DerTag.INTEGER));
  if (value !== 1 && value !== 2) throw certificateError('unknown version');
  return value === 1 ? 2 : 3;
}

function readBasicConstraints(extension: CertificateExtension | undefined): Certificate['basicConstraints'] {
  if (extension === undefined) return undefined;
  const fields = DerReader.inside(readDer(extension.value, DerTag.SEQUENCE));
  const ca = readFlag(fields);
  const element = fields.readOptional(DerTag.INTEGER);
  const pathLength = element === undefined ? undefined : smallInteger(element);
  fields.end();
  if (pathLength !== undefined && !ca) throw certificateError('a path length without being an authority');
  return { ca, pathLength };
}

function readKeyUsage(extension: CertificateExtension | undefined): number | undefined {
  if (extension === undefined) return undefined;
  const { octets, unusedBits } = bitString(readDer(extension.value, DerTag.BIT_STRING));
  const length = octets.length * 8 - unusedBits;
  if (length > 9) throw certificateError('unknown key usages');
  let usage = 0;
  // Bit 0 is the most significant one of the first octet.
  for (let bit = 0; bit < length; bit++)
    if ((octets[bit >> 3]! & (0x80 >> (bit & 7))) !== 0) usage |= 1 << bit;
  if (usage === 0) throw certificateError('no key usage at all');
  return usage;
}

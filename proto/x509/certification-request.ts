/**
 * Requests for certificates (PKCS#10, RFC 2986) for keys on P-256, with the extensions that are asked for (extensionRequest,
 * RFC 2985 section 5.4.2). Read as strictly as certificates; reading proves nothing: the signature, by which the request
 * shows that its maker holds the key, is for the caller to check.
 */
import { TruceError } from '../errors.ts';
import {
  type CertificateExtension,
  readAlgorithm,
  readExtensions,
  readPublicKey,
  type SubjectPublicKeyInfo,
} from './certificate-parts.ts';
import { type ExtensionFields, ecdsaSignature, encodeExtension } from './certificate-writer.ts';
import { contextTag, type DerElement, DerReader, DerTag, readDer } from './der.ts';
import { objectIdentifier, octetAlignedBitString, smallInteger } from './der-values.ts';
import {
  derBitString,
  derElement,
  derObjectIdentifier,
  derSequence,
  derUnsignedInteger,
} from './der-writer.ts';
import { type DistinguishedName, distinguishedName } from './distinguished-name.ts';
import { Oid } from './object-identifiers.ts';

/** Many times what a key, a name and a few hashes take. */
export const MAXIMUM_REQUEST_LENGTH = 16_384;

/** A request's parts; byte strings are views of the input. */
export interface CertificationRequest {
  readonly raw: Uint8Array;
  /** The signed part, header included. */
  readonly tbs: Uint8Array;
  readonly subject: DistinguishedName;
  /** On P-256. */
  readonly publicKey: SubjectPublicKeyInfo;
  /** What is asked for, by object identifier. */
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
  readonly signatureAlgorithm: typeof Oid.ECDSA_SHA256;
  /** SEQUENCE { r, s }. */
  readonly signature: Uint8Array;
}

export interface CertificationRequestFields {
  /** DER of a Name; see `commonNameOnly`. */
  readonly subject: Uint8Array;
  /** DER of the SubjectPublicKeyInfo, on P-256. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly ExtensionFields[];
}

/** The DER of a request. `sign` gives the ECDSA signature (SHA-256) of the bytes as r || s, as WebCrypto does. */
export async function makeCertificationRequest(
  { subject, publicKey, extensions }: CertificationRequestFields,
  sign: (tbs: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (new Set(extensions.map(({ identifier }) => identifier)).size !== extensions.length)
    throw new RangeError('an extension twice');
  const request = derSequence(
    derObjectIdentifier(Oid.EXTENSION_REQUEST),
    derElement(DerTag.SET, derSequence(...extensions.map(encodeExtension))),
  );
  const tbs = derSequence(
    derUnsignedInteger(Uint8Array.of(0)),
    subject,
    publicKey,
    derElement(contextTag(0), ...(extensions.length === 0 ? [] : [request])),
  );
  const algorithm = derSequence(derObjectIdentifier(Oid.ECDSA_SHA256));
  return derSequence(tbs, algorithm, derBitString(ecdsaSignature(await sign(tbs))));
}

/** Reads one request that fills the input. Errors: DER_INVALID, CERTIFICATE_INVALID, CERTIFICATION_REQUEST_INVALID. */
export function parseCertificationRequest(der: Uint8Array): CertificationRequest {
  if (der.length > MAXIMUM_REQUEST_LENGTH) throw requestError(`more than ${MAXIMUM_REQUEST_LENGTH} bytes`);
  const whole = readDer(der, DerTag.SEQUENCE);
  const outer = DerReader.inside(whole);
  const tbs = outer.read(DerTag.SEQUENCE);
  const { identifier, parameters } = readAlgorithm(outer.read(DerTag.SEQUENCE));
  const signature = octetAlignedBitString(outer.read(DerTag.BIT_STRING));
  outer.end();
  if (identifier !== Oid.ECDSA_SHA256 || parameters !== undefined)
    throw requestError('it is not signed by ECDSA with SHA-256');

  const fields = DerReader.inside(tbs);
  if (smallInteger(fields.read(DerTag.INTEGER)) !== 0) throw requestError('unknown version');
  const subject = distinguishedName(fields.read(DerTag.SEQUENCE));
  const publicKey = readPublicKey(fields.read(DerTag.SEQUENCE));
  const attributes = fields.read(contextTag(0));
  fields.end();
  if (publicKey.curve !== Oid.P256) throw requestError('its key is not on P-256');
  const extensions = readAttributes(attributes);
  return {
    raw: whole.raw,
    tbs: tbs.raw,
    subject,
    publicKey,
    extensions,
    signatureAlgorithm: Oid.ECDSA_SHA256,
    signature,
  };
}

/** The extensions asked for; no other attribute has a meaning here, and what has none is refused. */
function readAttributes(element: DerElement): ReadonlyMap<string, CertificateExtension> {
  const attributes = DerReader.inside(element);
  if (attributes.atEnd) return new Map();
  const attribute = attributes.enter();
  attributes.end();
  const type = objectIdentifier(attribute.read(DerTag.OBJECT_IDENTIFIER));
  if (type !== Oid.EXTENSION_REQUEST) throw requestError('an attribute that is not understood');
  const values = attribute.enter(DerTag.SET);
  attribute.end();
  const extensions = values.read(DerTag.SEQUENCE);
  values.end();
  return readExtensions(extensions);
}

function requestError(reason: string): TruceError {
  return new TruceError('CERTIFICATION_REQUEST_INVALID', { reason });
}

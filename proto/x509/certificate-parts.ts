/** Parts that certificates (RFC 5280) and requests for them (RFC 2986) have in common, read strictly. */
import { TruceError } from '../errors.ts';
import { type DerElement, DerReader, DerTag, derError } from './der.ts';
import { booleanValue, objectIdentifier, octetAlignedBitString } from './der-values.ts';
import { Oid } from './object-identifiers.ts';

const MAXIMUM_EXTENSIONS = 64;
/** None, or one of these, is what the algorithms in use have as parameters. */
const PARAMETER_TAGS: ReadonlySet<number> = new Set([DerTag.NULL, DerTag.OBJECT_IDENTIFIER, DerTag.SEQUENCE]);

export interface CertificateExtension {
  readonly critical: boolean;
  /** What the extnValue OCTET STRING holds. */
  readonly value: Uint8Array;
}

export interface SubjectPublicKeyInfo {
  /** The whole DER, as WebCrypto's `spki` takes it. */
  readonly raw: Uint8Array;
  /** Object identifier of the key's algorithm. */
  readonly algorithm: string;
  /** Object identifier of the named curve of an id-ecPublicKey. */
  readonly curve: string | undefined;
}

export function certificateError(reason: string): TruceError {
  return new TruceError('CERTIFICATE_INVALID', { reason });
}

export function readAlgorithm(element: DerElement): {
  identifier: string;
  parameters: DerElement | undefined;
} {
  const inside = DerReader.inside(element);
  const identifier = objectIdentifier(inside.read(DerTag.OBJECT_IDENTIFIER));
  const parameters = inside.atEnd ? undefined : inside.read();
  inside.end();
  if (parameters !== undefined && !PARAMETER_TAGS.has(parameters.tag))
    throw derError(parameters.offset, 'unknown parameters of an algorithm');
  if (parameters?.tag === DerTag.NULL && parameters.content.length !== 0)
    throw derError(parameters.offset, 'invalid NULL');
  return { identifier, parameters };
}

export function readPublicKey(element: DerElement): SubjectPublicKeyInfo {
  const inside = DerReader.inside(element);
  const { identifier, parameters } = readAlgorithm(inside.read(DerTag.SEQUENCE));
  const key = octetAlignedBitString(inside.read(DerTag.BIT_STRING));
  inside.end();
  if (key.length === 0) throw certificateError('an empty public key');
  if (identifier !== Oid.EC_PUBLIC_KEY) return { raw: element.raw, algorithm: identifier, curve: undefined };
  // Curves spelled out by their parameters let a key choose its own arithmetic (CVE-2020-0601): only named ones pass.
  if (parameters?.tag !== DerTag.OBJECT_IDENTIFIER)
    throw certificateError('an elliptic curve without a name');
  return { raw: element.raw, algorithm: identifier, curve: objectIdentifier(parameters) };
}

/** Extensions, a SEQUENCE; by object identifier. */
export function readExtensions(element: DerElement): Map<string, CertificateExtension> {
  const list = DerReader.inside(element);
  // RFC 5280 wants at least one, but widespread libraries write an empty list and nothing hangs on it.
  const extensions = new Map<string, CertificateExtension>();
  while (!list.atEnd) {
    const fields = list.enter();
    const identifier = objectIdentifier(fields.read(DerTag.OBJECT_IDENTIFIER));
    const critical = readFlag(fields);
    const value = fields.read(DerTag.OCTET_STRING).content;
    fields.end();
    if (extensions.has(identifier)) throw certificateError(`extension ${identifier} occurs twice`);
    if (extensions.size === MAXIMUM_EXTENSIONS)
      throw certificateError(`more than ${MAXIMUM_EXTENSIONS} extensions`);
    extensions.set(identifier, { critical, value });
  }
  return extensions;
}

/** BOOLEAN DEFAULT FALSE. DER leaves a FALSE out, but authorities that write it are many and nothing hangs on it. */
export function readFlag(fields: DerReader): boolean {
  const element = fields.readOptional(DerTag.BOOLEAN);
  return element !== undefined && booleanValue(element);
}

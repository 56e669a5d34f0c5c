/** Extensions that an authority puts into the certificates it issues (RFC 5280 section 4.2.1); none of them is critical. */
import type { ExtensionFields } from './certificate-writer.ts';
import { DerReader, DerTag, readDer } from './der.ts';
import { octetAlignedBitString } from './der-values.ts';
import { derElement, derObjectIdentifier, derOctetString, derSequence } from './der-writer.ts';
import { Oid } from './object-identifiers.ts';

/** `[0] IMPLICIT` over an OCTET STRING. */
const KEY_IDENTIFIER_TAG = 0x80;
/** What RFC 7093 section 2 keeps of a SHA-256. */
const KEY_IDENTIFIER_BYTES = 20;

/** The identifier of a key: the leftmost 160 bits of the SHA-256 of its bits. Source: RFC 7093 section 2, method 1. */
export async function keyIdentifier(
  publicKeyInfo: Uint8Array,
  sha256: (data: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const fields = DerReader.inside(readDer(publicKeyInfo, DerTag.SEQUENCE));
  fields.read(DerTag.SEQUENCE);
  const bits = octetAlignedBitString(fields.read(DerTag.BIT_STRING));
  return (await sha256(bits)).subarray(0, KEY_IDENTIFIER_BYTES);
}

export function subjectKeyIdentifier(identifier: Uint8Array): ExtensionFields {
  return { identifier: Oid.SUBJECT_KEY_IDENTIFIER, critical: false, value: derOctetString(identifier) };
}

/** Names the issuer's key as the issuer's own certificate does. */
export function authorityKeyIdentifier(identifier: Uint8Array): ExtensionFields {
  return {
    identifier: Oid.AUTHORITY_KEY_IDENTIFIER,
    critical: false,
    value: derSequence(derElement(KEY_IDENTIFIER_TAG, identifier)),
  };
}

/** `purposes` are object identifiers. */
export function extendedKeyUsage(...purposes: readonly string[]): ExtensionFields {
  return {
    identifier: Oid.EXTENDED_KEY_USAGE,
    critical: false,
    value: derSequence(...purposes.map(derObjectIdentifier)),
  };
}

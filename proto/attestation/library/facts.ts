/** What a document says, in the form that callers of the library get. */
import { toHex } from '../../bytes.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import { decodeCoseSign1 } from '../cose-sign1.ts';
import { type AttestationDocument, decodeDocument } from '../document.ts';
import { isDebug } from '../measurements.ts';

/** Times are milliseconds since 1970, inclusive. */
export interface CertificateFacts {
  /** `C=US, O=Amazon, CN=...`, escaped as RFC 4514 does: safe to print. */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hexadecimal. */
  readonly serialNumber: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly der: Uint8Array;
}

/** The fields of a document. Byte strings are undefined where the document says null or nothing. */
export interface DocumentFacts {
  /** `i-<instance>-enc<enclave>`. */
  readonly moduleId: string;
  /** When the document was made, milliseconds since 1970, by the hypervisor's clock. */
  readonly timestamp: number;
  /** Whether PCR0, PCR1 and PCR2 are zero: the enclave hides nothing from its host. */
  readonly debug: boolean;
  /** The locked registers by index, 48 bytes each. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
  readonly nonce: Uint8Array | undefined;
  readonly userData: Uint8Array | undefined;
  readonly publicKey: Uint8Array | undefined;
}

/** What a document proves. */
export interface AttestationFacts extends DocumentFacts {
  /** The certificate whose key signed the document. */
  readonly certificate: CertificateFacts;
  /** From the trusted root to `certificate`. */
  readonly chain: readonly CertificateFacts[];
  /** When the whole chain is valid. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Such as `us-east-1`, as the chain's names tell; undefined where they tell none. */
  readonly region: string | undefined;
}

/** What a document claims. Anybody can write such a thing. */
export interface UnverifiedClaims extends DocumentFacts {
  /** Undefined where it cannot be read. */
  readonly certificate: CertificateFacts | undefined;
  /** From what should be a root to `certificate`. */
  readonly chain: readonly (CertificateFacts | undefined)[];
}

/**
 * Reads a document and proves nothing: to show why one was refused, or which PCRs to look up before verifying.
 *
 * @throws TruceError CBOR_INVALID, ATTESTATION_COSE_INVALID, ATTESTATION_DOCUMENT_INVALID, ATTESTATION_NITROTPM
 */
export function readUnverifiedClaims(document: Uint8Array): UnverifiedClaims {
  const decoded = decodeDocument(decodeCoseSign1(new Uint8Array(document)).payload);
  const chain = [...decoded.cabundle, decoded.certificate].map(readableCertificate);
  return { ...documentFacts(decoded), certificate: chain.at(-1), chain };
}

export function documentFacts(document: AttestationDocument): DocumentFacts {
  const { moduleId, timestamp, pcrs, nonce, userData, publicKey } = document;
  return { moduleId, timestamp, debug: isDebug(pcrs), pcrs, nonce, userData, publicKey };
}

export function certificateFacts(certificate: Certificate): CertificateFacts {
  const { subject, issuer, serial, notBefore, notAfter, raw } = certificate;
  return {
    subject: subject.text,
    issuer: issuer.text,
    serialNumber: toHex(serial),
    notBefore,
    notAfter,
    der: raw,
  };
}

/** Where even the bytes are nobody's certificate, the rest can still be shown. */
function readableCertificate(der: Uint8Array): CertificateFacts | undefined {
  try {
    return certificateFacts(parseCertificate(der));
  } catch {
    return undefined;
  }
}

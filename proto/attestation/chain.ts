/**
 * The chain of an attestation document: leaf <- last authority <- ... <- first authority <- a root that the verifier
 * pinned. Nothing in the document can add a root, and no rule of RFC 5280 that bears on such a chain is left to a library
 * that checks signatures only.
 */
import { concatBytes, equalBytes, toHex } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { type Certificate, KeyUsage, parseCertificate } from '../x509/certificate.ts';
import { Oid } from '../x509/object-identifiers.ts';
import { importP384, rawSignature, sha256, type VerificationCrypto, verifyEs384 } from './crypto.ts';
import type { AttestationDocument } from './document.ts';

/** A chain whose structure holds; certificates from the root to the leaf. */
export interface Chain {
  readonly certificates: readonly [Certificate, ...Certificate[]];
  readonly leaf: Certificate;
  /** When every certificate is valid: from the latest start to the earliest end, milliseconds since 1970, inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A chain whose signatures hold too, with the leaf's key. */
export interface VerifiedChain extends Chain {
  readonly leafKey: CryptoKey;
}

type ChainFields = Pick<AttestationDocument, 'certificate' | 'cabundle'>;

/** Critical extensions that are enforced here. */
const ENFORCED: ReadonlySet<string> = new Set([Oid.BASIC_CONSTRAINTS, Oid.KEY_USAGE]);

/** The trusted root that the document's bundle begins with, byte for byte. Error: ATTESTATION_ROOT_UNKNOWN. */
export function requireTrustedRoot(document: ChainFields, roots: readonly Uint8Array[]): Uint8Array {
  const [first] = document.cabundle;
  const root = first === undefined ? undefined : roots.find((candidate) => equalBytes(candidate, first));
  if (root === undefined) throw new TruceError('ATTESTATION_ROOT_UNKNOWN');
  return root;
}

/** Everything about a chain below `root` but signatures and times. Errors: ATTESTATION_CHAIN_*, ATTESTATION_LEAF_*. */
export function inspectChain(document: ChainFields, root: Uint8Array): Chain {
  const rest = document.cabundle.slice(1);
  const authorities = [root, ...rest].map((der) => parseCertificate(der)) as [Certificate, ...Certificate[]];
  const leaf = parseCertificate(document.certificate);
  const certificates: [Certificate, ...Certificate[]] = [...authorities, leaf];
  for (const [index, certificate] of certificates.entries()) {
    inspectAlgorithms(certificate);
    inspectCriticalExtensions(certificate);
    const above = certificates[index - 1];
    if (above !== undefined && !equalBytes(certificate.issuer.raw, above.subject.raw))
      throw chainError('ATTESTATION_CHAIN_NAMES', certificate);
  }
  for (const [index, authority] of authorities.entries())
    inspectAuthority(authority, authorities.length - 1 - index);
  inspectLeaf(leaf);
  return {
    certificates,
    leaf,
    notBefore: Math.max(...certificates.map((certificate) => certificate.notBefore)),
    notAfter: Math.min(...certificates.map((certificate) => certificate.notAfter)),
  };
}

/** Refuses a chain of which a certificate is not valid at `time` (milliseconds since 1970). */
export function requireValidity(chain: Chain, time: number): void {
  if (time >= chain.notBefore && time <= chain.notAfter) return;
  for (const certificate of chain.certificates) {
    if (time > certificate.notAfter)
      throw chainError('ATTESTATION_CERTIFICATE_EXPIRED', certificate, {
        notAfter: new Date(certificate.notAfter).toISOString(),
      });
    if (!(time >= certificate.notBefore))
      throw chainError('ATTESTATION_CERTIFICATE_NOT_YET_VALID', certificate, {
        notBefore: new Date(certificate.notBefore).toISOString(),
      });
  }
}

/**
 * Checks each certificate's signature with the key above it, all at once. The root's own is not: it was compared byte
 * for byte with a pinned one.
 */
export async function verifyChainSignatures(chain: Chain, crypto: VerificationCrypto): Promise<void> {
  const checks = chain.certificates.slice(1).map(async (certificate, index) => {
    const key = await importKeyOf(chain.certificates[index]!, crypto);
    return verifyEs384(crypto, key, rawSignature(certificate.signature), certificate.tbs);
  });
  // Settled one and all, then judged from the root down: which error is reported never hangs on timing.
  const results = await Promise.allSettled(checks);
  for (const [index, result] of results.entries()) {
    if (result.status === 'rejected') throw result.reason;
    if (result.value !== true)
      throw chainError('ATTESTATION_CHAIN_SIGNATURE', chain.certificates[index + 1]!);
  }
}

/** The key of a certificate of a chain. Error: ATTESTATION_CHAIN_ALGORITHM where it is no point of the curve. */
export async function importKeyOf(certificate: Certificate, crypto: VerificationCrypto): Promise<CryptoKey> {
  try {
    return await importP384(crypto, certificate.publicKey.raw);
  } catch (cause) {
    throw chainError('ATTESTATION_CHAIN_ALGORITHM', certificate, {}, { cause });
  }
}

/** A name for exactly these certificates in this order. */
export async function chainIdentity(document: ChainFields, crypto: VerificationCrypto): Promise<string> {
  const parts = [...document.cabundle, document.certificate].flatMap((der) => [
    Uint8Array.of(der.length >> 8, der.length & 0xff),
    der,
  ]);
  return toHex(await sha256(crypto, concatBytes(...parts)));
}

function inspectAlgorithms(certificate: Certificate): void {
  const { publicKey, signatureAlgorithm, version } = certificate;
  if (version !== 3 || publicKey.curve !== Oid.P384 || signatureAlgorithm !== Oid.ECDSA_SHA384)
    throw chainError('ATTESTATION_CHAIN_ALGORITHM', certificate);
}

function inspectCriticalExtensions(certificate: Certificate): void {
  for (const [extension, { critical }] of certificate.extensions)
    if (critical && !ENFORCED.has(extension))
      throw chainError('ATTESTATION_CHAIN_EXTENSION', certificate, { extension });
}

function inspectAuthority(certificate: Certificate, authoritiesBelow: number): void {
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca !== true) throw chainError('ATTESTATION_CHAIN_NOT_AUTHORITY', certificate);
  if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < authoritiesBelow)
    throw chainError('ATTESTATION_CHAIN_PATH_LENGTH', certificate);
  if (keyUsage === undefined || (keyUsage & KeyUsage.KEY_CERT_SIGN) === 0)
    throw chainError('ATTESTATION_CHAIN_KEY_USAGE', certificate, { what: 'certificates' });
}

function inspectLeaf(certificate: Certificate): void {
  if (certificate.basicConstraints?.ca === true) throw chainError('ATTESTATION_LEAF_AUTHORITY', certificate);
  if (certificate.keyUsage === undefined || (certificate.keyUsage & KeyUsage.DIGITAL_SIGNATURE) === 0)
    throw chainError('ATTESTATION_CHAIN_KEY_USAGE', certificate, { what: 'documents' });
}

function chainError(
  code: ConstructorParameters<typeof TruceError>[0],
  certificate: Certificate,
  details: Record<string, string> = {},
  options?: ErrorOptions,
): TruceError {
  return new TruceError(code, { subject: certificate.subject.text.slice(0, 256), ...details }, options);
}

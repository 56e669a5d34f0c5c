/**
 * A signing certificate as nitro-cli shows it, with OpenSSL's long names and times. Source:
 * aws-nitro-enclaves-image-format 0.5.0 (EifReader::get_certificate_info), OpenSSL 3 (objects.txt, ASN1_TIME_print).
 */
import { X509Certificate } from 'node:crypto';
import { toHex } from '../proto/bytes.ts';
import { TruceError } from '../proto/errors.ts';
import type { Certificate } from '../proto/x509/certificate.ts';

/** OpenSSL's long name of each short one that Node gives; what is not here has the same or none. */
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['C', 'countryName'],
  ['CN', 'commonName'],
  ['DC', 'domainComponent'],
  ['GN', 'givenName'],
  ['L', 'localityName'],
  ['O', 'organizationName'],
  ['OU', 'organizationalUnitName'],
  ['SN', 'surname'],
  ['ST', 'stateOrProvinceName'],
  ['UID', 'userId'],
  ['street', 'streetAddress'],
]);

const ALGORITHM_NAMES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  ['1.2.840.10045.4.3.1', 'ecdsa-with-SHA224'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  ['1.2.840.113549.1.1.10', 'rsassaPss'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.3.101.112', 'ED25519'],
  ['1.3.101.113', 'ED448'],
]);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** nitro-cli's `SigningCertificate`. Error: EIF_SIGNATURE_INVALID where OpenSSL does not take the certificate. */
export function certificateJson(certificate: Certificate): Record<string, unknown> {
  return {
    IssuerName: issuerName(certificate),
    Algorithm: ALGORITHM_NAMES.get(certificate.signatureAlgorithm) ?? certificate.signatureAlgorithm,
    NotBefore: opensslTime(certificate.notBefore),
    NotAfter: opensslTime(certificate.notAfter),
    Signature: toHex(certificate.signature).toUpperCase().match(/../g)?.join(':') ?? '',
  };
}

/** By long name, sorted; of several values the last one stays, without quotation marks: all as nitro-cli does. */
function issuerName(certificate: Certificate): Record<string, string> {
  const names: [string, string][] = Object.entries(legacyIssuer(certificate)).map(([name, values]) => [
    LONG_NAMES.get(name) ?? name,
    String([values].flat().at(-1)).replaceAll('"', ''),
  ]);
  return Object.fromEntries(names.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** By OpenSSL's short name. */
function legacyIssuer(certificate: Certificate): Record<string, string | string[]> {
  try {
    const { issuer } = new X509Certificate(Buffer.from(certificate.raw)).toLegacyObject();
    return { ...issuer } as unknown as Record<string, string | string[]>;
  } catch (cause) {
    throw new TruceError(
      'EIF_SIGNATURE_INVALID',
      { reason: 'OpenSSL does not take the certificate' },
      { cause },
    );
  }
}

/** Such as `Jul  9 17:16:38 2024 GMT`. */
function opensslTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const day = String(date.getUTCDate()).padStart(2);
  const time = date.toISOString().slice(11, 19);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()} GMT`;
}

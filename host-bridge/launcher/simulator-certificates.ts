/**
 * Certificates of the simulator in the shape of AWS's: same order of names, same extensions and criticality, P-384 and
 * ECDSA with SHA-384 throughout. The names themselves say that nothing here is AWS. Source: chains of genuine documents
 * from 2021 to 2025 (AWS's have CRL distribution points besides, which nobody would serve here).
 */
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** Where a certificate stands in the chain. */
export type ChainLevel = 'root' | 'regional' | 'zonal' | 'instance' | 'leaf';

export interface IssuedCertificate {
  readonly certificate: X509Certificate;
  readonly key: CryptoKey;
}

export interface CertificateRequest {
  readonly level: ChainLevel;
  readonly name: Name;
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
export const BACKDATE = 3000;

const PATH_LENGTH: Readonly<Record<ChainLevel, number | undefined>> = {
  root: undefined,
  regional: 2,
  zonal: 1,
  instance: 0,
  leaf: undefined,
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };

/** A new key and its certificate. */
export async function issueCertificate(request: CertificateRequest): Promise<IssuedCertificate> {
  const { level, name, issuer, now, extractable } = request;
  const keys = await crypto.subtle.generateKey(ALGORITHM, extractable, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: randomSerialNumber(),
      subject: name,
      issuer: issuer?.certificate.subjectName ?? name,
      // Certificates count whole seconds.
      notBefore: wholeSecond(now - BACKDATE),
      notAfter: wholeSecond(now + LIFETIME[level]),
      publicKey: keys.publicKey,
      signingKey: issuer?.key ?? keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: await extensionsFor(level, keys.publicKey, issuer),
    },
    crypto,
  );
  return { certificate, key: keys.privateKey };
}

async function extensionsFor(
  level: ChainLevel,
  key: CryptoKey,
  issuer: IssuedCertificate | undefined,
): Promise<Extension[]> {
  if (level === 'leaf') {
    return [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, false),
    ];
  }
  const constraints = new BasicConstraintsExtension(true, PATH_LENGTH[level], true);
  const subject = await SubjectKeyIdentifierExtension.create(key, false, crypto);
  const authority =
    issuer === undefined
      ? []
      : [await AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey, false, crypto)];
  if (level === 'instance') {
    return [constraints, new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true), subject, ...authority];
  }
  const usages = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return [constraints, ...authority, subject, new KeyUsagesExtension(usages, true)];
}

/** A positive integer of 16 bytes (RFC 5280 section 4.1.2.2 wants uniqueness, which 126 random bits give). */
function randomSerialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

function wholeSecond(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}

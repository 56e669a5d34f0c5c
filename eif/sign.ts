/**
 * Signs images. The key may be here (`signWithKey`) or anywhere else: `prepareSigning` says which bytes it has to sign,
 * `attachSignature` takes what it gave. Either way the signature is verified before it goes into an image.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { concatBytes } from '../proto/bytes.ts';
import { TruceError } from '../proto/errors.ts';
import { DerReader, DerTag, readDer } from '../proto/x509/der.ts';
import { unsignedInteger } from '../proto/x509/der-values.ts';
import { FIRST_VERSION_WITH_SIGNATURE, SectionType } from './image-format.ts';
import { crcProblem, type EifImage, readEif } from './image-reader.ts';
import { assembleImage } from './image-writer.ts';
import { type ImageMeasurements, measureEif } from './measure.ts';
import { bytesToSign, encodeSignatureSection, verifies } from './signature.ts';
import {
  algorithmOf,
  dateProblem,
  publicKeyOf,
  readSigningCertificate,
  type SigningAlgorithm,
  type SigningCertificate,
} from './signing-certificate.ts';

/** PEM files as they are. */
export interface SigningFiles {
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
}

export interface SignedImage {
  readonly image: Uint8Array;
  /** DER. */
  readonly certificate: Uint8Array;
}

export interface SigningOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether a certificate that is not valid now may sign; nitro-cli refuses to run such an image (E59). */
  readonly ignoreDates?: boolean;
}

/** An image and the certificate that is going to sign it. */
export interface PreparedSigning {
  readonly image: EifImage;
  readonly certificate: SigningCertificate;
  readonly algorithm: SigningAlgorithm;
  /** With PCR8, as the signed image has them. */
  readonly measurements: ImageMeasurements;
  /** What the key signs with the algorithm's hash. */
  readonly bytesToSign: Uint8Array;
}

/** Signs with a key that is at hand. Errors: those of the three steps below. */
export function signImage(image: Uint8Array, files: SigningFiles, options: SigningOptions): SignedImage {
  const prepared = prepareSigning(image, files.certificate, options);
  const pieces = attachSignature(prepared, signWithKey(prepared, files.key));
  return { image: concatBytes(...pieces), certificate: prepared.certificate.certificate.raw };
}

/** Finds what is wrong with the files before there is an image to sign. Errors: those of a certificate and a key below. */
export function checkSigningFiles({ certificate, key }: SigningFiles, options: SigningOptions): void {
  requireKeyOf(readUsableCertificate(certificate, options).certificate, key);
}

/**
 * Checks that the image can be signed with the certificate (a PEM file with nothing else in it).
 * Errors: EIF_INVALID, EIF_CRC_MISMATCH, EIF_PARTS_INVALID, PEM_INVALID, DER_INVALID, CERTIFICATE_INVALID,
 * SIGNING_CERTIFICATE_UNUSABLE, EIF_CERTIFICATE_EXPIRED, EIF_CERTIFICATE_NOT_YET_VALID.
 */
export function prepareSigning(
  imageBytes: Uint8Array,
  certificatePem: Uint8Array,
  options: SigningOptions,
): PreparedSigning {
  const image = readEif(imageBytes);
  // What was damaged on its way must not get a signature that says it is as its builder made it.
  const damage = crcProblem(image, imageBytes);
  if (damage !== undefined) throw damage;
  if (image.version < FIRST_VERSION_WITH_SIGNATURE)
    throw new TruceError('EIF_PARTS_INVALID', {
      part: 'signature',
      reason: `version ${image.version} has none`,
    });
  const { certificate, algorithm } = readUsableCertificate(certificatePem, options);
  const measurements = measureEif(image, certificate.certificate.raw);
  return {
    image,
    certificate,
    algorithm,
    measurements,
    bytesToSign: bytesToSign(algorithm, measurements.pcr0),
  };
}

/** r || s by a private key in PEM, SEC1 or PKCS#8, unencrypted. Errors: SIGNING_KEY_INVALID, SIGNING_KEY_MISMATCH. */
export function signWithKey(prepared: PreparedSigning, keyPem: Uint8Array): Uint8Array {
  const key = requireKeyOf(prepared.certificate, keyPem);
  return sign(prepared.algorithm.hash, prepared.bytesToSign, { key, dsaEncoding: 'ieee-p1363' });
}

/**
 * The signed image, in pieces that are to be written one after the other. A signature that is there already is replaced.
 * `signature` is r || s, or SEQUENCE { r, s } in DER. Errors: EIF_SIGNATURE_MISMATCH, EIF_PARTS_INVALID.
 */
export function attachSignature(prepared: PreparedSigning, signature: Uint8Array): Uint8Array[] {
  const { image, certificate, algorithm, measurements } = prepared;
  const raw = [signature, rawFromDer(signature, algorithm.octets)].find(
    (candidate) =>
      candidate !== undefined && verifies(certificate, algorithm, prepared.bytesToSign, candidate),
  );
  if (raw === undefined)
    throw new TruceError('EIF_SIGNATURE_MISMATCH', {
      reason: "it does not verify with the certificate's key",
    });
  const section = encodeSignatureSection(certificate, algorithm, measurements.pcr0, raw);
  return assembleImage(image, [
    ...image.sections.filter(({ type }) => type !== SectionType.SIGNATURE),
    { type: SectionType.SIGNATURE, data: section },
  ]);
}

function readUsableCertificate(
  pem: Uint8Array,
  { now, ignoreDates = false }: SigningOptions,
): { readonly certificate: SigningCertificate; readonly algorithm: SigningAlgorithm } {
  const certificate = readSigningCertificate(pem);
  const algorithm = algorithmOf(certificate);
  if (algorithm === undefined)
    throw new TruceError('SIGNING_CERTIFICATE_UNUSABLE', {
      reason: 'its key is not of P-256, P-384 or P-521',
    });
  if (publicKeyOf(certificate) === undefined)
    throw new TruceError('SIGNING_CERTIFICATE_UNUSABLE', { reason: 'its key is no point on its curve' });
  const dates = ignoreDates ? undefined : dateProblem(certificate, now);
  if (dates !== undefined) throw dates;
  return { certificate, algorithm };
}

function requireKeyOf(certificate: SigningCertificate, keyPem: Uint8Array): KeyObject {
  const key = readPrivateKey(keyPem);
  const expected = publicKeyOf(certificate);
  if (expected === undefined || !createPublicKey(key).equals(expected))
    throw new TruceError('SIGNING_KEY_MISMATCH');
  return key;
}

function readPrivateKey(pem: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pem), format: 'pem' });
  } catch {
    // No cause: nothing of the key may end up in what is shown of an error.
    throw new TruceError('SIGNING_KEY_INVALID', { reason: 'it is no unencrypted private key in PEM' });
  }
}

/** SEQUENCE { r, s } (RFC 3279 section 2.2.3) as r || s, or undefined where the bytes are anything else. */
function rawFromDer(der: Uint8Array, octets: number): Uint8Array | undefined {
  try {
    const fields = DerReader.inside(readDer(der, DerTag.SEQUENCE));
    const raw = new Uint8Array(2 * octets);
    raw.set(unsignedInteger(fields.read(DerTag.INTEGER), octets));
    raw.set(unsignedInteger(fields.read(DerTag.INTEGER), octets), octets);
    fields.end();
    return raw;
  } catch (error) {
    if (error instanceof TruceError && error.code === 'DER_INVALID') return undefined;
    throw error;
  }
}

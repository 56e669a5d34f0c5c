/**
 * The signature section: CBOR as Rust's serde writes it, in which bytes are arrays of integers.
 *
 *   [ { "signing_certificate": [PEM file], "signature": [COSE_Sign1] } ]
 *
 * The COSE_Sign1 is untagged; its payload { "register_index": 0, "register_value": [PCR0] } is compared byte for byte.
 * Source: aws-nitro-enclaves-image-format 0.5.0 (PcrSignature, PcrInfo). QEMU (hw/core/eif.c) wants this very order of
 * keys, one octet for each integer, and nothing else in the map.
 */
import { verify } from 'node:crypto';
import {
  type CoseSign1,
  decodeCoseSign1,
  encodeCoseSign1,
  protectedHeaderFor,
  signedBytes,
} from '../proto/attestation/cose-sign1.ts';
import { equalBytes } from '../proto/bytes.ts';
import { decodeCbor } from '../proto/cbor/reader.ts';
import type { CborValue } from '../proto/cbor/values.ts';
import { encodeCbor } from '../proto/cbor/writer.ts';
import { TruceError } from '../proto/errors.ts';
import { MAXIMUM_SIGNATURE_LENGTH } from './image-format.ts';
import {
  algorithmOf,
  publicKeyOf,
  readEmbeddedCertificate,
  type SigningAlgorithm,
  type SigningCertificate,
} from './signing-certificate.ts';

export interface ImageSignature {
  readonly certificate: SigningCertificate;
  readonly message: CoseSign1;
}

const CERTIFICATE_KEY = 'signing_certificate';
const SIGNATURE_KEY = 'signature';

/** Reads a section. Whether the signature holds is for `signatureProblem`. Error: EIF_SIGNATURE_INVALID {reason}. */
export function readSignatureSection(section: Uint8Array): ImageSignature {
  try {
    const elements = decodeCbor(section, {
      maximumLength: MAXIMUM_SIGNATURE_LENGTH,
      maximumDepth: 3,
      indefinite: { arrays: true },
    });
    if (!Array.isArray(elements) || elements.length !== 1) throw invalid('not an array of one signature');
    const [entry] = elements as readonly CborValue[];
    if (!(entry instanceof Map) || [...entry.keys()].join() !== `${CERTIFICATE_KEY},${SIGNATURE_KEY}`)
      throw invalid(`not a map of ${CERTIFICATE_KEY} and ${SIGNATURE_KEY}, in this order`);
    const certificate = readEmbeddedCertificate(octetsOf(entry.get(CERTIFICATE_KEY), CERTIFICATE_KEY));
    const message = decodeCoseSign1(octetsOf(entry.get(SIGNATURE_KEY), SIGNATURE_KEY));
    if (message.tagged) throw invalid('the signature has a CBOR tag');
    return { certificate, message };
  } catch (cause) {
    if (!(cause instanceof TruceError) || cause.code === 'EIF_SIGNATURE_INVALID') throw cause;
    throw new TruceError('EIF_SIGNATURE_INVALID', { reason: cause.message }, { cause });
  }
}

/** Why the signature does not vouch for an image with this PCR0, or undefined where it does. */
export function signatureProblem(
  { certificate, message }: ImageSignature,
  pcr0: Uint8Array,
): string | undefined {
  const algorithm = algorithmOf(certificate);
  if (algorithm === undefined) return "the certificate's key is not of P-256, P-384 or P-521";
  if (!equalBytes(message.protectedHeader, protectedHeaderFor(algorithm.identifier)))
    return `it is not signed with ${algorithm.name}, which the certificate's key asks for`;
  if (!equalBytes(message.payload, payloadFor(pcr0))) return 'it is the signature of another PCR0';
  if (!verifies(certificate, algorithm, signedBytes(message), message.signature))
    return "it does not verify with the certificate's key";
  return undefined;
}

/** What a key has to sign for an image with this PCR0: COSE's Sig_structure. */
export function bytesToSign(algorithm: SigningAlgorithm, pcr0: Uint8Array): Uint8Array {
  return signedBytes(unsignedMessage(algorithm, pcr0));
}

/** The section's bytes. `signature` is r || s. */
export function encodeSignatureSection(
  certificate: SigningCertificate,
  algorithm: SigningAlgorithm,
  pcr0: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  const message = encodeCoseSign1({ ...unsignedMessage(algorithm, pcr0), signature });
  const entry = new Map<string, CborValue>([
    [CERTIFICATE_KEY, [...certificate.pem]],
    [SIGNATURE_KEY, [...message]],
  ]);
  return encodeCbor([entry]);
}

/** Whether `signature`, r || s of full length, is the certificate's over `bytes`. */
export function verifies(
  certificate: SigningCertificate,
  { hash, octets }: SigningAlgorithm,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = publicKeyOf(certificate);
  if (key === undefined || signature.length !== 2 * octets) return false;
  return verify(hash, bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function unsignedMessage(
  { identifier }: SigningAlgorithm,
  pcr0: Uint8Array,
): Pick<CoseSign1, 'protectedHeader' | 'payload'> {
  return { protectedHeader: protectedHeaderFor(identifier), payload: payloadFor(pcr0) };
}

function payloadFor(pcr0: Uint8Array): Uint8Array {
  return encodeCbor(
    new Map<string, CborValue>([
      ['register_index', 0],
      ['register_value', [...pcr0]],
    ]),
  );
}

/** An array of integers from 0 to 255 as bytes. */
function octetsOf(value: CborValue, name: string): Uint8Array {
  if (!Array.isArray(value)) throw invalid(`${name} is no array`);
  const octets = value as readonly CborValue[];
  if (!octets.every((octet) => typeof octet === 'number' && octet >= 0 && octet <= 0xff))
    throw invalid(`${name} holds more than octets`);
  return Uint8Array.from(octets as readonly number[]);
}

function invalid(reason: string): TruceError {
  return new TruceError('EIF_SIGNATURE_INVALID', { reason });
}

/**
 * COSE_Sign1 (RFC 9052 section 4.2) as Nitro and EIF signatures use it: four members, one protected header, the
 * algorithm, and an empty unprotected one. The signature is checked over the very bytes received: nothing is re-encoded.
 */
import { decodeCbor } from '../cbor/reader.ts';
import { CborTag, type CborValue } from '../cbor/values.ts';
import { encodeCbor } from '../cbor/writer.ts';
import { TruceError } from '../errors.ts';
import { ES384_SIGNATURE_LENGTH } from './crypto.ts';

/** The largest genuine documents have 5.3 KB; 4 KiB of request can add that much. */
export const MAXIMUM_DOCUMENT_LENGTH = 16_384;

/** Source: RFC 9052 section 2 (CBOR tag) and section 3.1 (header label 1), RFC 9053 section 2.1 (ES384). */
const COSE_SIGN1_TAG = 18;
const ALGORITHM_LABEL = 1;
export const ES384 = -35;

export interface CoseSign1 {
  readonly tagged: boolean;
  /** The protected header's encoding, which is signed as it is. */
  readonly protectedHeader: Uint8Array;
  readonly algorithm: number;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function coseError(reason: string): TruceError {
  return new TruceError('ATTESTATION_COSE_INVALID', { reason });
}

/** Reads an untagged or tagged message. Errors: CBOR_INVALID, ATTESTATION_COSE_INVALID. */
export function decodeCoseSign1(
  bytes: Uint8Array,
  maximumLength: number = MAXIMUM_DOCUMENT_LENGTH,
): CoseSign1 {
  const outer = decodeCbor(bytes, {
    maximumLength,
    maximumDepth: 3,
    maximumItems: 16,
    tags: [COSE_SIGN1_TAG],
  });
  const tagged = outer instanceof CborTag;
  const members = tagged ? outer.value : outer;
  if (!Array.isArray(members) || members.length !== 4) throw coseError('not an array of four');
  const [protectedHeader, unprotected, payload, signature] = members as readonly CborValue[];
  if (!(protectedHeader instanceof Uint8Array)) throw coseError('the protected header is no byte string');
  if (!(unprotected instanceof Map) || unprotected.size !== 0)
    throw coseError('the unprotected header is not empty');
  if (!(payload instanceof Uint8Array)) throw coseError('the payload is no byte string');
  if (!(signature instanceof Uint8Array)) throw coseError('the signature is no byte string');
  return { tagged, protectedHeader, algorithm: readAlgorithm(protectedHeader), payload, signature };
}

/** Refuses any algorithm but ES384, and signatures of any other length. */
export function requireEs384(message: CoseSign1): void {
  if (message.algorithm !== ES384)
    throw new TruceError('ATTESTATION_ALGORITHM', { algorithm: message.algorithm });
  if (message.signature.length !== ES384_SIGNATURE_LENGTH)
    throw coseError(`a signature of ${message.signature.length} bytes`);
}

/** What is signed: ["Signature1", protected header, no external data, payload]. Source: RFC 9052 section 4.4. */
export function signedBytes(message: Pick<CoseSign1, 'protectedHeader' | 'payload'>): Uint8Array {
  return encodeCbor(['Signature1', message.protectedHeader, new Uint8Array(), message.payload]);
}

/** A message in the form of Nitro's: untagged, nothing unprotected. */
export function encodeCoseSign1(
  message: Pick<CoseSign1, 'protectedHeader' | 'payload' | 'signature'>,
): Uint8Array {
  return encodeCbor([message.protectedHeader, new Map(), message.payload, message.signature]);
}

/** The encoding of a protected header that names the algorithm and nothing else. */
export function protectedHeaderFor(algorithm: number): Uint8Array {
  return encodeCbor(new Map([[ALGORITHM_LABEL, algorithm]]));
}

function readAlgorithm(protectedHeader: Uint8Array): number {
  const header = decodeCbor(protectedHeader, { maximumLength: 16, maximumDepth: 1 });
  const algorithm = header instanceof Map && header.size === 1 ? header.get(ALGORITHM_LABEL) : undefined;
  if (typeof algorithm !== 'number') throw coseError('the protected header is not the algorithm alone');
  return algorithm;
}

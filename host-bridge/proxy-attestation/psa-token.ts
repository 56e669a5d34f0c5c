/**
 * PSA tokens as Veracruz's Linux runtimes made them: COSE_Sign1 with ES256 over a map of claims. Two forms are read: that of
 * Veracruz main (crates/psa-attestation, attestation_core.c), whose claims have labels of their own, and the earlier one,
 * whose reader (2207, proxy-attestation-server, psa.rs) took them from fixed places.
 */
import { signedBytes } from '../../proto/attestation/cose-sign1.ts';
import { decodeCbor } from '../../proto/cbor/reader.ts';
import { type CborMap, CborTag, type CborValue } from '../../proto/cbor/values.ts';
import { TruceError } from '../../proto/errors.ts';

/** Claims of the later form. Source: Veracruz main, crates/psa-attestation, attest_token.h. */
const Claim = {
  CHALLENGE: 10,
  DEBUG: 25_102,
  COMPONENTS: -75_006,
  NONCE: -75_008,
  INSTANCE: -75_009,
} as const;
/** Members of a software component. Source: the same. */
const Component = { TYPE: 1, VALUE: 2, SIGNER: 5 } as const;
const RUNTIME_COMPONENT = 'ARoT';

/** Header labels (RFC 9052 section 3.1) and the algorithm (RFC 9053 section 2.1). */
const ALGORITHM_LABEL = 1;
const KEY_ID_LABEL = 4;
const ES256 = -7;
const COSE_SIGN1_TAG = 18;
const SIGNATURE_BYTES = 64;

const MAXIMUM_TOKEN_LENGTH = 4096;
const HASH_BYTES = 32;
const LONGEST_NAME = 64;

export interface PsaToken {
  /** What is signed. */
  readonly signed: Uint8Array;
  /** r || s. */
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
  /** Names the key, where the header does. */
  readonly keyId: Uint8Array | undefined;
}

/** What a token says; true only once its signature has been verified. */
export interface PsaClaims {
  readonly challenge: Uint8Array;
  /** SHA-256, 32 bytes. */
  readonly runtimeHash: Uint8Array;
  /** SHA-256 of the certification request. */
  readonly csrHash: Uint8Array;
  /** 0x01 and the SHA-256 of the token's key; the earlier form has none. */
  readonly instanceId: Uint8Array | undefined;
  /** Whether the runtime says that it can be looked into; the earlier form need not say. */
  readonly debug: boolean;
}

/** Errors: CBOR_INVALID, PROXY_TOKEN_INVALID. */
export function decodePsaToken(bytes: Uint8Array): PsaToken {
  const outer = decodeCbor(new Uint8Array(bytes), {
    maximumLength: MAXIMUM_TOKEN_LENGTH,
    maximumDepth: 3,
    maximumItems: 16,
    tags: [COSE_SIGN1_TAG],
  });
  const members = outer instanceof CborTag ? outer.value : outer;
  if (!Array.isArray(members) || members.length !== 4) throw invalid('not an array of four');
  const [protectedHeader, unprotected, payload, signature] = members as readonly CborValue[];
  if (!(protectedHeader instanceof Uint8Array)) throw invalid('the protected header is no byte string');
  if (!(unprotected instanceof Map)) throw invalid('the unprotected header is no map');
  if (!(payload instanceof Uint8Array)) throw invalid('the payload is no byte string');
  if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_BYTES)
    throw invalid(`the signature has not ${SIGNATURE_BYTES} bytes`);
  const header = decodeCbor(protectedHeader, { maximumLength: 128, maximumDepth: 1, maximumItems: 4 });
  if (!(header instanceof Map) || header.get(ALGORITHM_LABEL) !== ES256)
    throw invalid('the algorithm is not ES256');
  requireLabels(header, [ALGORITHM_LABEL, KEY_ID_LABEL]);
  requireLabels(unprotected, [KEY_ID_LABEL]);
  if (header.has(KEY_ID_LABEL) && unprotected.has(KEY_ID_LABEL)) throw invalid('it names its key twice');
  const keyId = header.get(KEY_ID_LABEL) ?? unprotected.get(KEY_ID_LABEL);
  if (keyId !== undefined && (!(keyId instanceof Uint8Array) || keyId.length > LONGEST_NAME))
    throw invalid('the name of its key is no short byte string');
  return { signed: signedBytes({ protectedHeader, payload }), signature, payload, keyId };
}

/** What the payload says. Errors: CBOR_INVALID, PROXY_TOKEN_INVALID. */
export function readPsaClaims(payload: Uint8Array): PsaClaims {
  const claims = decodeCbor(payload, {
    maximumLength: MAXIMUM_TOKEN_LENGTH,
    maximumDepth: 4,
    maximumItems: 128,
  });
  if (!(claims instanceof Map)) throw invalid('the payload is no map');
  return Array.isArray(claims.get(Claim.COMPONENTS)) ? labelledClaims(claims) : placedClaims(claims, payload);
}

function labelledClaims(claims: CborMap): PsaClaims {
  const challenge = bytesOf(claims, Claim.NONCE, 'the nonce');
  const repeated = bytesOf(claims, Claim.CHALLENGE, 'the challenge');
  if (!Buffer.from(challenge).equals(repeated)) throw invalid('it answers two challenges');
  const components = claims.get(Claim.COMPONENTS) as readonly CborValue[];
  const runtimes = components.filter(
    (component): component is CborMap =>
      component instanceof Map && component.get(Component.TYPE) === RUNTIME_COMPONENT,
  );
  const [runtime] = runtimes;
  if (runtime === undefined || runtimes.length > 1)
    throw invalid(`not one component is ${RUNTIME_COMPONENT}`);
  const debug = claims.get(Claim.DEBUG);
  if (typeof debug !== 'boolean') throw invalid('it does not say whether it can be looked into');
  return {
    challenge,
    runtimeHash: hashOf(runtime, Component.VALUE, 'the measurement'),
    csrHash: hashOf(runtime, Component.SIGNER, 'the signer'),
    instanceId: bytesOf(claims, Claim.INSTANCE, 'the instance'),
    debug,
  };
}

/** Where the earlier form has its three values of 32 bytes, each behind a label of 5 bytes and a length of 2. */
const Place = { CHALLENGE: 8, RUNTIME: 47, CSR: 86 } as const;
const LABEL_AND_LENGTH = 7;

/** The payload has been read as a map of CBOR: what is checked here is that the places are values of it. */
function placedClaims(claims: CborMap, payload: Uint8Array): PsaClaims {
  const value = (place: number): Uint8Array => {
    const head = payload.subarray(place - LABEL_AND_LENGTH, place);
    // 0x1a or 0x3a: an integer of four bytes, as the label; 0x58 0x20: 32 bytes follow.
    const labelled = (head[0] === 0x1a || head[0] === 0x3a) && head[5] === 0x58 && head[6] === HASH_BYTES;
    if (!labelled || payload.length < place + HASH_BYTES) throw invalid('of neither form that is known');
    return payload.subarray(place, place + HASH_BYTES);
  };
  return {
    challenge: value(Place.CHALLENGE),
    runtimeHash: value(Place.RUNTIME),
    csrHash: value(Place.CSR),
    instanceId: undefined,
    debug: claims.get(Claim.DEBUG) === true,
  };
}

function bytesOf(map: CborMap, label: number, what: string): Uint8Array {
  const value = map.get(label);
  if (!(value instanceof Uint8Array) || value.length === 0) throw invalid(`${what} is no byte string`);
  return value;
}

function hashOf(map: CborMap, label: number, what: string): Uint8Array {
  const value = bytesOf(map, label, what);
  if (value.length !== HASH_BYTES) throw invalid(`${what} has not ${HASH_BYTES} bytes`);
  return value;
}

function requireLabels(header: CborMap, known: readonly number[]): void {
  for (const label of header.keys())
    if (typeof label !== 'number' || !known.includes(label)) throw invalid('a header that is not understood');
}

function invalid(reason: string): TruceError {
  return new TruceError('PROXY_TOKEN_INVALID', { reason });
}

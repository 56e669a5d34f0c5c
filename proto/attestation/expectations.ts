/** What a verifier expects a genuine document to say. Every comparison takes the same time wherever the bytes differ. */
import { equalBytes } from '../bytes.ts';
import { type ErrorCode, TruceError } from '../errors.ts';
import type { Sha384 } from './crypto.ts';
import { type AttestationDocument, PCR_COUNT, PCR_LENGTH } from './document.ts';
import { isDebug, isZero, POLICY_HASH_LENGTH, POLICY_PCR, policyPcr16 } from './measurements.ts';

/** The value, any of several values, or a test of the value. */
export type PcrExpectation = Uint8Array | readonly Uint8Array[] | ((pcr: Uint8Array) => boolean);

export interface Expectations {
  /** By index. A register that the document lacks is refused. */
  readonly pcrs?: ReadonlyMap<number, PcrExpectation>;
  /** Sets of registers, of which the document must show one whole, beside `pcrs`. */
  readonly pcrSets?: readonly ReadonlyMap<number, Uint8Array>[];
  readonly nonce?: Uint8Array;
  readonly userData?: Uint8Array;
  readonly publicKey?: Uint8Array;
  /** SHA-256 of the policy's text, 32 raw bytes: PCR16 must be locked and hold it. */
  readonly policyHash?: Uint8Array;
  /** Accept an enclave in debug mode, which hides nothing from its host. False unless told. */
  readonly allowDebug?: boolean;
}

function optionsError(reason: string): TruceError {
  return new TruceError('ATTESTATION_OPTIONS_INVALID', { reason });
}

/** Refuses expectations that no document could meet or that would check nothing. ATTESTATION_OPTIONS_INVALID. */
export function requireExpectations(expected: Expectations): void {
  if (expected.policyHash !== undefined && expected.policyHash.length !== POLICY_HASH_LENGTH)
    throw optionsError(`a policy hash has ${POLICY_HASH_LENGTH} bytes`);
  if (expected.nonce?.length === 0) throw optionsError('an empty nonce proves nothing');
  if (expected.pcrSets?.length === 0 || expected.pcrSets?.some((set) => set.size === 0))
    throw optionsError('an empty list or set of registers checks nothing');
  const sets = (expected.pcrSets ?? []).flatMap((set) => [...set]);
  for (const [index, expectation] of [...(expected.pcrs ?? []), ...sets]) {
    if (!Number.isInteger(index) || index < 0 || index >= PCR_COUNT)
      throw optionsError(`there is no PCR ${index}`);
    if (typeof expectation === 'function') continue;
    const values = acceptedValues(expectation);
    if (values.length === 0 || values.some((value) => value.length !== PCR_LENGTH))
      throw optionsError(`PCR${index} needs values of ${PCR_LENGTH} bytes`);
  }
}

/** Holds a document against the expectations. Each rule has its own ATTESTATION_ error. */
export async function requireExpected(
  document: AttestationDocument,
  expected: Expectations,
  sha384: Sha384,
): Promise<void> {
  if (expected.allowDebug !== true && isDebug(document.pcrs)) throw new TruceError('ATTESTATION_DEBUG');
  for (const [index, expectation] of expected.pcrs ?? []) requirePcr(document, index, expectation);
  if (expected.pcrSets !== undefined) requireSet(document, expected.pcrSets);
  requireBytes('ATTESTATION_NONCE_MISMATCH', document.nonce, expected.nonce);
  requireBytes('ATTESTATION_USER_DATA_MISMATCH', document.userData, expected.userData);
  requireBytes('ATTESTATION_PUBLIC_KEY_MISMATCH', document.publicKey, expected.publicKey);
  if (expected.policyHash !== undefined) await requirePolicy(document, expected.policyHash, sha384);
}

function acceptedValues(expectation: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  return expectation instanceof Uint8Array ? [expectation] : expectation;
}

function requirePcr(document: AttestationDocument, index: number, expectation: PcrExpectation): void {
  const pcr = document.pcrs.get(index);
  if (pcr === undefined) throw new TruceError('ATTESTATION_PCR_ABSENT', { index });
  let accepted = false;
  if (typeof expectation === 'function') accepted = expectation(new Uint8Array(pcr)) === true;
  else for (const value of acceptedValues(expectation)) accepted = equalBytes(value, pcr) || accepted;
  if (!accepted) throw new TruceError('ATTESTATION_PCR_MISMATCH', { index });
}

/** All sets are compared, and all of each, so that the time tells nothing about which one it is. */
function requireSet(document: AttestationDocument, sets: readonly ReadonlyMap<number, Uint8Array>[]): void {
  let accepted = false;
  for (const set of sets) {
    let matches = true;
    for (const [index, value] of set) {
      const pcr = document.pcrs.get(index);
      matches = pcr !== undefined && equalBytes(value, pcr) && matches;
    }
    accepted = matches || accepted;
  }
  if (!accepted) throw new TruceError('ATTESTATION_PCR_SETS', { count: sets.length });
}

function requireBytes(
  code: ErrorCode,
  found: Uint8Array | undefined,
  expected: Uint8Array | undefined,
): void {
  if (expected === undefined) return;
  if (found === undefined || !equalBytes(found, expected)) throw new TruceError(code);
}

async function requirePolicy(
  document: AttestationDocument,
  policyHash: Uint8Array,
  sha384: Sha384,
): Promise<void> {
  // A document lists locked registers only: an enclave that could still extend PCR16 shows none.
  const pcr = document.pcrs.get(POLICY_PCR);
  if (pcr === undefined) throw new TruceError('ATTESTATION_POLICY_ABSENT');
  if (isZero(pcr)) throw new TruceError('ATTESTATION_POLICY_UNSET');
  if (!equalBytes(pcr, await policyPcr16(policyHash, sha384)))
    throw new TruceError('ATTESTATION_POLICY_MISMATCH');
}

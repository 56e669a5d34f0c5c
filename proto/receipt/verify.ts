/**
 * Checks a receipt: that a genuine enclave of the expected runtime, under the policy that the receipt names, made the key
 * that signed it, and that the opened files are those that it committed to.
 */
import {
  ES384_SIGNATURE_LENGTH,
  importP384,
  sha256,
  type VerificationCrypto,
  verifyEs384,
} from '../attestation/crypto.ts';
import type { Expectations } from '../attestation/expectations.ts';
import { requirePurpose } from '../attestation/purpose.ts';
import { type AttestationFacts, DEFAULT_MAXIMUM_SKEW, verifyAttestation } from '../attestation/verify.ts';
import { concatBytes, equalBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';
import { decodeOpenings, type FileOpening, includesBytes } from './openings.ts';
import { decodeReceipt, type Receipt } from './receipt.ts';
import { receiptSignedBytes, type SignedReceipt } from './receipt-file.ts';

/** The registers say which runtime is expected. */
export interface ReceiptExpectations extends Pick<Expectations, 'pcrs' | 'pcrSets' | 'allowDebug'> {
  readonly crypto: VerificationCrypto;
  /** The reader's clock, milliseconds since 1970: no receipt is from the future. */
  readonly time: number;
  /** DER of the only roots to trust, in place of AWS's. */
  readonly roots?: readonly Uint8Array[];
  /** Accept exactly QEMU's unsigned documents, which prove nothing. Excludes `roots`. */
  readonly trust?: 'qemu-emulator';
  /** SHA-256 of the policy's text, where the reader has it. */
  readonly policyHash?: Uint8Array;
  /** Where the reader knows which instance it was. */
  readonly instanceId?: Uint8Array;
  /** The program whose run it is to be: its SHA-256. */
  readonly programHash?: Uint8Array;
}

export interface VerifiedReceipt {
  readonly receipt: Receipt;
  /** Of the document that vouches for the key; `signed` is false for the emulator's. */
  readonly attestation: AttestationFacts;
  /** The files that this reader was shown. */
  readonly files: readonly FileOpening[];
}

/**
 * Errors, all TruceError: CBOR_INVALID, DER_INVALID, CERTIFICATE_INVALID, the ATTESTATION_ codes for the document, judged
 * as of the time of signing, and the RECEIPT_ codes.
 */
export async function verifyReceipt(
  signed: SignedReceipt,
  expected: ReceiptExpectations,
): Promise<VerifiedReceipt> {
  // Copies: what is checked and what is returned stays the same, whatever becomes of the caller's buffers meanwhile.
  const data = new Uint8Array(signed.data);
  const openings = new Uint8Array(signed.openings);
  const signature = new Uint8Array(signed.signature);
  const receipt = decodeReceipt(data);
  const attestation = await verifyDocument(signed.document, receipt, expected);
  await requireSignature(attestation, data, signature, expected.crypto);
  // From here on it is the enclave's word.
  if (receipt.signedAt - expected.time > DEFAULT_MAXIMUM_SKEW)
    throw new TruceError('RECEIPT_FROM_FUTURE', { ahead: receipt.signedAt - expected.time });
  requireSame('RECEIPT_POLICY_MISMATCH', receipt.policyHash, expected.policyHash);
  requireSame('RECEIPT_INSTANCE_MISMATCH', receipt.instanceId, expected.instanceId);
  requireSame('RECEIPT_PROGRAM_MISMATCH', receipt.program.sha256, expected.programHash);
  return { receipt, attestation, files: await openFiles(receipt, openings, expected.crypto) };
}

/** The document as it was when the receipt was signed: it has to have been good then, and to speak for this enclave. */
async function verifyDocument(
  document: Uint8Array,
  receipt: Receipt,
  expected: ReceiptExpectations,
): Promise<AttestationFacts> {
  const { crypto, roots, trust, pcrs, pcrSets, allowDebug } = expected;
  const attestation = await verifyAttestation(document, {
    crypto,
    time: receipt.signedAt,
    // Whatever the reader expects, the document has to prove the policy that the receipt names.
    policyHash: receipt.policyHash,
    ...(roots === undefined ? {} : { roots }),
    ...(trust === undefined ? {} : { trust }),
    ...(pcrs === undefined ? {} : { pcrs }),
    ...(pcrSets === undefined ? {} : { pcrSets }),
    ...(allowDebug === undefined ? {} : { allowDebug }),
  });
  const content = requirePurpose(attestation.document.userData, 'truce/receipt/v1');
  if (!equalBytes(content, receiptKeyContent(receipt.instanceId, receipt.policyHash)))
    throw new TruceError('RECEIPT_KEY_MISMATCH');
  return attestation;
}

/** What stands behind the tag in the user data of the document of a receipt key. */
export function receiptKeyContent(instanceId: Uint8Array, policyHash: Uint8Array): Uint8Array {
  return concatBytes(instanceId, policyHash);
}

async function requireSignature(
  { document: { publicKey } }: AttestationFacts,
  data: Uint8Array,
  signature: Uint8Array,
  crypto: VerificationCrypto,
): Promise<void> {
  let key: CryptoKey;
  try {
    if (publicKey === undefined) throw new TypeError('there is none');
    key = await importP384(crypto, new Uint8Array(publicKey));
  } catch (cause) {
    throw new TruceError('RECEIPT_KEY_INVALID', {}, { cause });
  }
  const good =
    signature.length === ES384_SIGNATURE_LENGTH &&
    (await verifyEs384(crypto, key, signature, receiptSignedBytes(data)));
  if (!good) throw new TruceError('RECEIPT_SIGNATURE');
}

async function openFiles(
  receipt: Receipt,
  openings: Uint8Array,
  crypto: VerificationCrypto,
): Promise<readonly FileOpening[]> {
  const files: FileOpening[] = [];
  const places = new Set<string>();
  for (const { opening, encoded } of decodeOpenings(openings)) {
    const commitments = opening.side === 'input' ? receipt.inputs : receipt.outputs;
    const place = `${opening.side} ${opening.path}`;
    if (!includesBytes(commitments, await sha256(crypto, encoded)) || places.has(place))
      throw new TruceError('RECEIPT_OPENING_MISMATCH', { side: opening.side, path: opening.path });
    places.add(place);
    files.push(opening);
  }
  return files;
}

function requireSame(
  code: 'RECEIPT_POLICY_MISMATCH' | 'RECEIPT_INSTANCE_MISMATCH' | 'RECEIPT_PROGRAM_MISMATCH',
  found: Uint8Array,
  expected: Uint8Array | undefined,
): void {
  if (expected !== undefined && !equalBytes(found, expected)) throw new TruceError(code);
}

/**
 * A receipt with all that it takes to check it: as the enclave hands it over, and as one file. The file is a CBOR map of
 * `format`, `data`, `signature`, `document` and `openings`, deterministically encoded.
 */
import { ES384, protectedHeaderFor, signedBytes } from '../attestation/cose-sign1.ts';
import { equalBytes } from '../bytes.ts';
import { decodeCbor } from '../cbor/reader.ts';
import { encodeCbor } from '../cbor/writer.ts';
import { canonicalMap, MapReader, receiptError } from './canonical-map.ts';
import { LONGEST_RECEIPT } from './receipt.ts';

/** The file's own name for what it is. */
export const RECEIPT_FORMAT = 'truce/receipt-file/v1';
/** More than any file of a receipt has. */
export const LONGEST_RECEIPT_FILE = LONGEST_RECEIPT + (1 << 20);

const LONGEST_SIGNATURE = 256;
const LONGEST_DOCUMENT = 16_384;

export interface SignedReceipt {
  /** The receipt's encoding: what is signed, see receipt.ts. */
  readonly data: Uint8Array;
  /** ECDSA on P-384 with SHA-384, r and s of 48 octets each, over `receiptSignedBytes(data)`. */
  readonly signature: Uint8Array;
  /** The attestation document that vouches for the key. */
  readonly document: Uint8Array;
  /** For those files that the fetching party may read, see openings.ts. */
  readonly openings: Uint8Array;
}

/** What is signed: COSE's Sig_structure (RFC 9052 section 4.4) for ES384, no external data, the receipt as payload. */
export function receiptSignedBytes(data: Uint8Array): Uint8Array {
  return signedBytes({ protectedHeader: protectedHeaderFor(ES384), payload: data });
}

export function encodeReceiptFile({ data, signature, document, openings }: SignedReceipt): Uint8Array {
  return encodeCbor(canonicalMap({ format: RECEIPT_FORMAT, data, signature, document, openings }));
}

/** CBOR_INVALID, RECEIPT_INVALID: it is no file of a receipt. Nothing in it is believed yet: see verify.ts. */
export function decodeReceiptFile(bytes: Uint8Array): SignedReceipt {
  const value = decodeCbor(bytes, {
    maximumLength: LONGEST_RECEIPT_FILE,
    maximumDepth: 1,
    maximumItems: 16,
  });
  const fields = new MapReader(value, 'the file');
  if (fields.member('format') !== RECEIPT_FORMAT) throw receiptError(`it is no ${RECEIPT_FORMAT}`);
  const signed = {
    data: fields.bytesUpTo('data', LONGEST_RECEIPT),
    signature: fields.bytesUpTo('signature', LONGEST_SIGNATURE),
    document: fields.bytesUpTo('document', LONGEST_DOCUMENT),
    openings: fields.bytesUpTo('openings', LONGEST_RECEIPT),
  };
  if (!equalBytes(encodeReceiptFile(signed), bytes))
    throw receiptError('the file is not encoded as receipts are');
  return signed;
}

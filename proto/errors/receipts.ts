/** Receipts of runs. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_GENERIC, FAILED_VM_ERROR, FAILED_INVALID_REQUEST } = ResponseStatus;

export const receiptErrors = {
  // Receipts of runs: asking for one, and what a verifier can find wrong.
  RECEIPT_NOT_FOUND: {
    status: FAILED_INVALID_REQUEST,
    message: 'there is no receipt for that: {reason}',
  },
  RECEIPT_TOO_LARGE: {
    status: FAILED_VM_ERROR,
    message:
      'the run reads or writes more files than a receipt of {limit} bytes can list: nothing was changed',
  },
  RECEIPT_UNSIGNED: {
    status: FAILED_GENERIC,
    message: 'the receipt could not be signed: no attestation document vouches for its key',
  },
  RECEIPT_INVALID: { status: FAILED_INVALID_REQUEST, message: 'invalid receipt: {reason}' },
  RECEIPT_VERSION_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of version {version}, which is not known here',
  },
  RECEIPT_KEY_INVALID: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document vouches for no key of the kind that signs receipts',
  },
  RECEIPT_KEY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the document vouches for the key of another instance, or of another policy',
  },
  RECEIPT_SIGNATURE: { status: FAILED_INVALID_REQUEST, message: 'the receipt was not signed by that key' },
  RECEIPT_FROM_FUTURE: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt was signed {ahead} ms ahead of this clock',
  },
  RECEIPT_POLICY_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of a run under another policy',
  },
  RECEIPT_INSTANCE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of another instance of the enclave',
  },
  RECEIPT_PROGRAM_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt is of a run of another program',
  },
  RECEIPT_OPENING_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'the receipt does not commit to the {side} {path} as it is shown',
  },
  RECEIPT_FILE_UNKNOWN: {
    status: FAILED_INVALID_REQUEST,
    message:
      'the receipt does not show {path}: its reader may not read it, or the run neither read nor wrote it',
  },
  RECEIPT_FILE_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: '{file} is not the {path} of the receipt',
  },
} as const satisfies Record<string, ErrorRow>;

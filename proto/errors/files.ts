/** Files of the enclave, live ones, and native modules. */
import { type ErrorRow, ResponseStatus } from './row.ts';

const { FAILED_NOT_READY, FAILED_GENERIC, FAILED_INVALID_REQUEST } = ResponseStatus;

export const fileErrors = {
  // Files.
  FILE_NOT_FOUND: { status: FAILED_INVALID_REQUEST, message: 'no such file: {path}' },
  FILE_IMMUTABLE: {
    status: FAILED_INVALID_REQUEST,
    message: '{path} has a hash in the policy: it is written whole, once',
  },
  FILE_HASH_MISMATCH: {
    status: FAILED_INVALID_REQUEST,
    message: 'these bytes of {path} do not have the hash that the policy says',
  },
  LISTING_TOO_LARGE: {
    status: FAILED_GENERIC,
    message: '{path} has more than the {limit} entries that one listing may hold',
  },
  FILE_WRONG_TYPE: { status: FAILED_INVALID_REQUEST, message: '{path} is not a {expected}' },
  FILE_SYSTEM: { status: FAILED_GENERIC, message: '{operation} {path}: {reason}' },
  WRITE_BROKEN: {
    status: FAILED_GENERIC,
    message: 'a chunk of {path} failed before: write it again from its beginning',
  },
  WRITES_PENDING_LIMIT: {
    status: FAILED_GENERIC,
    message: 'more than {limit} unfinished chunked writes in one session',
  },
  STORAGE_FULL: { status: FAILED_GENERIC, message: 'no room for {path}: {reason}' },
  RANGE_INVALID: { status: FAILED_INVALID_REQUEST, message: 'the range does not fit {path}' },
  // Live files.
  FILE_NOT_LIVE: {
    status: FAILED_INVALID_REQUEST,
    message: '{path} is not a live file of the policy: it is there as a whole, or not at all',
  },
  LIVE_ENDED: { status: FAILED_INVALID_REQUEST, message: '{path} has ended: it can only be written anew' },
  LIVE_RESTARTED: {
    status: FAILED_GENERIC,
    message: '{path} was begun anew: what comes next does not follow what came',
  },
  SUBSCRIPTION_LIMIT: {
    status: FAILED_NOT_READY,
    message: 'more than {limit} subscriptions at once {where}',
  },
  SUBSCRIPTION_CANCELLED: { status: FAILED_GENERIC, message: 'the subscription was cancelled' },
  // Native modules, asked by a party.
  NATIVE_REQUEST_INVALID: { status: FAILED_INVALID_REQUEST, message: 'no request for {module}: {reason}' },
  NATIVE_NOT_AUTHENTIC: {
    status: FAILED_GENERIC,
    message: '{path} was not enciphered with that key, vector and data, or was changed since',
  },
} as const satisfies Record<string, ErrorRow>;

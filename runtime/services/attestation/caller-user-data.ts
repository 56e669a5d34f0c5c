/**
 * What a caller may have signed as user_data. Other documents of this enclave mean something by theirs: none of those
 * meanings can be asked for here, whoever asks.
 */
import { isReservedUserData } from '../../../proto/attestation/purpose.ts';
import { TruceError } from '../../../proto/errors.ts';

/** The smallest of the sizes that AWS's pages give for both fields. */
const LONGEST_FIELD = 512;
/** Veracruz's proxy attestation server takes 32 bytes for the SHA-256 of a certification request. */
const HASH_BYTES = 32;
/**
 * The one kind of text that is as long as a hash and cannot be one: of two requests in 2^128 the hash looks so. About one
 * in 2^26 is UTF-8 at all, one in 2^46 is printable: a host finds such a request for a key of its own.
 */
const HEXADECIMAL = /^(?:[0-9a-f]{32}|[0-9A-F]{32})$/;

/** The bytes of `user_data`. @throws TruceError MESSAGE_INVALID, USER_DATA_REFUSED {reason} */
export function callersUserData(text: string): Uint8Array {
  const bytes = callersField('user_data', text);
  if (isReservedUserData(bytes))
    throw new TruceError('USER_DATA_REFUSED', { reason: "begins with `truce/`, as this enclave's own does" });
  // In an image without the legacy forms too: a proxy may take them from any measurement.
  if (bytes.length === HASH_BYTES && !HEXADECIMAL.test(text))
    throw new TruceError('USER_DATA_REFUSED', {
      reason: "has 32 bytes that are not all hexadecimal digits, so it could pass for a request's hash",
    });
  return bytes;
}

/** The bytes of a field that the enclave means nothing by. @throws TruceError MESSAGE_INVALID */
export function callersField(name: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > LONGEST_FIELD)
    throw new TruceError('MESSAGE_INVALID', {
      reason: `${name} has ${bytes.length} bytes, and at most ${LONGEST_FIELD} are signed`,
    });
  return bytes;
}

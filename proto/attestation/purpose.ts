/**
 * What a document is for. `user_data` = tag || NUL || content, so that a document made for one purpose can never pass for
 * another. Whoever signs what callers ask for refuses the whole `truce/` name space.
 */
import { concatBytes } from '../bytes.ts';
import { TruceError } from '../errors.ts';

/** The key and channel of a TLS session; the key of a certificate; of a CSR; of receipts; of KMS requests. */
export const PURPOSES = [
  'truce/channel/v1',
  'truce/certificate/v1',
  'truce/csr/v1',
  'truce/receipt/v1',
  'truce/kms/v1',
] as const;
export type Purpose = (typeof PURPOSES)[number];

const RESERVED = new TextEncoder().encode('truce/');
/** The smallest of the sizes that AWS's pages give for user_data. */
const LONGEST_USER_DATA = 512;

/** The user_data of a document for `purpose`. RangeError: more than 512 bytes in all. */
export function encodePurpose(purpose: Purpose, content: Uint8Array): Uint8Array {
  const userData = concatBytes(new TextEncoder().encode(`${purpose}\0`), content);
  if (userData.length > LONGEST_USER_DATA) throw new RangeError('the content does not fit into user_data');
  return userData;
}

/** Reads user_data. ATTESTATION_PURPOSE: absent, untagged, or a tag that is not known. */
export function decodePurpose(userData: Uint8Array | undefined): { purpose: Purpose; content: Uint8Array } {
  if (userData !== undefined)
    for (const purpose of PURPOSES) {
      const content = contentOf(userData, purpose);
      if (content !== undefined) return { purpose, content };
    }
  throw new TruceError('ATTESTATION_PURPOSE', { expected: 'any known purpose' });
}

/** The content of user_data that must be for `purpose`. ATTESTATION_PURPOSE: it is for another, or for none. */
export function requirePurpose(userData: Uint8Array | undefined, purpose: Purpose): Uint8Array {
  const content = userData === undefined ? undefined : contentOf(userData, purpose);
  if (content === undefined) throw new TruceError('ATTESTATION_PURPOSE', { expected: purpose });
  return content;
}

/** Whether user_data belongs to Truce's own name space, known purpose or not. */
export function isReservedUserData(userData: Uint8Array): boolean {
  return RESERVED.every((byte, index) => userData[index] === byte);
}

function contentOf(userData: Uint8Array, purpose: Purpose): Uint8Array | undefined {
  const tag = new TextEncoder().encode(`${purpose}\0`);
  return tag.every((byte, index) => userData[index] === byte) ? userData.subarray(tag.length) : undefined;
}

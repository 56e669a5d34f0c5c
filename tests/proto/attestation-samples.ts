/** Documents under a root of the tests' own, verified as of the moment of that root. */
import { type VerificationOptions, verifyAttestation } from '../../proto/attestation/verify.ts';
import {
  AttestationAuthority,
  nodeCrypto as crypto,
  type DocumentFields,
} from '../support/attestation-authority.ts';

export const authority = await AttestationAuthority.create();
const { time } = authority;

/** A register that is `fill` throughout. */
export const pcr = (fill: number) => new Uint8Array(48).fill(fill);

/** Verifies a document that differs from a good one in what `changed` says. */
export async function verify(options: Partial<VerificationOptions>, changed: Partial<DocumentFields> = {}) {
  const document = await authority.document(changed);
  return verifyAttestation(document, { crypto, time, roots: [authority.root], ...options });
}

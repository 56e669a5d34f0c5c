/** A good document under the tests' own root, and what the verifier says of whatever comes in its place. */
import { VerifiedChainCache } from '../../proto/attestation/chain-cache.ts';
import { verifyAttestation } from '../../proto/attestation/verify.ts';
import { TruceError } from '../../proto/errors.ts';
import { nodeCrypto as crypto } from '../support/attestation-authority.ts';
import { authority } from './attestation-samples.ts';

const { time } = authority;
export const genuine = await authority.document();
const cache = new VerifiedChainCache();
export const verify = (bytes: Uint8Array) =>
  verifyAttestation(bytes, { crypto, time, roots: [authority.root], cache });

export async function codeOf(verdict: Promise<unknown>): Promise<string> {
  try {
    await verdict;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof TruceError)) throw error;
    return error.code;
  }
}

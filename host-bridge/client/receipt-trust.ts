/** Checks a receipt with what a client trusts, as it checks the enclave itself. */
import { webcrypto } from 'node:crypto';
import type { SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import { type VerifiedReceipt, verifyReceipt } from '../../proto/receipt/verify.ts';
import { type PolicyTrust, resolveTrust, type TrustOptions, UNRESTRICTED } from './trust.ts';

export interface TrustedReceiptOptions {
  readonly trust: TrustOptions;
  /** What it says of runtimes and roots; where there is none, `trust` has to name the runtime. */
  readonly policy?: PolicyTrust;
  /** SHA-256 of the policy's text, where the receipt has to be of a run under it. */
  readonly policyHash?: Uint8Array;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** Errors of `verifyReceipt` and of `resolveTrust`: CLIENT_NO_MEASUREMENT where any runtime at all would do. */
export async function verifyTrustedReceipt(
  signed: SignedReceipt,
  { trust, policy = UNRESTRICTED, policyHash, time }: TrustedReceiptOptions,
): Promise<VerifiedReceipt> {
  const { verification, pcrs, pcrSets, instanceId } = resolveTrust(trust, policy);
  return verifyReceipt(signed, {
    crypto: webcrypto as Crypto,
    time,
    pcrs,
    ...verification,
    ...(pcrSets === undefined ? {} : { pcrSets }),
    ...(policyHash === undefined ? {} : { policyHash }),
    ...(instanceId === undefined ? {} : { instanceId }),
  });
}

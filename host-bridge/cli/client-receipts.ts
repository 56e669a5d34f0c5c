/** Receipts that `truce client` fetches: checked as the enclave itself was, and written only then. */

import { webcrypto } from 'node:crypto';
import { fromHex } from '../../proto/bytes.ts';
import { hashPolicy } from '../../proto/policy/hash.ts';
import { encodeReceiptFile } from '../../proto/receipt/receipt-file.ts';
import type { ReceiptOf, TruceSession } from '../client/index.ts';
import { verifyTrustedReceipt } from '../client/receipt-trust.ts';
import type { TrustOptions } from '../client/trust.ts';
import { writeLocalFile } from './local-files.ts';

export interface ReceiptContext {
  readonly session: TruceSession;
  readonly signal: AbortSignal;
  readonly trust: TrustOptions;
}

/** Fetches, checks against this session's policy and instance, and writes; its size in bytes. */
export async function saveReceipt(
  { session, signal, trust }: ReceiptContext,
  of: ReceiptOf,
  file: string,
): Promise<number> {
  const { policy, instanceId } = session.facts;
  const signed = await session.receipt(of, { signal });
  const policyHash = await hashPolicy(policy.text, webcrypto.subtle);
  await verifyTrustedReceipt(signed, {
    trust: { ...trust, instanceId: fromHex(instanceId)! },
    policy,
    policyHash,
    time: Date.now(),
  });
  const bytes = encodeReceiptFile(signed);
  await writeLocalFile(file, bytes);
  return bytes.length;
}

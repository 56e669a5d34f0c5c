/**
 * Platform configuration registers. EXTEND(old, data) = SHA384(old || data); a register starts as 48 zero bytes.
 * Source: AWS Nitro Enclaves image format (PCR 0-8), NSM API (ExtendPCR), Truce's design (PCR16).
 */
import { concatBytes } from '../bytes.ts';
import type { Sha384 } from './crypto.ts';
import { PCR_LENGTH } from './document.ts';

/** The register that holds the policy. 16 is the first that an enclave may extend itself. */
export const POLICY_PCR = 16;
/** SHA-256 of the policy's exact text. */
export const POLICY_HASH_LENGTH = 32;

/** Registers that say which image runs: all of it, kernel and boot, application. */
const IMAGE_PCRS = [0, 1, 2] as const;

/** A register that nothing has been extended into. */
export function emptyPcr(): Uint8Array {
  return new Uint8Array(PCR_LENGTH);
}

/** The register's value after `data`, which goes in as it is, has been extended into it. */
export async function extendPcr(old: Uint8Array, data: Uint8Array, sha384: Sha384): Promise<Uint8Array> {
  if (old.length !== PCR_LENGTH) throw new RangeError(`a PCR has ${PCR_LENGTH} bytes`);
  return sha384(concatBytes(old, data));
}

/** PCR16 of an enclave that enforces the policy with this SHA-256 (32 raw bytes). */
export async function policyPcr16(policyHash: Uint8Array, sha384: Sha384): Promise<Uint8Array> {
  if (policyHash.length !== POLICY_HASH_LENGTH)
    throw new RangeError(`a policy hash has ${POLICY_HASH_LENGTH} bytes`);
  return extendPcr(emptyPcr(), policyHash, sha384);
}

export function isZero(pcr: Uint8Array): boolean {
  return pcr.every((byte) => byte === 0);
}

/**
 * Whether the enclave was started in debug mode, where the host reads its console: the hypervisor then leaves PCR0, PCR1
 * and PCR2 zero, and only those. A register that is not there is worth no more than a zero one.
 */
export function isDebug(pcrs: ReadonlyMap<number, Uint8Array>): boolean {
  return IMAGE_PCRS.every((index) => {
    const pcr = pcrs.get(index);
    return pcr === undefined || isZero(pcr);
  });
}

/** The sets of registers that version 2 accepts: `[{"pcr0": "...", "pcr1": "...", ...}, ...]`. */
import { isZero } from '../attestation/measurements.ts';
import type { PolicyField } from './field.ts';
import { readHash } from './values.ts';

/** SHA-384. */
const PCR_BYTES = 48;
/** From 16 on they are a running enclave's own; 16 holds the policy, which cannot name its own hash. */
const PCRS_OF_IMAGES = 16;
const names = Array.from({ length: PCRS_OF_IMAGES }, (_, index) => `pcr${index}`);

/** Any one set will do, and all of it. Every set has to tell which runtime it means. */
export function readMeasurementSets(
  field: PolicyField | undefined,
): readonly ReadonlyMap<number, Uint8Array>[] {
  if (field === undefined) return [];
  const sets = field.items().map((item) => {
    const members = item.object([], names);
    const pcrs = new Map<number, Uint8Array>();
    for (const [index, name] of names.entries()) {
      const value = members.optional(name);
      if (value !== undefined) pcrs.set(index, readHash(value, PCR_BYTES));
    }
    if (!saysWhatRuns(pcrs))
      throw item.contradiction('neither pcr0, nor pcr1 and pcr2, nor pcr8 says which runtime it is');
    return pcrs;
  });
  if (sets.length === 0) throw field.contradiction('an empty list: no enclave at all could be accepted');
  return sets;
}

/**
 * Whether the registers tell which runtime it is: the image (PCR0), its boot and application parts (PCR1 and PCR2), or
 * who signed it (PCR8). Zero says nothing. Source: AWS, "Where to get an enclave's measurements".
 */
export function saysWhatRuns(pcrs: ReadonlyMap<number, Uint8Array>): boolean {
  const named = (index: number): boolean => {
    const pcr = pcrs.get(index);
    return pcr !== undefined && !isZero(pcr);
  };
  return named(0) || (named(1) && named(2)) || named(8);
}

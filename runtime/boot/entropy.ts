/**
 * Where random numbers come from. The keys of an enclave are as good as the kernel's pool, which must have been fed by
 * the secure module's generator: nothing else in an enclave's machine is a source that its host has no hand in.
 */
import { readFileSync } from 'node:fs';
import { randomIsSeeded } from '../../native/system-control.ts';
import { TruceError } from '../../proto/errors.ts';

/** The generator that the kernel's driver of /dev/nsm registers. Source: Linux drivers/misc/nsm.c. */
export const NSM_GENERATOR = 'nsm-hwrng';
const CURRENT_GENERATOR = '/sys/class/misc/hw_random/rng_current';

/** The generator's name, which must be the secure module's. @throws TruceError BOOT_ENTROPY */
export function requireEntropy(file = CURRENT_GENERATOR): string {
  let current: string;
  try {
    current = readFileSync(file, 'latin1').trim();
  } catch (cause) {
    const reason = `the kernel has no generator (${(cause as NodeJS.ErrnoException).code})`;
    throw new TruceError('BOOT_ENTROPY', { reason }, { cause });
  }
  if (current !== NSM_GENERATOR)
    throw new TruceError('BOOT_ENTROPY', {
      reason: `the kernel's generator is ${JSON.stringify(current)} and not ${NSM_GENERATOR}`,
    });
  if (!randomIsSeeded())
    throw new TruceError('BOOT_ENTROPY', { reason: "the kernel's pool has not been seeded" });
  return current;
}

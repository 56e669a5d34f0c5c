/** The one thing that the runtime takes from the kernel's command line: who its parent is. */
import { TruceError } from '../../proto/errors.ts';

/** The parent's CID on Nitro. Source: aws-nitro-enclaves-sdk-bootstrap, init.c. */
const PARENT_CID = 3;
/** 0 is the hypervisor, 1 the machine itself. */
const SMALLEST_CID = 2;
/** 2^32-1 means any. */
const LARGEST_CID = 0xfffffffe;

/**
 * The CID that `parent_cid=N` names, 3 without one.
 * @throws TruceError BOOT_FAILED where it is there twice, or is no CID that a parent can have
 */
export function parentCidOf(commandLine: string): number {
  const named = commandLine.split(/\s+/).filter((word) => /^parent_cid(=|$)/.test(word));
  const [word] = named;
  if (word === undefined) return PARENT_CID;
  const digits = /^parent_cid=([1-9]\d{0,9})$/.exec(word)?.[1];
  const cid = Number(digits);
  if (named.length > 1 || digits === undefined || cid < SMALLEST_CID || cid > LARGEST_CID)
    throw new TruceError('BOOT_FAILED', {
      step: 'kernel command line',
      reason: `parent_cid is one number from ${SMALLEST_CID} to ${LARGEST_CID}`,
    });
  return cid;
}

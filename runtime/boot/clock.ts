/**
 * What time it is, and who says so: the kernel's clock, which the hypervisor set, against the time in a document of the
 * secure module. The host is never asked.
 */
import { readFileSync } from 'node:fs';
import { decodeCoseSign1 } from '../../proto/attestation/cose-sign1.ts';
import { decodeDocument } from '../../proto/attestation/document.ts';
import { TruceError } from '../../proto/errors.ts';
import type { NitroSecureModule } from '../../proto/nsm.ts';

/** Clocks that are further apart disagree; the emulator's documents know whole seconds only. */
export const CLOCK_TOLERANCE_MILLISECONDS = 5000;

const CLOCK_SOURCE = '/sys/devices/system/clocksource/clocksource0/current_clocksource';

export interface ClockReport {
  /** The kernel's clock source, such as 'kvm-clock' or 'tsc'. */
  readonly source: string;
  /** How far the kernel's clock is ahead of the document's time; undefined where the document cannot be read. */
  readonly aheadMilliseconds: number | undefined;
  readonly agrees: boolean;
}

/** Compares the clocks. @throws TruceError NSM_... where the module gives no document */
export async function checkClock(
  nsm: Pick<NitroSecureModule, 'attest'>,
  now: () => number = Date.now,
): Promise<ClockReport> {
  const before = now();
  const document = await nsm.attest();
  const after = now();
  const source = clockSource();
  const timestamp = timestampOf(document);
  if (timestamp === undefined) return { source, aheadMilliseconds: undefined, agrees: false };
  // Made at some time between the two: only what lies outside is a difference.
  const aheadMilliseconds = Math.round(Math.max(before - timestamp, Math.min(after - timestamp, 0)));
  const agrees = Math.abs(aheadMilliseconds) <= CLOCK_TOLERANCE_MILLISECONDS;
  return { source, aheadMilliseconds, agrees };
}

/** One line for the console. */
export function describeClock({ source, aheadMilliseconds, agrees }: ClockReport): string {
  if (aheadMilliseconds === undefined)
    return `clock: ${source}; the secure module's document cannot be read for its time`;
  if (agrees) return `clock: ${source}`;
  const seconds = (Math.abs(aheadMilliseconds) / 1000).toFixed(1);
  const side = aheadMilliseconds > 0 ? 'ahead of' : 'behind';
  return `clock: ${source} is ${seconds} s ${side} the secure module's documents`;
}

function clockSource(): string {
  try {
    return readFileSync(CLOCK_SOURCE, 'latin1').trim();
  } catch {
    // A word for the report alone: some containers show no /sys.
    return 'unknown';
  }
}

/** Read as a client would read it; not verified, since this is a hint for people and no proof of anything. */
function timestampOf(document: Uint8Array): number | undefined {
  try {
    return decodeDocument(decodeCoseSign1(document).payload).timestamp;
  } catch (error) {
    if (error instanceof TruceError) return undefined;
    throw error;
  }
}

/** Whether what is about to be started is what was meant to be: judged before it runs, and by the enclave's own word after. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { TruceError } from '../../proto/errors.ts';
import { saysWhatRuns } from '../../proto/policy/measurement-sets.ts';
import { type Measurements, measuredPcrs } from '../launcher/measurement.ts';

/** At least one of these has to say which image it is: PCR0, or PCR1 with PCR2, or the file's hash. */
export interface ExpectedImage {
  /** 48 bytes each. */
  readonly pcrs?: ReadonlyMap<number, Uint8Array>;
  /** Of the image's file: 32 bytes. */
  readonly sha256?: Uint8Array;
}

/** @throws TruceError MANAGER_IMAGE_UNNAMED where any image at all would do */
export function requireExpectation({ pcrs = new Map(), sha256 }: ExpectedImage): void {
  if (sha256 === undefined && !saysWhatRuns(pcrs)) throw new TruceError('MANAGER_IMAGE_UNNAMED');
}

/** @throws TruceError MANAGER_IMAGE_UNEXPECTED {what} */
export function requireMeasurements(measurements: Measurements, { pcrs = new Map() }: ExpectedImage): void {
  const measured = measuredPcrs(measurements);
  for (const [index, expected] of pcrs) {
    const found = measured.get(index);
    if (found === undefined || found.length !== expected.length || !timingSafeEqual(found, expected))
      throw new TruceError('MANAGER_IMAGE_UNEXPECTED', { what: `PCR${index}` });
  }
}

/** @throws TruceError MANAGER_IMAGE_UNEXPECTED {what}, LOCAL_FILE_UNREADABLE {path, reason} */
export async function requireFileHash(path: string, { sha256 }: ExpectedImage): Promise<void> {
  if (sha256 === undefined) return;
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it cannot be read';
    throw new TruceError('LOCAL_FILE_UNREADABLE', { path, reason }, { cause });
  }
  if (!hash.digest().equals(sha256)) throw new TruceError('MANAGER_IMAGE_UNEXPECTED', { what: 'SHA-256' });
}

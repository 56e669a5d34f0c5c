/** What the runtime and a transpiler child say to each other: frames as in run-protocol.ts, one job, pieces, an end. */
import type { JailLimits } from './jail.ts';
import type { JobContent } from './run-protocol.ts';

export interface TranspileJob {
  readonly component: JobContent;
  readonly limits: { readonly jail: JailLimits };
}

/** Bytes of the result in one TRANSPILED frame. */
export const PIECE_BYTES = 1 << 20;

/** A run as receipts tell of it, which nobody ran. */
import { createHash } from 'node:crypto';
import type { PolicyProgram } from '../../../proto/policy/model.ts';
import type { RunFacts } from '../../../runtime/executor/run-report.ts';
import type { RunDescription } from '../../../runtime/manager/make-receipt.ts';

export const FACTS: RunFacts = {
  startedAt: 1,
  endedAt: 2,
  usage: { wallMilliseconds: 1, outputBytes: 0, writtenBytes: 0 },
};

export const PROGRAM = { path: '/p', sha256: new Uint8Array(32), outcome: 'full' } as PolicyProgram;
export const DESCRIPTION: RunDescription = {
  instanceId: new Uint8Array(16),
  policyHash: new Uint8Array(32),
  program: PROGRAM,
  pipeline: undefined,
  ending: { exitCode: 0 },
  facts: FACTS,
  limits: {},
};

export const sha256 = (text: string) => createHash('sha256').update(text).digest();

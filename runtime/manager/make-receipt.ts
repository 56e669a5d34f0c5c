/** Turns what was recorded of a run into a signed receipt, with one opening for each of its files. */
import { createHash, randomBytes } from 'node:crypto';
import type { PolicyProgram } from '../../proto/policy/model.ts';
import { compareBytes } from '../../proto/receipt/canonical-map.ts';
import { encodeOpening, type FileSide, SALT_BYTES } from '../../proto/receipt/openings.ts';
import { encodeReceipt, type ReceiptOutcome } from '../../proto/receipt/receipt.ts';
import type { RunFacts } from '../executor/run-report.ts';
import { asTruceError } from './incident.ts';
import { KeptOpenings } from './kept-files.ts';
import type { ReceiptSigner, SignedData } from './receipt-signer.ts';
import type { RecordedFile } from './run-recorder.ts';

/** Committed to without letting others have a turn: a few milliseconds. */
const FILES_A_TURN = 256;

/** How a run ended; `error`: what was thrown. */
export type RunEnding = { readonly exitCode: number } | { readonly error: unknown };

/** All that a receipt tells beside the files. */
export interface RunDescription {
  readonly instanceId: Uint8Array;
  readonly policyHash: Uint8Array;
  readonly program: PolicyProgram;
  readonly pipeline: { readonly name: string; readonly step: number } | undefined;
  readonly ending: RunEnding;
  readonly facts: RunFacts;
  /** Those in force. */
  readonly limits: Readonly<Record<string, number>>;
}

export interface MadeReceipt extends SignedData {
  readonly openings: KeptOpenings;
}

/** @throws TruceError RECEIPT_UNSIGNED */
export async function makeReceipt(
  run: RunDescription,
  files: readonly RecordedFile[],
  signer: Pick<ReceiptSigner, 'sign'>,
): Promise<MadeReceipt> {
  const { program, facts } = run;
  const outcome = outcomeOf(run);
  const salts = randomBytes(files.length * SALT_BYTES);
  const commitments: Record<FileSide, Uint8Array[]> = { input: [], output: [] };
  const openings: Uint8Array[] = [];
  for (const [index, file] of files.entries()) {
    if (index % FILES_A_TURN === FILES_A_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
    const salt = salts.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES);
    const encoded = encodeOpening({ ...file, salt });
    commitments[file.side].push(createHash('sha256').update(encoded).digest());
    openings.push(encoded);
  }
  const signed = await signer.sign((signedAt) =>
    encodeReceipt({
      instanceId: run.instanceId,
      policyHash: run.policyHash,
      program: { path: program.path, sha256: program.sha256 },
      pipeline: run.pipeline,
      outcome,
      startedAt: facts.startedAt,
      endedAt: facts.endedAt,
      // The clock may have been set back meanwhile.
      signedAt: Math.max(signedAt, facts.endedAt),
      // Where the policy tells one bit of a run's end, its figures would tell more.
      usage: 'success' in outcome ? {} : facts.usage,
      limits: run.limits,
      inputs: commitments.input.sort(compareBytes),
      outputs: commitments.output.sort(compareBytes),
    }),
  );
  return { ...signed, openings: new KeptOpenings(openings) };
}

function outcomeOf({ program, ending }: RunDescription): ReceiptOutcome {
  if (program.outcome === 'success') return { success: 'exitCode' in ending && ending.exitCode === 0 };
  if ('exitCode' in ending) return { exitCode: ending.exitCode };
  return { error: asTruceError(ending.error).code };
}

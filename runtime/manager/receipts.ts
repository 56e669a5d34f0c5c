/** The receipts of one enclave life: made after each run, kept within bounds, given to those who may read the result. */
import { TruceError } from '../../proto/errors.ts';
import type { RuntimeLimits } from '../../proto/limits.ts';
import { findProgram, mayRun } from '../../proto/policy/authority.ts';
import type { Policy, PolicyIdentity, PolicyProgram } from '../../proto/policy/model.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import type { SignedReceipt } from '../../proto/receipt/receipt-file.ts';
import type { Program } from '../executor/executor.ts';
import { denied } from './client-places.ts';
import { ContentDigests } from './content-digests.ts';
import { KeptPaths } from './kept-files.ts';
import { KeptReceipts } from './kept-receipts.ts';
import { type MadeReceipt, makeReceipt, type RunEnding } from './make-receipt.ts';
import { ReceiptPlaces } from './receipt-places.ts';
import { mayFetch, mayRead, mayReadOutputsOf } from './receipt-readers.ts';
import type { ReceiptSigner } from './receipt-signer.ts';
import { RunRecorder } from './run-recorder.ts';

/** Runs whose receipts are still to come, where no more go on at once; others wait, so that what is left to be hashed does not pile up. */
const UNFINISHED = 8;

export interface ReceiptsOptions {
  readonly policy: Policy;
  readonly policyHash: Uint8Array;
  readonly instanceId: Uint8Array;
  readonly signer: ReceiptSigner;
  readonly limits: Pick<RuntimeLimits, 'runs' | 'receiptBytes' | 'receipts' | 'keptReceiptBytes'>;
}

/** Which request a run is for. */
export interface RunOrigin {
  /** Stands for the session. */
  readonly session: object;
  readonly context: number;
  readonly pipeline?: { readonly name: string; readonly step: number };
}

export interface RecordedRun {
  readonly program: PolicyProgram;
  readonly described: Program;
  readonly runner: PolicyIdentity;
  readonly origin: RunOrigin;
}

export class Receipts {
  readonly #options: ReceiptsOptions;
  readonly #digests = new ContentDigests();
  readonly #kept: KeptReceipts;
  readonly #places: ReceiptPlaces;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
    this.#kept = new KeptReceipts(options.limits.receipts, options.limits.keptReceiptBytes);
    this.#places = new ReceiptPlaces(Math.max(UNFINISHED, options.limits.runs));
  }

  /** Runs a program with a witness, and makes its receipt in turns of its own once it is over, well or badly. */
  async witness(
    run: RecordedRun,
    signal: AbortSignal,
    execute: (recorder: RunRecorder) => Promise<number>,
  ): Promise<number> {
    let giveBack = () => {};
    const recorder = new RunRecorder({
      room: async () => {
        giveBack = await this.#places.take(signal);
      },
      digests: this.#digests,
      limit: this.#options.limits.receiptBytes,
      isLive: (path) => this.#options.policy.liveFiles.has(path),
    });
    const finish = (ending: RunEnding): void => {
      const made = this.#finish(recorder, run, ending);
      // Who asks for it is told of a failure; nobody may ask.
      if (made === undefined) giveBack();
      else void made.then(giveBack, giveBack);
    };
    try {
      const exitCode = await execute(recorder);
      finish({ exitCode });
      return exitCode;
    } catch (error) {
      finish({ error });
      throw error;
    }
  }

  /** From now on the context stands for another request of the session. */
  forget(session: object, context: number): void {
    this.#kept.forget(session, context);
  }

  /**
   * Of the run that the session asked for with that context.
   * @throws TruceError RECEIPT_NOT_FOUND, ACCESS_DENIED, RECEIPT_UNSIGNED; the signal's reason
   */
  async ofRequest(
    identity: PolicyIdentity,
    session: object,
    context: number,
    signal: AbortSignal,
  ): Promise<SignedReceipt> {
    const kept = this.#kept.ofRequest(session, context);
    if (kept === undefined)
      throw new TruceError('RECEIPT_NOT_FOUND', {
        reason: 'this session asked for no such run, it never began, or its receipt has gone',
      });
    if (!mayFetch(identity, kept)) throw denied('fetch the receipt of', 'this run');
    return shownTo(identity, await orAborted(kept.made, signal));
  }

  /**
   * The newest of a run that wrote the file or, where the path is a program's, of a run of that program.
   * @throws TruceError RECEIPT_NOT_FOUND, ACCESS_DENIED, RECEIPT_UNSIGNED, PATH_INVALID; the signal's reason
   */
  async ofFile(identity: PolicyIdentity, name: string, signal: AbortSignal): Promise<SignedReceipt> {
    const { policy } = this.#options;
    const path = canonicalPath(name);
    const program = findProgram(policy, path);
    const allowed =
      program === undefined
        ? mayRead(identity, path)
        : mayRun(policy, identity, program) || mayReadOutputsOf(identity, program);
    // One answer, whether there are receipts or not.
    if (!allowed) throw denied('fetch a receipt of', path);
    const kept = this.#kept.newest((candidate) =>
      program === undefined
        ? candidate.outputPaths.has(path)
        : candidate.program === program && mayFetch(identity, candidate),
    );
    if (kept === undefined)
      throw new TruceError('RECEIPT_NOT_FOUND', { reason: 'no such run is remembered' });
    return shownTo(identity, await orAborted(kept.made, signal));
  }

  /** Its receipt to come; nothing for a run that never began. */
  #finish(recorder: RunRecorder, run: RecordedRun, ending: RunEnding): Promise<unknown> | undefined {
    const { facts, outputPaths } = recorder;
    if (facts === undefined) return undefined;
    const { instanceId, policyHash, signer } = this.#options;
    const { program, described, runner, origin } = run;
    const { pipeline } = origin;
    const { fuel } = described;
    const limits = { ...described.limits, ...(fuel === undefined ? {} : { fuel }) };
    const description = { instanceId, policyHash, program, pipeline, ending, facts };
    const made = recorder.finish().then((files) => makeReceipt({ ...description, limits }, files, signer));
    const succeeded = 'exitCode' in ending && ending.exitCode === 0;
    const kept = { program, runner, succeeded, outputPaths: new KeptPaths(outputPaths), made };
    this.#kept.add(kept, origin.session, origin.context);
    return made;
  }
}

/** The receipt with the openings of those files that the party may read. */
function shownTo(identity: PolicyIdentity, made: MadeReceipt): SignedReceipt {
  const { data, signature, document, openings } = made;
  return { data, signature, document, openings: openings.shownTo((path) => mayRead(identity, path)) };
}

/** What is waited for must not hold up a session that ends. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What the party that runs a program is told of its end, where the policy lets it know no more than that it failed. */
import { type ErrorCode, TruceError } from '../../proto/errors.ts';

/** What is said before a program begins, or of the enclave: nothing of it follows from data. */
const told: ReadonlySet<string> = new Set<ErrorCode>([
  'EXECUTOR_UNAVAILABLE',
  'FILE_NOT_FOUND',
  'INTERNAL',
  'PROGRAM_HASH_MISMATCH',
  'PROGRAM_TOO_LARGE',
  'PROGRAM_UNKNOWN',
  'RUN_CANCELLED',
  'RUN_QUEUE_FULL',
  'SHUTTING_DOWN',
]);

/** One answer for all exit codes but 0, all traps and all limits: each difference would be a message of the program's. */
export async function successOnly(run: () => Promise<number>): Promise<number> {
  let exitCode: number;
  try {
    exitCode = await run();
  } catch (error) {
    if (!(error instanceof TruceError) || told.has(error.code)) throw error;
    throw new TruceError('RUN_UNSUCCESSFUL', {}, { cause: error });
  }
  if (exitCode !== 0) throw new TruceError('RUN_UNSUCCESSFUL');
  return exitCode;
}

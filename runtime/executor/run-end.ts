/** How a program ended, in the child: what it threw, or its exit code, and the limit that was the reason of it. */
import { type ErrorCode, type ErrorDetails, TruceError } from '../../proto/errors.ts';
import type { ExhaustedResource } from '../vfs/errno.ts';
import { ProcessExit } from '../wasi/preview1.ts';
import { JournalFull } from './journal.ts';
import type { RunEnd } from './run-protocol.ts';

/** What the program had run out of when it ended. */
export interface Exhaustion {
  /** What a call told it that there is no more of. */
  readonly exhausted: ExhaustedResource | undefined;
  /** What it has nearly all of that it may have. */
  readonly nearlyExhausted: 'tables' | 'memory' | undefined;
}

const exhaustedCodes = {
  openFiles: 'RUN_FILES_LIMIT',
  bytes: 'RUN_SPACE_LIMIT',
  inodes: 'RUN_INODES_LIMIT',
  tables: 'RUN_TABLE_LIMIT',
  memory: 'RUN_MEMORY_LIMIT',
} as const satisfies Record<string, ErrorCode>;

/**
 * @param error what was thrown; undefined where `_start` returned. A program that fails, by a trap or by its exit code,
 *   after it ran into a limit is taken to have failed by it.
 */
export function describeEnd(error: unknown, exhaustion: Exhaustion): RunEnd {
  if (error === undefined) return { exitCode: 0 };
  const exhausted = exhaustion.exhausted ?? exhaustion.nearlyExhausted;
  const limitCode = exhausted === undefined ? undefined : exhaustedCodes[exhausted];
  if (error instanceof ProcessExit) {
    const { exitCode } = error;
    if (exitCode === 0 || limitCode === undefined) return { exitCode };
    return failure(limitCode, { reason: `it ended with exit code ${exitCode}`, exitCode });
  }
  if (error instanceof TruceError) return failure(error.code, error.details);
  const reason = error instanceof Error ? error.message : 'unknown';
  if (error instanceof JournalFull) return failure('RUN_JOURNAL_LIMIT', {});
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError)
    return failure('PROGRAM_INVALID', { reason });
  if (error instanceof RangeError && /call stack/.test(reason)) return failure('RUN_STACK_LIMIT', { reason });
  if (error instanceof RangeError && /memory|allocation/i.test(reason))
    return failure('RUN_MEMORY_LIMIT', { reason });
  if (error instanceof WebAssembly.RuntimeError) return failure(limitCode ?? 'RUN_TRAP', { reason });
  return failure('RUN_FAILED', { reason });
}

function failure(code: ErrorCode, details: ErrorDetails): RunEnd {
  const plain = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? String(value) : value,
  ]);
  return { error: { code, details: Object.fromEntries(plain) } };
}

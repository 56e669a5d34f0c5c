/** What a run came to, in the runtime: from what its child said of it, how the child died, and what it left on stderr. */
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import type { RunLimitName, RunLimits } from '../../proto/limits.ts';
import type { RunEnd } from './run-protocol.ts';
import type { ChildExit } from './spawner-channel.ts';

/** Ends of a program that a limit is the reason of, with the limit that the message names. */
const limitErrors: ReadonlyMap<string, RunLimitName | undefined> = new Map<
  ErrorCode,
  RunLimitName | undefined
>([
  ['RUN_STACK_LIMIT', 'stackBytes'],
  ['RUN_MEMORY_LIMIT', 'memoryBytes'],
  ['RUN_TABLE_LIMIT', 'tableElements'],
  ['RUN_FILES_LIMIT', 'openFiles'],
  ['RUN_SPACE_LIMIT', 'writtenBytes'],
  ['RUN_INODES_LIMIT', 'newInodes'],
  ['RUN_JOURNAL_LIMIT', 'journalOperations'],
  // In the details, as the child had it from its job.
  ['RUN_FUEL_LIMIT', undefined],
]);

/** What a child may name as the reason of its program's end; anything else it says is a broken protocol. */
const childErrors: ReadonlySet<string> = new Set<string>([
  ...limitErrors.keys(),
  ...([
    'PROGRAM_INVALID',
    'MODULE_INVALID',
    'MODULE_UNSUPPORTED',
    'MODULE_MEMORY_TOO_LARGE',
    'MODULE_TABLE_TOO_LARGE',
    'MODULE_IMPORT_FORBIDDEN',
    'MODULE_IMPORT_TYPE',
    'MODULE_EXPORT_MISSING',
    'COMPONENT_INVALID',
    'RUN_CLOCK_DENIED',
    'RUN_TRAP',
    'RUN_NONDETERMINISTIC',
    'RUN_FAILED',
  ] satisfies ErrorCode[]),
]);

/** What V8, Node and C++ say when an allocation fails; of a long report only the end, a list of their functions, is kept. */
const OUT_OF_MEMORY = /out ?of ?memory|OOMErrorHandler|allocation failed|cannot allocate|bad_alloc/i;

/**
 * The collector's own lists are made without a look at whether there was memory for them, and the process then falls over
 * there: 3 of 24 that filled the engine's heap (V8 11.3, heap/base/worklist.h, `Segment::Create`).
 */
const FELL_IN_COLLECTOR =
  /v8::internal::(?:Heap|HeapAllocator|MarkCompactCollector|MarkingVisitorBase|ConcurrentMarking|Scaveng\w+)\b|heap::base::Worklist/;

/**
 * `exit`: undefined where its child gave its word and was not waited for.
 * @throws TruceError where the program did not come to an exit code
 */
export function exitCode(
  end: RunEnd | undefined,
  exit: ChildExit | undefined,
  stderr: string,
  limits: RunLimits,
): number {
  if (exit?.signal === 'SIGXCPU') throw new TruceError('RUN_CPU_LIMIT', { limit: limits.cpuMilliseconds });
  if (end?.error !== undefined) {
    const { code, details } = end.error;
    if (!childErrors.has(code)) throw new TruceError('RUN_PROTOCOL', { reason: 'unknown error code' });
    const name = limitErrors.get(code);
    throw new TruceError(code as ErrorCode, {
      ...details,
      ...(name === undefined ? {} : { limit: limits[name] }),
      ...(code === 'RUN_MEMORY_LIMIT' ? { dataBytes: limits.dataBytes } : {}),
    });
  }
  if (end?.exitCode !== undefined) return end.exitCode;
  // V8 ends its process when it cannot get memory it must have; the kernel kills where a cgroup is full.
  if (OUT_OF_MEMORY.test(stderr) || FELL_IN_COLLECTOR.test(stderr) || exit?.signal === 'SIGKILL')
    throw new TruceError('RUN_MEMORY_LIMIT', {
      reason: 'the engine ran out of memory',
      limit: limits.memoryBytes,
      dataBytes: limits.dataBytes,
    });
  throw new TruceError('RUN_FAILED', {
    reason: `its process ended with ${exit?.signal ?? `code ${exit?.code}`}`,
  });
}

/**
 * A program that ended by itself was counted to the end, and stayed within its fuel.
 * @throws TruceError RUN_PROTOCOL, RUN_FUEL_LIMIT
 */
export function checkFuel(end: RunEnd | undefined, limit: number): void {
  const used = end?.usage?.fuel;
  if (used === undefined) throw new TruceError('RUN_PROTOCOL', { reason: 'no count of instructions' });
  if (used > limit) throw new TruceError('RUN_FUEL_LIMIT', { limit });
}

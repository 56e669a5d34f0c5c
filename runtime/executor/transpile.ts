/** The runtime's side of making a component into modules: a child does it, and what comes back is kept unread. */
import { closeDescriptor } from '../../native/unix-sockets.ts';
import { TruceError } from '../../proto/errors.ts';
import type { RunLimits } from '../../proto/limits.ts';
import type { FileContent } from '../vfs/content.ts';
import { VfsError } from '../vfs/errno.ts';
import { ChildExchange } from './child-exchange.ts';
import type { WarmChild } from './child-pool.ts';
import { readEnd } from './journal-reader.ts';
import { exitCode } from './run-outcome.ts';
import { FrameDecoder, FrameType, type RunEnd } from './run-protocol.ts';
import { JobParts } from './snapshot.ts';
import { PIECE_BYTES, type TranspileJob } from './transpile-protocol.ts';

const END_FRAME_BYTES = 16 << 10;

export interface TranspileOptions {
  readonly child: WarmChild;
  /** Sealed here as it is. */
  readonly component: FileContent;
  /** Where the result goes; empty. */
  readonly target: FileContent;
  /** Bytes that the result may have. */
  readonly targetBytes: number;
  /** Those of the program: making it into modules is the first part of its compilation. */
  readonly limits: RunLimits;
  readonly signal: AbortSignal;
}

/**
 * Resolves when `target` holds the result and the child is dead.
 * @throws TruceError COMPONENT_INVALID, COMPONENT_LIMIT, RUN_COMPILE_LIMIT, RUN_CPU_LIMIT, RUN_MEMORY_LIMIT, RUN_FAILED,
 *   RUN_PROTOCOL; the signal's reason
 */
export async function transpile(options: TranspileOptions): Promise<void> {
  const { child, component, target, targetBytes, limits, signal } = options;
  const parts = new JobParts();
  let job: TranspileJob;
  try {
    job = transpileJob(parts.add(component), limits);
  } catch (error) {
    child.kill();
    closeDescriptor(child.descriptor);
    parts.release();
    throw error;
  }
  const exchange = new ChildExchange({ child, job, parts, signal });
  exchange.stopAfter(
    limits.compileMilliseconds,
    () => new TruceError('RUN_COMPILE_LIMIT', { limit: limits.compileMilliseconds }),
  );
  let end: RunEnd | undefined;
  const frame = (type: FrameType, payload: Uint8Array) => {
    if (end !== undefined) throw new TruceError('RUN_PROTOCOL', { reason: 'bytes after the end' });
    if (type !== FrameType.transpiled) end = readEnd(payload);
    else keep(target, payload, targetBytes);
  };
  const decoder = new FrameDecoder({ frame }, { transpiled: PIECE_BYTES, end: END_FRAME_BYTES });
  try {
    const exit = await exchange.finish(decoder);
    if (end !== undefined && !decoder.idle)
      throw new TruceError('RUN_PROTOCOL', { reason: 'bytes after the end' });
    exitCode(end, exit, child.stderrTail(), limits);
  } finally {
    child.kill();
    parts.release();
  }
}

function transpileJob(component: TranspileJob['component'], limits: RunLimits): TranspileJob {
  const { dataBytes, stackBytes, cpuMilliseconds } = limits;
  return {
    component,
    limits: { jail: { dataBytes, stackBytes, cpuMilliseconds, openFiles: 64, fileBytes: 0 } },
  };
}

function keep(target: FileContent, piece: Uint8Array, limit: number): void {
  const tooLarge = (cause?: unknown) =>
    new TruceError(
      'COMPONENT_LIMIT',
      { reason: `what is made of it has more than ${limit} bytes` },
      { cause },
    );
  if (target.size + piece.length > limit) throw tooLarge();
  try {
    target.write(piece, target.size);
  } catch (error) {
    throw error instanceof VfsError ? tooLarge(error) : error;
  }
}

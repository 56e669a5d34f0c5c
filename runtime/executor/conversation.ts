/** The runtime's side of one run: hands the job over, takes what comes back, holds the limits, and sees the child dead. */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { sendDescriptors } from '../../native/unix-sockets.ts';
import { type ErrorCode, TruceError } from '../../proto/errors.ts';
import type { RunLimits } from '../../proto/limits.ts';
import type { WarmChild } from './child-pool.ts';
import type { RunCommit } from './commit.ts';
import { readEnd, readJournal } from './journal-reader.ts';
import {
  DESCRIPTORS_PER_BATCH,
  FrameDecoder,
  FrameType,
  frameHeader,
  type Job,
  type OutputStream,
  type RunEnd,
} from './run-protocol.ts';
import type { JobParts } from './snapshot.ts';

/** What a child may name as the reason of its program's end; anything else it says is a broken protocol. */
const CHILD_ERRORS: ReadonlySet<string> = new Set<ErrorCode>([
  'PROGRAM_INVALID',
  'MODULE_INVALID',
  'MODULE_UNSUPPORTED',
  'MODULE_MEMORY_TOO_LARGE',
  'MODULE_TABLE_TOO_LARGE',
  'MODULE_IMPORT_FORBIDDEN',
  'MODULE_IMPORT_TYPE',
  'MODULE_EXPORT_MISSING',
  'RUN_TRAP',
  'RUN_STACK_LIMIT',
  'RUN_MEMORY_LIMIT',
  'RUN_JOURNAL_LIMIT',
  'RUN_FAILED',
]);

const OUTPUT_FRAME_BYTES = 64 << 20;
const END_FRAME_BYTES = 16 << 10;

export interface Conversation {
  readonly child: WarmChild;
  readonly job: Job;
  readonly parts: JobParts;
  readonly commit: RunCommit;
  readonly limits: RunLimits;
  readonly output: (stream: OutputStream, bytes: Uint8Array) => void;
  readonly signal: AbortSignal | undefined;
}

/** Resolves to the program's exit code once its child is dead and reaped. */
export async function converse(conversation: Conversation): Promise<number> {
  const { child, job, parts, limits, signal } = conversation;
  let failure: Error | undefined;
  let end: RunEnd | undefined;
  const stop = (reason: Error) => {
    failure ??= reason;
    child.kill();
  };
  const cancelled = () =>
    stop(signal?.reason instanceof Error ? signal.reason : new TruceError('RUN_CANCELLED'));
  const timer = setTimeout(
    () => stop(new TruceError('RUN_WALL_LIMIT', { limit: limits.wallMilliseconds })),
    limits.wallMilliseconds,
  );
  signal?.addEventListener('abort', cancelled, { once: true });
  const socket = new Socket({ fd: child.descriptor, readable: true, writable: true });
  try {
    // Before the first write of the socket's own, so that the descriptors come first.
    sendBatches(child.descriptor, parts.descriptors);
    const decoder = frameDecoder(conversation, (received) => {
      end = received;
    });
    socket.on('data', (chunk) => {
      if (failure !== undefined) return;
      try {
        if (end !== undefined) throw new TruceError('RUN_PROTOCOL', { reason: 'bytes after the end' });
        decoder.push(chunk);
      } catch (error) {
        stop(error as Error);
      }
    });
    // A child that dies in the middle resets its socket; how it died says more than EPIPE.
    socket.on('error', () => child.kill());
    sendJob(socket, job, parts);
    if (signal?.aborted) cancelled();
    await once(socket, 'close');
    const exit = await child.exited;
    if (failure !== undefined) throw failure;
    return exitCode(end, exit, child.stderrTail(), limits);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancelled);
    socket.destroy();
  }
}

function sendBatches(descriptor: number, descriptors: readonly number[]): void {
  const batches = Math.ceil(descriptors.length / DESCRIPTORS_PER_BATCH);
  sendDescriptors(descriptor, Uint8Array.of(batches & 0xff, batches >> 8), []);
  for (let index = 0; index < descriptors.length; index += DESCRIPTORS_PER_BATCH) {
    const batch = descriptors.slice(index, index + DESCRIPTORS_PER_BATCH);
    sendDescriptors(descriptor, Uint8Array.of(batch.length), batch);
  }
}

function sendJob(socket: Socket, job: Job, parts: JobParts): void {
  const text = new TextEncoder().encode(JSON.stringify(job));
  socket.cork();
  socket.write(frameHeader(FrameType.job, text.length));
  socket.write(text);
  socket.write(frameHeader(FrameType.inline, parts.inlineBytes));
  for (const bytes of parts.inline) socket.write(bytes);
  socket.uncork();
}

function frameDecoder(conversation: Conversation, ended: (end: RunEnd) => void): FrameDecoder {
  const { commit, limits, output } = conversation;
  let outputBytes = 0;
  const frame = (type: FrameType, payload: Uint8Array) => {
    if (type === FrameType.output) {
      const stream: OutputStream = payload[0] === 1 ? 'stdout' : 'stderr';
      outputBytes += payload.length - 1;
      if (outputBytes > limits.outputBytes)
        throw new TruceError('RUN_OUTPUT_LIMIT', { limit: limits.outputBytes });
      output(stream, payload.subarray(1));
    } else if (type === FrameType.journal) commit.setJournal(readJournal(payload));
    else if (type === FrameType.extent) commit.addExtent(payload);
    else ended(readEnd(payload));
  };
  return new FrameDecoder(
    { frame },
    { output: OUTPUT_FRAME_BYTES, journal: limits.journalBytes, end: END_FRAME_BYTES },
  );
}

function exitCode(
  end: RunEnd | undefined,
  exit: { code: number | null; signal: string | null },
  stderr: string,
  limits: RunLimits,
): number {
  if (exit.signal === 'SIGXCPU') throw new TruceError('RUN_CPU_LIMIT', { limit: limits.cpuMilliseconds });
  if (end?.error !== undefined) {
    const { code, details } = end.error;
    if (!CHILD_ERRORS.has(code)) throw new TruceError('RUN_PROTOCOL', { reason: 'unknown error code' });
    throw new TruceError(code as ErrorCode, { limit: limits.memoryBytes, ...details });
  }
  if (end?.exitCode !== undefined) return end.exitCode;
  // V8 ends its process when it cannot get memory it must have; the kernel kills where a cgroup is full.
  if (/out of memory|Allocation failed|Cannot allocate/i.test(stderr) || exit.signal === 'SIGKILL')
    throw new TruceError('RUN_MEMORY_LIMIT', {
      reason: 'the engine ran out of memory',
      limit: limits.memoryBytes,
    });
  throw new TruceError('RUN_FAILED', {
    reason: `its process ended with ${exit.signal ?? `code ${exit.code}`}`,
  });
}

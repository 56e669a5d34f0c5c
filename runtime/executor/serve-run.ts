/**
 * What an executor child does once it is warm: waits for one job, locks itself in, runs the program, sends back what it
 * changed, ends. It holds no key, no device and no socket but the one pair to the runtime. Everything is synchronous on
 * purpose.
 */
import { exitNow } from '../../native/process-control.ts';
import type { ChildLink, LiveFrame } from './child-link.ts';
import {
  hangUp,
  jobIsHere,
  receiveFrame,
  receiveJob,
  sayReady,
  send,
  sendFrames,
  sendJson,
} from './child-socket.ts';
import { extentFrames } from './extent-frames.ts';
import { lockDown, prepareJail } from './jail.ts';
import type { RunJournal } from './journal.ts';
import type { JobMemory } from './replica.ts';
import { FrameType, type Job, type OutputStream, type RunEnd } from './run-protocol.ts';

export type RunOneProgram = (
  job: Job,
  memory: JobMemory,
  link: ChildLink,
) => { readonly end: RunEnd; readonly journal: RunJournal };

/** `exercise`: what the child may do while it waits, until it is told that its job is here. */
export function serveRun(
  run: RunOneProgram,
  exercise?: (isHere: (milliseconds: number) => boolean) => void,
): never {
  prepareJail();
  sayReady();
  const { job, memory } = receiveJob<Job>(
    ({ program, stdin, inodes }) => [program, stdin, ...inodes.flatMap((inode) => inode.content ?? [])],
    () => exercise?.(jobIsHere),
  );
  lockDown(job.limits.jail);
  const { end, journal } = run(job, memory, runtimeLink());
  if (end.exitCode !== undefined) sendChanges(journal);
  sendJson(FrameType.end, end satisfies RunEnd);
  // Nobody has to wait for the end of the process.
  hangUp();
  // Node's own way out makes calls that the lock denies.
  return exitNow(0);
}

function runtimeLink(): ChildLink {
  const text = new TextEncoder();
  return {
    output: (stream: OutputStream, bytes: Uint8Array) =>
      send(FrameType.output, Uint8Array.of(stream === 'stdout' ? 1 : 2), bytes),
    started: (facts: object) => sendJson(FrameType.started, facts),
    trace: (lines: string) => send(FrameType.trace, text.encode(lines)),
    ask: (type: LiveFrame, ...parts: readonly Uint8Array[]) => {
      send(FrameType[type], ...parts);
      return receiveFrame(FrameType.liveAnswer);
    },
  };
}

function sendChanges(journal: RunJournal): void {
  sendJson(FrameType.journal, journal.finish());
  for (const frames of extentFrames(journal.changedFiles())) sendFrames(frames);
}

/** The runtime's side of one run: hands the job over, takes what comes back, holds the limits, and sees the child dead. */
import type { Socket } from 'node:net';
import { TruceError } from '../../proto/errors.ts';
import type { RunLimits } from '../../proto/limits.ts';
import { Rights } from '../../proto/rights.ts';
import { asFileError } from '../vfs/file-errors.ts';
import { ChildExchange } from './child-exchange.ts';
import type { WarmChild } from './child-pool.ts';
import type { RunCommit } from './commit.ts';
import { journalBounds, readEnd, readJournal } from './journal-reader.ts';
import { LiveExchange, type LiveExchangeOptions } from './live-exchange.ts';
import { LIVE_BYTES, LIVE_FRAME_LIMITS } from './live-protocol.ts';
import { checkFuel, exitCode } from './run-outcome.ts';
import {
  FrameDecoder,
  FrameType,
  frameHeader,
  type Job,
  type OutputStream,
  type RunEnd,
} from './run-protocol.ts';
import type { RunMeter } from './run-report.ts';
import type { JobParts } from './snapshot.ts';

const streamNames: ReadonlyMap<number, OutputStream> = new Map([
  [1, 'stdout'],
  [2, 'stderr'],
]);

const OUTPUT_FRAME_BYTES = 64 << 20;
/** A frame costs work however little it carries: a byte at a time is charged as what it takes to handle. */
const LEAST_OUTPUT_CHARGE = 16;
/** A line holds two paths at most, each cut at 1 KiB and escaped. */
const TRACE_FRAME_BYTES = 64 << 10;
const END_FRAME_BYTES = 16 << 10;
const STARTED_FRAME_BYTES = 4 << 10;
/** Two answers: the newest may come while the one before, which the child has, is still being accounted for. */
const MOST_UNTAKEN_BYTES = 2 * (LIVE_BYTES + 1024);

export interface Conversation {
  readonly child: WarmChild;
  readonly job: Job;
  readonly parts: JobParts;
  readonly commit: RunCommit;
  readonly limits: RunLimits;
  /** Told of what the run uses. */
  readonly meter: RunMeter;
  /** The program's live files, in the order of the job. */
  readonly live: RunLiveFiles;
  /** Where it answers with a promise, nothing more is taken from the child until that has settled. */
  readonly output: OutputSink;
  /** Takes the lines of a trace, whose job asks for one. */
  readonly trace?: TraceSink | undefined;
  /** Whether it is to be known what the run used, which its child's death tells. */
  readonly measured: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Takes what the program prints; the bytes are good until it returns. Failing ends the run. */
export type OutputSink = (stream: OutputStream, bytes: Uint8Array) => undefined | Promise<void>;

/** As OutputSink, for lines of text without the last line's end. */
export type TraceSink = (lines: Uint8Array) => undefined | Promise<void>;

export type RunLiveFiles = Pick<LiveExchangeOptions, 'files' | 'access' | 'fileSystem' | 'changing'>;

/** Resolves to the program's exit code once its child can do nothing more. */
export async function converse(conversation: Conversation): Promise<number> {
  const { child, job, limits, meter } = conversation;
  const exchange = new ChildExchange(conversation);
  const { socket, stop } = exchange;
  exchange.stopAfter(
    limits.wallMilliseconds,
    () => new TruceError('RUN_WALL_LIMIT', { limit: limits.wallMilliseconds }),
  );
  const compiled = exchange.stopAfter(
    limits.compileMilliseconds,
    () => new TruceError('RUN_COMPILE_LIMIT', { limit: limits.compileMilliseconds }),
  );
  const live = new LiveExchange({
    ...conversation.live,
    charge: (bytes) => conversation.commit.charge(bytes),
    answer: (payload) => sendAnswer(socket, payload),
    failed: stop,
  });
  let end: RunEnd | undefined;
  let held = 0;
  const hold = (until: Promise<void>) => {
    held++;
    socket.pause();
    until.then(() => {
      if (--held === 0) socket.resume();
    }, stop);
  };
  const decoder = frameDecoder(conversation, live, hold, {
    started: compiled,
    ended: (received) => {
      end = received;
    },
  });
  try {
    const saidAll = () => !conversation.measured && end?.exitCode !== undefined && decoder.idle;
    const exit = await exchange.finish(decoder, saidAll);
    if (end !== undefined && !decoder.idle)
      throw new TruceError('RUN_PROTOCOL', { reason: 'bytes after the end' });
    // A run that failed used some as well, as far as its child came to say so.
    if (job.fuel !== undefined) meter.fuel = end?.usage?.fuel;
    const code = exitCode(end, exit, child.stderrTail(), limits);
    if (job.fuel !== undefined) checkFuel(end, job.fuel);
    return code;
  } finally {
    meter.resources = child.resources();
    live.close();
  }
}

/** One that asks and asks and takes no answer is no child of ours: what waits for it must not grow. */
function sendAnswer(socket: Socket, payload: Uint8Array): void {
  if (socket.writableLength > MOST_UNTAKEN_BYTES)
    throw new TruceError('RUN_PROTOCOL', { reason: 'answers are not taken' });
  socket.cork();
  socket.write(frameHeader(FrameType.liveAnswer, payload.length));
  socket.write(payload);
  socket.uncork();
}

function frameDecoder(
  conversation: Conversation,
  live: LiveExchange,
  hold: (until: Promise<void>) => void,
  progress: { started(): void; ended(end: RunEnd): void },
): FrameDecoder {
  const { commit, job, limits, trace } = conversation;
  let started = false;
  let over = false;
  let outputBytes = 0;
  const frame = (type: FrameType, payload: Uint8Array) => {
    if (over) throw new TruceError('RUN_PROTOCOL', { reason: 'bytes after the end' });
    if (type === FrameType.output) {
      conversation.meter.outputBytes += Math.max(payload.length - 1, 0);
      outputBytes += Math.max(payload.length - 1, LEAST_OUTPUT_CHARGE);
      if (outputBytes > limits.outputBytes)
        throw new TruceError('RUN_OUTPUT_LIMIT', { limit: limits.outputBytes });
      const taken = passOn(conversation, payload);
      if (taken !== undefined) hold(taken);
    } else if (type === FrameType.trace) {
      const taken = trace?.(payload);
      if (taken !== undefined) hold(taken);
    } else if (type === FrameType.journal) commit.setJournal(readJournal(payload, journalBounds(job)));
    else if (type === FrameType.extent) commit.addExtent(payload);
    else if (type === FrameType.liveRequest) live.request(payload);
    else if (type === FrameType.liveWrite) live.write(payload);
    else if (type === FrameType.started) {
      if (started) throw new TruceError('RUN_PROTOCOL', { reason: 'it began twice' });
      started = true;
      progress.started();
    } else {
      over = true;
      progress.ended(readEnd(payload));
    }
  };
  return new FrameDecoder(
    { frame },
    {
      output: OUTPUT_FRAME_BYTES,
      journal: limits.journalBytes,
      end: END_FRAME_BYTES,
      started: STARTED_FRAME_BYTES,
      ...LIVE_FRAME_LIMITS,
      ...(trace === undefined ? {} : { trace: TRACE_FRAME_BYTES }),
    },
  );
}

/** Output counts as the program's only where the policy lets it print; the child may have been taken over. */
function passOn({ job, output }: Conversation, payload: Uint8Array): Promise<void> | undefined {
  const stream = streamNames.get(payload[0] ?? 0);
  if (stream === undefined || payload.length < 2)
    throw new TruceError('RUN_PROTOCOL', { reason: 'bad output' });
  if ((job.streams[stream] & Rights.FD_WRITE) === 0)
    throw new TruceError('RUN_COMMIT_REFUSED', { what: `print to ${stream}` });
  try {
    return output(stream, payload.subarray(1));
  } catch (error) {
    throw asFileError('write', stream, error);
  }
}

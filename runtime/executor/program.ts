/** Runs one program over its replica, in the child: compile, instantiate, `_start`, and how it ended. */
import { webcrypto } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { warmUpCiphers } from '../native-modules/file-cipher.ts';
import type { FileContent } from '../vfs/content.ts';
import { OverlayContents } from '../vfs/overlay-content.ts';
import { STREAM_INODES } from '../vfs/volume.ts';
import { Preview1 } from '../wasi/preview1.ts';
import { CallTrace, TracedAccess } from '../wasi/trace.ts';
import { type ChildLink, silentLink } from './child-link.ts';
import { determinismOf, inodeNumbers, warmUpDeterminism } from './determinism.ts';
import { contiguous } from './job-content.ts';
import { jobModules } from './job-modules.ts';
import { RunJournal } from './journal.ts';
import { LiveContent, livePoll } from './live-content.ts';
import { programClock } from './program-clock.ts';
import { ProgramModule, type ProgramModuleOptions } from './program-module.ts';
import { basePieces, buildReplica, type JobMemory } from './replica.ts';
import { describeEnd } from './run-end.ts';
import type { Job, OutputStream, RunEnd } from './run-protocol.ts';

const PAGE_BYTES = 65536;
/** getRandomValues gives at most this many bytes a call. Source: W3C Web Cryptography API, 10.1.1. */
const RANDOM_BYTES = 65536;

/** `(module (memory (export "memory") 1) (func (export "_start")))`: does nothing, by the same way as any program. */
const EMPTY_PROGRAM = Buffer.from(
  '0061736d01000000010401600000030201000503010001071302066d656d6f72790200065f737461727400000a040102000b',
  'hex',
);

/** Goes the whole way once, before there is a job: the first real one then finds everything loaded and compiled. */
export function warmUp(): void {
  const job: Job = {
    program: {
      size: EMPTY_PROGRAM.length,
      pieces: [{ position: 0, length: EMPTY_PROGRAM.length, inlineOffset: 0 }],
    },
    strategy: 'JIT',
    clock: true,
    args: ['/p'],
    env: [],
    access: [{ path: '/', rights: 0, scope: 'subtree' }],
    boundaries: ['/'],
    streams: { stdin: 0, stdout: 0, stderr: 0 },
    stdin: { size: 0, pieces: [] },
    inodes: [],
    limits: {
      memoryBytes: PAGE_BYTES,
      tableElements: 0,
      openFiles: 4,
      journalOperations: 0,
      vfs: { bytes: 0, inodes: 0, nameBytes: 255, pathBytes: 4096, fileBytes: 0 },
      jail: { dataBytes: 0, stackBytes: 0, cpuMilliseconds: 0, openFiles: 0, fileBytes: 0 },
    },
  };
  const { end } = runProgram(job, { inline: EMPTY_PROGRAM, mappings: [] }, silentLink);
  if (end.exitCode !== 0) throw new Error(`the warm-up failed: ${JSON.stringify(end.error)}`);
  random(new Uint8Array(16));
  warmUpDeterminism();
  warmUpCiphers();
}

/** What runs: a core module, or a component in the children that are made for them. */
export interface Runnable {
  /** What it begins with; sent to the runtime before its first instruction. */
  readonly facts: object;
  /** Instructions that were executed, where they are counted. */
  readonly fuelUsed: number | undefined;
  /** What the run is to end by, however it seems to have ended. */
  readonly overrun: Error | undefined;
  readonly nearlyExhausted: 'tables' | 'memory' | undefined;
  /** Runs it to its end, over the calls `imports`, which `bind` gives the memory that they are about. */
  run(wasi: Preview1, imports: Preview1['imports'], bind: (memory: WebAssembly.Memory) => void): void;
}

/** Reads and compiles a program; throws what `describeEnd` knows. */
export type Prepare = (bytes: Uint8Array, options: ProgramModuleOptions, job: Job) => Runnable;

const prepareModule: Prepare = (bytes, options) => new ProgramModule(bytes, options);

export function runProgram(
  job: Job,
  memory: JobMemory,
  link: ChildLink,
  prepare: Prepare = prepareModule,
): { end: RunEnd; journal: RunJournal } {
  const journal = new RunJournal(job.limits.journalOperations);
  let wasi: Preview1 | undefined;
  let program: Runnable | undefined;
  const ended = (error: unknown) => {
    const end = describeEnd(error, {
      exhausted: wasi?.exhausted,
      nearlyExhausted: program?.nearlyExhausted,
    });
    const fuel = program?.fuelUsed;
    return { end: fuel === undefined ? end : { ...end, usage: { fuel } }, journal };
  };
  try {
    // V8's baseline compiler alone is its nearest thing to an interpreter: no optimising tier, predictable start.
    if (job.strategy === 'Interpretation') setFlagsFromString('--no-wasm-tier-up --no-wasm-dynamic-tiering');
    const fixed = determinismOf(job);
    const clock = job.clock ? (fixed?.clock ?? programClock) : undefined;
    const fileSystem = buildReplica(job, memory, clock === undefined ? () => 0n : clock.realtime, link);
    fileSystem.observer = journal;
    const access = job.trace ? new TracedAccess(job.access) : new AccessTable(job.access);
    wasi = new Preview1({
      fileSystem,
      access,
      boundaries: new BoundaryTable(job.boundaries),
      args: job.args,
      env: job.env,
      streams: streams(job, memory, link),
      clock,
      random: fixed?.random ?? random,
      ...(fixed === undefined ? {} : { inodeNumber: inodeNumbers(fileSystem) }),
      openFiles: job.limits.openFiles,
      pollLive: livePoll(link),
      ...jobModules(job, fileSystem, access),
    });
    const options: ProgramModuleOptions = {
      memoryPages: Math.floor(job.limits.memoryBytes / PAGE_BYTES),
      dataPages: Math.floor(job.limits.jail.dataBytes / PAGE_BYTES),
      tableElements: job.limits.tableElements,
      fuel: job.fuel,
      deterministic: fixed !== undefined,
    };
    program = prepare(contiguous(job.program, memory), options, job);
    const trace =
      access instanceof TracedAccess
        ? new CallTrace({ wasi, access, now: process.hrtime.bigint, write: (line) => link.trace(line) })
        : undefined;
    const imports = (trace ?? wasi).imports;
    link.started(program.facts);
    const bind = (guest: WebAssembly.Memory) => {
      wasi?.bind(guest);
      trace?.bind(guest);
    };
    program.run(wasi, imports, bind);
  } catch (error) {
    // A program can catch what is thrown through it: what counts was kept aside, and comes first.
    return ended(wasi?.fault ?? program?.overrun ?? wasi?.exit ?? error);
  }
  return ended(wasi.fault ?? program.overrun ?? wasi.exit);
}

function streams(job: Job, memory: JobMemory, link: ChildLink) {
  const sink = (stream: OutputStream, rights: number) =>
    rights === 0
      ? undefined
      : {
          rights,
          write: (source: Uint8Array) => {
            if (source.length > 0) link.output(stream, source);
            return source.length;
          },
        };
  const live = job.live?.indexOf(STREAM_INODES.stdin) ?? -1;
  const stdin: FileContent = new OverlayContents().over(job.stdin.size, basePieces(job.stdin, memory));
  let position = 0;
  const source = {
    rights: job.streams.stdin,
    read: (target: Uint8Array) => {
      const length = stdin.read(target, position);
      position += length;
      return length;
    },
    ...(live < 0 ? {} : { live: new LiveContent(link, live).openLive() }),
  };
  return {
    stdin: job.streams.stdin === 0 ? undefined : source,
    stdout: sink('stdout', job.streams.stdout),
    stderr: sink('stderr', job.streams.stderr),
  };
}

function random(target: Uint8Array): void {
  for (let offset = 0; offset < target.length; offset += RANDOM_BYTES)
    webcrypto.getRandomValues(target.subarray(offset, offset + RANDOM_BYTES));
}

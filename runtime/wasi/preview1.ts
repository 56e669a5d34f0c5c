/**
 * WASI preview 1 for one program: all of its functions, over one file system and what a policy grants there.
 *
 * The program gets an errno for whatever it does wrong. A fault of ours is thrown through it instead, as is the end of
 * the program; since a program can catch what is thrown through it, both are kept as well (`exit`, `fault`).
 */
import type { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS, Rights } from '../../proto/rights.ts';
import type { LivePoll } from '../vfs/content.ts';
import { type ExhaustedResource, VfsError } from '../vfs/errno.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { FileType, type Inode } from '../vfs/inode.ts';
import { descriptorCalls } from './calls-descriptors.ts';
import { fileCalls } from './calls-files.ts';
import { pathCalls } from './calls-paths.ts';
import { pollCall } from './calls-poll.ts';
import { ProcessExit, processCalls } from './calls-process.ts';
import { veracruzCalls } from './calls-veracruz.ts';
import { Descriptor, DescriptorTable, type StreamSink, type StreamSource } from './descriptors.ts';
import { GuestMemory } from './guest-memory.ts';
import { openCall } from './path-open.ts';
import { type Program, type ProgramClock, pathWalks } from './program.ts';
import { DIRECTORY_RIGHTS, STREAM_RIGHTS } from './rights-table.ts';
import { type ImportName, importNames } from './signatures.ts';
import type { SpecialFiles } from './special-file.ts';

export { ProcessExit } from './calls-process.ts';
export type { StreamSink, StreamSource } from './descriptors.ts';
export type { ProgramClock } from './program.ts';

/** The name of the one preopened directory. */
const PREOPEN = '/';

export interface Preview1Options {
  readonly fileSystem: FileSystem;
  /** What the program may do where. */
  readonly access: AccessTable;
  /** Every entry of the policy, whoever it is for. */
  readonly boundaries: BoundaryTable;
  /** The first one is the program's name. */
  readonly args: readonly string[];
  /** `KEY=value`. */
  readonly env: readonly string[];
  /** Undefined: there is no such descriptor, BADF. */
  readonly streams: {
    readonly stdin: StreamSource | undefined;
    readonly stdout: StreamSink | undefined;
    readonly stderr: StreamSink | undefined;
  };
  /** Undefined: clocks are denied, NOTCAPABLE. */
  readonly clock: ProgramClock | undefined;
  /** Fills what it is given; at most 64 KiB at once. */
  random(target: Uint8Array): void;
  /** What the program sees as the number of a file; its own where this is left out. */
  readonly inodeNumber?: (inode: Inode) => number;
  /** How many descriptors may be open at once, streams and preopen included. */
  readonly openFiles: number;
  /** How the program waits for live files; left out where there are none. */
  readonly pollLive?: LivePoll;
  /** Files whose writers ask something of the runtime; left out where there are none. */
  readonly special?: SpecialFiles;
}

type Call = (...values: never[]) => unknown;

export class Preview1 {
  /** The functions of `wasi_snapshot_preview1` and of `veracruz_si`; import-check.ts knows which is whose. */
  readonly imports: Readonly<Record<ImportName, Call>>;
  readonly #memory = new GuestMemory();
  readonly #descriptors: DescriptorTable;
  #exit: ProcessExit | undefined;
  #fault: unknown;
  #exhausted: ExhaustedResource | undefined;

  /** Throws RangeError for an argument or variable that holds NUL, which C strings cannot. */
  constructor(options: Preview1Options) {
    const { fileSystem, access, boundaries, clock, streams } = options;
    this.#descriptors = new DescriptorTable(fileSystem, options.openFiles);
    const program: Program = {
      memory: this.#memory,
      descriptors: this.#descriptors,
      fileSystem,
      access,
      boundaries,
      walks: pathWalks(access),
      clock,
      args: options.args.map(cString),
      env: options.env.map(cString),
      random: (target) => options.random(target),
      inodeNumber: options.inodeNumber ?? ((inode) => inode.number),
      pollLive: options.pollLive,
      special: options.special,
    };
    this.#descriptors.addStreams([
      stream(fileSystem, 'stdin', streams.stdin, undefined),
      stream(fileSystem, 'stdout', undefined, streams.stdout),
      stream(fileSystem, 'stderr', undefined, streams.stderr),
    ]);
    this.#descriptors.add(preopen(fileSystem, access));
    const calls: Record<ImportName, Call> = {
      ...fileCalls(program),
      ...descriptorCalls(program),
      ...openCall(program),
      ...pathCalls(program),
      ...pollCall(program),
      ...processCalls(program),
      ...veracruzCalls(program),
    };
    this.imports = Object.fromEntries(importNames.map((name) => [name, this.#guard(calls[name])])) as Record<
      ImportName,
      Call
    >;
  }

  /** How the program ended itself, if it did: it may have caught what was to end it. */
  get exit(): ProcessExit | undefined {
    return this.#exit;
  }

  /** What went wrong on our side, if anything did: the run is not to be trusted then. */
  get fault(): unknown {
    return this.#fault;
  }

  /** What it was last told that there is no more of. */
  get exhausted(): ExhaustedResource | undefined {
    return this.#exhausted;
  }

  /** Gives the calls the program's memory, once it is instantiated. Before that every pointer is FAULT. */
  bind(memory: WebAssembly.Memory): void {
    this.#memory.bind(memory);
  }

  /** What the program has open under a number. */
  descriptor(number: number): Descriptor | undefined {
    return this.#descriptors.get(number);
  }

  /** Closes what the program left open. */
  close(): void {
    this.#descriptors.closeAll();
  }

  /** Turns a call's failure into its errno. Each length has its own wrapper: gathering arguments costs more than most calls. */
  #guard(call: Call): Call {
    const run = call as (...values: unknown[]) => unknown;
    const failed = (failure: unknown): number => this.#failed(failure);
    type V = unknown;
    if (call.length <= 2)
      return (a: V, b: V) => {
        try {
          return run(a, b);
        } catch (failure) {
          return failed(failure);
        }
      };
    if (call.length <= 4)
      return (a: V, b: V, c: V, d: V) => {
        try {
          return run(a, b, c, d);
        } catch (failure) {
          return failed(failure);
        }
      };
    return (a: V, b: V, c: V, d: V, e: V, f: V, g: V, h: V, i: V) => {
      try {
        return run(a, b, c, d, e, f, g, h, i);
      } catch (failure) {
        return failed(failure);
      }
    };
  }

  #failed(failure: unknown): number {
    if (failure instanceof VfsError) {
      this.#exhausted = failure.exhausted ?? this.#exhausted;
      return failure.errno;
    }
    if (failure instanceof ProcessExit) this.#exit ??= failure;
    else this.#fault ??= failure;
    throw failure;
  }
}

function stream(
  fileSystem: FileSystem,
  name: keyof FileSystem['streams'],
  source: StreamSource | undefined,
  sink: StreamSink | undefined,
): Descriptor | undefined {
  const rights = source?.rights ?? sink?.rights;
  if (rights === undefined) return undefined;
  const base = rights & (STREAM_RIGHTS | (source === undefined ? Rights.FD_WRITE : Rights.FD_READ));
  const inode = fileSystem.streams[name];
  return new Descriptor({ fileType: FileType.unknown, inode, base, inheriting: 0, source, sink });
}

/**
 * Reports what the policy grants anywhere, as far as it can apply to a directory; what the directory itself allows is
 * what the policy grants on `/`.
 */
function preopen(fileSystem: FileSystem, access: AccessTable): Descriptor {
  const inheriting = access.union & PREVIEW1_RIGHTS;
  const base = inheriting & DIRECTORY_RIGHTS;
  return new Descriptor({
    fileType: FileType.directory,
    inode: fileSystem.root,
    base,
    inheriting,
    effective: base & access.rightsAt(PREOPEN),
    preopenName: PREOPEN,
  });
}

function cString(text: string): Uint8Array {
  if (text.includes('\0')) throw new RangeError('an argument or variable with NUL');
  return new TextEncoder().encode(`${text}\0`);
}

/** Runs programs: waits for a turn, takes a warm child, gives it its part of the files, commits what it changed. */
import { closeDescriptor } from '../../native/unix-sockets.ts';
import { TruceError } from '../../proto/errors.ts';
import type { RunLimits } from '../../proto/limits.ts';
import type { AccessEntry, AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import type { PolicyNativeModule, ProgramDeterminism, ProgramInterface } from '../../proto/policy/model.ts';
import { Rights } from '../../proto/rights.ts';
import type { ContentFactory, FileContent } from '../vfs/content.ts';
import type { FileSystem, VfsLimits } from '../vfs/file-system.ts';
import type { FileInode } from '../vfs/inode.ts';
import type { LiveFile } from '../vfs/live-file.ts';
import { LiveFiles } from '../vfs/live-files.ts';
import type { ChildPool, WarmChild } from './child-pool.ts';
import { RunCommit } from './commit.ts';
import type { ComponentCache, Make } from './component-cache.ts';
import { converse, type OutputSink, type TraceSink } from './conversation.ts';
import { checkProgram, kindOf } from './program-bytes.ts';
import type { Job, JobDeterminism } from './run-protocol.ts';
import { RunQueue } from './run-queue.ts';
import { RunMeter, type RunReport, type RunWitness } from './run-report.ts';
import { JobParts, readableFiles, type Snapshot, takeSnapshot } from './snapshot.ts';
import { transpile } from './transpile.ts';

/** A program as the policy has it. */
export interface Program {
  readonly path: string;
  readonly sha256: Uint8Array;
  readonly access: AccessTable;
  /** Its own rights on its standard streams. */
  readonly streams: { readonly stdin: number; readonly stdout: number; readonly stderr: number };
  /** The entries that it may change. */
  readonly writes: readonly string[];
  /** Its name first. */
  readonly args: readonly string[];
  /** `NAME=value` each. */
  readonly env: readonly string[];
  /** Those of the enclave, or what the policy lowers them to. */
  readonly limits: RunLimits;
  readonly determinism: ProgramDeterminism | undefined;
  /** Steps that it may take; undefined: they are not counted. */
  readonly fuel: number | undefined;
  readonly interfaces: readonly ProgramInterface[];
}

export interface ExecutorOptions {
  readonly pool: ChildPool;
  readonly fileSystem: FileSystem;
  readonly contents: ContentFactory;
  readonly boundaries: BoundaryTable;
  readonly strategy: 'Interpretation' | 'JIT';
  readonly clock: boolean;
  readonly runsAtOnce: number;
  readonly queuedRuns: number;
  /** Another executor's, so that the runs of both count as one's; its own, with the two bounds above, where it is left out. */
  readonly queue?: RunQueue;
  /** Canonical paths, and names of streams, that can be added to and followed while programs run. */
  readonly liveFiles: ReadonlySet<string>;
  /** Their special files are there. */
  readonly nativeModules: readonly PolicyNativeModule[];
  readonly vfsLimits: VfsLimits;
  /** What components were made into: of other executors too. The caller's to dispose of. */
  readonly components: ComponentCache;
  /** Whether each report is to say what the run's child used; otherwise only those that have a witness. */
  readonly measured?: boolean;
  /** Called with what programs write to their standard streams, as they write it. */
  readonly output: OutputSink;
  /** Where there is one, it gets a line for each call of a program. */
  readonly trace?: TraceSink;
}

export class Executor {
  readonly #options: ExecutorOptions;
  /** Its bounds hold for all who share it. */
  readonly queue: RunQueue;
  /** The live files of the file system. */
  readonly live: LiveFiles;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.live = new LiveFiles(options.fileSystem, options.liveFiles);
    this.queue = options.queue ?? new RunQueue(options.runsAtOnce, options.queuedRuns);
  }

  get status(): { running: number; waiting: number } {
    return { running: this.queue.running, waiting: this.queue.waiting };
  }

  /**
   * Runs a program to its end. `find` gives its file when its turn has come; a witness is told of all that a receipt needs.
   * Rejects with a TruceError (RUN_...) or the signal's reason.
   */
  async run(
    program: Program,
    find: () => FileInode,
    signal?: AbortSignal,
    witness?: RunWitness,
  ): Promise<RunReport> {
    const leave = await this.queue.enter(program.writes, signal);
    let gone: Promise<unknown> | undefined;
    const took = (child: WarmChild) => {
      gone = child.exited;
    };
    try {
      // Not before the queue: all that wait there would find room, and come out of it one after the other.
      await witness?.room();
      return await this.#runNow(program, find, signal, witness, took);
    } finally {
      leave(gone);
    }
  }

  async #runNow(
    program: Program,
    find: () => FileInode,
    signal: AbortSignal | undefined,
    witness: RunWitness | undefined,
    took: (child: WarmChild) => void,
  ): Promise<RunReport> {
    const { fileSystem, contents, boundaries, pool } = this.#options;
    const { limits } = program;
    // A program that is not there yet costs nobody a warm child.
    const made = await this.#made(program, find, signal);
    const parts = new JobParts();
    const child = await pool.take(signal, made === undefined ? 'module' : 'component').catch((error) => {
      made?.dispose();
      throw error;
    });
    took(child);
    let commit: RunCommit | undefined;
    let handedOver = false;
    let meter: RunMeter | undefined;
    let letGo = () => {};
    try {
      // The program, bytes, rights and versions are all taken in this one turn: the run sees one moment.
      const { content } = find();
      checkProgram(content, program);
      const snapshot = takeSnapshot(fileSystem, program.access, parts);
      const live = this.live.seenBy(program.access);
      const job = this.#job(program, parts, made ?? content, snapshot, live);
      if (parts.inlineBytes > limits.dataBytes)
        throw new TruceError('RUN_MEMORY_LIMIT', {
          limit: limits.memoryBytes,
          dataBytes: limits.dataBytes,
          reason: `its small files alone have ${parts.inlineBytes} bytes`,
        });
      commit = new RunCommit({
        fileSystem,
        contents,
        access: program.access,
        boundaries,
        seen: snapshot.seen,
        writtenBytes: limits.writtenBytes,
        newInodes: limits.newInodes,
      });
      witness?.began(readableFiles(snapshot, program.access, fileSystem));
      meter = new RunMeter();
      letGo = this.live.holdWritten([program.access]);
      handedOver = true;
      const exitCode = await converse({
        child,
        job,
        parts,
        commit,
        limits,
        meter,
        live: {
          files: live,
          access: program.access,
          fileSystem,
          changing: ({ path, inode }) => witness?.changingLive({ path, file: inode }),
        },
        output: (stream, bytes) => {
          const taken = this.#options.output(stream, bytes);
          witness?.printed(stream, bytes);
          return taken;
        },
        trace: this.#options.trace,
        measured: witness !== undefined || this.#options.measured === true,
        signal,
      });
      commit.apply(witness);
      meter.writtenBytes = commit.writtenBytes;
      return { exitCode, ...meter.facts() };
    } finally {
      if (meter !== undefined) {
        meter.writtenBytes = commit?.writtenBytes ?? 0;
        witness?.ended(meter.facts());
      }
      child.kill();
      if (!handedOver) closeDescriptor(child.descriptor);
      commit?.release();
      parts.release();
      made?.dispose();
      letGo();
    }
  }

  /** What a component is made into, which is what runs in its place; undefined for a core module. */
  async #made(
    program: Program,
    find: () => FileInode,
    signal: AbortSignal | undefined,
  ): Promise<FileContent | undefined> {
    if (kindOf(find().content) !== 'component') return undefined;
    const { limits } = program;
    const make: Make = async (target, targetBytes, abandoned) => {
      const child = await this.#options.pool.take(abandoned, 'transpiler');
      let component: FileContent;
      try {
        component = find().content;
        checkProgram(component, program);
      } catch (error) {
        child.kill();
        closeDescriptor(child.descriptor);
        throw error;
      }
      await transpile({ child, component, target, targetBytes, limits, signal: abandoned });
    };
    return this.#options.components.get(Buffer.from(program.sha256).toString('hex'), make, signal);
  }

  /** Those whose special files the program has any right to. */
  #modulesOf({ access }: Program): Pick<Job, 'modules'> {
    const modules = this.#options.nativeModules
      .filter(({ specialFile }) => access.rightsAt(specialFile) !== 0)
      .map(({ name, specialFile }) => ({ path: specialFile, module: name }));
    return modules.length === 0 ? {} : { modules };
  }

  #job(
    program: Program,
    parts: JobParts,
    content: FileContent,
    snapshot: Snapshot,
    live: readonly LiveFile[],
  ): Job {
    const { fileSystem, strategy, clock, vfsLimits } = this.#options;
    const { streams, limits } = program;
    const stdin = fileSystem.streams.stdin;
    const readsStdin = (streams.stdin & Rights.FD_READ) !== 0 && this.live.get(stdin) === undefined;
    const { visible } = snapshot;
    const used = fileSystem.usage();
    const addable = program.determinism === undefined ? within : (limit: number) => limit;
    const empty = { size: 0, pieces: [] };
    return {
      program: parts.add(content),
      strategy,
      clock,
      args: program.args,
      env: program.env,
      access: program.access.entries as readonly AccessEntry[],
      // Those that it can come across; the commit judges by all of them.
      boundaries: [...this.#options.boundaries.paths].filter((path) => program.access.sees(path)),
      streams,
      stdin: readsStdin ? parts.add(stdin.content) : empty,
      inodes: snapshot.inodes,
      ...(program.interfaces.length === 0 ? {} : { interfaces: program.interfaces }),
      ...this.#modulesOf(program),
      ...(program.fuel === undefined ? {} : { fuel: program.fuel }),
      ...(program.determinism === undefined ? {} : { determinism: jobDeterminism(program.determinism) }),
      live: live.map(({ inode }) => inode.number),
      ...(this.#options.trace === undefined ? {} : { trace: true }),
      limits: {
        memoryBytes: limits.memoryBytes,
        tableElements: limits.tableElements,
        openFiles: limits.openFiles,
        journalOperations: limits.journalOperations,
        // What it sees and what it may add, as far as that is free. What is free is others' doing, which a deterministic
        // program must not see: where there is no room for what it did, the commit fails.
        vfs: {
          ...vfsLimits,
          bytes: visible.bytes + addable(limits.writtenBytes, vfsLimits.bytes - used.bytes),
          inodes: visible.inodes + addable(limits.newInodes, vfsLimits.inodes - used.inodes),
        },
        jail: {
          dataBytes: limits.dataBytes,
          stackBytes: limits.stackBytes,
          cpuMilliseconds: limits.cpuMilliseconds,
          openFiles: 64,
          fileBytes: 0,
        },
      },
    };
  }
}

function jobDeterminism({ seed, realtime }: ProgramDeterminism): JobDeterminism {
  return { seed: Buffer.from(seed).toString('hex'), realtime: String(realtime) };
}

function within(limit: number, free: number): number {
  return Math.min(limit, Math.max(0, free));
}

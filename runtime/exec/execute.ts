/** One run of one program: files in, the run, files out. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromHex } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { ExecOutput, ExecSettings } from '../../proto/exec.ts';
import { type RuntimeLimits, resolveLimits } from '../../proto/limits.ts';
import { type AccessEntry, AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import type { ProgramDeterminism } from '../../proto/policy/model.ts';
import { streamNames } from '../../proto/policy/paths.ts';
import { ALL_RIGHTS, PREVIEW1_RIGHTS, Rights } from '../../proto/rights.ts';
import { withinDescriptorLimit } from '../boot/descriptor-limit.ts';
import { componentPrograms } from '../executor/child-kinds.ts';
import { ChildPool } from '../executor/child-pool.ts';
import { ComponentCache } from '../executor/component-cache.ts';
import { Executor, type Program } from '../executor/executor.ts';
import { childrenOf } from '../executor/program-bytes.ts';
import type { RunUsage } from '../executor/run-report.ts';
import { nowNanoseconds } from '../manager/initial-files.ts';
import { FileSystem, type VfsLimits } from '../vfs/file-system.ts';
import { type FileInode, FileType } from '../vfs/inode.ts';
import { MemfdContents } from '../vfs/memfd-content.ts';
import { type CopiedFiles, HostFiles, makeDirectories } from './host-files.ts';
import { readable } from './host-paths.ts';
import { guestAt, type ResultCopy } from './result-plan.ts';
import { copyResults } from './results.ts';
import { feedStandardInput, inputIsFile, STANDARD_INPUT, storeStandardInput } from './standard-input.ts';
import { print, printTrace } from './terminal.ts';

/** What a child holds before its job, and what the kernel holds for it: the cgroup's limit is to strike last. */
const CHILD_BYTES = 256 << 20;
const SEED_BYTES = 32;

/** What a program may do with its streams: read the one, write the others. */
const STREAMS = {
  stdin: PREVIEW1_RIGHTS & ~Rights.FD_WRITE,
  stdout: PREVIEW1_RIGHTS & ~Rights.FD_READ,
  stderr: PREVIEW1_RIGHTS & ~Rights.FD_READ,
} as const;

export interface Execution {
  readonly exitCode: number;
  readonly usage: RunUsage;
  /** Why the results could not be copied out. */
  readonly outputError?: unknown;
  readonly namespaces: { readonly active: boolean; readonly reason: string };
}

export interface ResultPlaces {
  readonly outputs: readonly ExecOutput[];
  readonly report: string | undefined;
}

/** Rejects with what ended the run, or kept it from beginning: a TruceError, OutputClosed, the signal's reason. */
export async function execute(
  settings: ExecSettings,
  { outputs, report }: ResultPlaces,
  signal: AbortSignal,
): Promise<Execution> {
  const limits = withinDescriptorLimit(resolveLimits({ ...settings.limits, sessions: 1 }));
  const starting = ChildPool.start({
    childProgram: settings.childProgram,
    componentPrograms: componentPrograms(dirname(settings.childProgram)),
    // Which there are to be, the program says: for a component two.
    warm: 0,
    maximum: 2,
    namespaces: 'if-possible',
    memoryBytes: limits.run.dataBytes + CHILD_BYTES,
  });
  // A failure is told where it is awaited, after the files.
  starting.catch(() => undefined);
  try {
    const file = await loadProgram(settings.program, limits, signal);
    const expecting = starting.then((pool) => {
      pool.expect(childrenOf(file.content));
      return pool;
    });
    expecting.catch(() => undefined);
    const world = await prepare(settings, file, limits, signal);
    const pool = await expecting;
    const { fileSystem, contents, boundaries, vfsLimits } = world;
    const executor = new Executor({
      pool,
      fileSystem,
      contents,
      boundaries,
      strategy: settings.strategy,
      clock: settings.clock,
      measured: true,
      runsAtOnce: 1,
      queuedRuns: 0,
      nativeModules: [],
      liveFiles: new Set(world.input === 'live' ? ['stdin'] : []),
      vfsLimits,
      components: new ComponentCache(limits.componentBytes),
      output: print,
      ...(settings.trace ? { trace: printTrace } : {}),
    });
    const broken = new AbortController();
    const stdin = executor.live.get(fileSystem.streams.stdin);
    if (stdin !== undefined)
      feedStandardInput(process.stdin, stdin, (error) => broken.abort(error), settings.stdin);
    const stop = AbortSignal.any([signal, broken.signal]);
    const { exitCode, usage } = await executor.run(world.program, () => world.file, stop);
    const { namespaces } = pool.status();
    return { exitCode, usage, namespaces, ...(await resultsOf({ ...world, report }, outputs, signal)) };
  } finally {
    await starting.then(
      (pool) => pool.close(),
      () => undefined,
    );
  }
}

interface World {
  readonly fileSystem: FileSystem;
  readonly contents: MemfdContents;
  readonly vfsLimits: VfsLimits;
  readonly boundaries: BoundaryTable;
  readonly copied: CopiedFiles;
  /** What standard input gives: what was copied before the run, or what comes while it goes on. */
  readonly input: 'copied' | 'live';
  readonly program: Program;
  readonly file: FileInode;
}

/** The files that the program will find, and what it may do. */
async function prepare(
  settings: ExecSettings,
  file: FileInode,
  limits: RuntimeLimits,
  signal: AbortSignal,
): Promise<World> {
  const contents = new MemfdContents({ limit: limits.vfsBytes, descriptors: limits.vfsDescriptors });
  const vfsLimits = {
    bytes: limits.vfsBytes,
    inodes: limits.vfsInodes,
    nameBytes: limits.nameBytes,
    pathBytes: limits.pathBytes,
    fileBytes: limits.fileBytes,
  };
  const fileSystem = new FileSystem({ contents, limits: vfsLimits, now: nowNanoseconds });
  const files = new HostFiles(fileSystem, signal);
  const entries: AccessEntry[] = streamNames.map((path) => ({ path, rights: STREAMS[path], scope: 'file' }));
  for (const directory of settings.directories) {
    const folder = await files.copy(directory);
    const { guest: path, rights } = directory;
    entries.push({ path, rights, scope: folder ? 'subtree' : 'file' });
  }
  const given = new AccessTable(entries);
  for (const { guest: path, directory } of settings.outputs) {
    const folder = directory ? path : dirname(path);
    if (guestAt(fileSystem, folder).inode?.type !== FileType.directory) makeDirectories(fileSystem, folder);
    // What is to come out must be there to be written.
    if (given.entryAt(path) === undefined && !entries.some((entry) => entry.path === path))
      entries.push({ path, rights: ALL_RIGHTS, scope: directory ? 'subtree' : 'file-or-subtree' });
  }
  const input = await takeInput(settings, files, fileSystem, signal);
  const access = new AccessTable(entries);
  const program: Program = {
    path: settings.program,
    sha256: hashOf(file),
    access,
    streams: STREAMS,
    writes: [],
    args: settings.args,
    env: settings.env,
    limits: limits.run,
    determinism: determinismOf(settings),
    fuel: settings.fuel,
    interfaces: [],
  };
  const boundaries = new BoundaryTable(entries.map(({ path }) => path));
  return { fileSystem, contents, boundaries, vfsLimits, copied: files.copied, input, program, file };
}

/** Files are copied. What comes when others send it is nothing that a deterministic run may see: it is nothing, or all. */
async function takeInput(
  { stdin: named, determinism }: ExecSettings,
  files: HostFiles,
  fileSystem: FileSystem,
  signal: AbortSignal,
): Promise<World['input']> {
  const { stdin } = fileSystem.streams;
  if (named !== undefined && inputIsFile()) await files.copyOpened(STANDARD_INPUT, named, stdin);
  else if (determinism === undefined) return 'live';
  else if (named !== undefined) await storeStandardInput(process.stdin, fileSystem, signal, named);
  return 'copied';
}

function determinismOf({ determinism }: ExecSettings): ProgramDeterminism | undefined {
  if (determinism === undefined) return undefined;
  const seed = fromHex(determinism.seed);
  if (seed?.length !== SEED_BYTES) throw new RangeError('a seed has 32 bytes');
  return { seed, realtime: BigInt(determinism.realtime) };
}

/** In a file system of its own: the program does not find itself among its files, and takes none of their room. */
async function loadProgram(path: string, limits: RuntimeLimits, signal: AbortSignal): Promise<FileInode> {
  const limit = limits.run.moduleBytes;
  if (readable(path, () => statSync(path)).size > limit) throw new TruceError('PROGRAM_TOO_LARGE', { limit });
  const { nameBytes, pathBytes } = limits;
  const place = new FileSystem({
    // Memory is taken by whole chunks: what bounds it are the limits below.
    contents: new MemfdContents({ limit: Number.MAX_SAFE_INTEGER }),
    // Beside the file there is its folder.
    limits: { bytes: limit, fileBytes: limit, inodes: 2, nameBytes, pathBytes },
    now: nowNanoseconds,
  });
  const file = place.createFile(place.root, 'program');
  await new HostFiles(place, signal).copyContent(path, file);
  return file;
}

function hashOf({ content }: FileInode): Uint8Array {
  const bytes = new Uint8Array(content.size);
  content.read(bytes, 0);
  return createHash('sha256').update(bytes).digest();
}

async function resultsOf(
  copy: ResultCopy,
  outputs: readonly ExecOutput[],
  signal: AbortSignal,
): Promise<{ outputError?: unknown }> {
  try {
    await copyResults(copy, outputs, signal);
    return {};
  } catch (outputError) {
    signal.throwIfAborted();
    return { outputError };
  }
}

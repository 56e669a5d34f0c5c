/**
 * Runs of the policy's programs on what one party brings along: its own files, its own standard input, and nothing else that
 * is in the enclave. The policy decides who may run what, who may write and read the standard streams and how far a program
 * goes, as on the data plane; its files are not there, and what the program leaves is thrown away.
 */
import { createHash } from 'node:crypto';
import { TruceError } from '../../proto/errors.ts';
import { lowerLimits, type RunLimits, type RuntimeLimits } from '../../proto/limits.ts';
import { AccessTable, BoundaryTable } from '../../proto/policy/access.ts';
import { findProgram, mayRun } from '../../proto/policy/authority.ts';
import type { Policy, PolicyIdentity, PolicyProgram } from '../../proto/policy/model.ts';
import { permitsOperation } from '../../proto/policy/operations.ts';
import { canonicalPath } from '../../proto/policy/paths.ts';
import { Rights } from '../../proto/rights.ts';
import type { ChildPool } from '../executor/child-pool.ts';
import type { ComponentCache } from '../executor/component-cache.ts';
import { Executor, type Program } from '../executor/executor.ts';
import type { OutputStream } from '../executor/run-protocol.ts';
import type { RunQueue } from '../executor/run-queue.ts';
import { FileSystem } from '../vfs/file-system.ts';
import { type MemfdContent, MemfdContents } from '../vfs/memfd-content.ts';
import type { ClientFiles } from './client-files.ts';
import { nowNanoseconds } from './initial-files.ts';
import { successOnly } from './told-outcome.ts';

export interface FunctionRunsOptions {
  readonly policy: Policy;
  readonly files: ClientFiles;
  readonly pool: ChildPool;
  readonly limits: RuntimeLimits;
  readonly programLimits: ReadonlyMap<PolicyProgram, RunLimits>;
  /** The policy's runs': both together are bounded. */
  readonly queue: RunQueue;
  /** What the policy's components were made into. */
  readonly components: ComponentCache;
}

export interface FunctionRequest {
  /** The program's path in the policy. */
  readonly program: string;
  /** Behind the program's name, where the policy states no arguments. */
  readonly args: readonly string[];
  /** undefined: an empty one. */
  readonly stdin: Uint8Array | undefined;
  /** Names in the folder that the program finds them in, and bytes, which stay the caller's. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What the program may print on both streams together. */
  readonly outputBytes: number;
}

export interface FunctionResult {
  readonly exitCode: number;
  /** undefined where the policy does not let the party read the stream. */
  readonly stdout: Uint8Array | undefined;
  readonly stderr: Uint8Array | undefined;
}

/** Where a program finds the files. */
export const FUNCTION_FOLDER = 'secrets';
const READ_ONLY =
  Rights.FD_READ |
  Rights.FD_SEEK |
  Rights.FD_TELL |
  Rights.FD_ADVISE |
  Rights.FD_READDIR |
  Rights.FD_FILESTAT_GET |
  Rights.PATH_OPEN |
  Rights.PATH_FILESTAT_GET |
  Rights.POLL_FD_READWRITE;
/** All is kept inline, where it can be overwritten, in buffers of up to twice its size. */
const INLINE_BYTES = 64 << 20;
const SPARE_BYTES = 1 << 20;

export class FunctionRuns {
  readonly #options: FunctionRunsOptions;
  readonly #parties: ReadonlyMap<string, PolicyIdentity>;

  constructor(options: FunctionRunsOptions) {
    this.#options = options;
    this.#parties = new Map(options.policy.identities.map((party) => [callerId(party), party]));
  }

  /** The party whose certificate has this SHA-256, in hexadecimal. @throws TruceError IDENTITY_UNKNOWN */
  party(id: string): PolicyIdentity {
    const party = this.#parties.get(id);
    if (party === undefined) throw new TruceError('IDENTITY_UNKNOWN');
    return party;
  }

  /**
   * Rejects with PROGRAM_UNKNOWN, FUNCTION_RECEIPTS, FUNCTION_STREAM_DENIED, FUNCTION_ARGUMENTS; what ends a run; the signal's
   * reason.
   */
  async run(party: PolicyIdentity, request: FunctionRequest, signal: AbortSignal): Promise<FunctionResult> {
    const { policy } = this.#options;
    const path = canonicalPath(request.program);
    const program = findProgram(policy, path);
    if (program === undefined || !mayRun(policy, party, program))
      throw new TruceError('PROGRAM_UNKNOWN', { path });
    if (policy.receipts) throw new TruceError('FUNCTION_RECEIPTS');
    if (request.stdin !== undefined && !mayStream(party, 'write', 'stdin'))
      throw new TruceError('FUNCTION_STREAM_DENIED');
    if (request.args.length > 0 && program.arguments.length > 0)
      throw new TruceError('FUNCTION_ARGUMENTS', { path });
    const printed: Printed = { stdout: [], stderr: [] };
    const execute = () => this.#execute(program, request, printed, signal);
    try {
      const exitCode = await (program.outcome === 'full' ? execute() : successOnly(execute));
      const read = (stream: OutputStream) =>
        mayStream(party, 'read', stream) ? Buffer.concat(printed[stream]) : undefined;
      return { exitCode, stdout: read('stdout'), stderr: read('stderr') };
    } finally {
      for (const bytes of [...printed.stdout, ...printed.stderr]) bytes.fill(0);
    }
  }

  async #execute(
    program: PolicyProgram,
    request: FunctionRequest,
    printed: Printed,
    signal: AbortSignal,
  ): Promise<number> {
    const { policy, files, pool, limits, programLimits, queue, components } = this.#options;
    const { fileSystem, contents, vfsLimits, clear } = makeFiles(request, limits);
    const executor = new Executor({
      pool,
      fileSystem,
      contents,
      boundaries: new BoundaryTable([]),
      strategy: policy.strategy,
      clock: policy.enableClock,
      runsAtOnce: limits.runs,
      queuedRuns: limits.queuedRuns,
      queue,
      liveFiles: new Set(),
      nativeModules: [],
      vfsLimits,
      components,
      output: (stream, bytes) => {
        printed[stream].push(Uint8Array.from(bytes));
        return undefined;
      },
    });
    try {
      const described = describe(program, request, programLimits.get(program)!);
      const report = await executor.run(described, () => files.program(program.path), signal);
      return report.exitCode;
    } finally {
      clear();
    }
  }
}

type Printed = Readonly<Record<OutputStream, Uint8Array[]>>;

function describe(program: PolicyProgram, request: FunctionRequest, limits: RunLimits): Program {
  const rights = (stream: 'stdin' | OutputStream) => program.access.rightsAt(stream);
  const streams = { stdin: rights('stdin'), stdout: rights('stdout'), stderr: rights('stderr') };
  return {
    path: program.path,
    sha256: program.sha256,
    access: new AccessTable([
      { path: `/${FUNCTION_FOLDER}`, rights: READ_ONLY, scope: 'subtree' },
      ...Object.entries(streams).map(([path, bits]) => ({ path, rights: bits, scope: 'file' as const })),
    ]),
    streams,
    writes: [],
    args: [program.path, ...program.arguments, ...request.args],
    env: program.environment,
    limits: lowerLimits(limits, { outputBytes: request.outputBytes }),
    determinism: program.determinism,
    fuel: program.fuel,
    interfaces: program.interfaces,
  };
}

/** A file system for one run. `clear` overwrites what is in it, and lets go of it. */
function makeFiles({ files, stdin }: FunctionRequest, limits: RuntimeLimits) {
  let bytes = SPARE_BYTES + (stdin?.length ?? 0);
  for (const content of files.values()) bytes += content.length;
  const contents = new MemfdContents({ limit: 2 * bytes, descriptors: 1, inlineBytes: INLINE_BYTES });
  const { vfsInodes: inodes, nameBytes, pathBytes, fileBytes } = limits;
  const vfsLimits = { bytes, inodes, nameBytes, pathBytes, fileBytes };
  const fileSystem = new FileSystem({ contents, limits: vfsLimits, now: nowNanoseconds });
  const folder = fileSystem.createDirectory(fileSystem.root, FUNCTION_FOLDER);
  const made = [fileSystem.streams.stdin];
  const clear = () => {
    for (const { content } of made) {
      for (const piece of (content as MemfdContent).layout())
        if (piece.kind === 'inline') piece.bytes.fill(0);
      content.dispose();
    }
  };
  try {
    if (stdin !== undefined) fileSystem.write(fileSystem.streams.stdin, stdin, 0);
    for (const [name, content] of files) {
      const file = fileSystem.createFile(folder, name);
      made.push(file);
      fileSystem.write(file, content, 0);
    }
  } catch (error) {
    clear();
    throw error;
  }
  return { fileSystem, contents, vfsLimits, clear };
}

/** As on the data plane. */
function mayStream({ access }: PolicyIdentity, operation: 'read' | 'write', stream: string): boolean {
  return permitsOperation(access.rightsAt(stream), operation, 'stream');
}

function callerId({ certificate }: PolicyIdentity): string {
  return createHash('sha256').update(certificate).digest('hex');
}

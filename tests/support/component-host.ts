/** Runs components in this process, by the way that their children go, without a jail. */
import { ALL_RIGHTS } from '../../proto/rights.ts';
import { type ChildLink, silentLink } from '../../runtime/executor/child-link.ts';
import { ComponentProgram } from '../../runtime/executor/component-program.ts';
import { loadBindgen, transpileComponent } from '../../runtime/executor/component-transpiler.ts';
import { runProgram } from '../../runtime/executor/program.ts';
import type { Job, RunEnd } from '../../runtime/executor/run-protocol.ts';
import { encodeTranspiled, type Transpiled } from '../../runtime/wasi/component/transpiled.ts';

const MIB = 1 << 20;

export interface ComponentOutcome {
  /** The exit code, or the code of what ended it. */
  readonly end: number | string | undefined;
  readonly error: RunEnd['error'];
  readonly stdout: string;
  readonly bytes: Buffer;
  readonly fuel: number | undefined;
}

await loadBindgen();

export function transpiled(component: Uint8Array): Transpiled {
  return transpileComponent(component);
}

/** With all rights everywhere unless `changes` say otherwise. */
export function runHere(component: Uint8Array | Transpiled, changes: Partial<Job> = {}): ComponentOutcome {
  const parts = component instanceof Uint8Array ? transpileComponent(component) : component;
  const program = Buffer.concat(encodeTranspiled(parts));
  const output: Buffer[] = [];
  const link: ChildLink = {
    ...silentLink,
    output: (_stream, bytes) => {
      output.push(Buffer.from(bytes));
    },
  };
  const job: Job = {
    program: { size: program.length, pieces: [{ position: 0, length: program.length, inlineOffset: 0 }] },
    strategy: 'JIT',
    clock: true,
    args: ['/program', 'argument'],
    env: ['NAME=value'],
    access: [{ path: '/', rights: ALL_RIGHTS, scope: 'subtree' }],
    boundaries: ['/'],
    streams: { stdin: ALL_RIGHTS, stdout: ALL_RIGHTS, stderr: ALL_RIGHTS },
    stdin: { size: 0, pieces: [] },
    inodes: [],
    limits: {
      memoryBytes: 16 * MIB,
      tableElements: 100_000,
      openFiles: 16,
      journalOperations: 100,
      vfs: { bytes: MIB, inodes: 100, nameBytes: 255, pathBytes: 4096, fileBytes: MIB },
      jail: { dataBytes: 0, stackBytes: 0, cpuMilliseconds: 0, openFiles: 0, fileBytes: 0 },
    },
    ...changes,
  };
  const { end } = runProgram(
    job,
    { inline: program, mappings: [] },
    link,
    (bytes, options, own) => new ComponentProgram(bytes, options, own),
  );
  const bytes = Buffer.concat(output);
  const { exitCode, error, usage } = end;
  return { end: exitCode ?? error?.code, error, stdout: bytes.toString(), bytes, fuel: usage?.fuel };
}

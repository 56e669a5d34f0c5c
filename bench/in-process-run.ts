/** One run of a program in this very process, without jail and runtime: for comparing two builds of what a child does. */
import { PREVIEW1_RIGHTS, Rights } from '../proto/rights.ts';
import { silentLink } from '../runtime/executor/child-link.ts';
import { runProgram } from '../runtime/executor/program.ts';
import type { Job } from '../runtime/executor/run-protocol.ts';

const MIB = 1 << 20;
const PRINTS = { stdin: 0, stdout: PREVIEW1_RIGHTS, stderr: PREVIEW1_RIGHTS };
const FILES = { bytes: 1024 * MIB, inodes: 100_000, nameBytes: 255, pathBytes: 4096, fileBytes: 1024 * MIB };
/** Several, as policies have: one alone would decide everywhere, without a look at any path. */
const ENTRIES = [
  { path: '/', rights: PREVIEW1_RIGHTS, scope: 'subtree' },
  { path: '/input', rights: Rights.FD_READ | Rights.PATH_OPEN, scope: 'subtree' },
  { path: '/output/result.json', rights: PREVIEW1_RIGHTS, scope: 'file' },
  { path: '/secret', rights: 0, scope: 'subtree' },
] as const;
const NOTHING = [{ path: '/', rights: 0, scope: 'subtree' }] as const;
const JAIL = { dataBytes: 2 ** 40, stackBytes: MIB, cpuMilliseconds: 0, openFiles: 0, fileBytes: 0 };

/** What it printed. Without rights it still has its streams: their calls are those of files. */
export function runInProcess(
  module: Uint8Array,
  args: readonly string[],
  rights: 'rights' | 'no rights' = 'rights',
): string {
  const entries = rights === 'rights' ? ENTRIES : NOTHING;
  let printed = '';
  const text = new TextDecoder();
  const job: Job = {
    program: { size: module.length, pieces: [{ position: 0, length: module.length, inlineOffset: 0 }] },
    strategy: 'JIT',
    clock: true,
    args: ['/program', ...args],
    env: [],
    access: entries,
    boundaries: entries.map(({ path }) => path),
    streams: PRINTS,
    stdin: { size: 0, pieces: [] },
    inodes: [],
    limits: {
      memoryBytes: 256 * MIB,
      tableElements: 10_000,
      openFiles: 256,
      journalOperations: 100_000,
      vfs: FILES,
      jail: JAIL,
    },
  };
  const { end } = runProgram(
    job,
    { inline: module, mappings: [] },
    {
      ...silentLink,
      output: (_stream, bytes) => {
        printed += text.decode(bytes);
      },
    },
  );
  if (end.exitCode !== 0) throw new Error(`the program ended with ${JSON.stringify(end)}: ${printed}`);
  return printed;
}

/**
 * How much an enclave's memory lets the runtime promise: there is no disk and no swap, so what files and programs may
 * take together must be there. A program that takes too much is then ended by its own limit, and the kernel, should it
 * run out all the same, kills a program and never the runtime.
 */
import { readFileSync } from 'node:fs';
import { TruceError } from '../../proto/errors.ts';
import { type RuntimeLimits, runLimitTable } from '../../proto/limits.ts';

const MIB = 2 ** 20;

/** The image's files, the kernel's own, the runtime and its spawner. */
export const RESERVED_BYTES = 272 * MIB;
/** A child that is loaded: its engine and code, beside what its program takes. */
export const CHILD_BYTES = 40 * MIB;
/** What metadata of one file or folder takes, at most, in the runtime's heap; contents come on top. */
const INODE_BYTES = 2048;

/** Of what is left: half for files, three eighths for the programs that run at once, an eighth for what nobody foresees. */
const FILES_SHARE = 1 / 2;
const RUNS_SHARE = 3 / 8;
const INODES_SHARE = 1 / 16;
/** As the defaults have it: the engine's code and tables take the rest of what a child may allocate. */
const MEMORY_OF_DATA = 2 / 3;

/**
 * The limits, cut to what a machine with so much memory can keep. Fewer programs run at once where each would get less
 * than the smallest limit of one.
 * @param memoryBytes as the kernel counts it: MemTotal
 * @throws TruceError BOOT_MEMORY where not even one small program and its files would fit
 */
export function withinMemory(
  limits: RuntimeLimits,
  memoryBytes: number,
  warmChildren: number,
): RuntimeLimits {
  const smallest = runLimitTable.dataBytes.minimum;
  const minimum = RESERVED_BYTES + warmChildren * CHILD_BYTES + (smallest + CHILD_BYTES) / RUNS_SHARE;
  if (memoryBytes < minimum) throw new TruceError('BOOT_MEMORY', { bytes: memoryBytes, minimum });
  const free = memoryBytes - RESERVED_BYTES - warmChildren * CHILD_BYTES;
  const runs = Math.min(limits.runs, Math.floor((free * RUNS_SHARE) / (smallest + CHILD_BYTES)));
  const dataBytes = Math.floor((free * RUNS_SHARE) / runs) - CHILD_BYTES;
  const files = Math.floor(free * FILES_SHARE);
  return {
    ...limits,
    runs,
    vfsBytes: Math.min(limits.vfsBytes, files),
    fileBytes: Math.min(limits.fileBytes, files),
    vfsInodes: Math.min(limits.vfsInodes, Math.floor((free * INODES_SHARE) / INODE_BYTES)),
    run: {
      ...limits.run,
      dataBytes: Math.min(limits.run.dataBytes, dataBytes),
      memoryBytes: Math.min(limits.run.memoryBytes, Math.floor(dataBytes * MEMORY_OF_DATA)),
    },
  };
}

/** Bytes of memory that the kernel has to give. */
export function machineMemory(): number {
  const kilobytes = /^MemTotal:\s*(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/meminfo has no MemTotal');
  return Number(kilobytes) * 1024;
}

/**
 * How much an enclave's memory lets the runtime promise: there is no disk and no swap, so what files and programs may
 * take together must be there. A program that takes too much is then ended by its own limit, and the kernel, should it
 * run out all the same, kills a program and never the runtime.
 */
import { readFileSync } from 'node:fs';
import { TruceError } from '../../proto/errors.ts';
import { type RuntimeLimits, runLimitTable } from '../../proto/limits.ts';

const MIB = 2 ** 20;

/** The image's files, which lie in memory, the kernel, the spawner, and the runtime with its sessions: 180 MiB when idle. */
export const RESERVED_BYTES = 240 * MIB;
/** What a child holds for itself when it is loaded, beside what its program takes: less than 20 MiB. */
export const CHILD_BYTES = 24 * MIB;
/** Of the reserve and the spare share, for sessions: buffers of TLS, a message that is half there, answers not yet taken. */
const SESSIONS_BYTES = 64 * MIB;
const SESSION_BYTES = MIB / 2;
/** Of a program's stack, what a child holds for itself has room for as much. */
const STACK_BYTES = MIB;
/** One file or folder in the runtime's heap; its content comes on top. */
const INODE_BYTES = 1024;

/** Of what is left: half for the programs that run at once, two fifths for files, the rest for what nobody foresees. */
const RUNS_SHARE = 1 / 2;
const FILES_SHARE = 2 / 5;
const SPARE_SHARE = 1 / 10;
const INODES_SHARE = 1 / 16;
/** Of the spare share: receipts that are kept. No single one may be larger than all of them. */
const RECEIPTS_SHARE = 1 / 32;
/** Where components are supported: kept from before the rest is shared out. */
const COMPONENTS_SHARE = 1 / 16;
/** As the defaults have it: the engine's code and tables take the rest of what a child may allocate. */
const MEMORY_OF_DATA = 2 / 3;
/** Of the memory that a machine is given, the kernel counts this much as there (MemTotal), or more. */
const COUNTED = 0.95;

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
  components = false,
): RuntimeLimits {
  const childBytes = CHILD_BYTES + Math.max(0, limits.run.stackBytes - STACK_BYTES);
  const smallestRun = runLimitTable.dataBytes.minimum + childBytes;
  const reserved = RESERVED_BYTES + warmChildren * CHILD_BYTES;
  const minimum = reserved + smallestRun / RUNS_SHARE;
  if (memoryBytes < minimum)
    throw new TruceError('BOOT_MEMORY', {
      found: Math.floor(memoryBytes / MIB),
      minimum: Math.ceil(minimum / COUNTED / MIB),
    });
  const unreserved = memoryBytes - reserved;
  const componentBytes = Math.min(limits.componentBytes, Math.floor(unreserved * COMPONENTS_SHARE));
  // What runs have of components that were given up meanwhile comes on top.
  const free = components ? unreserved - 2 * componentBytes : unreserved;
  const runs = Math.min(limits.runs, Math.floor((free * RUNS_SHARE) / smallestRun));
  const dataBytes = Math.floor((free * RUNS_SHARE) / runs) - childBytes;
  const fileBytes = Math.floor(free * FILES_SHARE);
  const keptReceiptBytes = Math.min(limits.keptReceiptBytes, Math.floor(free * RECEIPTS_SHARE));
  const sessions = Math.floor((SESSIONS_BYTES + free * SPARE_SHARE) / SESSION_BYTES);
  return {
    ...limits,
    runs,
    componentBytes,
    sessions: Math.min(limits.sessions, sessions),
    keptReceiptBytes,
    receiptBytes: Math.min(limits.receiptBytes, keptReceiptBytes),
    vfsBytes: Math.min(limits.vfsBytes, fileBytes),
    fileBytes: Math.min(limits.fileBytes, fileBytes),
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

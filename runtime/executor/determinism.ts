/** What a program sees in the place of time, chance and history when it is to do the same wherever and whenever it runs. */
import { TruceError } from '../../proto/errors.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, FileType, type Inode } from '../vfs/inode.ts';
import { FIRST_INODE } from '../vfs/volume.ts';
import type { ProgramClock } from '../wasi/preview1.ts';
import { steppedClock } from './program-clock.ts';
import type { Job } from './run-protocol.ts';
import { seededRandom } from './seeded-random.ts';

export interface Determinism {
  readonly clock: ProgramClock;
  random(target: Uint8Array): void;
}

/** Undefined where the job asks for none. Throws RUN_NONDETERMINISTIC where the job holds what others may change meanwhile. */
export function determinismOf({ determinism, live }: Job): Determinism | undefined {
  if (determinism === undefined) return undefined;
  if (live !== undefined && live.length > 0)
    throw new TruceError('RUN_NONDETERMINISTIC', {
      reason: 'it sees live files, which come when others send them',
    });
  return {
    clock: steppedClock(BigInt(determinism.realtime)),
    random: seededRandom(determinism.seed),
  };
}

/** Loads the cipher while things can be loaded. */
export function warmUpDeterminism(): void {
  seededRandom('00'.repeat(32))(new Uint8Array(16));
}

/**
 * Numbers for the inodes that are there before the program runs: their own tell in what order an enclave came by its
 * files. Counted from the root on in the order of a walk by name, directories before what is in them. Those that the
 * program makes keep their own, which count up from a fixed number.
 */
export function inodeNumbers({ root }: FileSystem): (inode: Inode) => number {
  const numbers = new Map<Inode, number>();
  const pending: Inode[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (numbers.has(next)) continue;
    numbers.set(next, FIRST_INODE + numbers.size);
    if (next.type === FileType.directory) pending.push(...byName(next).reverse());
  }
  return (inode) => numbers.get(inode) ?? inode.number;
}

function byName(directory: DirectoryInode): Inode[] {
  return [...directory.entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, inode]) => inode);
}

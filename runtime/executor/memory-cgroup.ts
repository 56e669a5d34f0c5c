/**
 * A memory cgroup around each child, where the spawner is root and the kernel offers one: it counts what RLIMIT_DATA
 * cannot, such as page tables and socket buffers, and the kernel kills inside it and nowhere else.
 * Sources: Linux Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOUNT = '/sys/fs/cgroup';
/** All groups of Truce begin so: those that an earlier life left empty are removed by the next one. */
const PREFIX = 'truce-';
/** How often a group may be taken away before its child is in it: one life that begins takes it at most once. */
const PLACE_TRIES = 20;
/** What the kernel says of a group that is gone: before a file of it is open, and after. */
const TAKEN_AWAY: ReadonlySet<string> = new Set(['ENOENT', 'ENODEV']);

interface Hierarchy {
  /** The spawner's own group. */
  readonly base: string;
  readonly limitFile: string;
  readonly peakFile: string;
  readonly version: 1 | 2;
}

/** Since the child was put into its group; what the kernel does not count is absent. */
export interface GroupUsage {
  readonly peakMemoryBytes?: number;
  readonly cpuMicroseconds?: number;
}

export class MemoryCgroups {
  readonly #hierarchy: Hierarchy;
  readonly #parent: string;
  readonly #limitBytes: number;

  private constructor(hierarchy: Hierarchy, limitBytes: number) {
    this.#hierarchy = hierarchy;
    this.#limitBytes = limitBytes;
    this.#parent = join(hierarchy.base, `${PREFIX}${randomBytes(8).toString('hex')}`);
  }

  /** `limitBytes` for each child. A text says why there can be none. */
  static open(limitBytes: number): MemoryCgroups | string {
    try {
      const hierarchy = findHierarchy();
      if (hierarchy === undefined) return 'the kernel offers no memory cgroup';
      for (const name of readdirSync(hierarchy.base))
        if (name.startsWith(PREFIX)) removeTree(join(hierarchy.base, name));
      const groups = new MemoryCgroups(hierarchy, limitBytes);
      groups.#makeParent();
      return groups;
    } catch (error) {
      return `no memory cgroup can be made: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`;
    }
  }

  /** Puts a child that has just been started into a group of its own. Throws where that fails: it must not run then. */
  place(id: number, pid: number): void {
    for (let tries = 1; ; tries++) {
      try {
        this.#tryToPlace(id, pid);
        return;
      } catch (error) {
        // Another life that begins takes an empty group for one that was left, until the child is in it.
        if (tries === PLACE_TRIES || !TAKEN_AWAY.has((error as NodeJS.ErrnoException).code ?? ''))
          throw error;
        this.remove(id);
      }
    }
  }

  #tryToPlace(id: number, pid: number): void {
    if (!existsSync(this.#parent)) this.#makeParent();
    const group = join(this.#parent, String(id));
    mkdirSync(group);
    writeFileSync(join(group, this.#hierarchy.limitFile), String(this.#limitBytes));
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
  }

  /** What a child's group has counted; a kernel before 5.19 has no peak, and cgroup v1 no time here. */
  usage(id: number): GroupUsage {
    const group = join(this.#parent, String(id));
    const peak = wholeNumber(readIfThere(join(group, this.#hierarchy.peakFile)));
    // Every group of v2 has it, whatever controllers are enabled.
    const time = /^usage_usec (\d+)$/m.exec(readIfThere(join(group, 'cpu.stat')) ?? '')?.[1];
    const cpu = this.#hierarchy.version === 2 ? wholeNumber(time) : undefined;
    return {
      ...(peak === undefined ? {} : { peakMemoryBytes: peak }),
      ...(cpu === undefined ? {} : { cpuMicroseconds: cpu }),
    };
  }

  /** Where the groups are: whoever outlives this process removes them (removeMemoryCgroups). */
  get path(): string {
    return this.#parent;
  }

  /** Gives the group of a child that is dead back. */
  remove(id: number): void {
    removeEmpty(join(this.#parent, String(id)));
  }

  #makeParent(): void {
    const { base, version } = this.#hierarchy;
    mkdirSync(this.#parent);
    if (version === 1) return;
    // Refused (EBUSY) where the spawner's own group is not the root: a group with processes hands nothing down.
    writeFileSync(join(base, 'cgroup.subtree_control'), '+memory');
    writeFileSync(join(this.#parent, 'cgroup.subtree_control'), '+memory');
  }
}

/** Removes what a spawner that is gone has left, as far as nobody else has. */
export function removeMemoryCgroups(path: string): void {
  removeTree(path);
}

function findHierarchy(): Hierarchy | undefined {
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').split('\n')) {
    // hierarchy-ID:controller-list:cgroup-path. Source: cgroups(7).
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers.split(',').includes('memory'))
      return {
        base: join(MOUNT, 'memory', path),
        limitFile: 'memory.limit_in_bytes',
        peakFile: 'memory.max_usage_in_bytes',
        version: 1,
      };
    const base = join(MOUNT, path);
    if (controllers === '' && offersMemory(base))
      return { base, limitFile: 'memory.max', peakFile: 'memory.peak', version: 2 };
  }
  return undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text?.trim() || Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (TAKEN_AWAY.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function offersMemory(base: string): boolean {
  return (readIfThere(join(base, 'cgroup.controllers')) ?? '').split(/\s/).includes('memory');
}

/** Removes a group and those in it, as far as nobody lives there. */
function removeTree(parent: string): void {
  for (const group of groupsIn(parent)) removeEmpty(group);
  removeEmpty(parent);
}

function groupsIn(parent: string): string[] {
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(parent, name));
  } catch (error) {
    // Lives that begin and end together remove the same ones.
    if (TAKEN_AWAY.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function removeEmpty(group: string): void {
  try {
    rmdirSync(group);
  } catch (error) {
    // Someone still lives in it, or it is gone: both are fine, and its turn comes again.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EBUSY' && code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

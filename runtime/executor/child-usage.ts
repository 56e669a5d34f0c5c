/**
 * What each child used between being ready and its end, measured by the spawner: its memory group's own counters where
 * the kernel has them; else the processor time that the kernel adds up for reaped children.
 */
import { cpuTimeOf, cpuTimeOfReapedChildren } from '../../native/cpu-time.ts';
import { SystemError } from '../../native/errno.ts';
import type { GroupUsage, MemoryCgroups } from './memory-cgroup.ts';
import type { ChildResources } from './run-report.ts';

interface Measured {
  readonly pid: number;
  group: GroupUsage;
  /** Microseconds until it was ready; undefined before, and where it could not be told. */
  whenReady: number | undefined;
  /** Microseconds in its whole life. */
  inAll: number | undefined;
}

export class ChildUsage {
  readonly #groups: MemoryCgroups | undefined;
  readonly #children = new Map<number, Measured>();
  #reaped = cpuTimeOfReapedChildren();
  #lastReaped: Measured | undefined;

  constructor(groups: MemoryCgroups | undefined) {
    this.#groups = groups;
  }

  started(id: number, pid: number): void {
    this.#children.set(id, { pid, group: {}, whenReady: undefined, inAll: undefined });
  }

  /** It waits for its job: what it used until now was no program's. */
  ready(id: number): void {
    const child = this.#children.get(id);
    if (child === undefined) return;
    const counted = this.#groups?.usage(id).cpuMicroseconds;
    child.whenReady = counted ?? lifeTimeOf(child.pid);
  }

  /** It has just been reaped, and its group is still there. */
  reaped(id: number): void {
    const child = this.#children.get(id);
    if (child === undefined) return;
    child.group = this.#groups?.usage(id) ?? {};
    const before = this.#reaped;
    this.#reaped = cpuTimeOfReapedChildren();
    child.inAll = this.#reaped - before;
    if (child.inAll === 0) {
      // Reaped in one go with the one before: nobody can tell the two apart.
      child.inAll = undefined;
      if (this.#lastReaped !== undefined) this.#lastReaped.inAll = undefined;
    }
    this.#lastReaped = child;
  }

  /** To be asked once, in a later turn than `reaped`, when all who died with it have been counted. */
  take(id: number): ChildResources {
    const child = this.#children.get(id);
    this.#children.delete(id);
    if (child === undefined) return {};
    const { group, whenReady } = child;
    const inAll = group.cpuMicroseconds ?? child.inAll;
    const { peakMemoryBytes } = group;
    return {
      ...(whenReady === undefined || inAll === undefined || inAll < whenReady
        ? {}
        : { cpuMicroseconds: inAll - whenReady }),
      ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    };
  }
}

function lifeTimeOf(pid: number): number | undefined {
  try {
    return cpuTimeOf(pid);
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}

/** Who may have the receipt of a run, and what of it: those who may read its result. */
import type { PolicyIdentity, PolicyProgram } from '../../proto/policy/model.ts';
import { permitsOperation } from '../../proto/policy/operations.ts';
import { isStreamName } from '../../proto/policy/paths.ts';
import { CHANGING } from './changing-rights.ts';

/** A run that is over. */
export interface PastRun {
  readonly program: PolicyProgram;
  /** Who asked for it. */
  readonly runner: PolicyIdentity;
  readonly succeeded: boolean;
  /** Canonical paths, and names of streams, that it wrote, moved, removed or printed to. */
  readonly outputPaths: Pick<ReadonlySet<string>, 'has' | 'size'> & Iterable<string>;
}

/** Whether the party may read what is at a canonical path, or a stream. */
export function mayRead({ access }: PolicyIdentity, path: string): boolean {
  return permitsReading(access.rightsAt(path), path);
}

/**
 * Those who may read some of what it wrote; of a failed run, which has no result, its runner as well, unless the policy
 * lets that one know no more than that it failed.
 */
export function mayFetch(identity: PolicyIdentity, run: PastRun): boolean {
  const { program, runner, succeeded, outputPaths } = run;
  const told = identity === runner && program.outcome === 'full';
  if (!succeeded) return told || mayReadOutputsOf(identity, program);
  if (outputPaths.size === 0) return mayReadOutputsOf(identity, program);
  for (const path of outputPaths) if (mayRead(identity, path)) return true;
  return false;
}

/** Whether the party may read anything that the program may write, be it there or not. */
export function mayReadOutputsOf({ access }: PolicyIdentity, program: PolicyProgram): boolean {
  return program.access.entries.some(({ path, rights, scope }) => {
    if ((rights & CHANGING) === 0) return false;
    if (permitsReading(access.rightsAt(path), path)) return true;
    if (scope === 'file') return false;
    const below = path === '/' ? '/' : `${path}/`;
    return access.entries.some(
      (entry) => entry.path.startsWith(below) && permitsReading(entry.rights, entry.path),
    );
  });
}

function permitsReading(rights: number, path: string): boolean {
  return permitsOperation(rights, 'read', isStreamName(path) ? 'stream' : 'existing');
}

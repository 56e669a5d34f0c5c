/**
 * The rights that each client operation needs at the path it names. docs/policy.md shows this table; the runtime judges
 * by it. FD_SEEK goes with every read and write because upstream seeks first and its policies are written for that.
 */
import { hasRights, Rights } from '../rights.ts';

export type ClientOperation = 'read' | 'write' | 'append' | 'list' | 'stat' | 'remove' | 'execute';

/** What exists under the name. A stream always exists and is never opened by path. */
export type OperationTarget = 'missing' | 'existing' | 'stream';

/** Every bit of `all` and, where `any` is not 0, at least one bit of `any`. */
export interface RightsRequirement {
  readonly all: number;
  readonly any: number;
}

const { FD_READ, FD_WRITE, FD_SEEK, FD_READDIR, FD_FILESTAT_GET, FD_EXECUTE } = Rights;
const { PATH_OPEN, PATH_CREATE_FILE, PATH_FILESTAT_GET, PATH_FILESTAT_SET_SIZE, PATH_UNLINK_FILE } = Rights;

const all = (bits: number): RightsRequirement => ({ all: bits, any: 0 });
const STAT: RightsRequirement = { all: 0, any: PATH_FILESTAT_GET | FD_FILESTAT_GET };

const requirements = {
  read: {
    missing: all(PATH_OPEN | FD_READ | FD_SEEK),
    existing: all(PATH_OPEN | FD_READ | FD_SEEK),
    stream: all(FD_READ | FD_SEEK),
  },
  // A whole new content: an existing file is cut to nothing first.
  write: {
    missing: all(PATH_OPEN | FD_WRITE | FD_SEEK | PATH_CREATE_FILE),
    existing: all(PATH_OPEN | FD_WRITE | FD_SEEK | PATH_FILESTAT_SET_SIZE),
    stream: all(FD_WRITE | FD_SEEK),
  },
  append: {
    missing: all(PATH_OPEN | FD_WRITE | FD_SEEK | PATH_CREATE_FILE),
    existing: all(PATH_OPEN | FD_WRITE | FD_SEEK),
    stream: all(FD_WRITE | FD_SEEK),
  },
  list: { missing: all(FD_READDIR), existing: all(FD_READDIR), stream: undefined },
  stat: { missing: STAT, existing: STAT, stream: STAT },
  remove: { missing: all(PATH_UNLINK_FILE), existing: all(PATH_UNLINK_FILE), stream: undefined },
  // Veracruz asks for FD_SEEK too, but i-poc's own policies (536879104) do not grant it.
  execute: {
    missing: all(PATH_OPEN | FD_EXECUTE),
    existing: all(PATH_OPEN | FD_EXECUTE),
    stream: undefined,
  },
} as const satisfies Record<ClientOperation, Record<OperationTarget, RightsRequirement | undefined>>;

/** All operations, in the order of the table. */
export const clientOperations = Object.keys(requirements) as readonly ClientOperation[];

/**
 * What an operation needs on a target, or undefined where it does not apply to it at all. In the dialect of seed 004,
 * which predates FD_EXECUTE, `mayRun` of authority.ts decides on 'execute' instead.
 */
export function requiredRights(
  operation: ClientOperation,
  target: OperationTarget,
): RightsRequirement | undefined {
  return requirements[operation][target];
}

/** Whether `rights` are enough for the operation. */
export function permitsOperation(
  rights: number,
  operation: ClientOperation,
  target: OperationTarget,
): boolean {
  const needed = requiredRights(operation, target);
  if (needed === undefined) return false;
  return hasRights(rights, needed.all) && (needed.any === 0 || (rights & needed.any) !== 0);
}

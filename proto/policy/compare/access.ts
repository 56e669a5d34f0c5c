/** Where one holder's rights differ between two policies, whatever entries they are written with. */
import type { AccessTable } from '../access.ts';
import { isStreamName, parentDirectories } from '../paths.ts';
import { type AbilityChange, abilityChange, type Holder, listOf } from './abilities.ts';
import type { ChangeList } from './changes.ts';

/** Rights before and after. */
type RightsPair = readonly [before: number, after: number];
const NONE: RightsPair = [0, 0];

export interface AccessComparison {
  readonly holder: Holder;
  /** As sentences name it. */
  readonly name: string;
  readonly before: AccessTable;
  readonly after: AccessTable;
  /** Paths that are files in both policies, so nothing can be below them. */
  readonly files: ReadonlySet<string>;
}

/** Tells of each place where the holder can do more or less, once where a subtree has it all alike. */
export function compareAccess(comparison: AccessComparison, list: ChangeList): void {
  const { before, after, files } = comparison;
  const paths = [...new Set([...before.entries, ...after.entries].map(({ path }) => path))].sort();
  const below = new Map<string, RightsPair>();
  for (const path of paths) {
    const at: RightsPair = [before.rightsAt(path), after.rightsAt(path)];
    if (isStreamName(path)) {
      tell(comparison, list, path, path, at, 'stream');
      continue;
    }
    // No name of a policy holds a NUL, so no entry is for this file.
    const inside = path === '/' ? '/\0' : `${path}/\0`;
    const within: RightsPair = files.has(path) ? at : [before.rightsAt(inside), after.rightsAt(inside)];
    below.set(path, within);
    const above = path === '/' ? NONE : (nearest(path, below) ?? NONE);
    const [newAt, newWithin] = [!same(at, above), !same(within, above)];
    if (files.has(path)) {
      if (newAt) tell(comparison, list, path, path, at, 'file');
    } else if (newAt && newWithin && same(at, within)) {
      tell(comparison, list, path, path === '/' ? 'everything' : `${path} and all below it`, at, 'file');
    } else {
      if (newAt) tell(comparison, list, path, path, at, 'file');
      if (newWithin) tell(comparison, list, path, `all below ${path}`, within, 'file');
    }
  }
}

/** Of the directories above, which come first in the order of paths, the longest that an entry names. */
function nearest(path: string, below: ReadonlyMap<string, RightsPair>): RightsPair | undefined {
  const parents = ['/', ...parentDirectories(path)].reverse();
  const found = parents.find((parent) => below.has(parent));
  return found === undefined ? undefined : below.get(found);
}

function same(left: RightsPair, right: RightsPair): boolean {
  return left[0] === right[0] && left[1] === right[1];
}

function tell(
  { holder, name }: AccessComparison,
  list: ChangeList,
  path: string,
  where: string,
  [before, after]: RightsPair,
  place: 'file' | 'stream',
): void {
  const { gains, loses }: AbilityChange = abilityChange(holder, place, before, after);
  if (gains.length + loses.length > 0) list.touch(path);
  const numbers = `(rights ${before} before, ${after} after)`;
  if (gains.length > 0) list.warn('rights', name, `${name} may now ${listOf(gains)}: ${where} ${numbers}`);
  if (loses.length > 0)
    list.note('rights', name, `${name} may no longer ${listOf(loses)}: ${where} ${numbers}`);
}

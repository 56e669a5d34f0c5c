/**
 * Which rights a principal has where. A lookup walks the path's ancestors from the longest to the root, one Map lookup
 * each, so its cost depends on the path's depth and never on the policy's size. Most directories hold no entry of the
 * policy: below such a one all is alike, and its files are judged by its own path, which is asked for again and again.
 *
 * Paths here are canonical (see paths.ts): absolute, no trailing slash ('/' for the root), or a stream's name.
 */
import { TruceError } from '../errors.ts';

export interface AccessEntry {
  /** A canonical absolute path, or one of the stream names 'stdin' | 'stdout' | 'stderr' (no slash). */
  readonly path: string;
  readonly rights: number;
  /** 'file': the path alone. 'subtree': the directory and all below it. 'file-or-subtree': whichever is there. */
  readonly scope: 'file' | 'subtree' | 'file-or-subtree';
}

const SLASH = 0x2f;

/** One principal's entries. The longest entry that matches a path decides alone; none means no rights. */
export class AccessTable {
  readonly entries: readonly AccessEntry[];
  /** All path entries' rights together (streams left out): what a program's one preopen reports. */
  readonly union: number;
  readonly #byPath = new Map<string, AccessEntry>();
  readonly #aboveRights = new Set<string>();
  /** Directories that have entries below them. */
  readonly #aboveEntries = new Set<string>();
  /** What was found last. */
  #known: { readonly directory: string; readonly rights: number | undefined } | undefined;
  /** The path that was seen last. */
  #seen: string | undefined;
  readonly #longest: number;
  /** The one entry that decides for every path: then no path has to be looked at. */
  readonly #everywhere: AccessEntry | undefined;

  /** Throws `ACCESS_REPEATED_PATH` where two entries name one path: neither could be said to win. */
  constructor(entries: readonly AccessEntry[]) {
    this.entries = [...entries];
    let union = 0;
    let longest = 0;
    for (const entry of this.entries) {
      if (this.#byPath.has(entry.path)) throw new TruceError('ACCESS_REPEATED_PATH', { path: entry.path });
      this.#byPath.set(entry.path, entry);
      longest = Math.max(longest, entry.path.length);
      if (!isPath(entry.path)) continue;
      union |= entry.rights;
      addAncestors(this.#aboveEntries, entry.path);
      if (entry.rights !== 0) addAncestors(this.#aboveRights, entry.path);
    }
    this.union = union;
    this.#longest = longest;
    const paths = this.entries.filter(({ path }) => isPath(path));
    this.#everywhere =
      paths.length === 1 && paths[0]?.path === '/' && paths[0].scope !== 'file' ? paths[0] : undefined;
  }

  /** The entry that decides for `path`. */
  entryAt(path: string): AccessEntry | undefined {
    if (this.#everywhere !== undefined && isPath(path)) return this.#everywhere;
    const exact = path.length <= this.#longest ? this.#byPath.get(path) : undefined;
    if (exact !== undefined) return exact;
    return walkAncestors(path, this.#longest, (ancestor) => {
      const entry = this.#byPath.get(ancestor);
      return entry === undefined || entry.scope === 'file' ? undefined : entry;
    });
  }

  /** The rights at `path`: the longest match's, or 0. */
  rightsAt(path: string): number {
    return this.entryAt(path)?.rights ?? 0;
  }

  /** As rightsAt, of a path that lies directly in `directory`. */
  rightsIn(directory: string, path: string): number {
    return this.rightsBelow(directory) ?? this.rightsAt(path);
  }

  /** The rights at every path below a directory; undefined where they differ. */
  rightsBelow(directory: string): number | undefined {
    if (this.#everywhere !== undefined) return this.#everywhere.rights;
    if (this.#known?.directory !== directory)
      this.#known = { directory, rights: this.#findRightsBelow(directory) };
    return this.#known.rights;
  }

  #findRightsBelow(directory: string): number | undefined {
    if (this.#aboveEntries.has(directory)) return undefined;
    // Whatever is below: only an entry that reaches down decides for it.
    return this.rightsAt(directory === '/' ? '/x' : `${directory}/x`);
  }

  /** Whether the principal may know that `path` exists: it has rights there, or somewhere below. */
  sees(path: string): boolean {
    if (path === this.#seen) return true;
    const sees = this.rightsAt(path) !== 0 || this.#aboveRights.has(path);
    if (sees) this.#seen = path;
    return sees;
  }
}

/** The places where a policy draws lines, whoever the principal is: links and renames do not cross them. */
export class BoundaryTable {
  readonly paths: ReadonlySet<string>;
  readonly #above = new Set<string>();
  readonly #longest: number;

  constructor(paths: readonly string[]) {
    this.paths = new Set(paths);
    let longest = 0;
    for (const path of this.paths) {
      longest = Math.max(longest, path.length);
      if (isPath(path)) addAncestors(this.#above, path);
    }
    this.#longest = longest;
  }

  /** The longest entry path that is `path` or a directory above it; '' where there is none. */
  governing(path: string): string {
    if (this.paths.has(path)) return path;
    return walkAncestors(path, this.#longest, (above) => (this.paths.has(above) ? above : undefined)) ?? '';
  }

  /** Whether an entry lies strictly below `path`. */
  containsBelow(path: string): boolean {
    return this.#above.has(path);
  }
}

/** A path, and no stream's name. */
function isPath(path: string): boolean {
  return path.charCodeAt(0) === SLASH;
}

/** Visits the directories above `path`, longest first, leaving out those longer than `longest`; stops at an answer. */
function walkAncestors<T>(
  path: string,
  longest: number,
  visit: (ancestor: string) => T | undefined,
): T | undefined {
  if (!isPath(path) || path.length === 1) return undefined;
  for (let end = path.lastIndexOf('/', longest); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const answer = visit(path.slice(0, end));
    if (answer !== undefined) return answer;
  }
  return visit('/');
}

/** Adds every directory above `path`; one that is there already has brought its own ancestors along. */
function addAncestors(set: Set<string>, path: string): void {
  walkAncestors(path, path.length, (ancestor) => {
    if (set.has(ancestor)) return true;
    set.add(ancestor);
    return undefined;
  });
}

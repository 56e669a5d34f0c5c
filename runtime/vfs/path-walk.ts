/**
 * Resolves a path as POSIX says (XBD 4.16, pathname resolution), inside the directory it starts from: nothing, neither
 * `..` nor a link, leads out of it. Iterative, so that no path can exhaust the stack.
 */
import { Errno, VfsError } from './errno.ts';
import { type DirectoryInode, FileType, type Inode } from './inode.ts';
import { fitsBytes } from './names.ts';
import type { VfsLimits } from './quota.ts';

/** Links followed in one resolution before it is a LOOP. Source: Linux, MAXSYMLINKS; path_resolution(7). */
export const MAXIMUM_LINKS = 40;

const SLASH = 0x2f;

/** How much of a path a name that was cut out of it may keep in memory. */
const KEPT_LENGTH = 256;

export interface ResolveOptions {
  /** Whether a symbolic link at the end is followed; with a slash after it, it is followed in any case. */
  readonly followLast: boolean;
  /**
   * The entry itself is meant, to be made or removed: a link with a slash after it is NOTDIR, as Linux has it, so that
   * removing `link/` never removes what the link leads to.
   */
  readonly asEntry?: boolean;
  /**
   * Called with the canonical path of each entry on the way (directory, link, or a file that stands in it) before
   * anything is said about it; throwing hides it. Neither the start nor the entry that is returned is visited. Its answers
   * never change: what it let pass once is not always shown to it again.
   */
  readonly visit?: ((path: string) => void) | undefined;
}

export interface Resolution {
  readonly parent: DirectoryInode;
  /** The entry's name in `parent`; `.` where the path ends in `.` or `..`, and `parent` then is the directory itself. */
  readonly name: string;
  /** Undefined where `parent` has no such entry. */
  readonly inode: Inode | undefined;
  /** Canonical and absolute. */
  readonly path: string;
  /** That of `parent`. */
  readonly directory: string;
  /** Whether a slash follows the name: what is made there must be a directory. */
  readonly trailingSlash: boolean;
}

/** A directory that a walk without links has come through: the beginning of a path that leads there. */
interface Passed {
  readonly start: DirectoryInode;
  readonly visit: ResolveOptions['visit'];
  /** With the slash behind it. */
  readonly prefix: string;
  /** The tree's, when it was walked. */
  readonly generation: number;
  readonly directory: DirectoryInode;
  /** Without a trailing slash: empty for the root. */
  readonly directoryPath: string;
}

/** What a walk is in. */
export interface WalkedTree {
  readonly limits: VfsLimits;
  /** Another number whenever a directory has lost its place. */
  readonly generation: number;
  /** The canonical path of a directory. @throws VfsError NOENT for one that was removed */
  pathOf(directory: DirectoryInode): string;
}

export class PathWalker {
  readonly #tree: WalkedTree;
  /** Programs ask for one file of a directory after the other: the way there is walked once. */
  #passed: Passed | undefined;

  constructor(tree: WalkedTree) {
    this.#tree = tree;
  }

  walk(start: DirectoryInode, path: string, options: ResolveOptions): Resolution {
    const { limits } = this.#tree;
    checkPath(path, limits);
    const { followLast, asEntry, visit } = options;
    const passed = this.#passedOn(start, path, visit);
    let current = passed?.directory ?? start;
    // Without a trailing slash: empty for the root.
    let currentPath = passed?.directoryPath ?? withoutSlash(this.#tree.pathOf(start));
    let rest = path;
    let offset = passed?.prefix.length ?? 0;
    let links = 0;
    for (;;) {
      const begin = offset;
      let end = rest.indexOf('/', offset);
      if (end === -1) end = rest.length;
      const name = rest.slice(offset, end);
      const trailingSlash = end < rest.length;
      offset = end;
      while (rest.charCodeAt(offset) === SLASH) offset++;
      const last = offset === rest.length;

      if (name === '.' || name === '..') {
        if (name === '..') {
          if (current === start) throw new VfsError(Errno.NOTCAPABLE, 'a path that leaves its directory');
          current = current.parent;
          currentPath = currentPath.slice(0, currentPath.lastIndexOf('/'));
        }
        if (!last) continue;
        const own = currentPath || '/';
        return { parent: current, name: '.', inode: current, path: own, directory: own, trailingSlash };
      }

      if (!fitsBytes(name, limits.nameBytes)) throw tooLong();
      const inode = current.entries.get(name);
      const inodePath = `${currentPath}/${name}`;
      if (!fitsBytes(inodePath, limits.pathBytes)) throw tooLong();
      if (inode === undefined && !last) {
        visit?.(inodePath);
        throw new VfsError(Errno.NOENT, 'a directory on the way is not there');
      }
      const follows = !last || (trailingSlash ? asEntry !== true : followLast);
      if (inode?.type === FileType.symbolicLink && follows) {
        visit?.(inodePath);
        if (++links > MAXIMUM_LINKS)
          throw new VfsError(Errno.LOOP, `more than ${MAXIMUM_LINKS} links on the way`);
        if (inode.target.startsWith('/'))
          throw new VfsError(Errno.NOTCAPABLE, 'a link that leaves its directory');
        rest = trailingSlash ? `${inode.target}/${rest.slice(offset)}` : inode.target;
        offset = 0;
        continue;
      }
      if (last) {
        if (inode !== undefined && trailingSlash && inode.type !== FileType.directory) {
          visit?.(inodePath);
          throw notDirectory();
        }
        if (links === 0 && begin > 0 && passed?.prefix.length !== begin)
          this.#remember(start, visit, path.slice(0, begin), current, currentPath);
        const own = inode === undefined ? ownText(name, rest) : name;
        return {
          parent: current,
          name: own,
          inode,
          path: inodePath,
          directory: currentPath || '/',
          trailingSlash,
        };
      }
      visit?.(inodePath);
      if (inode?.type !== FileType.directory) throw notDirectory();
      current = inode;
      currentPath = inodePath;
    }
  }

  /** The directory that was passed last, where the path goes through it and nothing has changed since. */
  #passedOn(start: DirectoryInode, path: string, visit: ResolveOptions['visit']): Passed | undefined {
    const passed = this.#passed;
    if (passed === undefined || passed.start !== start || passed.visit !== visit) return undefined;
    const { prefix, generation } = passed;
    if (generation !== this.#tree.generation || !path.startsWith(prefix)) return undefined;
    // Something must follow, and more slashes would belong to the prefix.
    return path.length > prefix.length && path.charCodeAt(prefix.length) !== SLASH ? passed : undefined;
  }

  #remember(
    start: DirectoryInode,
    visit: ResolveOptions['visit'],
    prefix: string,
    directory: DirectoryInode,
    directoryPath: string,
  ): void {
    const { generation } = this.#tree;
    this.#passed = { start, visit, prefix, generation, directory, directoryPath };
  }
}

function withoutSlash(path: string): string {
  return path === '/' ? '' : path;
}

function checkPath(path: string, limits: VfsLimits): void {
  if (path === '') throw new VfsError(Errno.NOENT, 'an empty path');
  // indexOf, not includes: the engine calls out for that.
  if (path.indexOf('\0') !== -1) throw new VfsError(Errno.INVAL, 'a path with NUL');
  if (!fitsBytes(path, limits.pathBytes)) throw tooLong();
  if (path.charCodeAt(0) === SLASH) throw new VfsError(Errno.NOTCAPABLE, 'an absolute path');
}

function tooLong(): VfsError {
  return new VfsError(Errno.NAMETOOLONG, 'a path or name over its limit');
}

function notDirectory(): VfsError {
  return new VfsError(Errno.NOTDIR, 'something on the way is no directory');
}

/** What may become a new entry's name: the engine's substrings keep the whole text they are of. */
function ownText(name: string, text: string): string {
  if (text.length - name.length <= KEPT_LENGTH) return name;
  return Buffer.from(name, 'utf16le').toString('utf16le');
}

/**
 * How directories are listed.
 *
 * Order: by name, UTF-16 code units compared, whatever the history of the directory. A replica and its original list
 * alike, a rolled back transaction leaves no trace, and the order tells nobody when hidden entries came or went.
 *
 * Cookies (`fd_readdir`): 0 is the start, and each entry carries the cookie of the one after it. A listing takes the
 * names when it starts, at cookie 0, and keeps them: entries made later appear when it starts again, entries removed
 * meanwhile are passed over, and nothing comes twice. POSIX leaves both cases open (readdir, XSH).
 */
import type { DirectoryInode, Inode } from './inode.ts';

export interface ListedEntry {
  readonly name: string;
  readonly inode: Inode;
  /** The cookie that continues after this entry. */
  readonly next: number;
}

/** Whether an entry may be shown. */
export type EntryFilter = (name: string, inode: Inode) => boolean;

/** The names in listing order; shared between callers until an entry is added or removed. */
export function sortedNames(directory: DirectoryInode): readonly string[] {
  directory.sortedNames ??= [...directory.entries.keys()].sort();
  return directory.sortedNames;
}

/** One walk through a directory, as an open descriptor keeps it: `.`, `..`, then the names. */
export class DirectoryListing {
  readonly #directory: DirectoryInode;
  readonly #filter: EntryFilter | undefined;
  #names: readonly string[] | undefined;

  constructor(directory: DirectoryInode, filter?: EntryFilter) {
    this.#directory = directory;
    this.#filter = filter;
  }

  /** The first entry at or after `cookie`; undefined at the end. Cookie 0 starts over with the names of now. */
  at(cookie: number): ListedEntry | undefined {
    const directory = this.#directory;
    if (cookie === 0) this.#names = sortedNames(directory);
    if (cookie === 0) return { name: '.', inode: directory, next: 1 };
    if (cookie === 1) return { name: '..', inode: directory.parent, next: 2 };
    const names = this.#names ?? sortedNames(directory);
    this.#names = names;
    for (let index = cookie - 2; index < names.length; index++) {
      const name = names[index];
      const inode = name === undefined ? undefined : directory.entries.get(name);
      if (name === undefined || inode === undefined) continue;
      if (this.#filter === undefined || this.#filter(name, inode)) return { name, inode, next: index + 3 };
    }
    return undefined;
  }
}

/**
 * Symbolic links that a program leaves among its results: none may lead out of the folder that they are copied to, not
 * even by way of another link, now, while others are still being copied, or after the next run. The program is nobody to be
 * trusted, and who opens a result later follows them. So a link may go up at its beginning only, no further than its folder,
 * and then down, through folders and links that do the same: wherever these lead, it stays below.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileType, type Inode } from '../vfs/inode.ts';
import { writable } from './host-paths.ts';
import type { Turns } from './turns.ts';

/** Names on the ways of one link; what takes more is no way that anybody made to be followed. */
const MAXIMUM_NAMES = 1000;
/** Of all links together, at each name what leads there and what is left: some seconds of looking. */
const MAXIMUM_CHARACTERS_TOGETHER = 1 << 28;
/** A name takes as long as so many characters, however short it is. */
const NAME_CHARACTERS = 256;
/** What is left of a way: links on it may have put their own targets before what was left. */
const MAXIMUM_WAY_CHARACTERS = 16 << 10;

/** Bytes of a link's target that the system takes. Source: Linux, PATH_MAX less the NUL; symlink(2). */
export const MAXIMUM_TARGET_BYTES = 4095;
/** Characters of it in an error. */
const SHOWN_TARGET = 200;

export interface ResultLink {
  readonly host: string;
  readonly target: string;
  /** The place of the output that it is part of. */
  readonly root: string;
  /** Whether the host has it already, and keeps it. */
  readonly kept: boolean;
}

/** Whether the host has this very link there: it is left as it is, wherever it leads. */
export function isSameLink(path: string, target: string): boolean {
  return hostLink(path).equals(Buffer.from(target));
}

export class LinkWays {
  readonly #changes: ReadonlyMap<string, Inode>;
  readonly #turns: Turns;
  /** Whether anything changes that a way could lead through. */
  readonly #turnable: boolean;
  #characters = 0;

  /** @param changes what will be made at paths of the host's, or take the place of what is there */
  constructor(changes: ReadonlyMap<string, Inode>, turns: Turns) {
    this.#changes = changes;
    this.#turns = turns;
    this.#turnable = [...changes.values()].some((inode) => entryOf(inode) !== undefined);
  }

  /**
   * Why the link may not be made, or may not stay where it is kept: it then leads by way of a change, and may lead out.
   * @throws TruceError LOCAL_FILE_UNWRITABLE where the host does not let it be known; the signal's reason
   */
  async fault({ host, target, root, kept }: ResultLink): Promise<string | undefined> {
    if (kept && !this.#turnable) return undefined;
    const shown = target.length > SHOWN_TARGET ? `${target.slice(0, SHOWN_TARGET)}…` : target;
    let [changed, free] = [false, !staysBelow(host, target, root)];
    if (free && !kept) return `it would be a link to ${shown}, which may lead out of the folder`;
    // Each with what was left behind a name: a place has one way on as it is, and another as it will be.
    const ways: [place: string, left: string][] = [];
    const seen = new Set<string>();
    const follow = (place: string, left: string): void => {
      const way = `${place}\0${left}`;
      if (left !== '' && !seen.has(way)) ways.push([place, left]);
      seen.add(way);
    };
    follow(target.startsWith('/') ? '/' : dirname(host), namesOf(target).join('/'));
    for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
      const [place, path] = way;
      this.#characters += NAME_CHARACTERS + place.length + path.length;
      const tooMuch = path.length > MAXIMUM_WAY_CHARACTERS || this.#characters > MAXIMUM_CHARACTERS_TOGETHER;
      if (tooMuch || seen.size > MAXIMUM_NAMES)
        return `it is a link to ${shown}, through too many names to be looked through`;
      await this.#turns.entry();
      const [name, left] = firstOf(path);
      if (name === '..') {
        follow(dirname(place), left);
        continue;
      }
      const entry = join(place, name);
      const change = entryOf(this.#changes.get(entry));
      for (const there of [kept ? reachable(entry) : writable(host, () => hostEntry(entry)), change]) {
        if (there === 'folder') follow(entry, left);
        if (there === undefined || there === 'folder') continue;
        const { link } = there;
        free ||= !staysBelow(entry, link, root);
        if (free && !kept)
          return `it would be a link to ${shown}, by way of ${entry}, which may lead out of the folder`;
        follow(
          link.startsWith('/') ? '/' : place,
          [...namesOf(link), left].filter((part) => part !== '').join('/'),
        );
      }
      changed ||= change !== undefined;
      if (free && changed)
        return `it stays a link to ${shown}, and may lead out of the folder by way of ${entry}, which changes`;
    }
    return undefined;
  }
}

/** Up first, no further than `root`, and then down. */
function staysBelow(host: string, target: string, root: string): boolean {
  if (target.startsWith('/')) return false;
  const names = namesOf(target);
  const down = names.findIndex((name) => name !== '..');
  const up = down === -1 ? names.length : down;
  return up <= depthBelow(root, dirname(host)) && !names.includes('..', up);
}

/** How many folders `folder` lies below `root`; -1 where it does not. */
function depthBelow(root: string, folder: string): number {
  if (folder === root) return 0;
  const above = root === '/' ? root : `${root}/`;
  return folder.startsWith(above) ? namesOf(folder.slice(above.length)).length : -1;
}

/** What a way can go on through. */
type Passage = 'folder' | { readonly link: string } | undefined;

function entryOf(inode: Inode | undefined): Passage {
  if (inode?.type === FileType.symbolicLink) return { link: inode.target };
  return inode?.type === FileType.directory ? 'folder' : undefined;
}

function hostEntry(path: string): Passage {
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() !== true) return present?.isDirectory() === true ? 'folder' : undefined;
  const target = hostLink(path);
  const link = target.toString();
  // Decoded it would lead elsewhere than it does: it counts as one that leads out.
  return { link: Buffer.from(link).equals(target) ? link : '/' };
}

/** Where we cannot look, nothing of what we make is on the way. */
function reachable(path: string): Passage {
  try {
    return hostEntry(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}

function hostLink(path: string): Buffer {
  return readlinkSync(path, { encoding: 'buffer' });
}

/** What leads nowhere else is left out. */
function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function firstOf(path: string): [name: string, left: string] {
  const slash = path.indexOf('/');
  return slash === -1 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
}

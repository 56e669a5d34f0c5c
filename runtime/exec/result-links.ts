/**
 * Symbolic links that a program leaves among its results: none may lead out of the folder that they are copied to, not
 * even by way of another link. The program is nobody to be trusted, and who opens a result later follows them.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Followed in one resolution; what is a loop leads nowhere. Source: Linux, MAXSYMLINKS; path_resolution(7). */
const MAXIMUM_LINKS = 40;

/** Bytes of a link's target that the system takes. Source: Linux, PATH_MAX less the NUL; symlink(2). */
export const MAXIMUM_TARGET_BYTES = 4095;

/** Whether the host has this very link there: it is left as it is, wherever it leads. */
export function isSameLink(path: string, target: string): boolean {
  return hostLink(path)?.equals(Buffer.from(target)) === true;
}

/**
 * Whether the link would lead out of `root`, or through what lies outside, once all is made that is to be made.
 * @param made what is made anew at a path: a link's target, `null` for a file or folder, `undefined` for nothing
 */
export function leavesRoot(
  path: string,
  target: string,
  root: string,
  made: (path: string) => string | null | undefined,
): boolean {
  if (target.startsWith('/')) return true;
  // Below `root`, and without links in it: whatever is followed is taken apart below.
  let place = dirname(path);
  const left = namesOf(target);
  for (let links = 0, name = left.pop(); name !== undefined; name = left.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (place === root) return true;
      place = dirname(place);
      continue;
    }
    const entry = join(place, name);
    const there = made(entry);
    const link = there === undefined ? hostLink(entry) : there;
    if (link === undefined || link === null) {
      place = entry;
      continue;
    }
    const text = link.toString();
    // Decoded, what is not UTF-8 would lead elsewhere.
    if (text.startsWith('/') || !Buffer.from(text).equals(Buffer.from(link))) return true;
    if (++links > MAXIMUM_LINKS) return false;
    left.push(...namesOf(text));
  }
  return false;
}

/** The first one last. */
function namesOf(path: string): string[] {
  return path.split('/').reverse();
}

/** A link's target, as bytes. */
function hostLink(path: string): Buffer | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return readlinkSync(path, { encoding: 'buffer' });
}

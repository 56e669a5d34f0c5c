/**
 * Symbolic links that a program leaves among its results: none may lead out of the folder that they are copied to, not
 * even by way of another link. The program is nobody to be trusted, and who opens a result later follows them.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Followed in one resolution; what is a loop leads nowhere. Source: Linux, MAXSYMLINKS; path_resolution(7). */
const MAXIMUM_LINKS = 40;

/** Names in one resolution; what takes more is no way that anybody made to be followed. */
const MAXIMUM_NAMES = 1000;

/** Bytes of a link's target that the system takes. Source: Linux, PATH_MAX less the NUL; symlink(2). */
export const MAXIMUM_TARGET_BYTES = 4095;

/** Whether the host has this very link there: it is left as it is, wherever it leads. */
export function isSameLink(path: string, target: string): boolean {
  return hostLink(path)?.equals(Buffer.from(target)) === true;
}

/** What is made anew at a path: a link's target, `null` for a file or folder, `undefined` for nothing. */
export type Made = (path: string) => string | null | undefined;

/**
 * Whether the link leads out of `root`, or through what lies outside: once all is made, and while it is being made. A way
 * without end is taken for one that does.
 */
export function leavesRoot(path: string, target: string, root: string, made: Made): boolean {
  if (target.startsWith('/')) return true;
  // Below `root`, and without links in it: whatever is followed is taken apart below.
  let place = dirname(path);
  const left = namesOf(target);
  let links = 0;
  for (let names = 0, name = left.pop(); name !== undefined; name = left.pop()) {
    if (++names > MAXIMUM_NAMES) return true;
    if (name === '..') {
      if (place === root) return true;
      place = dirname(place);
      continue;
    }
    const entry = join(place, name);
    const [before, there] = [hostLink(entry), made(entry)];
    // Until it is replaced, it is what leads on.
    if (there !== undefined && before !== undefined && leavesRoot(entry, textOf(before), root, nothing))
      return true;
    const link = there === undefined && before !== undefined ? textOf(before) : there;
    if (link === undefined || link === null) {
      place = entry;
      continue;
    }
    if (link.startsWith('/')) return true;
    if (++links > MAXIMUM_LINKS) return false;
    left.push(...namesOf(link));
  }
  return false;
}

/** For links as they are now. */
export const nothing: Made = () => undefined;

/** As text; what is none becomes a way out, since decoded it would lead elsewhere. */
function textOf(target: Buffer): string {
  const text = target.toString();
  return Buffer.from(text).equals(target) ? text : '/';
}

/** The first one last; what leads nowhere else left out. */
function namesOf(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}

/** A link's target, as bytes. */
function hostLink(path: string): Buffer | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined;
  return readlinkSync(path, { encoding: 'buffer' });
}

/**
 * Symbolic links that a program leaves among its results: none may lead out of the folder that they are copied to, not
 * even by way of another link. The program is nobody to be trusted, and who opens a result later follows them.
 */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Whether the host has this very link there: it is left as it is, wherever it leads. */
export function isSameLink(path: string, target: string): boolean {
  const present = lstatSync(path, { throwIfNoEntry: false });
  if (present?.isSymbolicLink() !== true) return false;
  // As bytes: what is not UTF-8 would be decoded into what other bytes are decoded into, too.
  return readlinkSync(path, { encoding: 'buffer' }).equals(Buffer.from(target));
}

/**
 * Whether the link could lead out of `root`. Below `root` its folder has no links in its path.
 * @param isNew whether what will be at a path is made anew, and judged by itself
 */
export function leavesRoot(
  path: string,
  target: string,
  root: string,
  isNew: (path: string) => boolean,
): boolean {
  // Upwards from a name means upwards from where it leads, which its own place says nothing about.
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const down = parts.findIndex((part) => part !== '..');
  if (down !== -1 && parts.includes('..', down)) return true;
  const end = resolve(dirname(path), target);
  const inside = root === '/' ? '/' : `${root}/`;
  if (end === root) return false;
  if (!end.startsWith(inside)) return true;
  let place = root;
  for (const name of end.slice(inside.length).split('/')) {
    place = join(place, name);
    if (isNew(place) || lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue;
    if (!staysWithin(place, root)) return true;
  }
  return false;
}

/** Whether a link of the host's ends below `root`; one that leads nowhere could be made to lead anywhere. */
function staysWithin(link: string, root: string): boolean {
  try {
    const [end, top] = [realpathSync(link), realpathSync(root)];
    return end === top || end.startsWith(top === '/' ? '/' : `${top}/`);
  } catch {
    return false;
  }
}

/** The names that inodes have while a run's changes are applied: what its snapshot saw, less what went, plus what came. */
import type { FileSystem } from '../vfs/file-system.ts';
import type { DirectoryInode, Inode } from '../vfs/inode.ts';
import type { InodeName, SnapshotInode } from './snapshot.ts';

export class LiveNames {
  readonly #fileSystem: FileSystem;
  readonly #seen: ReadonlyMap<number, SnapshotInode>;
  /** Made for an inode when it is first asked for; by parent and name, so that ten thousand links cost no search. */
  readonly #names = new Map<Inode, Map<string, InodeName>>();

  constructor(fileSystem: FileSystem, seen: ReadonlyMap<number, SnapshotInode>) {
    this.#fileSystem = fileSystem;
    this.#seen = seen;
  }

  /** The paths that lead to an inode now, out of those the run saw or made. */
  *pathsOf(inode: Inode): IterableIterator<string> {
    if (inode === this.#fileSystem.root) yield '/';
    for (const { parent, name } of this.#of(inode).values())
      yield joinPath(this.#fileSystem.pathOf(parent), name);
  }

  added(inode: Inode, parent: DirectoryInode, name: string): void {
    this.#of(inode).set(keyOf(parent, name), { parent, name });
  }

  removed(inode: Inode, parent: DirectoryInode, name: string): void {
    this.#of(inode).delete(keyOf(parent, name));
  }

  #of(inode: Inode): Map<string, InodeName> {
    let names = this.#names.get(inode);
    if (names === undefined) {
      const before = this.#seen.get(inode.number)?.names ?? [];
      const present = before.filter(({ parent, name }) => parent.entries.get(name) === inode);
      names = new Map(present.map((place) => [keyOf(place.parent, place.name), place]));
      this.#names.set(inode, names);
    }
    return names;
  }
}

export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

function keyOf(parent: DirectoryInode, name: string): string {
  return `${parent.number}/${name}`;
}

/** Which files a run has made, changed or moved, and where one is no more: seen before its changes are applied, and after. */
import { type FileInode, FileType, type Inode } from '../vfs/inode.ts';
import type { WitnessedFile } from './run-report.ts';

export class ChangedFiles {
  readonly #before: ReadonlyMap<string, FileInode>;
  readonly #pathsOf: (inode: Inode) => Iterable<string>;
  readonly #rewritten = new Set<FileInode>();

  /** `seen`: what the run knew. `pathsOf`: the names that an inode has now, out of those that the run saw or made. */
  constructor(seen: Iterable<Inode>, pathsOf: (inode: Inode) => Iterable<string>) {
    this.#pathsOf = pathsOf;
    this.#before = new Map(this.#placesOf(seen).map(({ path, file }) => [path, file]));
  }

  /** The run wrote to the file, cut it or made it grow. */
  rewritten(file: FileInode): void {
    this.#rewritten.add(file);
  }

  /** Once all is applied; `known`: what the run saw and what it made. */
  outcome(known: Iterable<Inode>): { readonly outputs: WitnessedFile[]; readonly gone: string[] } {
    const after = this.#placesOf(known);
    const gone = new Set(this.#before.keys());
    for (const { path } of after) gone.delete(path);
    const outputs = after.filter(
      ({ path, file }) => this.#rewritten.has(file) || this.#before.get(path) !== file,
    );
    return { outputs, gone: [...gone] };
  }

  #placesOf(inodes: Iterable<Inode>): WitnessedFile[] {
    const places: WitnessedFile[] = [];
    for (const inode of inodes)
      if (inode.type === FileType.regularFile)
        for (const path of this.#pathsOf(inode)) places.push({ path, file: inode });
    return places;
  }
}

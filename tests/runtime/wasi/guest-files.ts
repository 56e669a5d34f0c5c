/** What a guest finds when it starts: entries of a file system by their paths, and rights by theirs. */
import type { AccessEntry } from '../../../proto/policy/access.ts';
import type { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType } from '../../../runtime/vfs/inode.ts';

/** A file with this content; a path that ends with a slash is a directory. */
export function makeEntry(fileSystem: FileSystem, path: string, content: string): void {
  const { parent, name } = placeOf(fileSystem, path.replace(/\/$/, ''));
  if (path.endsWith('/')) fileSystem.createDirectory(parent, name);
  else fileSystem.write(fileSystem.createFile(parent, name), Buffer.from(content), 0);
}

/** A file of the engine's own, as those of native modules are. */
export function makeSpecial(fileSystem: FileSystem, path: string): FileInode {
  const { parent, name } = placeOf(fileSystem, path);
  const file = fileSystem.createFile(parent, name);
  file.pinned = true;
  return file;
}

/** Where an entry is to be; directories on the way there are made. */
export function placeOf(fileSystem: FileSystem, path: string): { parent: DirectoryInode; name: string } {
  const names = path.slice(1).split('/');
  const name = names.pop()!;
  let parent = fileSystem.root;
  for (const step of names) {
    const entry = parent.entries.get(step) ?? fileSystem.createDirectory(parent, step);
    if (entry.type !== FileType.directory) throw new Error(`${step} is no directory`);
    parent = entry;
  }
  return { parent, name };
}

/** A path that ends with a slash is a subtree. */
export function accessEntry([name, rights]: [string, number]): AccessEntry {
  const path = name.length > 1 ? name.replace(/\/$/, '') : name;
  return { path, rights, scope: name.endsWith('/') ? 'subtree' : 'file' };
}

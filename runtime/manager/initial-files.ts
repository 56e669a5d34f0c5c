/** The files that a policy itself brings into being: its directories, and the special files of its native modules. */
import type { Policy } from '../../proto/policy/model.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { FileType } from '../vfs/inode.ts';

const MILLION = 1e6;

export function nowNanoseconds(): bigint {
  return BigInt(Math.round((performance.timeOrigin + performance.now()) * MILLION));
}

/** Parents come first in the policy's list. */
export function makeInitialFiles(fileSystem: FileSystem, policy: Policy): void {
  for (const path of policy.initialDirectories) {
    const { parent, name, inode } = fileSystem.resolve(fileSystem.root, path.slice(1), { followLast: false });
    if (inode === undefined) fileSystem.createDirectory(parent, name);
    else if (inode.type !== FileType.directory) throw new Error(`${path} is there already`);
  }
  for (const { specialFile } of policy.nativeModules) {
    const { parent, name } = fileSystem.resolve(fileSystem.root, specialFile.slice(1), { followLast: false });
    fileSystem.createFile(parent, name).pinned = true;
  }
}

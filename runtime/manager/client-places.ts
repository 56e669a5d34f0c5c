/** Where the paths of client requests lead, told to nobody who may not look there. */
import { TruceError } from '../../proto/errors.ts';
import type { AccessTable } from '../../proto/policy/access.ts';
import { isStreamName } from '../../proto/policy/paths.ts';
import { Rights } from '../../proto/rights.ts';
import { VfsError } from '../vfs/errno.ts';
import type { FileSystem, Resolution } from '../vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType, type Inode } from '../vfs/inode.ts';

/** A party as far as files are concerned. */
export interface FileUser {
  readonly access: AccessTable;
}

/** Where a path leads: the rights there count. */
export interface Place {
  readonly path: string;
  readonly inode: Inode | undefined;
  /** Undefined for a stream, the root, and where a directory on the way is missing. */
  readonly resolution: Resolution | undefined;
}

export class ClientPlaces {
  readonly #fileSystem: FileSystem;

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  /**
   * What a party's canonical path leads to.
   * @throws TruceError ACCESS_DENIED where it leads through what the party may not see
   */
  locate(user: FileUser, operation: string, path: string, followLast = true): Place {
    const place = this.find(path, followLast, (way) => {
      if (!user.access.sees(way)) throw denied(operation, path);
    });
    // Whether the end of a link is there is for those to know who have rights there: its path is not known here.
    if (place.resolution === undefined && this.#hasLink(place.path)) throw denied(operation, path);
    return place;
  }

  /** The same without a party. */
  find(path: string, followLast: boolean, visit?: (way: string) => void): Place {
    const { root, streams } = this.#fileSystem;
    if (isStreamName(path)) return { path, inode: streams[path], resolution: undefined };
    if (path === '/') return { path, inode: root, resolution: undefined };
    try {
      const resolution = this.#fileSystem.resolve(root, path.slice(1), { followLast, visit });
      return { path: resolution.path, inode: resolution.inode, resolution };
    } catch (error) {
      if (!(error instanceof VfsError)) throw error;
      // A directory on the way is missing, or is none: the path stands as it was written.
      return { path, inode: undefined, resolution: undefined };
    }
  }

  /** Makes a file, and the directories above it that the policy itself implies or the party may make. */
  createFile(user: FileUser, place: Place): FileInode {
    const fileSystem = this.#fileSystem;
    if (place.resolution !== undefined)
      return fileSystem.createFile(place.resolution.parent, place.resolution.name);
    const names = place.path.slice(1).split('/');
    const last = names.pop()!;
    let directory: DirectoryInode = fileSystem.root;
    let path = '';
    for (const name of names) {
      path = `${path}/${name}`;
      const present = directory.entries.get(name);
      if (present === undefined) {
        const implied = user.access.rightsAt(path) === 0 && user.access.sees(path);
        if (!implied && (user.access.rightsAt(path) & Rights.PATH_CREATE_DIRECTORY) === 0)
          throw denied('write', place.path);
        directory = fileSystem.createDirectory(directory, name);
      } else if (present.type === FileType.directory) directory = present;
      else throw new TruceError('FILE_WRONG_TYPE', { path, expected: 'directory' });
    }
    return fileSystem.createFile(directory, last);
  }

  /** Whether a path as it is written has a symbolic link in it. */
  #hasLink(path: string): boolean {
    let inode: Inode | undefined = this.#fileSystem.root;
    for (const name of path.slice(1).split('/')) {
      inode = inode?.type === FileType.directory ? inode.entries.get(name) : undefined;
      if (inode?.type === FileType.symbolicLink) return true;
    }
    return false;
  }
}

export function denied(operation: string, path: string): TruceError {
  return new TruceError('ACCESS_DENIED', { operation, path });
}

/** All live files of one policy: made with it, empty, and there for as long as it is. */
import type { AccessTable } from '../../proto/policy/access.ts';
import { Rights } from '../../proto/rights.ts';
import type { FileSystem } from './file-system.ts';
import { type DirectoryInode, type FileInode, FileType, type Inode } from './inode.ts';
import { LiveFile } from './live-file.ts';

/** What programs print can always be followed, whatever the policy says of live files. */
const PRINTED = ['stdout', 'stderr'] as const;
/** Who may only cut a file begins it anew all the same. */
const CHANGES = Rights.FD_WRITE | Rights.FD_FILESTAT_SET_SIZE | Rights.PATH_FILESTAT_SET_SIZE;

export class LiveFiles {
  readonly #fileSystem: FileSystem;
  readonly #declared = new Map<Inode, LiveFile>();
  readonly #followed: Map<Inode, LiveFile>;

  /**
   * `paths`: canonical, or `stdin`. Files that are not there are made, and the directories above them. Throws VfsError
   * where there is no room for them.
   */
  constructor(fileSystem: FileSystem, paths: Iterable<string>) {
    this.#fileSystem = fileSystem;
    for (const path of paths) {
      if (path === 'stdout' || path === 'stderr') continue;
      const inode = path === 'stdin' ? fileSystem.streams.stdin : this.#make(path);
      this.#declared.set(inode, new LiveFile(path, inode));
    }
    this.#followed = new Map(this.#declared);
    for (const path of PRINTED)
      this.#followed.set(fileSystem.streams[path], new LiveFile(path, fileSystem.streams[path]));
  }

  /** Those that can be added to while programs run. */
  get declared(): Iterable<LiveFile> {
    return this.#declared.values();
  }

  /** The live file that an inode is, if it is one. */
  get(inode: Inode | undefined): LiveFile | undefined {
    return inode === undefined ? undefined : this.#declared.get(inode);
  }

  /** The same, and what programs print. */
  getFollowed(inode: Inode | undefined): LiveFile | undefined {
    return inode === undefined ? undefined : this.#followed.get(inode);
  }

  /** Those where a program with these rights has any. */
  seenBy(access: AccessTable): LiveFile[] {
    return [...this.#declared.values()].filter(({ path }) => access.rightsAt(path) !== 0);
  }

  /**
   * Keeps what programs with these rights write from ending while one of them runs. The function returned lets go: what
   * was written, and is held by nobody else, has ended.
   */
  holdWritten(programs: Iterable<AccessTable>): () => void {
    const written = new Set<LiveFile>();
    for (const access of programs)
      for (const file of this.#followed.values())
        if ((access.rightsAt(file.path) & CHANGES) !== 0) written.add(file);
    const releases = [...written].map((file) => file.hold());
    return () => {
      for (const release of releases) release();
    };
  }

  #make(path: string): FileInode {
    const fileSystem = this.#fileSystem;
    const names = path.slice(1).split('/');
    const last = names.pop() ?? '';
    let directory: DirectoryInode = fileSystem.root;
    for (const name of names) {
      const present = directory.entries.get(name) ?? fileSystem.createDirectory(directory, name);
      if (present.type !== FileType.directory) throw new Error(`${path} is not below directories`);
      present.pinned = true;
      directory = present;
    }
    const file = directory.entries.get(last) ?? fileSystem.createFile(directory, last);
    if (file.type !== FileType.regularFile) throw new Error(`${path} is there, and is no file`);
    file.pinned = true;
    return file;
  }
}

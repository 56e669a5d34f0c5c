/**
 * Copies files and folders of the host into the program's file system: files, directories, symbolic links as links,
 * hard links as one file, times. Everything else (sockets, devices, pipes) is refused, and nothing is left out silently.
 */
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { TruceError } from '../../proto/errors.ts';
import type { ExecDirectory } from '../../proto/exec.ts';
import { asFileError } from '../vfs/file-errors.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType, type Inode } from '../vfs/inode.ts';
import { readable, realPath, unreadable } from './host-paths.ts';
import { Turns } from './turns.ts';

const PIECE_BYTES = 1 << 20;

interface CopiedFile {
  /** All the names that it was found by. */
  readonly hosts: ReadonlySet<string>;
  readonly identity: string;
  readonly version: number;
}

/** What was copied in: a file that the program leaves alone need not be copied back to where it came from. */
export type CopiedFiles = ReadonlyMap<Inode, CopiedFile>;

export class HostFiles {
  readonly #fileSystem: FileSystem;
  readonly #turns: Turns;
  readonly #buffer = new Uint8Array(PIECE_BYTES);
  /** Files with several names, by device and number. */
  readonly #linked = new Map<string, FileInode>();
  readonly #copied = new Map<Inode, CopiedFile & { readonly hosts: Set<string> }>();

  constructor(fileSystem: FileSystem, signal: AbortSignal) {
    this.#fileSystem = fileSystem;
    this.#turns = new Turns(signal);
  }

  get copied(): CopiedFiles {
    return this.#copied;
  }

  /**
   * Copies a file or folder to its place; directories above it are made. A link that `host` itself is is followed.
   * @returns whether it is a folder
   * @throws TruceError LOCAL_FILE_UNREADABLE, STORAGE_FULL, FILE_SYSTEM; the signal's reason
   */
  async copy({ host: named, guest }: Pick<ExecDirectory, 'host' | 'guest'>): Promise<boolean> {
    const host = readable(named, () => realPath(named));
    const status = readable(host, () => lstatSync(host, { bigint: true }));
    if (status.isDirectory()) {
      const directory = makeDirectories(this.#fileSystem, guest);
      await this.#copyEntries(host, directory);
      this.#setTimes(directory, status);
      return true;
    }
    if (guest === '/') throw unreadable(host, 'it is no folder, which / is to be');
    const { parent, name } = this.#place(guest);
    await this.#copyEntry(host, status, parent, name);
    return false;
  }

  /**
   * Copies a file's bytes into one that is there.
   * @param flags of open(2), beside those for reading
   * @throws as `copy`
   */
  async copyContent(host: string, file: FileInode, flags = 0): Promise<void> {
    // What became a pipe since it was looked at must not be waited for.
    const opening = constants.O_RDONLY | constants.O_NONBLOCK | flags;
    const descriptor = readable(host, () => openSync(host, opening));
    try {
      if (!fstatSync(descriptor).isFile()) throw unreadable(host, 'it is no file');
      await this.copyOpened(descriptor, host, file);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * As `copyContent`, of a file that is open, from where it stands to its end.
   * @param host its name in errors
   */
  async copyOpened(descriptor: number, host: string, file: FileInode): Promise<void> {
    for (let position = 0; ; ) {
      const length = readable(host, () => readSync(descriptor, this.#buffer));
      if (length === 0) return;
      await this.#turns.piece(length);
      this.#stored(host, () => this.#fileSystem.write(file, this.#buffer.subarray(0, length), position));
      position += length;
    }
  }

  #place(guest: string): { parent: DirectoryInode; name: string } {
    const end = guest.lastIndexOf('/');
    return { parent: makeDirectories(this.#fileSystem, guest.slice(0, end)), name: guest.slice(end + 1) };
  }

  async #copyEntries(host: string, directory: DirectoryInode): Promise<void> {
    for (const raw of readable(host, () => readdirSync(host, { encoding: 'buffer' })).sort(Buffer.compare)) {
      const name = raw.toString();
      const path = `${host === '/' ? '' : host}/${name}`;
      if (!Buffer.from(name).equals(raw)) throw unreadable(path, 'its name is not UTF-8');
      const status = readable(path, () => lstatSync(path, { bigint: true }));
      await this.#copyEntry(path, status, directory, name);
    }
  }

  async #copyEntry(host: string, status: BigIntStats, parent: DirectoryInode, name: string): Promise<void> {
    await this.#turns.entry();
    const present = parent.entries.get(name);
    if (present !== undefined && !(status.isDirectory() && present.type === FileType.directory))
      throw unreadable(host, `${this.#pathOf(parent, name)} is there already, from another folder`);
    if (status.isDirectory()) {
      const directory =
        (present as DirectoryInode | undefined) ??
        this.#stored(host, () => this.#fileSystem.createDirectory(parent, name));
      await this.#copyEntries(host, directory);
      this.#setTimes(directory, status);
    } else if (status.isSymbolicLink()) {
      const raw = readable(host, () => readlinkSync(host, { encoding: 'buffer' }));
      const target = raw.toString();
      if (!Buffer.from(target).equals(raw)) throw unreadable(host, 'it is a link to what is not UTF-8');
      const link = this.#stored(host, () => this.#fileSystem.createSymbolicLink(parent, name, target));
      this.#setTimes(link, status);
    } else if (status.isFile()) await this.#copyFile(host, status, parent, name);
    else throw unreadable(host, `it is a ${kindOf(status)}, which cannot be copied`);
  }

  async #copyFile(host: string, status: BigIntStats, parent: DirectoryInode, name: string): Promise<void> {
    const identity = identityOf(status);
    const known = this.#linked.get(identity);
    if (known !== undefined) {
      this.#stored(host, () => this.#fileSystem.link(known, parent, name));
      this.#note(known, identity, host);
      return;
    }
    const file = this.#stored(host, () => this.#fileSystem.createFile(parent, name));
    await this.copyContent(host, file, constants.O_NOFOLLOW);
    this.#setTimes(file, status);
    if (status.nlink > 1n) this.#linked.set(identity, file);
    this.#note(file, identity, host);
  }

  #note(file: FileInode, identity: string, host: string): void {
    const hosts = this.#copied.get(file)?.hosts ?? new Set();
    hosts.add(host);
    this.#copied.set(file, { hosts, identity, version: file.version });
  }

  /** Times before 1970 are no times of WASI's. */
  #setTimes(inode: Inode, { atimeNs, mtimeNs }: BigIntStats): void {
    const time = (value: bigint) => (value < 0n ? 0n : value);
    this.#fileSystem.setTimes(inode, time(atimeNs), time(mtimeNs));
  }

  #pathOf(parent: DirectoryInode, name: string): string {
    return `${this.#fileSystem.pathOf(parent).replace(/\/$/, '')}/${name}`;
  }

  #stored<T>(host: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asFileError('copy', host, error);
    }
  }
}

/** Which file it is, whatever its name. */
export function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** The directory at a canonical path, made where it is missing. @throws TruceError FILE_SYSTEM, STORAGE_FULL */
export function makeDirectories(fileSystem: FileSystem, path: string): DirectoryInode {
  let directory = fileSystem.root;
  for (const name of path.split('/').filter((part) => part !== '')) {
    const present = directory.entries.get(name);
    if (present !== undefined && present.type !== FileType.directory)
      throw new TruceError('FILE_WRONG_TYPE', { path, expected: 'directory' });
    try {
      directory = present ?? fileSystem.createDirectory(directory, name);
    } catch (error) {
      throw asFileError('create', path, error);
    }
  }
  return directory;
}

function kindOf(status: BigIntStats): string {
  if (status.isFIFO()) return 'pipe';
  if (status.isSocket()) return 'socket';
  return status.isBlockDevice() || status.isCharacterDevice() ? 'device' : 'special file';
}

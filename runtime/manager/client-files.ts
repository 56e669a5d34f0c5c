/**
 * What a party may do with files: each request is judged by that party's rights on where its path leads, and answered
 * without telling more than those rights allow. A file appears or changes as a whole, when its last byte has come.
 */
import { createHash, type Hash } from 'node:crypto';
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { AccessTable } from '../../proto/policy/access.ts';
import { type ClientOperation, permitsOperation } from '../../proto/policy/operations.ts';
import { canonicalPath, isStreamName } from '../../proto/policy/paths.ts';
import { Rights } from '../../proto/rights.ts';
import type { ContentFactory, FileContent } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { FileSystem, Resolution } from '../vfs/file-system.ts';
import { type DirectoryInode, type FileInode, FileType, type Inode } from '../vfs/inode.ts';

const COPY_BYTES = 1 << 20;

/** A party as far as files are concerned. */
export interface FileUser {
  readonly access: AccessTable;
}

export interface ClientFilesOptions {
  readonly fileSystem: FileSystem;
  readonly contents: ContentFactory;
  /** SHA-256 by canonical path: these files are written whole, once, and only with these bytes. */
  readonly hashes: ReadonlyMap<string, Uint8Array>;
}

export interface Listing {
  readonly name: string;
  readonly type: FileType;
  readonly size: number;
}

export interface FileStatus {
  readonly type: FileType;
  readonly size: number;
  readonly rights: number;
}

/** Where a path leads, with the rights that count there. */
interface Place {
  readonly path: string;
  readonly inode: Inode | undefined;
  readonly resolution: Resolution | undefined;
}

export class ClientFiles {
  readonly #options: ClientFilesOptions;

  constructor(options: ClientFilesOptions) {
    this.#options = options;
  }

  /** Opens a write; nothing of it is seen until `commit`. Throws at once where the party may not write there. */
  beginWrite(user: FileUser, operation: 'write' | 'append', name: string): StagedWrite {
    const path = canonicalPath(name);
    this.#checkWrite(user, operation, path);
    const hash = operation === 'write' && this.#options.hashes.has(path) ? createHash('sha256') : undefined;
    return new StagedWrite(this.#options.contents.create(), path, hash, (staged) => {
      if (operation === 'write') this.#replace(user, path, staged);
      else this.#append(user, path, staged);
    });
  }

  /** Opens a write that starts from what the file holds now: for writes that come in several requests. */
  beginUpdate(user: FileUser, name: string): StagedWrite {
    const staged = this.beginWrite(user, 'write', name);
    const place = this.#locate(staged.path);
    if (place.inode?.type === FileType.regularFile) copyContent(place.inode.content, staged.content);
    return staged;
  }

  /** A snapshot of a file's content, which the caller disposes of. */
  openForReading(user: FileUser, name: string): FileContent {
    const path = canonicalPath(name);
    const place = this.#locate(path);
    this.#check(user, 'read', place, path);
    return this.#file(place, path).content.snapshot();
  }

  list(user: FileUser, name: string): Listing[] {
    const path = canonicalPath(name);
    const place = this.#locate(path);
    // The way down to an entry of one's own may be listed: it shows nothing but that entry.
    if (!user.access.sees(place.path)) throw denied('list', path);
    if (user.access.rightsAt(place.path) !== 0) this.#check(user, 'list', place, path);
    if (place.inode === undefined) throw new TruceError('FILE_NOT_FOUND', { path });
    if (place.inode.type !== FileType.directory)
      throw new TruceError('FILE_WRONG_TYPE', { path, expected: 'directory' });
    const prefix = place.path === '/' ? '' : place.path;
    return [...this.#options.fileSystem.entries(place.inode)]
      .filter(([child]) => user.access.sees(`${prefix}/${child}`))
      .map(([child, inode]) => ({ name: child, type: inode.type, size: sizeOf(inode) }));
  }

  stat(user: FileUser, name: string): FileStatus {
    const path = canonicalPath(name);
    const place = this.#locate(path);
    this.#check(user, 'stat', place, path);
    if (place.inode === undefined) throw new TruceError('FILE_NOT_FOUND', { path });
    return { type: place.inode.type, size: sizeOf(place.inode), rights: user.access.rightsAt(place.path) };
  }

  remove(user: FileUser, name: string): void {
    const path = canonicalPath(name);
    if (isStreamName(path)) throw denied('remove', path);
    // The name itself goes, not what it leads to.
    const place = this.#locate(path, false);
    this.#check(user, 'remove', place, path);
    if (place.inode === undefined || place.resolution === undefined)
      throw new TruceError('FILE_NOT_FOUND', { path });
    if (this.#options.hashes.has(place.path)) throw new TruceError('FILE_IMMUTABLE', { path });
    const { parent, name: last } = place.resolution;
    this.#guard('remove', path, () => {
      if (place.inode?.type === FileType.directory) {
        if ((user.access.rightsAt(place.path) & Rights.PATH_REMOVE_DIRECTORY) === 0)
          throw denied('remove', path);
        this.#options.fileSystem.removeDirectory(parent, last);
      } else this.#options.fileSystem.unlink(parent, last);
    });
  }

  /** The SHA-256 of a file that the party may execute or read. */
  hash(user: FileUser, name: string): Uint8Array {
    const path = canonicalPath(name);
    const place = this.#locate(path);
    const rights = user.access.rightsAt(place.path);
    if ((rights & (Rights.FD_EXECUTE | Rights.FD_READ)) === 0) throw denied('hash', path);
    return hashContent(this.#file(place, path).content);
  }

  /** A program's file, for a run that has been allowed already. */
  program(path: string): FileInode {
    return this.#file(this.#locate(path), path);
  }

  #checkWrite(user: FileUser, operation: 'write' | 'append', path: string): void {
    const place = this.#locate(path);
    this.#check(user, operation, place, path);
    if (place.inode !== undefined) this.#file(place, path);
    if (operation === 'append' && this.#options.hashes.has(place.path))
      throw new TruceError('FILE_IMMUTABLE', { path });
  }

  #replace(user: FileUser, path: string, staged: StagedWrite): void {
    const { fileSystem, hashes } = this.#options;
    this.#checkWrite(user, 'write', path);
    const place = this.#locate(path);
    const expected = hashes.get(place.path);
    if (expected !== undefined) {
      if (!equalBytes(staged.digest(), expected)) throw new TruceError('FILE_HASH_MISMATCH', { path });
      // The same bytes again: there is nothing to change.
      if (place.inode !== undefined) return;
    }
    this.#guard('write', path, () =>
      fileSystem.transaction(() => {
        const file = place.inode ?? this.#create(user, place);
        fileSystem.replaceContent(file as FileInode, staged.take());
      }),
    );
  }

  #append(user: FileUser, path: string, staged: StagedWrite): void {
    const { fileSystem } = this.#options;
    this.#checkWrite(user, 'append', path);
    const place = this.#locate(path);
    this.#guard('append', path, () =>
      fileSystem.transaction(() => {
        const file = (place.inode ?? this.#create(user, place)) as FileInode;
        if (file.content.size === 0) fileSystem.replaceContent(file, staged.take());
        else {
          const end = file.content.size;
          forEachPiece(staged.content, (piece, position) => fileSystem.write(file, piece, end + position));
        }
      }),
    );
  }

  /** Makes a file, and the directories above it that the policy itself implies or the party may make. */
  #create(user: FileUser, place: Place): FileInode {
    const { fileSystem } = this.#options;
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

  #locate(path: string, followLast = true): Place {
    const { fileSystem } = this.#options;
    if (isStreamName(path)) return { path, inode: fileSystem.streams[path], resolution: undefined };
    if (path === '/') return { path, inode: fileSystem.root, resolution: undefined };
    try {
      const resolution = fileSystem.resolve(fileSystem.root, path.slice(1), { followLast });
      return { path: resolution.path, inode: resolution.inode, resolution };
    } catch (error) {
      // A directory on the way is missing: the path stands as it was written.
      if (error instanceof VfsError && error.errno === Errno.NOENT)
        return { path, inode: undefined, resolution: undefined };
      throw translate('find', path, error);
    }
  }

  #check(user: FileUser, operation: ClientOperation, place: Place, path: string): void {
    const target = isStreamName(place.path) ? 'stream' : place.inode === undefined ? 'missing' : 'existing';
    if (!permitsOperation(user.access.rightsAt(place.path), operation, target)) throw denied(operation, path);
  }

  #file(place: Place, path: string): FileInode {
    if (place.inode === undefined) throw new TruceError('FILE_NOT_FOUND', { path });
    if (place.inode.type !== FileType.regularFile)
      throw new TruceError('FILE_WRONG_TYPE', { path, expected: 'file' });
    return place.inode;
  }

  #guard(operation: string, path: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw translate(operation, path, error);
    }
  }
}

/** A write in the making: bytes that count against the quota and that no one can see. */
export class StagedWrite {
  readonly path: string;
  readonly #hash: Hash | undefined;
  readonly #publish: (staged: StagedWrite) => void;
  #content: FileContent | undefined;
  #position = 0;

  constructor(
    content: FileContent,
    path: string,
    hash: Hash | undefined,
    publish: (staged: StagedWrite) => void,
  ) {
    this.#content = content;
    this.path = path;
    this.#hash = hash;
    this.#publish = publish;
  }

  get content(): FileContent {
    if (this.#content === undefined)
      throw new TruceError('INTERNAL', { incident: 'a staged write used twice' });
    return this.#content;
  }

  /** Adds bytes behind those that came before. */
  push(piece: Uint8Array): void {
    this.#hash?.update(piece);
    this.#position = this.writeAt(piece, this.#position);
  }

  /** Writes at a position of the caller's; the position after it. */
  writeAt(piece: Uint8Array, position: number): number {
    try {
      this.content.write(piece, position);
    } catch (error) {
      throw translate('write', this.path, error);
    }
    return position + piece.length;
  }

  digest(): Uint8Array {
    // Pieces may have come out of order: then the hash is taken of the whole.
    return this.#hash !== undefined && this.#position === this.content.size
      ? this.#hash.digest()
      : hashContent(this.content);
  }

  /** The content changes hands: from here on the file system owns it. */
  take(): FileContent {
    const content = this.content;
    this.#content = undefined;
    return content;
  }

  commit(): void {
    try {
      this.#publish(this);
    } finally {
      this.discard();
    }
  }

  discard(): void {
    this.#content?.dispose();
    this.#content = undefined;
  }
}

function hashContent(content: FileContent): Uint8Array {
  const hash = createHash('sha256');
  forEachPiece(content, (piece) => hash.update(piece));
  return hash.digest();
}

function copyContent(from: FileContent, to: FileContent): void {
  forEachPiece(from, (piece, position) => to.write(piece, position));
}

function forEachPiece(content: FileContent, visit: (piece: Uint8Array, position: number) => void): void {
  const buffer = Buffer.allocUnsafeSlow(Math.min(COPY_BYTES, Math.max(1, content.size)));
  for (let position = 0; position < content.size; ) {
    const length = content.read(buffer, position);
    visit(buffer.subarray(0, length), position);
    position += length;
  }
}

function sizeOf(inode: Inode): number {
  return inode.type === FileType.regularFile ? inode.content.size : 0;
}

function denied(operation: string, path: string): TruceError {
  return new TruceError('ACCESS_DENIED', { operation, path });
}

/** The file system's errors in the words of the table. */
function translate(operation: string, path: string, error: unknown): unknown {
  if (!(error instanceof VfsError)) return error;
  if (error.errno === Errno.NOSPC || error.errno === Errno.DQUOT || error.errno === Errno.NFILE)
    return new TruceError('STORAGE_FULL', { path, limit: 'in LIMITS.md' }, { cause: error });
  // Which link, which entry: not for a party without rights there.
  return new TruceError('FILE_SYSTEM', { operation, path, reason: error.message }, { cause: error });
}

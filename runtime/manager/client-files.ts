/**
 * What a party may do with files: each request is judged by that party's rights on where its path leads, and answered
 * without telling more than those rights allow. A file appears or changes as a whole, when its last byte has come.
 */
import { equalBytes } from '../../proto/bytes.ts';
import { TruceError } from '../../proto/errors.ts';
import type { NativeModuleName } from '../../proto/native-modules/names.ts';
import type { PolicyNativeModule } from '../../proto/policy/model.ts';
import { type ClientOperation, permitsOperation } from '../../proto/policy/operations.ts';
import { canonicalPath, isStreamName } from '../../proto/policy/paths.ts';
import { Rights } from '../../proto/rights.ts';
import type { ContentFactory, FileContent } from '../vfs/content.ts';
import { asFileError } from '../vfs/file-errors.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import { type FileInode, FileType, type Inode } from '../vfs/inode.ts';
import type { LiveFiles } from '../vfs/live-files.ts';
import { ClientPlaces, denied, type FileUser, type Place } from './client-places.ts';
import { hashContent } from './content-digests.ts';
import { serveNativeRequest } from './native-requests.ts';
import { forEachPiece, type Publish, StagedContent, StagedWrite } from './staged-write.ts';

/** Entries of one listing: the answer is one message. */
const MOST_LISTED = 65_536;

export interface ClientFilesOptions {
  readonly fileSystem: FileSystem;
  readonly contents: ContentFactory;
  /** SHA-256 by canonical path: these files are written whole, once, and only with these bytes. */
  readonly hashes: ReadonlyMap<string, Uint8Array>;
  /** Their special files are there. */
  readonly nativeModules: readonly PolicyNativeModule[];
  readonly live: LiveFiles;
}

export interface Listing {
  readonly name: string;
  readonly type: FileType;
  /** 0 where the party may not know it. */
  readonly size: number;
}

export interface FileStatus {
  readonly type: FileType;
  readonly size: number;
  readonly rights: number;
}

export class ClientFiles {
  readonly #options: ClientFilesOptions;
  readonly #places: ClientPlaces;
  /** By special file. */
  readonly #modules: ReadonlyMap<Inode | undefined, NativeModuleName>;

  constructor(options: ClientFilesOptions) {
    this.#options = options;
    this.#places = new ClientPlaces(options.fileSystem);
    this.#modules = new Map(
      options.nativeModules.map(({ name, specialFile }) => [
        this.#places.find(specialFile, false).inode,
        name,
      ]),
    );
  }

  /**
   * Opens a write; nothing of it is seen until `commit`, which judges it by what is there then.
   * @throws TruceError ACCESS_DENIED at once where the party may not write there, whatever is there
   */
  beginWrite(user: FileUser, operation: 'write' | 'append', name: string): StagedWrite {
    const place = this.#writable(user, operation, name);
    const content = this.#options.contents.create();
    const hashed = this.#options.hashes.has(place.path);
    return new StagedWrite(canonicalPath(name), content, hashed, this.#publisher(user, operation, place));
  }

  /** Opens a write that starts from what the file holds now; nothing, for a file with a hash. */
  beginUpdate(user: FileUser, name: string): StagedWrite {
    const path = canonicalPath(name);
    const place = this.#checkWrite(user, 'write', path);
    const hashed = this.#options.hashes.has(place.path);
    const before = hashed ? undefined : place.inode;
    const content =
      before?.type === FileType.regularFile ? before.content.snapshot() : this.#options.contents.create();
    return new StagedWrite(path, content, hashed, this.#publisher(user, 'write', place));
  }

  /** Room for a part of a write. @throws TruceError ACCESS_DENIED as beginWrite */
  beginPart(user: FileUser, name: string): StagedContent {
    this.#writable(user, 'write', name);
    return new StagedContent(canonicalPath(name), this.#options.contents.create());
  }

  /** A snapshot of a file's content, which the caller disposes of. */
  openForReading(user: FileUser, name: string): FileContent {
    const path = canonicalPath(name);
    const place = this.#places.locate(user, 'read', path);
    this.#check(user, 'read', place, path);
    return requireFile(place, path).content.snapshot();
  }

  list(user: FileUser, name: string): Listing[] {
    const path = canonicalPath(name);
    const place = this.#places.locate(user, 'list', path);
    // The way down to an entry of one's own may be listed: it shows nothing but that entry.
    if (!user.access.sees(place.path)) throw denied('list', path);
    if (user.access.rightsAt(place.path) !== 0) this.#check(user, 'list', place, path);
    if (place.inode === undefined) throw new TruceError('FILE_NOT_FOUND', { path });
    if (place.inode.type !== FileType.directory)
      throw new TruceError('FILE_WRONG_TYPE', { path, expected: 'directory' });
    const prefix = place.path === '/' ? '' : place.path;
    const listing: Listing[] = [];
    for (const [child, inode] of this.#options.fileSystem.entries(place.inode)) {
      const childPath = `${prefix}/${child}`;
      if (!user.access.sees(childPath)) continue;
      if (listing.length === MOST_LISTED)
        throw new TruceError('LISTING_TOO_LARGE', { path, limit: MOST_LISTED });
      const shown = permitsOperation(user.access.rightsAt(childPath), 'stat', 'existing');
      listing.push({ name: child, type: inode.type, size: shown ? sizeOf(inode) : 0 });
    }
    return listing;
  }

  /** Whether something is there, for a party that may know. @throws TruceError ACCESS_DENIED where it may not */
  exists(user: FileUser, name: string): boolean {
    const path = canonicalPath(name);
    const place = this.#places.locate(user, 'stat', path);
    if (!user.access.sees(place.path)) throw denied('stat', path);
    return place.inode !== undefined;
  }

  stat(user: FileUser, name: string): FileStatus {
    const path = canonicalPath(name);
    const place = this.#places.locate(user, 'stat', path);
    this.#check(user, 'stat', place, path);
    if (place.inode === undefined) throw new TruceError('FILE_NOT_FOUND', { path });
    return { type: place.inode.type, size: sizeOf(place.inode), rights: user.access.rightsAt(place.path) };
  }

  remove(user: FileUser, name: string): void {
    const path = canonicalPath(name);
    if (isStreamName(path)) throw denied('remove', path);
    // The name itself goes, not what it leads to.
    const place = this.#places.locate(user, 'remove', path, false);
    this.#check(user, 'remove', place, path);
    if (place.inode === undefined || place.resolution === undefined)
      throw new TruceError('FILE_NOT_FOUND', { path });
    if (this.#options.hashes.has(place.path)) throw new TruceError('FILE_IMMUTABLE', { path });
    const { fileSystem } = this.#options;
    const { parent, name: last } = place.resolution;
    const directory = place.inode.type === FileType.directory;
    if (directory && (user.access.rightsAt(place.path) & Rights.PATH_REMOVE_DIRECTORY) === 0)
      throw denied('remove', path);
    guard('remove', path, () =>
      directory ? fileSystem.removeDirectory(parent, last) : fileSystem.unlink(parent, last),
    );
  }

  /** The SHA-256 of a file that the party may execute or read. Others have their turns while a large one is hashed. */
  async hash(user: FileUser, name: string, signal: AbortSignal): Promise<Uint8Array> {
    const path = canonicalPath(name);
    const place = this.#places.locate(user, 'hash', path);
    const rights = user.access.rightsAt(place.path);
    if ((rights & (Rights.FD_EXECUTE | Rights.FD_READ)) === 0) throw denied('hash', path);
    const content = requireFile(place, path).content.snapshot();
    try {
      return await hashContent(content, signal);
    } finally {
      content.dispose();
    }
  }

  /** The module whose special file a path leads to. */
  moduleAt(path: string): NativeModuleName | undefined {
    return this.#modules.get(this.#places.find(path, true).inode);
  }

  /** A program's file, for a run that has been allowed already. */
  program(path: string): FileInode {
    return requireFile(this.#places.find(path, true), path);
  }

  /** Whether a write can be allowed at all; what is at the path may have changed when its turn comes. */
  #writable(user: FileUser, operation: 'write' | 'append', name: string): Place {
    const path = canonicalPath(name);
    const place = this.#places.locate(user, operation, path);
    const rights = user.access.rightsAt(place.path);
    const targets = isStreamName(place.path) ? (['stream'] as const) : (['missing', 'existing'] as const);
    if (!targets.some((target) => permitsOperation(rights, operation, target))) throw denied(operation, path);
    return place;
  }

  #checkWrite(user: FileUser, operation: 'write' | 'append', path: string): Place {
    const place = this.#places.locate(user, operation, path);
    this.#check(user, operation, place, path);
    if (place.inode !== undefined) requireFile(place, path);
    return place;
  }

  /** What becomes of a write when it is whole. A special file is there from the beginning, and stays. */
  #publisher(user: FileUser, operation: 'write' | 'append', { inode }: Place): Publish {
    const module = inode === undefined ? undefined : this.#modules.get(inode);
    if (module === undefined)
      return (staged) => (operation === 'write' ? this.#replace(user, staged) : this.#append(user, staged));
    return ({ path, content }, signal) => {
      this.#checkWrite(user, operation, path);
      return serveNativeRequest({ user, module, content, files: this, signal });
    };
  }

  /** What the path leads to may have changed since the write began: a special file holds nothing. */
  #requireOrdinary({ inode, path }: Place): void {
    if (inode !== undefined && this.#modules.has(inode)) throw new TruceError('FILE_IMMUTABLE', { path });
  }

  #replace(user: FileUser, staged: StagedWrite): void {
    const { fileSystem, hashes, live } = this.#options;
    const { path } = staged;
    const place = this.#checkWrite(user, 'write', path);
    this.#requireOrdinary(place);
    const before = place.inode === undefined ? 0 : sizeOf(place.inode);
    const expected = hashes.get(place.path);
    if (expected !== undefined) {
      const digest = staged.digest();
      if (digest === undefined || !equalBytes(digest, expected))
        throw new TruceError('FILE_HASH_MISMATCH', { path });
      // The same bytes again: there is nothing to change.
      if (place.inode !== undefined) return;
    }
    guard('write', path, () =>
      fileSystem.transaction(() => {
        const file = (place.inode as FileInode | undefined) ?? this.#places.createFile(user, place);
        fileSystem.replaceContent(file, staged.content);
      }),
    );
    staged.take();
    live.getFollowed(place.inode)?.restarted(before);
  }

  #append(user: FileUser, staged: StagedWrite): void {
    const { fileSystem, hashes, live } = this.#options;
    const { path } = staged;
    const place = this.#checkWrite(user, 'append', path);
    this.#requireOrdinary(place);
    if (live.get(place.inode)?.ended === true) throw new TruceError('LIVE_ENDED', { path });
    if (hashes.has(place.path)) throw new TruceError('FILE_IMMUTABLE', { path });
    let taken = false;
    guard('append', path, () =>
      fileSystem.transaction(() => {
        const file = (place.inode as FileInode | undefined) ?? this.#places.createFile(user, place);
        const end = file.content.size;
        taken = end === 0;
        if (taken) fileSystem.replaceContent(file, staged.content);
        else forEachPiece(staged.content, (piece, position) => fileSystem.write(file, piece, end + position));
      }),
    );
    if (taken) staged.take();
    live.getFollowed(place.inode)?.grown();
  }

  #check(user: FileUser, operation: ClientOperation, place: Place, path: string): void {
    const target = isStreamName(place.path) ? 'stream' : place.inode === undefined ? 'missing' : 'existing';
    if (!permitsOperation(user.access.rightsAt(place.path), operation, target)) throw denied(operation, path);
  }
}

function requireFile(place: Place, path: string): FileInode {
  if (place.inode === undefined) throw new TruceError('FILE_NOT_FOUND', { path });
  if (place.inode.type !== FileType.regularFile)
    throw new TruceError('FILE_WRONG_TYPE', { path, expected: 'file' });
  return place.inode;
}

function guard(operation: string, path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw asFileError(operation, path, error);
  }
}

function sizeOf(inode: Inode): number {
  return inode.type === FileType.regularFile ? inode.content.size : 0;
}

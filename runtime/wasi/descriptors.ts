/** What a program has open: descriptors, and the table that numbers them. */
import { Rights } from '../../proto/rights.ts';
import type { LiveHandle } from '../vfs/content.ts';
import { Errno, VfsError } from '../vfs/errno.ts';
import type { FileSystem } from '../vfs/file-system.ts';
import type { DirectoryInode, FileInode, FileType, Inode } from '../vfs/inode.ts';
import type { DirectoryListing } from '../vfs/listing.ts';
import { DIRECTORY_RIGHTS, FILE_RIGHTS } from './rights-table.ts';
import type { SpecialFile } from './special-file.ts';

/** Where a program's standard input comes from. */
export interface StreamSource {
  /** What the policy grants on it; only what applies to a stream is kept. */
  readonly rights: number;
  /** How many bytes were put into `target`, 0 at the end. May block until there is one. */
  read(target: Uint8Array): number;
  /** Where it is a live file: what is read instead, so that a program can ask whether to wait. */
  readonly live?: LiveHandle;
}

/** Where standard output or error goes. */
export interface StreamSink {
  readonly rights: number;
  /** How many bytes of `source` were taken. */
  write(source: Uint8Array): number;
}

interface DescriptorOptions {
  readonly fileType: FileType;
  readonly inode: Inode;
  readonly base: number;
  readonly inheriting: number;
  readonly effective?: number;
  readonly flags?: number;
  readonly source?: StreamSource | undefined;
  readonly sink?: StreamSink | undefined;
  readonly special?: SpecialFile | undefined;
  readonly preopenName?: string;
}

/** One class for all kinds, so that the engine sees one shape where calls look at descriptors. */
export class Descriptor {
  readonly fileType: FileType;
  readonly inode: Inode;
  readonly file: FileInode | undefined;
  readonly directory: DirectoryInode | undefined;
  readonly source: StreamSource | undefined;
  readonly sink: StreamSink | undefined;
  /** Where others write it while the program runs. */
  readonly live: LiveHandle | undefined;
  /** Where what is written is a request. */
  readonly special: SpecialFile | undefined;
  /** Its name as a preopened directory, which it keeps under whatever number. */
  readonly preopenName: string | undefined;
  /** Rights as they are reported, for calls on paths below it, and for what it opens. */
  base: number;
  inheriting: number;
  /** Rights for calls on the descriptor itself: never more than `base`. */
  effective: number;
  flags: number;
  position = 0;
  /** The listing that a directory's cookies refer to. */
  listing: DirectoryListing | undefined;

  constructor(options: DescriptorOptions) {
    const { inode, source, sink } = options;
    this.fileType = options.fileType;
    this.inode = inode;
    const stream = source !== undefined || sink !== undefined;
    this.file = !stream && 'content' in inode ? inode : undefined;
    this.directory = 'entries' in inode ? inode : undefined;
    this.source = source;
    this.sink = sink;
    this.live = source?.live ?? this.file?.content.openLive?.();
    this.special = options.special;
    this.preopenName = options.preopenName;
    this.base = options.base;
    this.inheriting = options.inheriting;
    this.effective = options.effective ?? options.base;
    this.flags = options.flags ?? 0;
  }
}

/**
 * Why a descriptor does not allow what needs `needed`: the kind of thing it is open on can tell more than a missing
 * right, and POSIX programs expect to hear of that.
 */
export function refusal(descriptor: Descriptor, needed: number): Errno {
  if (descriptor.directory !== undefined)
    return (needed & ~DIRECTORY_RIGHTS) === 0 ? Errno.NOTCAPABLE : Errno.ISDIR;
  if ((needed & Rights.FD_READDIR) !== 0) return Errno.NOTDIR;
  if (descriptor.file !== undefined) return Errno.NOTCAPABLE;
  if ((needed & Rights.FD_FILESTAT_SET_SIZE) !== 0) return Errno.INVAL;
  return (needed & UNSEEKABLE) === 0 ? Errno.NOTCAPABLE : Errno.SPIPE;
}

/** Rights for what a stream cannot do because it has no positions. */
const UNSEEKABLE = FILE_RIGHTS & (Rights.FD_SEEK | Rights.FD_TELL | Rights.FD_ADVISE | Rights.FD_ALLOCATE);

/** The numbers below are the streams': a file that got one would take what a program writes as output or error. */
const FIRST_NUMBER = 3;

/** Numbers from 3 on are handed out lowest first, as POSIX does; the documentation allows any. */
export class DescriptorTable {
  readonly #fileSystem: FileSystem;
  readonly #limit: number;
  readonly #open: (Descriptor | undefined)[] = [];
  /** No lower number is free to be handed out. */
  #lowest = FIRST_NUMBER;
  #count = 0;

  /** `limit` is how many may be open at once, the preopened ones included. */
  constructor(fileSystem: FileSystem, limit: number) {
    this.#fileSystem = fileSystem;
    this.#limit = limit;
  }

  get(number: number): Descriptor | undefined {
    const index = number >>> 0;
    return index < this.#open.length ? this.#open[index] : undefined;
  }

  /** Throws BADF. */
  require(number: number): Descriptor {
    const descriptor = this.get(number);
    if (descriptor === undefined) throw new VfsError(Errno.BADF, 'no such descriptor');
    return descriptor;
  }

  /** Throws MFILE where one more would be too many: asked before a call changes anything. */
  requireRoom(): void {
    if (this.#count >= this.#limit)
      throw new VfsError(Errno.MFILE, `more than ${this.#limit} open files`, 'openFiles');
  }

  add(descriptor: Descriptor): number {
    const open = this.#open;
    let number = this.#lowest;
    while (open[number] !== undefined) number++;
    this.#put(number, descriptor);
    this.#lowest = number + 1;
    return number;
  }

  /** The streams, in the order of their numbers; one that is missing leaves its number unused. */
  addStreams(streams: readonly (Descriptor | undefined)[]): void {
    for (let number = 0; number < FIRST_NUMBER; number++) {
      const stream = streams[number];
      this.#open[number] = undefined;
      if (stream !== undefined) this.#put(number, stream);
    }
  }

  /** Throws BADF. */
  close(number: number): void {
    const descriptor = this.require(number);
    const index = number >>> 0;
    this.#open[index] = undefined;
    this.#freed(index);
    this.#closed(descriptor);
  }

  /** Puts `from` in the place of `to`, which is closed. Throws BADF unless both are open. */
  renumber(from: number, to: number): void {
    const moved = this.require(from);
    const replaced = this.require(to);
    if (moved === replaced) return;
    this.#open[to >>> 0] = moved;
    this.#open[from >>> 0] = undefined;
    this.#freed(from >>> 0);
    this.#closed(replaced);
  }

  /** Closes everything: the program has ended. */
  closeAll(): void {
    for (let number = 0; number < this.#open.length; number++) {
      if (this.#open[number] !== undefined) this.close(number);
    }
  }

  #put(number: number, descriptor: Descriptor): void {
    this.requireRoom();
    this.#fileSystem.retain(descriptor.inode);
    this.#open[number] = descriptor;
    this.#count++;
  }

  #closed({ inode, special }: Descriptor): void {
    special?.reset();
    this.#fileSystem.release(inode);
  }

  #freed(number: number): void {
    this.#count--;
    if (number >= FIRST_NUMBER) this.#lowest = Math.min(this.#lowest, number);
  }
}

/**
 * WASI 0.2 stands on preview 1 here: its interfaces are a program of ours that makes preview 1 calls over a small memory
 * of its own. So there is one place where rights are judged, streams wait, limits count and calls are traced, and a
 * component can do no more than a module that runs by the same policy.
 */
import { TruceError } from '../../../proto/errors.ts';
import { Errno } from '../../vfs/errno.ts';
import { Clock, FdFlags, FileStat, IoVector, LookupFlags, PollEvent, Subscription } from '../abi.ts';
import type { Preview1 } from '../preview1.ts';
import type { CallName } from '../signatures.ts';
import { Failure } from './canonical-types.ts';
import { type ErrorCode, errorCodeOf } from './error-codes.ts';

type Calls = Readonly<Record<CallName, (...values: (number | bigint)[]) => unknown>>;

const PAGE_BYTES = 65536;
/** How the memory is laid out: results, two paths, and data. */
const RESULT = 0;
const VECTOR = 128;
const FIRST_PATH = PAGE_BYTES;
const SECOND_PATH = 2 * PAGE_BYTES;
const DATA = 3 * PAGE_BYTES;
/** Bytes that one call moves at most; what is longer is moved in pieces. */
export const DATA_BYTES = 16 * PAGE_BYTES;
const PAGES = 19;
/** In one poll. */
export const MAXIMUM_POLLABLES = 4096;

const ALL_RIGHTS = 0x1fffffffn;
const encoder = new TextEncoder();

/** A path where the calls find it. */
interface Placed {
  readonly start: number;
  readonly length: number;
}

export interface FileStatus {
  readonly inode: bigint;
  readonly fileType: number;
  readonly links: bigint;
  readonly size: bigint;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

export class Preview1Calls {
  readonly #calls: Calls;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #wasi: Preview1;

  /** `imports` are those of `wasi`, or what traces them; `bind` gives them the memory that they are to work on. */
  constructor(wasi: Preview1, imports: Preview1['imports'], bind: (memory: WebAssembly.Memory) => void) {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    bind(memory);
    this.#wasi = wasi;
    this.#calls = imports as unknown as Calls;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** What is open under a number; undefined after it was closed. */
  descriptor(fd: number) {
    return this.#wasi.descriptor(fd);
  }

  /**
   * At most DATA_BYTES of a file from `offset` on, or of a stream: a view that is good until the next call. Where the
   * descriptor stands there already it needs no right to seek: who reads a file from front to back needs none in preview 1.
   */
  read(fd: number, length: number, offset: bigint | undefined): Uint8Array {
    this.#vector(Math.min(length, DATA_BYTES));
    if (this.#standsAt(fd, offset)) this.#do('fd_read', fd, VECTOR, 1, RESULT);
    else this.#do('fd_pread', fd, VECTOR, 1, offset ?? 0n, RESULT);
    return this.#bytes.subarray(DATA, DATA + this.#u32(RESULT));
  }

  /** How many bytes were written, of the first DATA_BYTES. */
  write(fd: number, content: Uint8Array, offset: bigint | undefined): number {
    this.#put(content);
    if (this.#standsAt(fd, offset)) this.#do('fd_write', fd, VECTOR, 1, RESULT);
    else this.#do('fd_pwrite', fd, VECTOR, 1, offset ?? 0n, RESULT);
    return this.#u32(RESULT);
  }

  /** As `write`, at the end of the file, as a descriptor that was opened for appending does. */
  append(fd: number, content: Uint8Array): number {
    const descriptor = this.descriptor(fd);
    if (descriptor === undefined) throw new Failure<ErrorCode>('bad-descriptor');
    this.#put(content);
    const { flags } = descriptor;
    descriptor.flags = flags | FdFlags.APPEND;
    try {
      this.#do('fd_write', fd, VECTOR, 1, RESULT);
    } finally {
      descriptor.flags = flags;
    }
    return this.#u32(RESULT);
  }

  open(
    fd: number,
    path: string,
    options: { follow: boolean; openFlags: number; base: bigint; inheriting: bigint; fdFlags: number },
  ): number {
    const { start, length } = this.#path(path);
    const { follow, openFlags, base, inheriting, fdFlags } = options;
    const lookup = lookupFlags(follow);
    const rights = [base & ALL_RIGHTS, inheriting & ALL_RIGHTS] as const;
    this.#do('path_open', fd, lookup, start, length, openFlags, ...rights, fdFlags, RESULT);
    return this.#u32(RESULT);
  }

  close(fd: number): void {
    this.#calls.fd_close(fd);
  }

  status(fd: number, at?: { path: string; follow: boolean }): FileStatus {
    if (at === undefined) this.#do('fd_filestat_get', fd, RESULT);
    else {
      const { start, length } = this.#path(at.path);
      this.#do('path_filestat_get', fd, lookupFlags(at.follow), start, length, RESULT);
    }
    const u64 = (offset: number) => this.#view.getBigUint64(RESULT + offset, true);
    return {
      inode: u64(FileStat.inode),
      fileType: this.#view.getUint8(RESULT + FileStat.fileType),
      links: u64(FileStat.links),
      size: u64(FileStat.length),
      accessed: u64(FileStat.accessed),
      modified: u64(FileStat.modified),
      changed: u64(FileStat.changed),
    };
  }

  /** `flags` are preview 1's `fstflags`. */
  setTimes(
    fd: number,
    at: { path: string; follow: boolean } | undefined,
    times: { accessed: bigint; modified: bigint; flags: number },
  ): void {
    const { accessed, modified, flags } = times;
    if (at === undefined) this.#do('fd_filestat_set_times', fd, accessed, modified, flags);
    else {
      const { start, length } = this.#path(at.path);
      const lookup = lookupFlags(at.follow);
      this.#do('path_filestat_set_times', fd, lookup, start, length, accessed, modified, flags);
    }
  }

  /** Calls on a descriptor with plain numbers. */
  onDescriptor(
    call: 'fd_sync' | 'fd_datasync' | 'fd_filestat_set_size' | 'fd_advise',
    fd: number,
    ...values: (number | bigint)[]
  ): void {
    this.#do(call, fd, ...values);
  }

  /** Calls on one path. */
  onPath(
    call: 'path_create_directory' | 'path_remove_directory' | 'path_unlink_file',
    fd: number,
    path: string,
  ): void {
    const { start, length } = this.#path(path);
    this.#do(call, fd, start, length);
  }

  readLink(fd: number, path: string): string {
    const { start, length } = this.#path(path);
    this.#do('path_readlink', fd, start, length, DATA, DATA_BYTES, RESULT);
    return new TextDecoder().decode(this.#bytes.subarray(DATA, DATA + this.#u32(RESULT)));
  }

  symbolicLink(target: string, fd: number, path: string): void {
    const from = this.#path(target);
    const to = this.#path(path, SECOND_PATH);
    this.#do('path_symlink', from.start, from.length, fd, to.start, to.length);
  }

  link(fd: number, follow: boolean, path: string, newFd: number, newPath: string): void {
    const from = this.#path(path);
    const to = this.#path(newPath, SECOND_PATH);
    this.#do('path_link', fd, lookupFlags(follow), from.start, from.length, newFd, to.start, to.length);
  }

  rename(fd: number, path: string, newFd: number, newPath: string): void {
    const from = this.#path(path);
    const to = this.#path(newPath, SECOND_PATH);
    this.#do('path_rename', fd, from.start, from.length, newFd, to.start, to.length);
  }

  /** Part of a listing in preview 1's `dirent` form: a view that is good until the next call. */
  readDirectory(fd: number, cookie: bigint): Uint8Array {
    this.#do('fd_readdir', fd, DATA, PAGE_BYTES, cookie, RESULT);
    return this.#bytes.subarray(DATA, DATA + this.#u32(RESULT));
  }

  /** A clock's time in nanoseconds. There is no error to answer with: where clocks are denied the program ends. */
  time(clock: number): bigint {
    this.#clock(this.#calls.clock_time_get(clock, 0n, RESULT));
    return this.#view.getBigUint64(RESULT, true);
  }

  resolution(clock: number): bigint {
    this.#clock(this.#calls.clock_res_get(clock, RESULT));
    return this.#view.getBigUint64(RESULT, true);
  }

  /** A view that is good until the next call. */
  random(length: number): Uint8Array {
    this.#do('random_get', DATA, length);
    return this.#bytes.subarray(DATA, DATA + length);
  }

  exit(code: number): never {
    this.#calls.proc_exit(code);
    throw new Error('a program went on after its end');
  }

  /** Which of these are ready, as their places in the list; waits until one is. Deadlines are the monotonic clock's. */
  poll(waits: readonly ({ readonly deadline: bigint } | { readonly reads: number })[]): Set<number> {
    const subscriptions = DATA;
    const events = DATA + MAXIMUM_POLLABLES * Subscription.size;
    waits.forEach((wait, index) => {
      const start = subscriptions + index * Subscription.size;
      this.#bytes.fill(0, start, start + Subscription.size);
      this.#view.setBigUint64(start + Subscription.userData, BigInt(index), true);
      if ('reads' in wait) {
        this.#view.setUint8(start + Subscription.tag, 1);
        this.#view.setUint32(start + Subscription.descriptor, wait.reads, true);
        return;
      }
      this.#view.setUint32(start + Subscription.clockId, Clock.monotonic, true);
      this.#view.setBigUint64(start + Subscription.timeout, wait.deadline, true);
      this.#view.setUint16(start + Subscription.clockFlags, 1, true);
    });
    this.#do('poll_oneoff', subscriptions, events, waits.length, RESULT);
    const ready = new Set<number>();
    for (let index = 0; index < this.#u32(RESULT); index++)
      ready.add(Number(this.#view.getBigUint64(events + index * PollEvent.size, true)));
    return ready;
  }

  #do(call: CallName, ...values: (number | bigint)[]): void {
    const errno = this.#calls[call](...values) as Errno;
    if (errno !== Errno.SUCCESS) throw new Failure<ErrorCode>(errorCodeOf(errno));
  }

  #clock(errno: unknown): void {
    if (errno !== Errno.SUCCESS) throw new TruceError('RUN_CLOCK_DENIED');
  }

  #standsAt(fd: number, offset: bigint | undefined): boolean {
    return offset === undefined || this.descriptor(fd)?.position === Number(offset);
  }

  #put(content: Uint8Array): void {
    const piece = content.length > DATA_BYTES ? content.subarray(0, DATA_BYTES) : content;
    this.#bytes.set(piece, DATA);
    this.#vector(piece.length);
  }

  #vector(length: number): void {
    this.#view.setUint32(VECTOR + IoVector.buffer, DATA, true);
    this.#view.setUint32(VECTOR + IoVector.length, length, true);
  }

  #path(text: string, start = FIRST_PATH): Placed {
    const { read, written } = encoder.encodeInto(text, this.#bytes.subarray(start, start + PAGE_BYTES));
    if (read < text.length) throw new Failure<ErrorCode>('name-too-long');
    return { start, length: written };
  }

  #u32(start: number): number {
    return this.#view.getUint32(start, true);
  }
}

function lookupFlags(follow: boolean): number {
  return follow ? LookupFlags.SYMLINK_FOLLOW : 0;
}

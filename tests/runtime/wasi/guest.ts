/** A program's side of the calls: a memory, places in it, and the calls, made by a module as any program makes them. */

import type { NativeModuleName } from '../../../proto/native-modules/names.ts';
import { AccessTable, BoundaryTable } from '../../../proto/policy/access.ts';
import { PREVIEW1_RIGHTS } from '../../../proto/rights.ts';
import { ProgramModules } from '../../../runtime/native-modules/program-modules.ts';
import { FileSystem } from '../../../runtime/vfs/file-system.ts';
import { type FileInode, FileType } from '../../../runtime/vfs/inode.ts';
import { MemfdContents } from '../../../runtime/vfs/memfd-content.ts';
import { Preview1, type Preview1Options } from '../../../runtime/wasi/preview1.ts';
import type { ImportName } from '../../../runtime/wasi/signatures.ts';
import { accessEntry, makeEntry, makeSpecial, placeOf } from './guest-files.ts';
import { programCall } from './program-calls.ts';

export const ALL = BigInt(PREVIEW1_RIGHTS);

export interface GuestOptions extends Partial<Omit<Preview1Options, 'fileSystem' | 'access' | 'boundaries'>> {
  /** Rights by path; everything on `/` when absent. A path that ends with a slash is a subtree. */
  readonly rights?: Readonly<Record<string, number>>;
  readonly boundaries?: readonly string[];
  /** By path, with content; a path that ends with a slash is a directory. Made in this order. */
  readonly files?: Readonly<Record<string, string>>;
  /** By path, with target. */
  readonly links?: Readonly<Record<string, string>>;
  /** Native modules by the paths of their special files. */
  readonly modules?: Readonly<Record<string, NativeModuleName>>;
  /** Of 64 KiB each, to begin with. */
  readonly pages?: number;
  readonly limits?: Partial<{ bytes: number; inodes: number; fileBytes: number }>;
}

export class ManualClock {
  now = 1_000n;
  readonly slept: bigint[] = [];
  realtime = (): bigint => 1_700_000_000_000_000_000n + this.now;
  monotonic = (): bigint => this.now;
  cpu = (): bigint => 7n;
  resolution = (id: number): bigint => BigInt(id + 1);
  sleepUntil = (deadline: bigint): void => {
    this.slept.push(deadline);
    this.now = deadline;
  };
}

export class Guest {
  readonly memory: WebAssembly.Memory;
  readonly preview1: Preview1;
  readonly fileSystem: FileSystem;
  readonly output = { stdout: '', stderr: '' };
  #top = 1024;

  constructor(options: GuestOptions = {}) {
    const { rights = { '/': PREVIEW1_RIGHTS }, files = {}, links = {}, limits = {} } = options;
    let now = 5_000_000_000n;
    this.fileSystem = new FileSystem({
      contents: new MemfdContents(),
      limits: {
        bytes: 1 << 22,
        inodes: 1000,
        nameBytes: 255,
        pathBytes: 4096,
        fileBytes: 1 << 21,
        ...limits,
      },
      now: () => ++now,
    });
    for (const [path, content] of Object.entries(files)) makeEntry(this.fileSystem, path, content);
    for (const [path, target] of Object.entries(links)) {
      const { parent, name } = placeOf(this.fileSystem, path);
      this.fileSystem.createSymbolicLink(parent, name, target);
    }
    const access = new AccessTable(Object.entries(rights).map(accessEntry));
    const modules = Object.entries(options.modules ?? {}).map(
      ([path, module]) => [makeSpecial(this.fileSystem, path), module] as const,
    );
    const sink = (name: 'stdout' | 'stderr') => ({
      rights: PREVIEW1_RIGHTS,
      write: (source: Uint8Array): number => {
        this.output[name] += Buffer.from(source).toString('latin1');
        return source.length;
      },
    });
    this.preview1 = new Preview1({
      fileSystem: this.fileSystem,
      access,
      boundaries: new BoundaryTable(options.boundaries ?? []),
      args: options.args ?? ['program'],
      env: options.env ?? [],
      streams: options.streams ?? {
        stdin: { rights: PREVIEW1_RIGHTS, read: () => 0 },
        stdout: sink('stdout'),
        stderr: sink('stderr'),
      },
      clock: 'clock' in options ? options.clock : new ManualClock(),
      random: options.random ?? ((target) => target.fill(0xa5)),
      openFiles: options.openFiles ?? 32,
      ...(options.pollLive === undefined ? {} : { pollLive: options.pollLive }),
      special: new ProgramModules({ fileSystem: this.fileSystem, access, modules: new Map(modules) }),
    });
    const { pages = 2 } = options;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: Math.max(pages, 64) });
    this.preview1.bind(this.memory);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  call(name: ImportName, ...values: (number | bigint)[]): number {
    return programCall(this.preview1.imports, name, ...values);
  }

  /** Makes the call and throws unless it succeeds. */
  done(name: ImportName, ...values: (number | bigint)[]): void {
    const errno = this.call(name, ...values);
    if (errno !== 0) throw new Error(`${name} answered ${errno}`);
  }

  /** A place of its own in memory; never given back. */
  room(size: number): number {
    const start = this.#top;
    this.#top = (start + size + 7) & ~7;
    if (this.#top > this.memory.buffer.byteLength)
      this.memory.grow(Math.ceil((this.#top - this.memory.buffer.byteLength) / 65536));
    return start;
  }

  /** Pointer and length of a text in memory. */
  text(value: string | Uint8Array): [number, number] {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    const start = this.room(bytes.length);
    this.bytes.set(bytes, start);
    return [start, bytes.length];
  }

  /** Pointer and count of a list of buffers. */
  vectors(...buffers: [number, number][]): [number, number] {
    const start = this.room(buffers.length * 8);
    buffers.forEach(([pointer, length], index) => {
      this.view.setUint32(start + index * 8, pointer, true);
      this.view.setUint32(start + index * 8 + 4, length, true);
    });
    return [start, buffers.length];
  }

  /** Errno and descriptor. */
  tryOpen(path: string, how: Partial<OpenHow> = {}): { errno: number; fd: number } {
    const {
      dir = 3,
      follow = false,
      flags = 0,
      base = ALL & ~BigInt(1 << 6),
      inheriting = ALL,
      fdFlags = 0,
    } = how;
    const out = this.room(4);
    this.view.setUint32(out, 0xffffffff, true);
    const errno = this.call(
      'path_open',
      dir,
      follow ? 1 : 0,
      ...this.text(path),
      flags,
      base,
      inheriting,
      fdFlags,
      out,
    );
    return { errno, fd: this.view.getUint32(out, true) };
  }

  open(path: string, how: Partial<OpenHow> = {}): number {
    const { errno, fd } = this.tryOpen(path, how);
    if (errno !== 0) throw new Error(`opening ${path} answered ${errno}`);
    return fd;
  }

  write(fd: number, content: string): { errno: number; count: number } {
    const out = this.room(4);
    const errno = this.call('fd_write', fd, ...this.vectors(this.text(content)), out);
    return { errno, count: this.view.getUint32(out, true) };
  }

  read(fd: number, length: number): { errno: number; content: string } {
    const out = this.room(4);
    const buffer = this.room(length);
    const errno = this.call('fd_read', fd, ...this.vectors([buffer, length]), out);
    const count = errno === 0 ? this.view.getUint32(out, true) : 0;
    return { errno, content: Buffer.from(this.bytes.slice(buffer, buffer + count)).toString() };
  }

  /** Where a seek leads, or its errno as a negative number. */
  seek(fd: number, offset: bigint, whence: number): number {
    const out = this.room(8);
    const errno = this.call('fd_seek', fd, offset, whence, out);
    return errno === 0 ? Number(this.view.getBigUint64(out, true)) : -errno;
  }

  fdstat(fd: number) {
    const out = this.room(24);
    this.done('fd_fdstat_get', fd, out);
    const { view } = this;
    return {
      type: view.getUint8(out),
      flags: view.getUint16(out + 2, true),
      base: Number(view.getBigUint64(out + 8, true)),
      inheriting: Number(view.getBigUint64(out + 16, true)),
    };
  }

  /** `path` undefined: of the descriptor itself. */
  filestat(fd: number, path?: string, follow = false) {
    const out = this.room(64);
    const errno =
      path === undefined
        ? this.call('fd_filestat_get', fd, out)
        : this.call('path_filestat_get', fd, follow ? 1 : 0, ...this.text(path), out);
    const { view } = this;
    const u64 = (offset: number) => view.getBigUint64(out + offset, true);
    const type = view.getUint8(out + 16);
    return {
      errno,
      device: u64(0),
      inode: u64(8),
      type,
      links: u64(24),
      size: u64(32),
      accessed: u64(40),
      modified: u64(48),
      changed: u64(56),
    };
  }

  /** All entries, read through a buffer of `size` bytes as programs do. */
  list(fd: number, size = 4096) {
    const entries: { name: string; inode: number; type: number; next: bigint }[] = [];
    const buffer = this.room(size);
    const out = this.room(4);
    for (let cookie = 0n; ; ) {
      this.done('fd_readdir', fd, buffer, size, cookie, out);
      const used = this.view.getUint32(out, true);
      let at = 0;
      const before = entries.length;
      while (used - at >= 24) {
        const view = new DataView(this.memory.buffer, buffer + at);
        const length = view.getUint32(16, true);
        if (used - at < 24 + length) break;
        const name = Buffer.from(this.bytes.slice(buffer + at + 24, buffer + at + 24 + length)).toString();
        const next = view.getBigUint64(0, true);
        entries.push({ name, inode: Number(view.getBigUint64(8, true)), type: view.getUint8(20), next });
        cookie = next;
        at += 24 + length;
      }
      if (used < size) return entries;
      if (entries.length === before) throw new Error('the buffer is too small for one entry');
    }
  }

  content(path: string): string {
    const { inode } = this.fileSystem.resolve(this.fileSystem.root, path.slice(1), { followLast: false });
    if (inode?.type !== FileType.regularFile) throw new Error(`${path} is no file`);
    const bytes = Buffer.alloc(inode.content.size);
    this.fileSystem.read(inode as FileInode, bytes, 0);
    return bytes.toString();
  }

  exists(path: string): boolean {
    return (
      this.fileSystem.resolve(this.fileSystem.root, path.slice(1), { followLast: false }).inode !== undefined
    );
  }
}

export interface OpenHow {
  readonly dir: number;
  readonly follow: boolean;
  readonly flags: number;
  readonly base: bigint;
  readonly inheriting: bigint;
  readonly fdFlags: number;
}
